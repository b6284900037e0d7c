#include <meterlink/mbus/slave_readout.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

constexpr secondary_address identity{0x12345678, 0x4024, 1, 7};

std::vector<slave_telegram> plain(std::vector<std::vector<std::uint8_t>> records) {
    std::vector<slave_telegram> out;
    for (const auto& each : records) {
        auto payload = "78"_octets;
        payload.insert(payload.end(), each.begin(), each.end());
        out.push_back({payload, 0});
    }
    return out;
}

std::string next(slave_readout& readout) { return spelled(readout.next(identity, 0x2A)); }

std::vector<apl::record_view> blocks(const std::vector<std::vector<std::uint8_t>>& octets) {
    std::vector<apl::record_view> out;
    for (const auto& each : octets)
        out.push_back(apl::record_view::parse(each).value());
    return out;
}

} // namespace

TEST_CASE("no telegrams make a header without records") {
    auto readout = slave_readout::make({}).value();
    CHECK(next(readout) == "72 78 56 34 12 24 40 01 07 2A 00 00 00");
}

TEST_CASE("identity and access number stand where the header has them") {
    const auto sent = [](const std::vector<std::uint8_t>& payload) {
        auto readout = slave_readout::make({{payload, 0}}).value();
        return next(readout);
    };
    CHECK(sent("72 00 00 00 00 00 00 00 00 00 04 00 00 01 13 05"_octets) ==
          "72 78 56 34 12 24 40 01 07 2A 04 00 00 01 13 05");
    CHECK(sent("76 00 00 00 00 00 00 00 00 00 04 00 00"_octets) == "76 12 34 56 78 40 24 01 07 2A 04 00 00");
    CHECK(sent("7A 00 04 00 00 01 13 05"_octets) == "7A 2A 04 00 00 01 13 05");
    CHECK(sent("78 01 13 05"_octets) == "78 01 13 05");
    CHECK(sent("73 00 00 00 00 00 00 E9 7E 01 00 00 00 35 01 00 00"_octets) ==
          "73 78 56 34 12 2A 00 E9 7E 01 00 00 00 35 01 00 00");
    CHECK(sent("A0 01 02"_octets) == "A0 01 02");
}

TEST_CASE("an encrypted telegram is sent as it was") {
    const auto encrypted =
        "72 78 56 34 12 93 15 33 03 2A 00 10 05 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6"_octets;
    auto readout = slave_readout::make({{encrypted, 0}, {encrypted, 0}}).value();
    CHECK(spelled(readout.next({0x11111111, 1, 1, 1}, 0x77)) == spelled(encrypted));
}

TEST_CASE("each telegram but the last announces more whatever was recorded") {
    auto readout =
        slave_readout::make(plain({"01 13 01"_octets, "01 13 02 0F AA"_octets, "01 13 03 1F"_octets}))
            .value();
    for (int round = 0; round < 2; ++round) {
        CHECK(next(readout) == "78 01 13 01 1F");
        CHECK(next(readout) == "78 01 13 02 1F AA");
        CHECK(next(readout) == "78 01 13 03");
    }
}

TEST_CASE("a telegram that announced more and came alone is the last") {
    auto readout = slave_readout::make(plain({"01 13 01 1F AA"_octets})).value();
    CHECK(next(readout) == "78 01 13 01 0F AA");
    CHECK(next(readout) == "78 01 13 01 0F AA");
    auto without_data = slave_readout::make(plain({"01 13 01 0F"_octets})).value();
    CHECK(next(without_data) == "78 01 13 01 0F");
}

TEST_CASE("telegrams that no frame can carry are refused") {
    CHECK(slave_readout::make({{{}, 0}}).error() == link_error(errc::value_out_of_range, 0));
    const std::vector<std::uint8_t> longest(253, 0x2F);
    auto full = longest;
    full[0] = 0x78;
    CHECK(slave_readout::make({{full, 0}}));
    CHECK(slave_readout::make({{full, 0}, {full, 0}}).error() == link_error(errc::value_out_of_range, 253));
    full.push_back(0x2F);
    CHECK(slave_readout::make({{full, 0}}).error() == link_error(errc::value_out_of_range, 254));
    CHECK(slave_readout::make({{"72 01 02"_octets, 0}}).error().code == errc::truncated);
}

TEST_CASE("a rewound readout starts with the first telegram") {
    auto readout = slave_readout::make(plain({"01 13 01"_octets, "01 13 02"_octets})).value();
    CHECK(next(readout) == "78 01 13 01 1F");
    readout.rewind();
    CHECK(next(readout) == "78 01 13 01 1F");
    CHECK(next(readout) == "78 01 13 02");
}

TEST_CASE("a subcode chooses the telegrams of an application and one of them") {
    auto telegrams = plain({"01 13 01"_octets, "01 13 02"_octets, "01 13 03"_octets});
    telegrams[1].application = 5;
    telegrams[2].application = 5;
    auto readout = slave_readout::make(telegrams).value();
    CHECK(readout.choose(0x50));
    CHECK(next(readout) == "78 01 13 02 1F");
    CHECK(next(readout) == "78 01 13 03");
    CHECK(next(readout) == "78 01 13 02 1F");
    CHECK(readout.choose(0x52));
    CHECK(next(readout) == "78 01 13 03");
    CHECK(next(readout) == "78 01 13 03");
    CHECK(readout.choose(0x40)); // no telegram belongs to it
    CHECK(next(readout) == "78 01 13 01 1F");
    CHECK_FALSE(readout.choose(0x53));
    CHECK(readout.choose(0x00));
    CHECK(next(readout) == "78 01 13 01 1F");
}

TEST_CASE("selected records are read once and fill as many telegrams as they need") {
    std::vector<std::uint8_t> many;
    for (int i = 0; i < 80; ++i)
        for (const auto octet : {0x01, 0x13, i})
            many.push_back(static_cast<std::uint8_t>(octet));
    auto readout = slave_readout::make(plain({many, "01 14 07 01 13 08"_octets})).value();
    CHECK(readout.select(blocks({"08 15"_octets})) == 0);
    CHECK(readout.select(blocks({"08 14"_octets})) == 1);
    CHECK(next(readout) == "78 01 14 07");
    CHECK(next(readout).size() > 200); // everything again
    CHECK(readout.select(blocks({"08 14"_octets, "08 13"_octets})) == 2);
    CHECK(next(readout).size() == 3 * (1 + 240 + 1) - 1);
    CHECK(next(readout) == "78 01 14 07 01 13 08");
    CHECK(readout.select(blocks({"08 14"_octets})) == 1);
    readout.select_all();
    CHECK(next(readout).size() > 200);
}

TEST_CASE("data are written where the meter has such a record") {
    auto readout = slave_readout::make(plain({"02 13 01 00 01 14 05"_octets})).value();
    CHECK(readout.write(apl::record_view::parse("02 13 0A 0B"_octets).value()));
    CHECK_FALSE(readout.write(apl::record_view::parse("01 13 0A"_octets).value()));
    CHECK(next(readout) == "78 02 13 0A 0B 01 14 05");
    CHECK(readout.has(apl::record_view::parse("01 14 05"_octets).value()));
    CHECK_FALSE(readout.has(apl::record_view::parse("01 14 06"_octets).value()));
}
