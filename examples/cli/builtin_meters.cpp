// The meters that the simulator has without a file.

#include "builtin_meters.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/tpl/manufacturer.hpp>

namespace meterlink::cli {

namespace {

/// Answers as they stand in examples/data, worked examples and published telegrams among them.
constexpr std::array<std::string_view, 8> recorded{
    // clang-format off
    // heat meter
    "6859596828107234092261983511043D0000000C7834092261040655BC0000041440E20100022B6A18023B9C"
    "010259BA1A025DDD100261DD09122BE047046D05AE5D33426C3F3C440695A30000441444A3010002272B0302"
    "FD1700001FFF16",
    // published heat meter
    "6841416808007289163524AE4C0B04541000000C07000000000C14000000000C3C000000000C2C0000000032"
    "5A0000325E000033600000000C78891635240CFD1089163524CE16",
    // basic water meter
    "681F1F680802727856341224400107550000000313153100DA023B13018B60043718021816",
    // gas meter
    "6820206808FD7278563412931533032A0000000C1427048502046D32371F1502FD1700008916",
    // electricity meter
    "6864646808077205224130983502029C00000004050F991300841005CBDD0C0084200544BB060004FB827512"
    "C70200042BCDF8FFFF02FDC8FC01000902FDC8FC02070902FDC8FC03FA0802FDDAFC019C0102FDDAFC027901"
    "02FDDAFC03790002FB2EF40101FD1700BC16",
    // encrypted heat cost allocator
    "6826266808057288776655934455080004100500DFE2A782146D1513581CD2F83F39040CFD10785634120016",
    // room sensor
    "68303068080372640831759835041B07000000026563082265720712654D0902FB1ACF01027C036D70706A02"
    "426C5C324265E3070F16",
    // published room sensor
    "685353680805723408005496153200F200000001FD1B0002FC0348522574D41122FC0348522574C81112FC03"
    "48522574B4160265D00822657008126523090172184265E408820165DD080C783408005403FD0F0000041F5D"
    "16",
    // clang-format on
};

/// Collects the records of a meter that is built.
class built_meter {
public:
    built_meter(std::uint32_t id, std::string_view manufacturer, std::uint8_t version, std::uint8_t type)
        : meter_{mbus::slave_description::of(
              mbus::primary_address::unconfigured,
              {id, tpl::manufacturer::parse(manufacturer).value().code, version, type})} {}

    /// A number in steps of 10^`exponent10`.
    built_meter& number(quantity what, unit in, int exponent10, std::int64_t value, apl::dib where) {
        add(where, apl::vib::of(what, in, exponent10).value(),
            decimal{value, static_cast<std::int8_t>(exponent10)});
        return *this;
    }
    built_meter& day(const apl::date& value, std::uint64_t storage) {
        add({storage, 0, 0, apl::data_field::integer_16}, apl::vib::of(quantity::date).value(), value);
        return *this;
    }
    built_meter& flags(std::uint64_t bits) {
        add({0, 0, 0, apl::data_field::integer_8}, apl::vib::of(quantity::error_flags).value(),
            apl::bit_flags{bits});
        return *this;
    }
    built_meter& fabrication_number(std::int64_t digits) {
        add({0, 0, 0, apl::data_field::bcd_8}, apl::vib::of(quantity::fabrication_number).value(),
            decimal{digits, 0});
        return *this;
    }
    /// What follows goes into another telegram.
    built_meter& next_telegram() {
        if (const auto added = meter_.add(std::exchange(records_, {})); !added)
            throw std::logic_error{to_string(added.error())};
        return *this;
    }
    mbus::slave_description finish() {
        next_telegram();
        return std::move(meter_);
    }

private:
    void add(const apl::dib& where, const apl::vib& what, const apl::record_value& value) {
        records_.records.push_back(apl::record::make(where, what, value).value());
    }

