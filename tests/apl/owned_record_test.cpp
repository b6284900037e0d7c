#include <meterlink/apl/owned_record.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using apl::data_field;
using apl::dib;
using apl::record;
using apl::vib;

namespace {

using octets = std::vector<std::uint8_t>;

dib header_of(data_field field) {
    dib header;
    header.field = field;
    return header;
}

} // namespace

TEST_CASE("the worked example of a variable structure is built from its meaning") {
    // EN 13757-3 and its predecessors: 12.565 m3; 113 l/h maximum, storage 5; 218.37 kWh, tariff 2,
    // subunit 1.
    const auto volume = record::make(header_of(data_field::integer_24),
                                     *vib::of(quantity::volume, unit::cubic_metre, -3), decimal{12'565, -3});
    REQUIRE(volume);
    CHECK(to_bytes(*volume) == octets{0x03, 0x13, 0x15, 0x31, 0x00});

    auto flow_header = header_of(data_field::bcd_4);
    flow_header.function = apl::function_field::maximum;
    flow_header.storage = 5;
    const auto flow = record::make(
        flow_header, *vib::of(quantity::volume_flow, unit::cubic_metre_per_hour, -3), decimal{113, -3});
    REQUIRE(flow);
    CHECK(to_bytes(*flow) == octets{0xDA, 0x02, 0x3B, 0x13, 0x01});

    auto energy_header = header_of(data_field::bcd_6);
    energy_header.tariff = 2;
    energy_header.subunit = 1;
    const auto energy =
        record::make(energy_header, *vib::of(quantity::energy, unit::watt_hour, 1), decimal{21'837, 1});
    REQUIRE(energy);
    CHECK(to_bytes(*energy) == octets{0x8B, 0x60, 0x04, 0x37, 0x18, 0x02});
}

TEST_CASE("a record says what it was built from") {
    const auto built = record::make(header_of(data_field::bcd_8), *vib::of(quantity::fabrication_number),
                                    decimal{1'020'304, 0});
    REQUIRE(built);
    const auto view = built->view();
    CHECK(view.measurement().quantity == quantity::fabrication_number);
    CHECK(std::get<decimal>(view.value()) == decimal{1'020'304, 0});
    CHECK(record::from(view) == *built);
}

TEST_CASE("raw data must be as long as the field says") {
    const auto volume = *vib::of(quantity::volume, unit::cubic_metre, -3);
    const auto header = header_of(data_field::integer_16);
    CHECK(record::assemble(header, volume, octets{1, 2})->wire_size() == 4);
    CHECK(record::assemble(header, volume, octets{1}).error().code == errc::truncated);
    CHECK(record::assemble(header, volume, octets{1, 2, 3}).error() ==
          error{errc::trailing_bytes, layer::apl, 4});
    auto far = header;
    far.storage = std::uint64_t{1} << 41U;
    CHECK(record::assemble(far, volume, octets{1, 2}).error().code == errc::value_out_of_range);
    CHECK(record::make(header, volume, decimal{1, -4}).error().code == errc::value_not_encodable);
}

TEST_CASE("emit needs room for the whole record") {
    const auto r = record::parse(octets{0x01, 0x7A, 0x08});
    REQUIRE(r);
    std::array<std::uint8_t, 2> small{};
    CHECK(r->emit(small).error().code == errc::buffer_too_small);
    CHECK(to_bytes(*r) == octets{0x01, 0x7A, 0x08});
    CHECK(record::parse(octets{0x2F}).error().code == errc::dif_reserved);
}

TEST_CASE("a record built from a command's VIB is a command's record") {
    const octets vib_octets{0x93, 0x07};
    const auto clear = vib::parse(vib_octets, apl::direction::to_meter).value();
    const auto built = record::make(header_of(data_field::integer_8), clear, decimal{5, -3});
    REQUIRE(built);
    CHECK(built->view().options().direction == apl::direction::to_meter);
    CHECK(std::get<decimal>(built->view().value()) == decimal{5, -3});
}
