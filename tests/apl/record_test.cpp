#include <meterlink/apl/record.hpp>

#include <string_view>
#include <vector>

#include "apl/records.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

error parse_error(std::string_view hex) { return record_view::parse(from_hex(hex)).error(); }

bool same(bytes_view a, std::string_view hex) {
    const auto b = from_hex(hex);
    return std::vector<std::uint8_t>(a.begin(), a.end()) == b;
}

// Records of the examples in EN 13757-3 and of real meters, each of another shape.
constexpr std::string_view examples[] = {
    "03 13 15 31 00",
    "DA 02 3B 13 01",
    "8B 60 04 37 18 02",
    "0C 14 27 04 85 02",
    "04 6D 32 37 1F 15",
    "02 FD 17 00 00",
    "04 FB 82 75 CF 0C 00 00",
    "04 85 3C CC 0F 00 00",
    "8D 04 95 1F 05 69 01 03 02 11",
    "02 FC 03 48 52 25 74 D4 11",
    "0C FC A2 73 04 6C 61 67 69 26 08 42 75",
    "0D FD 11 06 33 32 31 43 42 41",
    "01 FD FD 02 10",
    "07 79 78 56 34 12 24 40 01 07",
    "02 FF 25 01 04",
    "06 FF 1B FF FF FF FF FF FF",
    "00 13",
    "08 7E",
    "0D 78 C0",
};

} // namespace

TEST_CASE("a record is taken apart into DIB, VIB and data") {
    const sample energy{"8B 60 04 37 18 02"};
    CHECK(energy.view.dib() == dib{0, 2, 1, data_field::bcd_6, function_field::instantaneous, 1});
    CHECK(same(energy.view.dib_wire(), "8B 60"));
    CHECK(same(energy.view.vib().wire(), "04"));
    CHECK(same(energy.view.data(), "37 18 02"));
    CHECK(same(energy.view.data_wire(), "37 18 02"));
    CHECK(energy.view.wire().data() == energy.octets.data());
    CHECK(energy.view.wire().size() == energy.octets.size());
    CHECK_FALSE(energy.view.has_lvar());
    CHECK(is_number(energy.value(), 21837, 1)); // 218.37 kWh
}

TEST_CASE("LVAR belongs to the data of a record, but not to its value") {
    const sample customer{"8D 10 FD 11 06 33 32 31 43 42 41"};
    CHECK(customer.view.has_lvar());
    CHECK(customer.view.lvar() == lvar{6});
    CHECK(same(customer.view.dib_wire(), "8D 10"));
    CHECK(same(customer.view.data_wire(), "06 33 32 31 43 42 41"));
    CHECK(same(customer.view.data(), "33 32 31 43 42 41"));
    CHECK(customer.view.dib().tariff == 1);
}

TEST_CASE("the parts of every record make up its octets") {
    for (const auto hex : examples) {
        CAPTURE(hex);
        const sample record{hex};
        std::vector<std::uint8_t> joined;
        for (const auto part : {record.view.dib_wire(), record.view.vib().wire(), record.view.data_wire()})
            joined.insert(joined.end(), part.begin(), part.end());
        CHECK(joined == record.octets);
        CHECK(to_bytes(record.view.dib()) ==
              std::vector<std::uint8_t>(record.view.dib_wire().begin(), record.view.dib_wire().end()));
        CHECK(record.view.data_wire().size() - record.view.data().size() ==
              (record.view.has_lvar() ? 1U : 0U));
        CHECK(record.view.measurement() == record.view.vib().measurement());
    }
}

TEST_CASE("the examples of the standard have their values") {
    CHECK(is_number(value_of("03 13 15 31 00"), 12565, -3));
    CHECK(is_number(value_of("DA 02 3B 13 01"), 113, -3));
    CHECK(is_number(value_of("0C 14 27 04 85 02"), 2850427, -2));
    CHECK(is_number(value_of("04 FB 82 75 CF 0C 00 00"), 3279, 2));
    CHECK(is_number(value_of("02 02 D2 04"), 1234, -1));
    CHECK(is_number(value_of("02 15 2E 16"), 5678, -1));
    CHECK(is_number(value_of("02 2A 34 23"), 9012, -1));
    CHECK(is_number(value_of("0B 6E 34 12 00"), 1234, 0));
    CHECK(is_number(value_of("4B 6E 56 34 02"), 23456, 0));
    CHECK(is_number(value_of("0C FD 10 78 56 34 12"), 12345678, 0));
    CHECK(holds(value_of("42 6C FE 04"), apl::date{2007, 4, 30}));
    CHECK(holds(value_of("02 FD 17 00 00"), bit_flags{0}));
    CHECK(text_of("0D FD 11 06 33 32 31 43 42 41") == "ABC123");
}

