#include <meterlink/apl/fixed_data.hpp>

#include <array>
#include <random>
#include <string_view>
#include <vector>

#include "apl/records.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

fixed_data parsed(std::string_view hex) { return fixed_data::parse(from_hex(hex)).value(); }

// The answers of a water and of a heat meter, behind CI 73.
constexpr auto water = "78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00";
constexpr auto heat = "93 92 91 90 10 00 05 69 31 65 00 00 69 00 00 00";

/// A record of one unit code in both counters.
fixed_data with_unit(std::uint8_t code) {
    auto out = parsed(water);
    out.unit_codes = {code, code};
    return out;
}

} // namespace

TEST_CASE("a water meter's fixed data have a present and a historic counter") {
    const auto data = parsed(water);
    CHECK(data.identification == 0x12345678);
    CHECK(data.access_number == 0x0A);
    CHECK(data.status == 0);
    CHECK(fixed_medium_name(data.medium_code) == "water");
    CHECK_FALSE(data.has_binary_counters());
    CHECK_FALSE(data.has_stored_counters());

    const auto first = data.counter(0);
    CHECK(is_number(first.value, 1, -3)); // 1 l
    CHECK(first.measurement.quantity == quantity::volume);
    CHECK(first.measurement.unit == unit::cubic_metre);
    CHECK_FALSE(first.is_historical);

    const auto second = data.counter(1);
    CHECK(is_number(second.value, 135, -3));
    CHECK(second.measurement == first.measurement);
    CHECK(second.is_historical);
}

TEST_CASE("a heat meter's fixed data count energy and volume") {
    const auto data = parsed(heat);
    CHECK(data.identification == 0x90919293);
    CHECK(fixed_medium_name(data.medium_code) == "heat_outlet");
    CHECK(is_number(data.counter(0).value, 6531, 3)); // kWh
    CHECK(data.counter(0).measurement.unit == unit::watt_hour);
    CHECK(is_number(data.counter(1).value, 69, -3));
    CHECK(data.counter(1).measurement.quantity == quantity::volume);
    CHECK_FALSE(data.counter(1).is_historical);
}

TEST_CASE("status bit 0 makes the counters binary, bit 1 makes them stored ones") {
    auto data = parsed("78 56 34 12 0A 03 E9 7E FF FF FF FF 35 01 00 00");
    CHECK(data.has_binary_counters());
    CHECK(data.has_stored_counters());
    CHECK(is_number(data.counter(0).value, -1, -3));
    CHECK(is_number(data.counter(1).value, 0x135, -3));
    CHECK(data.counter(0).is_historical);
    data.counters = {0x7FFFFFFF, 0x80000000};
    CHECK(is_number(data.counter(0).value, 0x7FFFFFFF, -3));
    CHECK(is_invalid(data.counter(1).value, invalid_reason::no_value));
    data.status = 0x02;
    data.counters = {0xF1000000, 0x12345678};
    CHECK(is_number(data.counter(0).value, -1'000'000, -3));
    CHECK(is_number(data.counter(1).value, 12'345'678, -3));
}

TEST_CASE("counters that are no numbers say why") {
    auto data = parsed(water);
    data.counters = {0xFFFFFFFF, 0x0000000A};
    CHECK(is_invalid(data.counter(0).value, invalid_reason::no_value));
    CHECK(is_invalid(data.counter(1).value, invalid_reason::bcd_digit));
}

TEST_CASE("every unit code of the fixed structure means what the standard prints") {
    struct range {
        unsigned first;
        unsigned last;
        std::string_view quantity;
        std::string_view unit;
        int exponent; // of the first code, in the canonical unit
    };
    constexpr std::array<range, 9> ranges{{{0x02, 0x0A, "energy", "Wh", 0},
                                           {0x0B, 0x13, "energy", "J", 3},
                                           {0x14, 0x1C, "power", "W", 0},
                                           {0x1D, 0x25, "power", "J/h", 3},
                                           {0x26, 0x2E, "volume", "m3", -6},
                                           {0x2F, 0x37, "volume_flow", "m3/h", -6},
                                           {0x38, 0x38, "temperature", "degC", -3},
                                           {0x39, 0x39, "heat_cost_allocation", "HCA", 0},
                                           {0x3F, 0x3F, "dimensionless", "", 0}}};
    for (unsigned code = 0; code < 0x40; ++code) {
        CAPTURE(code);
        range expected{code, code, "reserved", "", 0};
        for (const auto& candidate : ranges)
            if (code >= candidate.first && code <= candidate.last)
                expected = candidate;
        const auto counter = with_unit(static_cast<std::uint8_t>(code)).counter(0);
        CHECK(name(counter.measurement.quantity) == expected.quantity);
        CHECK(symbol(counter.measurement.unit) == expected.unit);
        CHECK(int{counter.measurement.exponent10} ==
              expected.exponent + static_cast<int>(code - expected.first));
    }
}

TEST_CASE("every medium code of the fixed structure has its name") {
    constexpr std::array<std::string_view, 16> names{
        "other",      "oil",   "electricity",         "gas",      "heat_outlet", "steam",
        "warm_water", "water", "heat_cost_allocator", "reserved", "gas",         "heat_outlet",
        "warm_water", "water", "heat_cost_allocator", "reserved"};
    for (unsigned code = 0; code < 16; ++code) {
        CHECK(fixed_medium_name(static_cast<std::uint8_t>(code)) == names[code]);
        // bits 7..6 of the first unit octet are its low half, those of the second its high half
        auto wire = from_hex(water);
        wire[6] = static_cast<std::uint8_t>((wire[6] & 0x3FU) | (code & 3U) << 6U);
        wire[7] = static_cast<std::uint8_t>((wire[7] & 0x3FU) | (code >> 2U) << 6U);
        CHECK(fixed_data::parse(wire)->medium_code == code);
    }
}

TEST_CASE("fixed data are sixteen octets, no more and no fewer") {
    auto wire = from_hex(water);
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(fixed_data::parse(bytes_view{wire}.first(size)).error() == apl_error(errc::truncated, size));
    wire.push_back(0);
    CHECK(fixed_data::parse(wire).error() == apl_error(errc::trailing_bytes, 16));
}

TEST_CASE("in the obsolete order all fields of more than one octet are turned round") {
    const auto wire = "12 34 56 78 0A 00 7E E9 00 00 00 01 00 00 01 35"_octets;
    const auto data = fixed_data::parse(wire, byte_order::most_significant_first);
    REQUIRE(data);
    CHECK(*data == parsed(water));
    std::vector<std::uint8_t> out(16);
    CHECK(data->emit(out, byte_order::most_significant_first).value() == 16);
    CHECK(out == wire);
}

TEST_CASE("any sixteen octets go out as they came in") {
    std::mt19937 random{16};
    for (int round = 0; round < 2000; ++round)
        for (const auto order : {byte_order::least_significant_first, byte_order::most_significant_first}) {
            std::vector<std::uint8_t> wire(16);
            for (auto& octet : wire)
                octet = static_cast<std::uint8_t>(random());
            const auto data = fixed_data::parse(wire, order);
            REQUIRE(data);
            std::vector<std::uint8_t> out(16);
            REQUIRE(data->emit(out, order).value() == 16);
            REQUIRE(out == wire);
        }
    CHECK(to_bytes(parsed(heat)) == from_hex(heat));
    std::vector<std::uint8_t> small(15);
    CHECK(parsed(heat).emit(small).error() == error{errc::buffer_too_small, layer::core, 15});
}
