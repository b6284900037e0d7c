#include <meterlink/apl/owned_vib.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include <meterlink/core/writer.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using apl::vib;
using apl::vife;
using apl::vife_table;

namespace {

using octets = std::vector<std::uint8_t>;

octets wire_of(const vib& v) { return {v.wire().begin(), v.wire().end()}; }

} // namespace

TEST_CASE("a VIB is found by quantity, unit and scale in each table") {
    CHECK(wire_of(*vib::of(quantity::volume, unit::cubic_metre, -3)) == octets{0x13});
    CHECK(wire_of(*vib::of(quantity::energy, unit::watt_hour, 3)) == octets{0x06});
    CHECK(wire_of(*vib::of(quantity::on_time, unit::hour)) == octets{0x22});
    CHECK(wire_of(*vib::of(quantity::energy, unit::watt_hour, 5)) == octets{0xFB, 0x00});
    CHECK(wire_of(*vib::of(quantity::voltage, unit::volt, -1)) == octets{0xFD, 0x48});
    CHECK(wire_of(*vib::of(quantity::remaining_battery_life, unit::month)) == octets{0xFD, 0xFD, 0x02});
}

TEST_CASE("the primary table is preferred where two tables have the same code") {
    // 10^4 Wh is primary VIF 07; FB 00 begins at 10^5 Wh.
    CHECK(wire_of(*vib::of(quantity::energy, unit::watt_hour, 4)) == octets{0x07});
}

TEST_CASE("what the standard has no code for is refused") {
    CHECK(vib::of(quantity::volume, unit::cubic_metre, -9).error().code == errc::value_not_encodable);
    CHECK(vib::of(quantity::volume, unit::us_gallon, 0).error().code ==
          errc::value_not_encodable); // historical
    CHECK(vib::of(quantity::reserved).error().code == errc::value_not_encodable);
    CHECK(vib::of(quantity::plain_text).error().code == errc::value_not_encodable);
}

TEST_CASE("every code of every table is found again, or is one that repeats an earlier meaning") {
    const auto check = [](octets lead_in, const auto& table) {
        for (unsigned code = 0; code < 0x80; ++code) {
            const auto& entry = table[code];
            const auto found = vib::of(entry.quantity, entry.unit, entry.exponent10);
            if (entry.quantity == quantity::reserved || entry.quantity == quantity::plain_text ||
                entry.is_historical)
                continue;
            REQUIRE(found);
            auto expected = lead_in;
            expected.push_back(static_cast<std::uint8_t>(code));
            if (wire_of(*found) != expected)
                CHECK(found->view().measurement().quantity == entry.quantity);
        }
    };
    check({}, apl::tables::vif_primary);
    check({0xFB}, apl::tables::vif_fb);
    check({0xFD}, apl::tables::vif_fd);
    check({0xFD, 0xFD}, apl::tables::vif_fd_fd);
}

TEST_CASE("modifiers are appended with the codes that lead to their table") {
    const auto voltage = *vib::of(quantity::voltage, unit::volt, 0);
    const auto at_l1 = voltage.with({0x01, vife_table::extension});
    REQUIRE(at_l1);
    CHECK(wire_of(*at_l1) == octets{0xFD, 0xC9, 0xFC, 0x01});
    const auto average = at_l1->with({0x12, vife_table::combinable});
    REQUIRE(average);
    CHECK(wire_of(*average) == octets{0xFD, 0xC9, 0xFC, 0x81, 0x12});
    const auto own = average->with({0x2A, vife_table::manufacturer});
    REQUIRE(own);
    CHECK(wire_of(*own) == octets{0xFD, 0xC9, 0xFC, 0x81, 0x92, 0xFF, 0x2A});
    const auto second = own->with({0x2B, vife_table::manufacturer});
    REQUIRE(second);
    CHECK(wire_of(*second) == octets{0xFD, 0xC9, 0xFC, 0x81, 0x92, 0xFF, 0xAA, 0x2B});
    CHECK(second->with({0x12, vife_table::combinable}).error().code == errc::value_not_encodable);
}

TEST_CASE("ten VIFE fit and the eleventh does not") {
    auto v = *vib::of(quantity::volume, unit::cubic_metre, 0);
    for (int i = 0; i < 10; ++i) {
        const auto longer = v.with({0x3B, vife_table::combinable});
        REQUIRE(longer);
        v = *longer;
    }
    CHECK(v.wire_size() == 11);
    CHECK(v.with({0x3B, vife_table::combinable}).error() == error{errc::vife_count, layer::apl, 11});
}

TEST_CASE("a unit spelled out travels last character first, and modifiers stand before it") {
    const auto humidity = vib::spelled_out("%RH");
    REQUIRE(humidity);
    CHECK(wire_of(*humidity) == octets{0x7C, 0x03, 0x48, 0x52, 0x25});
    const auto scaled = humidity->with({0x74, vife_table::combinable});
    REQUIRE(scaled);
    CHECK(wire_of(*scaled) == octets{0xFC, 0x74, 0x03, 0x48, 0x52, 0x25});
    CHECK(scaled->view().measurement().exponent10 == -2);
    CHECK_FALSE(scaled->view().is_text_first());
    CHECK(vib::spelled_out("").error().code == errc::value_out_of_range);
    CHECK(vib::spelled_out(std::string(256, 'x')).error().code == errc::value_out_of_range);
}

TEST_CASE("a VIB with its text in front takes a modifier where the others are") {
    const auto elvaco = vib::parse(octets{0xFC, 0x03, 0x48, 0x52, 0x25, 0x74});
    REQUIRE(elvaco);
    REQUIRE(elvaco->view().is_text_first());
    const auto more = elvaco->with({0x3B, vife_table::combinable});
    REQUIRE(more);
    CHECK(wire_of(*more) == octets{0xFC, 0x03, 0x48, 0x52, 0x25, 0xF4, 0x3B});
}

TEST_CASE("only whole VIB are accepted, and emit gives them back") {
    CHECK(vib::parse(octets{}).error().code == errc::truncated);
    CHECK(vib::parse(octets{0xFD}).error().code == errc::truncated);
    CHECK(vib::parse(octets{0x13, 0x00}).error() == error{errc::trailing_bytes, layer::apl, 1});
    const octets wire{0xFB, 0x82, 0x75};
    const auto parsed = vib::parse(wire);
    REQUIRE(parsed);
    CHECK(to_bytes(*parsed) == wire);
    CHECK(*parsed == vib::from(parsed->view()));
    std::array<std::uint8_t, 2> small{};
    CHECK(parsed->emit(small).error().code == errc::buffer_too_small);
}

TEST_CASE("an action makes a VIB a command's") {
    const auto volume = vib::of(quantity::volume, unit::cubic_metre, -3).value();
    const auto clear = volume.with({0x07, apl::vife_table::combinable, apl::direction::to_meter}).value();
    CHECK(clear.view().speaker() == apl::direction::to_meter);
    CHECK((*clear.view().modifiers().begin()).name() == "clear");
    CHECK(clear.view().measurement().record_error == 0);
    CHECK(clear.with({0x22})->view().speaker() == apl::direction::to_meter);
    CHECK(volume.with({0x22})->view().speaker() == apl::direction::from_meter);
}