TEST_CASE("a record cut at any length is truncated there") {
    for (const auto hex : examples) {
        const auto wire = from_hex(hex);
        for (std::size_t size = 0; size < wire.size(); ++size) {
            CAPTURE(hex, size);
            CHECK(record_view::parse(bytes_view{wire}.first(size)).error() ==
                  apl_error(errc::truncated, size));
        }
    }
}

TEST_CASE("octets behind a record are told") {
    CHECK(parse_error("01 13 05 00") == apl_error(errc::trailing_bytes, 3));
    CHECK(parse_error("00 13 2F") == apl_error(errc::trailing_bytes, 2));
}

TEST_CASE("fillers, special and reserved DIF are no records") {
    for (unsigned high = 0; high < 16; ++high) {
        const auto dif = static_cast<std::uint8_t>(high << 4U | 0x0FU);
        const std::vector<std::uint8_t> alone{dif};
        const std::vector<std::uint8_t> more{dif, 0x80, 0x01, 0x13, 0x00, 0x00};
        CHECK(record_view::parse(alone).error() == apl_error(errc::dif_reserved, 0, dif));
        CHECK(record_view::parse(more).error() == apl_error(errc::dif_reserved, 0, dif));
    }
}

TEST_CASE("reserved LVAR have no length that could be skipped") {
    for (const unsigned code : {0xCAU, 0xCFU, 0xDAU, 0xDFU, 0xF7U, 0xFFU}) {
        const std::vector<std::uint8_t> wire{0x0D, 0x13, static_cast<std::uint8_t>(code), 1, 2, 3};
        CHECK(record_view::parse(wire).error() ==
              apl_error(errc::lvar_reserved, 2, static_cast<std::int32_t>(code)));
        record_view view;
        error problem = no_error;
        CHECK(view.read(wire, {}, problem) == 0);
    }
}

TEST_CASE("too many DIFE or VIFE are told with their place, and the record's end is still known") {
    const auto dife = "84 80 80 80 80 80 80 80 80 80 80 01 13 01 02 03 04"_octets;
    const auto vife = "82 01 93 BA BA BA BA BA BA BA BA BA BA 3A 01 02"_octets;
    CHECK(record_view::parse(dife).error() == apl_error(errc::dife_count, 11));
    CHECK(record_view::parse(vife).error() == apl_error(errc::vife_count, 13));
    for (const auto& wire : {dife, vife}) {
        auto longer = wire;
        longer.insert(longer.end(), {0x01, 0x13, 0x05});
        record_view view;
        error problem = no_error;
        CHECK(view.read(longer, {}, problem) == wire.size());
    }
    const auto both =
        "84 80 80 80 80 80 80 80 80 80 80 01 93 BA BA BA BA BA BA BA BA BA BA 3A 01 02 03 04"_octets;
    CHECK(record_view::parse(both).error() == apl_error(errc::dife_count, 11)); // the first one is told
}

TEST_CASE("a command's low VIFE are actions") {
    const sample clear{"04 93 07 00 00 00 00", to_meter};
    CHECK((*clear.view.vib().modifiers().begin()).name() == "clear");
    CHECK(clear.view.options().direction == direction::to_meter);
    CHECK(is_number(clear.value(), 0, -3));
    CHECK(is_invalid(value_of("04 93 07 00 00 00 00"), invalid_reason::record_error));
}

TEST_CASE("one view reads record after record without a trace of the one before") {
    record_view view;
    error problem = no_error;
    const auto text = "8D 10 FC 02 43 B0 74 02 41 42"_octets;
    const auto number = "01 13 05"_octets;
    CHECK(view.read(text, msb_first, problem) == text.size());
    CHECK(view.read(number, {}, problem) == number.size());
    CHECK(view.lvar() == lvar{});
    CHECK(view.dib() == dib{.field = data_field::integer_8});
    CHECK_FALSE(view.vib().has_text());
    CHECK(view.options().order == byte_order::least_significant_first);
    CHECK(is_number(view.value(), 5, -3));
    CHECK(problem == no_error);
}

TEST_CASE("a record that was never read is empty") {
    const record_view nothing;
    CHECK(nothing.wire().empty());
    CHECK(nothing.dib_wire().empty());
    CHECK(nothing.data_wire().empty());
    CHECK(std::holds_alternative<no_data>(nothing.value()));
}
