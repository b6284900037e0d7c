// Any octets: what is said of their frame format agrees with the CRCs, and what loses its CRCs regains the
// same.

#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/frame_format.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "require.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::wmbus;

using meterlink::fuzzing::require;

/// Removed and added again, the CRCs are those that were there.
void round_trip(bytes_view input, frame_format format) {
    std::array<std::uint8_t, max_telegram_size> telegram{};
    const auto size = remove_crc(input, format, telegram);
    if (!size) {
        require(size.error().offset <= input.size());
        return;
    }
    const auto stripped = bytes_view{telegram}.first(*size);
    require(stripped[0] == *size - 1);
    std::array<std::uint8_t, max_air_size> frame{};
    const auto built = add_crc(stripped, format, frame);
    require(built == air_size(format, input[0]));
    require(std::equal(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(*built), input.begin()));
}

/// The octets as a telegram: built in a format, they are detected and give the same octets.
void detected_as_built(bytes_view telegram, frame_format format) {
    std::array<std::uint8_t, max_air_size> frame{};
    const auto built = add_crc(telegram, format, frame);
    if (!built)
        return;
    const auto wire = bytes_view{frame}.first(*built);
    const auto found = detect_frame(wire);
    require(found && found->format == format && found->size == *built && !found->problem);
    std::array<std::uint8_t, max_telegram_size> out{};
    require(copy_telegram(wire, *found, out) == telegram.size());
    require(std::equal(telegram.begin(), telegram.end(), out.begin()));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view input{data, size};
    round_trip(input, frame_format::a);
    round_trip(input, frame_format::b);
    round_trip(input, frame_format::stripped);
    detected_as_built(input, frame_format::a);

    const auto found = detect_frame(input);
    if (!found) {
        require(found.error().offset <= size);
        return 0;
    }
    require(found->size + found->trailing == size && found->size > 0);
    std::array<std::uint8_t, max_telegram_size> copied{};
    const auto copy = copy_telegram(input, *found, copied);
    require(copy && *copy == telegram_size(*found, input[0]) && copied[0] == *copy - 1);
    if (!found->problem) {
        std::array<std::uint8_t, max_telegram_size> removed{};
        require(remove_crc(input, found->format, removed) == copy && removed == copied);
    } else {
        require(found->problem->offset <= size);
    }
    require(found->format == frame_format::a || !remove_crc(input, frame_format::a, copied));
    return 0;
}
