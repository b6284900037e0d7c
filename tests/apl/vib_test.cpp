#include <meterlink/apl/vib.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

/// A VIB together with its octets.
struct sample {
    std::vector<std::uint8_t> octets;
    vib_view view;

    explicit sample(std::string_view hex, direction from = direction::from_meter)
        : octets{from_hex(hex)}, view{vib_view::parse(octets, from).value()} {}
    sample(const sample&) = delete;
    sample& operator=(const sample&) = delete;

    [[nodiscard]] std::string modifiers() const {
        std::string out;
        for (const auto modifier : view.modifiers())
            out += (out.empty() ? "" : " ") + std::string{modifier.name()};
        return out;
    }
    [[nodiscard]] std::string text() const {
        const auto wire = view.plain_text();
        return {wire.rbegin(), wire.rend()};
    }
    [[nodiscard]] std::vector<std::uint8_t> true_vif() const {
        return {view.true_vif().begin(), view.true_vif().end()};
    }
};

measurement measured(std::string_view hex, direction from = direction::from_meter) {
    return sample{hex, from}.view.measurement();
}

bool scales(std::string_view hex, quantity what, unit in, int exponent10) {
    const auto m = measured(hex);
    return m.quantity == what && m.unit == in && m.exponent10 == exponent10;
}

} // namespace

TEST_CASE("a VIF alone names quantity, unit and scale") {
    CHECK(scales("13", quantity::volume, unit::cubic_metre, -3));
    CHECK(scales("3B", quantity::volume_flow, unit::cubic_metre_per_hour, -3));
    CHECK(scales("04", quantity::energy, unit::watt_hour, 1));
    CHECK(scales("59", quantity::flow_temperature, unit::degree_celsius, -2));
    CHECK(scales("7B", quantity::reserved, unit::none, 0));
    CHECK(scales("7D", quantity::reserved, unit::none, 0));
    for (unsigned vif = 0; vif < 0x80; ++vif) {
        if (vif == 0x7C)
            continue;
        const std::vector<std::uint8_t> wire{static_cast<std::uint8_t>(vif)};
        const auto view = vib_view::parse(wire);
        REQUIRE(view);
        CHECK(view->measurement() == tables::vif_primary[vif]);
        CHECK(view->modifiers().empty());
        CHECK(view->true_vif().size() == 1);
        CHECK_FALSE(view->has_text());
    }
}

TEST_CASE("FB, FD and FD FD lead to tables of their own, and their code is no modifier") {
    const sample energy{"FB 82 75"};
    CHECK(energy.true_vif() == "FB 82"_octets);
    CHECK(energy.modifiers() == "multiplicative_correction");
    CHECK(energy.view.measurement().quantity == quantity::reactive_energy);
    CHECK(energy.view.measurement().exponent10 == 2); // kvarh / 10, in varh
    CHECK(scales("FD 48", quantity::voltage, unit::volt, -1));
    CHECK(scales("FD 59", quantity::current, unit::ampere, -3));
    const sample battery{"FD FD 02"};
    CHECK(battery.true_vif() == "FD FD 02"_octets);
    CHECK(battery.view.measurement().quantity == quantity::remaining_battery_life);
    CHECK(battery.view.measurement().unit == unit::month);
    CHECK(sample{"FD FD 83 FC 01"}.modifiers() == "extension at_phase_l1");
    CHECK(scales("FD 7D", quantity::reserved, unit::none, 0));
    CHECK(scales("FB 7B", quantity::cumulative_maximum_power, unit::watt, 0));
}

TEST_CASE("the reserved third extension hides its true VIF, which is no modifier") {
    const sample third{"EF 74"};
    CHECK(third.true_vif() == "EF 74"_octets);
    CHECK(third.modifiers().empty());
    CHECK(third.view.measurement() == measurement{});
    CHECK(sample{"EF F4 22"}.modifiers() == "per_hour");
    CHECK(sample{"6F"}.true_vif() == "6F"_octets);
}

