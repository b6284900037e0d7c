#include <meterlink/apl/record_list.hpp>

#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using apl::record_list;
using apl::record_range;

namespace {

using octets = std::vector<std::uint8_t>;

octets round_trip(const octets& wire) {
    const auto list = record_list::from(record_range{wire});
    REQUIRE(list);
    CHECK(list->wire_size() == to_bytes(*list).size());
    return to_bytes(*list);
}

} // namespace

TEST_CASE("records and what stands behind them come back as they were") {
    const octets plain{0x03, 0x13, 0x15, 0x31, 0x00, 0x01, 0x7A, 0x08};
    CHECK(round_trip({}).empty());
    CHECK(round_trip(plain) == plain);
    for (const auto& tail :
         {octets{0x0F}, octets{0x0F, 1, 2, 3}, octets{0x1F}, octets{0x1F, 9}, octets{0x7F}}) {
        auto wire = plain;
        wire.insert(wire.end(), tail.begin(), tail.end());
        CHECK(round_trip(wire) == wire);
    }
}

TEST_CASE("fillers are dropped") {
    CHECK(round_trip({0x2F, 0x2F, 0x01, 0x7A, 0x08, 0x2F}) == octets{0x01, 0x7A, 0x08});
}

TEST_CASE("a bad record is refused where it stands") {
    const octets wire{0x01, 0x7A, 0x08, 0x04, 0x13, 0x00};
    CHECK(record_list::from(record_range{wire}).error() == error{errc::truncated, layer::apl, 6});
}

TEST_CASE("more records follow is sent without manufacturer data too") {
    record_list list;
    list.more_records_follow = true;
    CHECK(to_bytes(list) == octets{0x1F});
    list.manufacturer_data = {7};
    CHECK(to_bytes(list) == octets{0x1F, 7});
}
