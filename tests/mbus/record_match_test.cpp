#include <meterlink/mbus/record_match.hpp>

#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

template <class Judge>
bool holds(Judge judge, const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    return judge(apl::record_view::parse(a).value(), apl::record_view::parse(b).value());
}

} // namespace

TEST_CASE("an information block asks for records of its register") {
    const auto asks = [](const auto& a, const auto& b) { return holds(selects_for_readout, a, b); };
    CHECK(asks("08 13"_octets, "04 13 01 02 03 04"_octets));
    CHECK(asks("08 13"_octets, "0C 13 01 02 03 04"_octets)); // however it is coded
    CHECK(asks("C8 02 3B"_octets, "CA 02 3B 13 01"_octets));
    CHECK_FALSE(asks("08 13"_octets, "04 14 01 02 03 04"_octets));
    CHECK_FALSE(asks("08 13"_octets, "44 13 01 02 03 04"_octets));    // another storage
    CHECK_FALSE(asks("08 13"_octets, "84 10 13 01 02 03 04"_octets)); // another tariff
    CHECK_FALSE(asks("08 13"_octets, "84 40 13 01 02 03 04"_octets)); // another subunit
    CHECK_FALSE(asks("08 13"_octets, "14 13 01 02 03 04"_octets));    // a maximum
    CHECK_FALSE(asks("08 93 3B"_octets, "04 13 01 02 03 04"_octets)); // another VIFE
    CHECK(asks("08 7E"_octets, "04 13 01 02 03 04"_octets));          // any VIF
    CHECK_FALSE(asks("48 7E"_octets, "04 13 01 02 03 04"_octets));
}

TEST_CASE("a record is written over one that looks the same") {
    const auto same = [](const auto& a, const auto& b) { return holds(has_same_blocks, a, b); };
    CHECK(same("02 13 01 02"_octets, "02 13 03 04"_octets));
    CHECK_FALSE(same("02 13 01 02"_octets, "0A 13 03 04"_octets));
    CHECK_FALSE(same("02 13 01 02"_octets, "02 14 03 04"_octets));
    CHECK(same("0D FD 11 02 41 42"_octets, "0D FD 11 02 43 44"_octets));
    CHECK_FALSE(same("0D FD 11 02 41 42"_octets, "0D FD 11 01 43"_octets));
}

TEST_CASE("a nibble F is any digit in BCD alone") {
    const auto fits = [](const auto& a, const auto& b) { return holds(matches_masked, a, b); };
    CHECK(fits("0C FD 11 78 56 34 12"_octets, "0C FD 11 78 56 34 12"_octets));
    CHECK(fits("0C FD 11 F8 5F FF 12"_octets, "0C FD 11 78 56 34 12"_octets));
    CHECK_FALSE(fits("0C FD 11 F9 5F FF 12"_octets, "0C FD 11 78 56 34 12"_octets));
    CHECK_FALSE(fits("04 FD 11 F8 5F FF 12"_octets, "04 FD 11 78 56 34 12"_octets));
    CHECK_FALSE(fits("0C FD 10 78 56 34 12"_octets, "0C FD 11 78 56 34 12"_octets));
}
