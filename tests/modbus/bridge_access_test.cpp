#include <meterlink/modbus/bridge_access.hpp>

#include <optional>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

constexpr auto coils = register_table::coils;
constexpr auto holding = register_table::holding_registers;

struct known_access {
    const char* request;
    std::optional<table_range> read;
    std::optional<table_range> write;
    bool changes;
};

} // namespace

TEST_CASE("what a request reads and writes is told for every known function") {
    const known_access cases[]{
        {"01 00 10 00 0A", table_range{coils, 16, 10}, {}, false},
        {"02 00 10 00 0A", table_range{register_table::discrete_inputs, 16, 10}, {}, false},
        {"03 00 10 00 0A", table_range{holding, 16, 10}, {}, false},
        {"04 00 10 00 0A", table_range{register_table::input_registers, 16, 10}, {}, false},
        {"05 00 10 FF 00", {}, table_range{coils, 16, 1}, true},
        {"06 00 10 FF 00", {}, table_range{holding, 16, 1}, true},
        {"07", {}, {}, false},
        {"08 00 00 AA 55", {}, {}, false},
        {"0B", {}, {}, false},
        {"0C", {}, {}, false},
        {"0F 00 10 00 0A 02 FF 03", {}, table_range{coils, 16, 10}, true},
        {"10 00 10 00 01 02 00 01", {}, table_range{holding, 16, 1}, true},
        {"11", {}, {}, false},
        {"14 07 06 00 01 00 00 00 01", {}, {}, false},
        {"15 09 06 00 01 00 00 00 01 00 02", {}, {}, true},
        {"16 00 10 00 F0 00 01", table_range{holding, 16, 1}, table_range{holding, 16, 1}, true},
        {"17 00 01 00 02 00 10 00 01 02 00 01", table_range{holding, 1, 2}, table_range{holding, 16, 1},
         true},
        {"18 00 10", {}, {}, false},
        {"2B 0E 01 00", {}, {}, false},
    };
    for (const auto& each : cases) {
        const auto request = from_hex(each.request);
        CAPTURE(each.request);
        CHECK(is_commonly_passed(request));
        CHECK(may_change(request) == each.changes);
        const auto what = access_of(9, request);
        REQUIRE(what);
        CHECK(what->unit == 9);
        CHECK(to_octet(what->function) == request[0]);
        CHECK(what->read == each.read);
        CHECK(what->write == each.write);
        CHECK(what->changes == each.changes);
        CHECK_FALSE(what->role);
    }
}

TEST_CASE("what silences or restarts a device and what is not known counts as a change") {
    for (const auto* text :
         {"08 00 01 00 00", "08 00 04 00 00", "08 01 00 00 00", "2B 0D 00", "41", "00", "83"}) {
        CAPTURE(text);
        CHECK_FALSE(is_commonly_passed(from_hex(text)));
        CHECK(may_change(from_hex(text)));
    }
    CHECK_FALSE(is_commonly_passed({}));
    CHECK(may_change({}));
}

TEST_CASE("an access is not told of a request that is cut or contradicts itself") {
    const auto whole = "10 00 10 00 01 02 00 01"_octets;
    for (std::size_t size = 1; size < whole.size(); ++size)
        CHECK_FALSE(access_of(1, bytes_view{whole}.first(size)));
    CHECK_FALSE(access_of(1, "10 00 10 00 01 04 00 01 00 02"_octets));
    CHECK_FALSE(access_of(1, "0F 00 10 00 01 02 00 01"_octets));
    CHECK_FALSE(access_of(1, "03 00 10 00 00"_octets));
    CHECK(access_of(1, "03 FF FF 00 02"_octets).error().code == errc::address_overflow);
}
