// Any text as a recording: errors lie inside the text, and what is read is written and read again the same.

#include <meterlink/io/recording.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto read = io::recording::parse(text);
    if (!read) {
        require(read.error().offset <= size);
        require(io::recording_error_text("bus.log", text, read.error()).starts_with("bus.log:"));
        return 0;
    }
    std::string again;
    for (const auto& part : read->parts) {
        require(!part.octets.empty() && part.line >= 1 && part.line <= read->lines);
        again += io::recording_line(part.way, part.octets, part.at) + '\n';
    }
    const auto second = io::recording::parse(again);
    require(second && second->parts.size() == read->parts.size());
    for (std::size_t i = 0; i < read->parts.size(); ++i) {
        const auto& one = read->parts[i];
        const auto& other = second->parts[i];
        require(one.way == other.way && one.at == other.at && one.octets == other.octets);
    }
    return 0;
}