TEST_CASE("every multiplicative correction moves the exponent") {
    for (int n = 0; n < 8; ++n) {
        const std::vector<std::uint8_t> wire{0x93, static_cast<std::uint8_t>(0x70 + n)};
        CHECK(vib_view::parse(wire)->measurement().exponent10 == -3 + n - 6);
    }
    CHECK(measured("93 7D").exponent10 == 0);
    CHECK(measured("93 FD 7D").exponent10 == 3);
    CHECK(measured("93 F0 70").exponent10 == -15);
    CHECK(measured("93 F0 7D").exponent10 == -6);
    CHECK(measured("FD C0 F0 F0 F0 F0 F0 F0 F0 F0 70").exponent10 == -9 - 9 * 6); // as small as it gets
}

TEST_CASE("additive corrections are counted in thousandths of the unit as printed") {
    CHECK(measured("93 78").offset_thousandths == 1);
    CHECK(measured("93 79").offset_thousandths == 10);
    CHECK(measured("93 7A").offset_thousandths == 100);
    CHECK(measured("93 7B").offset_thousandths == 1000);
    CHECK(measured("93 FB 7B").offset_thousandths == 2000);
    CHECK(measured("93 78").exponent10 == -3);
    CHECK(measured("93 78").prefix10 == 0);
    CHECK(measured("FB 80 78").prefix10 == 6); // MWh
}

TEST_CASE("limits keep quantity and unit") {
    CHECK(scales("DB 40", quantity::flow_temperature, unit::degree_celsius, 0));
    CHECK(scales("DB 48", quantity::flow_temperature, unit::degree_celsius, 0));
    CHECK(measured("DB 40").type == data_type::signed_integer);
}

TEST_CASE("numbers of exceeds are plain counts") {
    for (const auto* hex : {"DA 41", "DA 49", "FB F4 49"}) {
        const auto m = measured(hex);
        CHECK(m.unit == unit::none);
        CHECK(m.exponent10 == 0);
        CHECK(m.type == data_type::unsigned_integer);
    }
    CHECK(measured("DA 41").quantity == quantity::flow_temperature);
}

TEST_CASE("dates of exceeds, of durations and of beginnings are dates") {
    for (const unsigned code :
         {0x39U, 0x42U, 0x43U, 0x46U, 0x47U, 0x4AU, 0x4BU, 0x4EU, 0x4FU, 0x6AU, 0x6BU, 0x6EU, 0x6FU}) {
        const std::vector<std::uint8_t> wire{0x93, static_cast<std::uint8_t>(code)};
        const auto m = vib_view::parse(wire)->measurement();
        CAPTURE(code);
        CHECK(m.type == data_type::date_time);
        CHECK(m.unit == unit::none);
        CHECK(m.exponent10 == 0);
        CHECK(m.quantity == quantity::volume);
    }
}

TEST_CASE("durations are in the unit that their code names") {
    const unit units[] = {unit::second, unit::minute, unit::hour, unit::day};
    for (unsigned code = 0x50; code < 0x68; ++code) {
        const std::vector<std::uint8_t> wire{0xFB, 0x80, static_cast<std::uint8_t>(code)};
        const auto m = vib_view::parse(wire)->measurement();
        CAPTURE(code);
        CHECK(m.unit == units[code % 4]);
        CHECK(m.exponent10 == 0);
        CHECK(m.prefix10 == 0);
        CHECK(m.type == data_type::signed_integer);
    }
}

TEST_CASE("a correction of the value does not reach the duration or count that stands for it") {
    CHECK(measured("93 F0 50").exponent10 == 0);
    CHECK(measured("93 F8 50").offset_thousandths == 0);
    CHECK(measured("93 F8 41").offset_thousandths == 0);
    CHECK_FALSE(measured("FB E8 50").counts_4096th);
    CHECK(measured("93 D0 73").exponent10 == -3); // behind it, it is the duration that is corrected
}

TEST_CASE("what a meter says is wrong with a record is kept, whatever else stands there") {
    CHECK(measured("93 15").record_error == 0x15);
    CHECK(measured("93 00").record_error == 0);
    CHECK(measured("93 96 40").record_error == 0x16);
    CHECK(measured("93 80 18").record_error == 0x18);
    for (const unsigned code : {0x01U, 0x07U, 0x0BU, 0x0FU, 0x15U, 0x18U, 0x1CU}) {
        const std::vector<std::uint8_t> wire{0x93, static_cast<std::uint8_t>(code)};
        CHECK(vib_view::parse(wire)->measurement().record_error == code);
        CHECK(vib_view::parse(wire, direction::to_meter)->measurement().record_error == 0);
    }
    for (const unsigned code : {0x08U, 0x0AU, 0x10U, 0x12U, 0x14U, 0x19U, 0x1DU}) {
        const std::vector<std::uint8_t> wire{0x93, static_cast<std::uint8_t>(code)};
        CHECK(vib_view::parse(wire)->measurement().record_error == 0);
    }
}

