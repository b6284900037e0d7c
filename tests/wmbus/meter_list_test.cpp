#include <meterlink/wmbus/meter_list.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;

namespace {

tpl::meter_address meter(std::uint32_t identification, tpl::device_type type = tpl::device_type::water) {
    return {{0x1593}, identification, 0x33, type};
}

} // namespace

TEST_CASE("a list has room for 250 meters unless told otherwise") {
    meter_list list;
    CHECK(list.capacity() == 250);
    for (std::uint32_t i = 0; i < 250; ++i)
        CHECK(list.find_or_discover(meter(i)) != nullptr);
    CHECK(list.is_full());
    CHECK(list.find_or_discover(meter(250)) == nullptr);
    CHECK(list.expect(meter(250)) == nullptr);
    CHECK(list.find_or_discover(meter(249)) != nullptr);
    CHECK(list.size() == 250);
}

TEST_CASE("reserved room is for named meters alone") {
    meter_list list{{.capacity = 5, .reserved = 2, .filters = {}}};
    for (std::uint32_t i = 0; i < 3; ++i)
        CHECK(list.find_or_discover(meter(i)) != nullptr);
    CHECK(list.find_or_discover(meter(3)) == nullptr);
    CHECK(list.find_or_discover(meter(2)) != nullptr);
    CHECK_FALSE(list.is_full());
    CHECK(list.expect(meter(3)) != nullptr);
    CHECK(list.find_or_discover(meter(4)) == nullptr);
    CHECK(list.expect(meter(4)) != nullptr);
    CHECK(list.is_full());
    CHECK(list.expect(meter(5)) == nullptr);
    CHECK(list.find_or_discover(meter(4)) != nullptr);

    meter_list named{{.capacity = 2, .reserved = 9, .filters = {}}};
    CHECK(named.find_or_discover(meter(1)) == nullptr);
    CHECK(named.expect(meter(1)) != nullptr);
}

TEST_CASE("an expected meter is never heard and a found one is on the list too") {
    meter_list list;
    const auto* expected = list.expect(meter(1));
    REQUIRE(expected != nullptr);
    CHECK(expected->is_expected());
    CHECK(expected->state() == meter_state::never_heard);
    CHECK(list.find_or_discover(meter(1)) == expected);
    const auto* found = list.find_or_discover(meter(2));
    REQUIRE(found != nullptr);
    CHECK_FALSE(found->is_expected());
    CHECK(list.expect(meter(2)) == found);
    CHECK(found->is_expected());
    CHECK(list.size() == 2);
    CHECK(list.find(meter(3)) == nullptr);
}

TEST_CASE("meters differ in every part of their address") {
    meter_list list;
    (void)list.expect(meter(1));
    CHECK(list.find(meter(1, tpl::device_type::gas)) == nullptr);
    CHECK(list.find({{0x1593}, 1, 0x34, tpl::device_type::water}) == nullptr);
    CHECK(list.find({{0x1594}, 1, 0x33, tpl::device_type::water}) == nullptr);
    CHECK(list.find(meter(1)) != nullptr);
}

TEST_CASE("without a scan only named meters are taken") {
    meter_list list{{.capacity = 10, .reserved = 0, .is_scanning = false, .filters = {}}};
    CHECK(list.find_or_discover(meter(1)) == nullptr);
    CHECK(list.expect(meter(1)) != nullptr);
    CHECK(list.find_or_discover(meter(1)) != nullptr);
    list.scan(true);
    CHECK(list.find_or_discover(meter(2)) != nullptr);
}

TEST_CASE("a scan takes what fits one of the filters and named meters need not") {
    meter_list list{{.capacity = 10,
                     .reserved = 0,
                     .is_scanning = true,
                     .filters = {{.device_type = tpl::device_type::gas}, {.identification = 0x77FFFFFF}}}};
    CHECK(list.find_or_discover(meter(1)) == nullptr);
    CHECK(list.find_or_discover(meter(1, tpl::device_type::gas)) != nullptr);
    CHECK(list.find_or_discover(meter(0x77000001)) != nullptr);
    CHECK(list.expect(meter(1)) != nullptr);
    list.filter({});
    CHECK(list.find_or_discover(meter(2)) != nullptr);
}

TEST_CASE("pointers stay good while the list grows") {
    meter_list list{{.capacity = 10'000, .reserved = 0, .is_scanning = true, .filters = {}}};
    std::vector<heard_meter*> pointers;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        pointers.push_back(list.find_or_discover(meter(i)));
    std::size_t wrong = 0;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        wrong += list.find(meter(i)) == pointers[i] && pointers[i]->address() == meter(i) ? 0U : 1U;
    CHECK(wrong == 0);
}

TEST_CASE("a removed meter makes room and the others are still found") {
    meter_list list{{.capacity = 4, .reserved = 0, .is_scanning = true, .filters = {}}};
    for (std::uint32_t i = 0; i < 4; ++i)
        (void)list.expect(meter(i));
    CHECK(list.remove(meter(1)));
    CHECK_FALSE(list.remove(meter(1)));
    CHECK(list.remove(meter(2))); // which is the last one by now, or not
    CHECK(list.size() == 2);
    for (const std::uint32_t i : {0U, 3U}) {
        REQUIRE(list.find(meter(i)) != nullptr);
        CHECK(list.find(meter(i))->address() == meter(i));
    }
    CHECK(list.find(meter(1)) == nullptr);
    CHECK(list.expect(meter(8)) != nullptr);
    CHECK(list.expect(meter(9)) != nullptr);
    CHECK(list.expect(meter(10)) == nullptr);
    std::vector<std::uint32_t> order;
    for (const auto& each : list)
        order.push_back(each.address().identification);
    CHECK(order == std::vector<std::uint32_t>{0, 3, 8, 9});
}