    mbus::slave_description meter_;
    apl::record_list records_;
};

constexpr apl::dib now_in(apl::data_field field, std::uint32_t tariff = 0, std::uint16_t subunit = 0) {
    return {0, tariff, subunit, field};
}
constexpr apl::dib stored_in(apl::data_field field, std::uint64_t storage) { return {storage, 0, 0, field}; }

using apl::data_field;

/// Warm water, and the volume at the end of each of the last twelve months in two more telegrams.
mbus::slave_description water_meter_with_months() {
    built_meter out{0x8045'1277, "ZRI", 0x40, 0x06};
    out.number(quantity::volume, unit::cubic_metre, -3, 218'407, now_in(data_field::bcd_8))
        .number(quantity::volume_flow, unit::cubic_metre_per_hour, -3, 142, now_in(data_field::integer_24))
        .number(quantity::flow_temperature, unit::degree_celsius, -2, 5'520, now_in(data_field::integer_16))
        .fabrication_number(80'451'277)
        .flags(0);
    std::int64_t litres = 218'407;
    for (std::uint64_t month = 1; month <= 12; ++month) {
        if (month == 1 || month == 7)
            out.next_telegram();
        litres -= 6'000 + static_cast<std::int64_t>(month * 731 % 900);
        const auto number = static_cast<std::uint8_t>(13 - month);
        out.day({std::int16_t{2025}, number, number == 2 ? std::uint8_t{28} : std::uint8_t{30}}, month)
            .number(quantity::volume, unit::cubic_metre, -3, litres, stored_in(data_field::bcd_8, month));
    }
    return out.finish();
}

/// Heat in winter and cold in summer, each with the value of the due date.
mbus::slave_description heat_and_cooling_meter() {
    built_meter out{0x6712'0458, "KAM", 0x34, 0x0D};
    out.number(quantity::energy, unit::watt_hour, 3, 48'211, now_in(data_field::integer_32))
        .number(quantity::energy, unit::watt_hour, 3, 9'034, now_in(data_field::integer_32, 1))
        .number(quantity::volume, unit::cubic_metre, -2, 612'377, now_in(data_field::integer_32))
        .number(quantity::power, unit::watt, 2, 87, now_in(data_field::integer_16))
        .number(quantity::volume_flow, unit::cubic_metre_per_hour, -3, 498, now_in(data_field::integer_16))
        .number(quantity::flow_temperature, unit::degree_celsius, -2, 6'814, now_in(data_field::integer_16))
        .number(quantity::return_temperature, unit::degree_celsius, -2, 4'402, now_in(data_field::integer_16))
        .number(quantity::temperature_difference, unit::kelvin, -2, 2'412, now_in(data_field::integer_16))
        .day({std::int16_t{2025}, std::uint8_t{12}, std::uint8_t{31}}, 1)
        .number(quantity::energy, unit::watt_hour, 3, 44'790, stored_in(data_field::integer_32, 1))
        .flags(0);
    return out.finish();
}

/// A solar installation: energy both ways, and the power that it delivers.
mbus::slave_description solar_meter() {
    built_meter out{0x1920'3344, "EMH", 0x02, 0x02};
    out.number(quantity::energy, unit::watt_hour, 0, 1'204'556, now_in(data_field::bcd_8, 1))
        .number(quantity::energy, unit::watt_hour, 1, 3'321'908, now_in(data_field::bcd_8, 2))
        .number(quantity::power, unit::watt, 0, -4'120, now_in(data_field::integer_32))
        .number(quantity::voltage, unit::volt, -1, 2'318, now_in(data_field::integer_16))
        .flags(0);
    return out.finish();
}

/// Two pulse inputs, to which a cold and a warm water meter are connected.
mbus::slave_description pulse_adapter() {
    built_meter out{0x3100'0926, "REL", 0x09, 0x07};
    out.number(quantity::volume, unit::cubic_metre, -2, 77'310, now_in(data_field::bcd_8, 0, 1))
        .number(quantity::volume, unit::cubic_metre, -2, 41'985, now_in(data_field::bcd_8, 0, 2))
        .flags(4);
    return out.finish();
}

} // namespace

std::vector<mbus::slave_description> builtin_meters() {
    std::vector<mbus::slave_description> out;
    for (const auto frame : recorded)
        out.push_back(mbus::slave_description::from(parse_hex_lenient(frame).value()).value());
    for (auto* const build :
         {&water_meter_with_months, &heat_and_cooling_meter, &solar_meter, &pulse_adapter})
        out.push_back(build());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i].address = mbus::primary_address{static_cast<std::uint8_t>(i + 1)};
    return out;
}

} // namespace meterlink::cli
