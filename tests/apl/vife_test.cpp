#include <meterlink/apl/vife.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

/// The names of all VIFE in `hex`, separated by blanks.
std::string names_of(std::string_view hex, vife_table first = vife_table::combinable,
                     direction from = direction::from_meter) {
    const auto octets = from_hex(hex);
    std::string out;
    for (const auto modifier : vife_range{octets, first, from})
        out += (out.empty() ? "" : " ") + std::string{modifier.name()};
    return out;
}

} // namespace

TEST_CASE("VIFE are walked in order, without their extension bits") {
    const auto octets = "A2 F3 3B"_octets;
    const vife_range range{octets, vife_table::combinable, direction::from_meter};
    CHECK(range.size() == 3);
    CHECK_FALSE(range.empty());
    auto it = range.begin();
    CHECK(*it == vife{0x22});
    CHECK(*++it == vife{0x73});
    CHECK(*it++ == vife{0x73});
    CHECK(*it == vife{0x3B});
    CHECK(++it == range.end());
    CHECK(names_of("A2 F3 3B") == "per_hour multiplicative_correction positive_contributions");
}

TEST_CASE("no VIFE are an empty range") {
    CHECK(vife_range{}.empty());
    CHECK(vife_range{}.begin() == vife_range{}.end());
    CHECK(names_of("").empty());
}

TEST_CASE("FC leads to its own table for one code only") {
    CHECK(names_of("FC 01") == "extension at_phase_l1");
    CHECK(names_of("FC 81 40") == "extension at_phase_l1 lower_limit");
    CHECK(names_of("FC 81 FC 8C 22") == "extension at_phase_l1 extension import_minus_export per_hour");
    CHECK(names_of("FC FC 01") == "extension reserved too_many_dife"); // FC FC leads to no third table
}

TEST_CASE("whatever follows FF is the manufacturer's") {
    CHECK(names_of("FF 81 FC 70") ==
          "manufacturer_specific manufacturer_specific manufacturer_specific manufacturer_specific");
    CHECK(names_of("81 7F") == "too_many_dife manufacturer_specific");
    CHECK(names_of("81 70", vife_table::manufacturer) == "manufacturer_specific manufacturer_specific");
}

TEST_CASE("codes below 10 are errors from the meter and actions to it") {
    CHECK(names_of("87 0B") == "data_size_not_available too_many_vife");
    CHECK(names_of("87 0B", vife_table::combinable, direction::to_meter) == "clear freeze");
    CHECK(vife{0x0E, vife_table::combinable, direction::to_meter}.name() == "reserved");
    CHECK(vife{0x22, vife_table::combinable, direction::to_meter}.name() == "per_hour");
}

TEST_CASE("only corrections and FC are already in the value") {
    for (unsigned code = 0; code < 128; ++code) {
        CAPTURE(code);
        CHECK(vife{static_cast<std::uint8_t>(code)}.is_folded_into_value() ==
              ((code >= 0x70 && code <= 0x7D)));
        CHECK_FALSE(vife{static_cast<std::uint8_t>(code), vife_table::extension}.is_folded_into_value());
        CHECK_FALSE(vife{static_cast<std::uint8_t>(code), vife_table::manufacturer}.is_folded_into_value());
    }
}