TEST_CASE("in a command the low codes are actions") {
    CHECK(sample("93 07", direction::to_meter).modifiers() == "clear");
    CHECK(sample("93 8B 22", direction::to_meter).modifiers() == "freeze per_hour");
    CHECK(sample("93 07").modifiers() == "data_size_not_available");
    CHECK(sample("93 07").view != sample("93 07", direction::to_meter).view);
    CHECK(sample("93 07").view == sample("93 07").view);
    CHECK(sample("93 07").view != sample("93 06").view);
}

TEST_CASE("FC extensions name phases and change data types") {
    CHECK(sample{"FD C8 FC 03"}.modifiers() == "extension at_phase_l3");
    CHECK(measured("93 FC 11").type == data_type::unsigned_integer);
    CHECK(measured("93 FC 12").type == data_type::bit_flags);
    CHECK(sample{"AB FC 8C A2 73"}.modifiers() ==
          "extension import_minus_export per_hour multiplicative_correction");
    CHECK(measured("AB FC 8C A2 73").exponent10 == -3);
    CHECK(measured("AB FC 74").exponent10 == 0); // 74 after FC is another, reserved code
}

TEST_CASE("profiles are marked") {
    CHECK(measured("95 1F").is_profile);
    CHECK(measured("95 1E").is_profile);
    CHECK(measured("95 13").is_profile);
    CHECK_FALSE(measured("95 12").is_profile);
    CHECK(measured("95 1F").exponent10 == -1);
}

TEST_CASE("the manufacturer's VIF and VIFE have no meaning here") {
    const sample vif{"FF 81 F4 01"};
    CHECK(vif.modifiers() == "manufacturer_specific manufacturer_specific manufacturer_specific");
    CHECK(vif.view.measurement().quantity == quantity::manufacturer_specific);
    CHECK(vif.view.measurement().exponent10 == 0);
    CHECK(vif.view.measurement().record_error == 0);
    const sample vife{"93 FF F4 01"};
    CHECK(vife.view.measurement().exponent10 == -3);
    CHECK(vife.view.measurement().record_error == 0);
    CHECK(measured("7F").quantity == quantity::manufacturer_specific);
}

TEST_CASE("a plain text unit stands behind the whole VIB") {
    const sample alone{"7C 03 48 52 25"};
    CHECK(alone.text() == "%RH");
    CHECK(alone.view.has_text());
    CHECK_FALSE(alone.view.is_text_first());
    CHECK(alone.modifiers().empty());
    CHECK(alone.view.measurement().quantity == quantity::plain_text);

    const sample behind{"FC A2 73 04 6C 61 67 69"};
    CHECK(behind.text() == "igal");
    CHECK_FALSE(behind.view.is_text_first());
    CHECK(behind.modifiers() == "per_hour multiplicative_correction");
    CHECK(behind.view.measurement().exponent10 == -3);
    CHECK(behind.true_vif() == "FC"_octets);
}

TEST_CASE("a plain text unit directly behind the VIF is found, too") {
    const sample first{"FC 03 48 52 25 74"};
    CHECK(first.text() == "%RH");
    CHECK(first.view.is_text_first());
    CHECK(first.modifiers() == "multiplicative_correction");
    CHECK(first.view.measurement().exponent10 == -2);
    CHECK(first.true_vif() == "FC"_octets);
    const sample degrees{"FC 02 43 B0 F4 FC 01"};
    CHECK(degrees.text() == "\xB0"
                            "C");
    CHECK(degrees.modifiers() == "multiplicative_correction extension at_phase_l1");
    CHECK(degrees.view != sample{"FC 03 48 52 25 74"}.view);
}

TEST_CASE("an empty text, or one that is not for people, is a text all the same") {
    const sample empty{"7C 00"};
    CHECK(empty.view.has_text());
    CHECK(empty.view.plain_text().empty());
    CHECK(sample{"FC 74 00"}.modifiers() == "multiplicative_correction");
    CHECK(sample{"FC 74 00"}.view.plain_text().empty());
    CHECK(sample{"7C 02 00 01"}.view.plain_text().size() == 2);
    CHECK(sample{"FC 74 02 0D 0A"}.modifiers() == "multiplicative_correction");
}

