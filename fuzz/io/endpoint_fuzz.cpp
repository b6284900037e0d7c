// Any text as an endpoint: errors lie inside the text, and what is read is written and read again the same.

#include <meterlink/io/endpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto where = io::endpoint::parse(text);
    if (!where) {
        require(where.error().offset <= size);
        require(!io::endpoint_error_text(text, where.error()).empty());
        return 0;
    }
    const auto again = io::endpoint::parse(io::to_string(*where));
    require(again && *again == *where);
    return 0;
}
