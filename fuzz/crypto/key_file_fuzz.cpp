// Any text as a key file: problems lie inside the text and say nothing of it, every line gives at most one
// entry, and a ring made of the entries offers each of them to the meter that it is for.

#include <meterlink/crypto/key_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/crypto/key_ring.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

bool is_known_letter(char c) {
    constexpr std::string_view punctuation = " :,*-";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           punctuation.find(c) != punctuation.npos;
}

void check_problem(const crypto::key_file_problem& problem, std::string_view text, std::size_t lines) {
    require(problem.line >= 2 && problem.line <= lines);
    require(problem.column >= 1 && problem.column <= text.size() + 1);
    const auto message = to_string(problem);
    require(message.size() < 120 && std::ranges::all_of(message, is_known_letter));
}

void check_entry(const crypto::key_ring& ring, const crypto::key_entry& entry) {
    const tpl::meter_address meter{entry.manufacturer.value_or(tpl::manufacturer{}),
                                   entry.identification.value_or(0), entry.version.value_or(0),
                                   entry.device_type.value_or(tpl::device_type::other)};
    require(entry.matches(meter));
    require(ring.for_each_key(meter, [&](const crypto::key& secret) { return secret == entry.key; }));
    const auto first = ring.match(meter);
    require(first && first->matches(meter) && first->precedence() >= entry.precedence());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto file = crypto::key_file::parse(text);
    if (!file) {
        require(file.error().code == errc::key_file_header && file.error().offset <= size);
        return 0;
    }
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    require(file->entries.size() < lines);
    for (const auto& problem : file->problems)
        check_problem(problem, text, lines);
    const crypto::key_ring ring{file->entries};
    require(ring.size() == file->entries.size());
    for (const auto& entry : file->entries)
        check_entry(ring, entry);
    return 0;
}
