#include <meterlink/core/line_echo.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;

namespace {

using octets = std::vector<std::uint8_t>;

/// What passes of `heard` when `sent` was sent and it comes in pieces of `size`.
octets passed(const octets& sent, const octets& heard, std::size_t size) {
    line_echo echo;
    echo.expect(sent.size());
    octets out;
    for (bytes_view rest = heard; !rest.empty();) {
        const auto piece = rest.first(std::min(size, rest.size()));
        rest = rest.subspan(piece.size());
        echo.filter(sent, piece, [&](bytes_view some) { out.insert(out.end(), some.begin(), some.end()); });
    }
    return out;
}

} // namespace

TEST_CASE("an echo is taken out however it is cut and what stands around it passes") {
    const auto sent = "01 06 00 01 01 06"_octets;
    for (std::size_t size = 1; size < 12; ++size) {
        CAPTURE(size);
        CHECK(passed(sent, sent, size).empty());
        CHECK(passed(sent, "01 06 00 01 01 06 0A 0B"_octets, size) == "0A 0B"_octets);
        CHECK(passed(sent, "FF 01 06 00 01 01 06 0A"_octets, size) == "FF 0A"_octets);
        CHECK(passed(sent, "01 01 06 00 01 01 06 0A"_octets, size) == "01 0A"_octets);
        CHECK(passed(sent, "01 06 01 06 00 01 01 06 0A"_octets, size) == "01 06 0A"_octets);
        CHECK(passed(sent, "00 00 00 01 06 00 01 01 06"_octets, size) == "00 00 00"_octets);
    }
}

TEST_CASE("what is no echo passes whole") {
    const auto sent = "01 06 00 01 01 06"_octets;
    for (const auto* const text : {"00 00 00 00 01 06 00 01 01 06", "01 06 00 01 01 07 0A", "01 86 02 C3 A1"})
        for (std::size_t size = 1; size < 12; ++size) {
            CAPTURE(text, size);
            const auto heard = test::from_hex(text);
            CHECK(passed(sent, heard, size) == heard);
        }
}