TEST_CASE("ten VIFE are the most, and the codes after FB and FD count among them") {
    const auto with = [](std::string_view vif, std::size_t count) {
        auto wire = from_hex(vif);
        while (wire.size() < count + 1)
            wire.push_back(0xBA);
        wire.back() &= 0x7FU;
        return wire;
    };
    for (const auto* vif : {"93", "FB 80", "FD C0", "FD FD 82"}) {
        CHECK(vib_view::parse(with(vif, 10)));
        CHECK(vib_view::parse(with(vif, 11)).error() == apl_error(errc::vife_count, 11));
        CHECK(vib_view::parse(with(vif, 30)).error() == apl_error(errc::vife_count, 11));
        vib_view view;
        error problem = no_error;
        auto wire = with(vif, 12);
        wire.push_back(0x55);
        CHECK(view.read(wire, direction::from_meter, problem) == 13); // its end is known
        CHECK(problem == apl_error(errc::vife_count, 11));
    }
}

TEST_CASE("plain text does not count as VIFE, but those around it do") {
    CHECK(sample{"FC BA BA BA BA BA BA BA BA BA 3A 02 43 B0"}.view.modifiers().size() == 10);
    CHECK(vib_view::parse("FC BA BA BA BA BA BA BA BA BA BA 3A 02 43 B0"_octets).error() ==
          apl_error(errc::vife_count, 11));
    CHECK(sample{"FC 02 43 B0 BA BA BA BA BA BA BA BA BA 3A"}.view.modifiers().size() == 10);
    CHECK(vib_view::parse("FC 02 43 B0 BA BA BA BA BA BA BA BA BA BA 3A"_octets).error() ==
          apl_error(errc::vife_count, 14)); // three octets of text stand before the eleventh
}

TEST_CASE("a VIB cut at any length is truncated there") {
    for (const auto* hex : {"13", "FB 82 75", "FD FD 83 FC 01", "7C 03 48 52 25", "FC A2 73 04 6C 61 67 69",
                            "FF 81 82 03", "FC 03 48 52 25 F4 22"}) {
        const auto wire = from_hex(hex);
        for (std::size_t size = 0; size < wire.size(); ++size) {
            CAPTURE(hex, size);
            CHECK(vib_view::parse(bytes_view{wire}.first(size)).error() == apl_error(errc::truncated, size));
        }
    }
}

TEST_CASE("octets behind a VIB are told") {
    CHECK(vib_view::parse("13 14"_octets).error() == apl_error(errc::trailing_bytes, 1));
    CHECK(vib_view::parse("7C 01 25 00"_octets).error() == apl_error(errc::trailing_bytes, 3));
}

TEST_CASE("a VIB that was never read is empty") {
    const vib_view nothing;
    CHECK(nothing.wire().empty());
    CHECK(nothing.true_vif().empty());
    CHECK(nothing.modifiers().empty());
    CHECK(nothing.plain_text().empty());
    CHECK(nothing == vib_view{});
}

TEST_CASE("one view reads VIB after VIB without a trace of the one before") {
    vib_view view;
    error problem = no_error;
    const auto first = "FC 03 48 52 25 74"_octets;
    const auto second = "13"_octets;
    const auto third = "FB 82 75"_octets;
    CHECK(view.read(first, direction::to_meter, problem) == 6);
    CHECK(view.read(second, direction::from_meter, problem) == 1);
    CHECK(view == *vib_view::parse(second));
    CHECK(view.measurement() == measured("13"));
    CHECK_FALSE(view.has_text());
    CHECK(view.true_vif().size() == 1);
    CHECK(view.read(third, direction::from_meter, problem) == 3);
    CHECK(view.read(second, direction::from_meter, problem) == 1);
    CHECK(view.true_vif().size() == 1);
    CHECK(problem == no_error);
}

TEST_CASE("a value in another unit than its VIF's is not said to be in that") {
    const auto gallons = from_hex("93 3D"); // volume, "alternate non-metric unit"
    const auto vib = vib_view::parse(gallons);
    REQUIRE(vib);
    CHECK(vib->measurement().quantity == quantity::volume);
    CHECK(vib->measurement().unit == unit::none);
}
