// Random records, built from their meaning, say the same again when they are read.

#include <meterlink/apl/owned_record.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/apl/tables/vif_fb.hpp>
#include <meterlink/apl/tables/vif_fd.hpp>
#include <meterlink/apl/tables/vif_primary.hpp>
#include <meterlink/core/civil_time.hpp>
#include <meterlink/core/hex.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using apl::data_field;
using apl::data_type;
using octets = std::vector<std::uint8_t>;

namespace {

constexpr int iterations = 20'000;

/// A record's meaning. Text and opaque values borrow from `storage`.
struct meaning {
    apl::dib header;
    std::optional<apl::vib> information;
    octets storage;
    apl::record_value value = apl::no_data{};
};

/// The same numbers on every machine, which the standard's distributions do not promise.
class generator {
public:
    std::uint64_t bits(unsigned count) { return count == 0 ? 0 : engine_() >> (64 - count); }
    std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    /// Small numbers as often as large ones.
    std::uint64_t any_width(unsigned most_bits) { return bits(static_cast<unsigned>(below(most_bits + 1))); }

    meaning next();

private:
    apl::dib header();
    std::optional<apl::vib> information();
    apl::vib with_modifiers(apl::vib from);
    void choose_value(meaning& out);
    void choose_number(meaning& out);
    void choose_octets(meaning& out);
    apl::date date();
    apl::time_of_day time();
    apl::date_time date_time(bool has_seconds);

    std::mt19937_64 engine_{20260707};
};

/// The tables' rows that a number can be built for.
std::vector<apl::measurement> buildable_rows() {
    std::vector<apl::measurement> out;
    const auto take = [&](const auto& table) {
        for (const auto& row : table)
            if (!row.is_historical && apl::vib::of(row.quantity, row.unit, row.exponent10))
                out.push_back(row);
    };
    take(apl::tables::vif_primary);
    take(apl::tables::vif_fb);
    take(apl::tables::vif_fd);
    take(apl::tables::vif_fd_fd);
    return out;
}

apl::dib generator::header() {
    apl::dib out;
    out.function = static_cast<apl::function_field>(below(4));
    if (one_in(2)) {
        out.storage = any_width(41);
        out.tariff = static_cast<std::uint32_t>(any_width(20));
        out.subunit = static_cast<std::uint16_t>(any_width(10));
    }
    if (one_in(8))
        out.dife_count = static_cast<std::uint8_t>(below(apl::max_dife + 1));
    return out;
}

std::optional<apl::vib> generator::information() {
    static const auto rows = buildable_rows();
    if (one_in(16)) {
        std::string text(1 + below(20), ' ');
        for (auto& c : text)
            c = static_cast<char>(0x21 + below(0x5E));
        return apl::vib::spelled_out(text).value();
    }
    if (one_in(8)) // two codes among two hundred, but the most types
        return apl::vib::of(one_in(4) ? quantity::date : quantity::date_time).value();
    const auto& row = rows[below(rows.size())];
    return apl::vib::of(row.quantity, row.unit, row.exponent10).value();
}

/// Adds VIFE that scale, shift or label the value, but do not make it something else.
apl::vib generator::with_modifiers(apl::vib from) {
    constexpr std::array<std::uint8_t, 14> codes{0x12, 0x22, 0x3B, 0x3C, 0x40, 0x48, 0x70,
                                                 0x73, 0x76, 0x77, 0x79, 0x7B, 0x7D, 0x7E};
    const auto m = from.view().measurement();
    // Behind the manufacturer's own VIF the standard's codes mean nothing. 1/4096 with a correction is rarely
    // a decimal of 64 bits.
    if (m.quantity == quantity::manufacturer_specific || m.counts_4096th)
        return from;
    for (auto count = below(4); count > 0; --count) {
        const bool is_extension = one_in(4);
        const auto code =
            is_extension ? static_cast<std::uint8_t>(1 + below(12)) : codes[below(codes.size())];
        const auto table = is_extension ? apl::vife_table::extension : apl::vife_table::combinable;
        from = from.with(apl::vife{code, table}).value();
    }
    return from;
}

apl::date generator::date() {
    apl::date out;
    out.year = static_cast<std::int16_t>(1981 + below(100));
    out.month = static_cast<std::uint8_t>(1 + below(12));
    out.day = static_cast<std::uint8_t>(1 + below(days_in_month(*out.year, *out.month)));
    if (one_in(8))
        out.year.reset();
    if (!out.year && out.month == 2 && out.day == 29)
        out.day = std::uint8_t{28};
    if (one_in(8))
        out.day.reset();
    if (one_in(16))
        out.month.reset();
    return out;
}

apl::time_of_day generator::time() {
    apl::time_of_day out;
    if (!one_in(8))
        out.hour = static_cast<std::uint8_t>(below(24));
    if (!one_in(8))
        out.minute = static_cast<std::uint8_t>(below(60));
    if (!one_in(8))
        out.second = static_cast<std::uint8_t>(below(60));
    return out;
}

apl::date_time generator::date_time(bool has_seconds) {
    apl::date_time out;
    out.date = date();
    out.time = time();
    out.is_summer_time = one_in(2);
    if (!has_seconds) {
        out.time.has_seconds = false;
        out.time.second.reset();
        return out;
    }
    out.is_leap_year = one_in(4);
    out.weekday = static_cast<std::uint8_t>(below(8));
    out.week = static_cast<std::uint8_t>(below(54));
    out.deviation_hours = static_cast<std::int8_t>(static_cast<int>(below(7)) - 3);
    return out;
}

/// A count that the field holds, scaled as the VIB says.
void generator::choose_number(meaning& out) {
    constexpr std::array fields{data_field::integer_8,  data_field::integer_16, data_field::integer_24,
                                data_field::integer_32, data_field::integer_48, data_field::integer_64,
                                data_field::bcd_2,      data_field::bcd_4,      data_field::bcd_6,
                                data_field::bcd_8,      data_field::bcd_12,     data_field::variable};
    const auto m = out.information->view().measurement();
    out.header.field = fields[below(fields.size())];
    // Eight octets of an address are no number.
    const bool is_address =
        m.quantity == quantity::address || m.quantity == quantity::enhanced_identification;
    if (is_address &&
        (out.header.field == data_field::integer_64 || out.header.field == data_field::variable))
        out.header.field = data_field::integer_48;
    const auto size = out.header.field == data_field::variable ? 8 : apl::data_size(out.header.field);
    std::int64_t raw = 0;
    if (apl::is_bcd(out.header.field)) {
        std::uint64_t limit = 1;
        for (std::size_t digit = 0; digit + 1 < 2 * size; ++digit)
            limit *= 10;
        raw = static_cast<std::int64_t>(below(limit));
        raw = one_in(4) ? -raw : raw;
    } else {
        // One bit less than there is room for: the outermost codes mean "no value".
        const bool is_signed = m.type == data_type::signed_integer;
        raw = static_cast<std::int64_t>(any_width(static_cast<unsigned>(8 * size - 1 - (is_signed ? 1 : 0))));
        raw = is_signed && one_in(4) ? -raw : raw;
    }
    const auto scaled = [&m](std::int64_t count) {
        const auto number = m.counts_4096th
                                ? multiply(decimal{count, 0}, 244'140'625).and_then([&](decimal d) {
                                      return d.scaled(m.exponent10 - 12);
                                  })
                                : result<decimal>{decimal{count, m.exponent10}};
        return number.and_then([&](decimal d) {
            return add(d, {m.offset_thousandths, static_cast<std::int8_t>(m.prefix10 - 3)});
        });
    };
    // Corrected values may exceed a decimal; then a smaller count.
    out.value = scaled(raw).value_or(scaled(raw % 1000).value_or(decimal{}));
}

void generator::choose_octets(meaning& out) {
    out.header.field = data_field::variable;
    out.storage.resize(below(40));
    for (auto& octet : out.storage)
        octet = static_cast<std::uint8_t>(1 + below(255));
    const auto m = out.information->view().measurement();
    if (m.type == data_type::opaque || m.type == data_type::date_time)
        out.value = apl::opaque{out.storage};
    else
        out.value = apl::text{out.storage};
}

void generator::choose_value(meaning& out) {
    const auto m = out.information->view().measurement();
    const bool is_number = m.type == data_type::signed_integer || m.type == data_type::unsigned_integer;
    if (one_in(16)) {
        out.header.field = one_in(2) ? data_field::none : data_field::selection;
        return;
    }
    if (one_in(8))
        return choose_octets(out);
    if (m.type == data_type::date) {
        out.header.field = data_field::integer_16;
        out.value = date();
    } else if (m.type == data_type::date_time) {
        constexpr std::array fields{data_field::integer_16, data_field::integer_24, data_field::integer_32,
                                    data_field::integer_48};
        out.header.field = fields[below(fields.size())];
        switch (out.header.field) {
        case data_field::integer_16: out.value = date(); break;
        case data_field::integer_24: out.value = time(); break;
        default: out.value = date_time(out.header.field == data_field::integer_48); break;
        }
    } else if (m.type == data_type::bit_flags) {
        out.header.field = one_in(2) ? data_field::integer_16 : data_field::integer_64;
        out.value = apl::bit_flags{bits(static_cast<unsigned>(8 * apl::data_size(out.header.field)))};
    } else if (m.type == data_type::opaque) {
        choose_octets(out);
    } else if (one_in(6) && m.offset_thousandths == 0) {
        out.header.field = data_field::real_32;
        const auto significand = static_cast<float>(static_cast<std::int64_t>(bits(24)) - (1 << 23));
        out.value = apl::real{significand / 4096, m.exponent10};
    } else if (one_in(16) && is_number) {
        out.header.field = one_in(2) ? data_field::integer_32 : data_field::bcd_8;
        out.value = apl::invalid{apl::invalid_reason::no_value};
    } else {
        choose_number(out);
    }
}

meaning generator::next() {
    meaning out;
    out.header = header();
    auto information_block = information();
    const auto type = information_block->view().measurement().type;
    if (type == data_type::signed_integer || type == data_type::unsigned_integer)
        information_block = with_modifiers(*std::move(information_block));
    out.information = std::move(information_block);
    choose_value(out);
    return out;
}

bool is_same(bytes_view a, bytes_view b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// Equal in kind and content; numbers in value, whatever their resolution.
bool is_same(const apl::record_value& a, const apl::record_value& b) {
    if (const auto* x = std::get_if<apl::text>(&a)) {
        const auto* y = std::get_if<apl::text>(&b);
        return y != nullptr && is_same(x->wire, y->wire) && x->is_reversed == y->is_reversed;
    }
    if (const auto* x = std::get_if<apl::opaque>(&a)) {
        const auto* y = std::get_if<apl::opaque>(&b);
        return y != nullptr && is_same(x->octets, y->octets);
    }
    return a.index() == b.index() &&
           std::visit(
               [&](const auto& x) {
                   using kind = std::decay_t<decltype(x)>;
                   if constexpr (std::is_same_v<kind, apl::text> || std::is_same_v<kind, apl::opaque>)
                       return false;
                   else
                       return x == std::get<kind>(b);
               },
               a);
}

} // namespace

TEST_CASE("a random record says what it was built from, also after a journey") {
    generator any;
    std::array<std::size_t, std::variant_size_v<apl::record_value>> kinds{};
    for (int i = 0; i < iterations; ++i) {
        const auto wanted = any.next();
        const auto built = apl::record::make(wanted.header, *wanted.information, wanted.value);
        INFO("iteration " << i << ", VIB " << to_hex(wanted.information->wire()));
        REQUIRE(built);
        INFO(to_hex(built->wire()));
        const auto view = built->view();
        REQUIRE(view.dib() == wanted.header);
        REQUIRE(view.vib() == wanted.information->view());
        REQUIRE(is_same(view.value(), wanted.value));

        const auto sent = to_bytes(*built);
        REQUIRE(sent.size() == built->wire_size());
        const auto received = apl::record::parse(sent);
        REQUIRE(received);
        REQUIRE(*received == *built);
        REQUIRE(is_same(received->view().value(), wanted.value));
        ++kinds[wanted.value.index()];
    }
    for (const auto count : kinds) // no kind of value was left out
        CHECK(count > 100);
}

TEST_CASE("random records keep their order and content in a list") {
    generator any;
    for (int i = 0; i < iterations / 10; ++i) {
        apl::record_list list;
        std::vector<meaning> wanted;
        for (auto count = any.below(8); count > 0; --count) {
            wanted.push_back(any.next());
            list.records.push_back(
                apl::record::make(wanted.back().header, *wanted.back().information, wanted.back().value)
                    .value());
        }
        list.more_records_follow = any.one_in(4);
        list.has_manufacturer_data = list.more_records_follow || any.one_in(4);
        if (list.has_manufacturer_data)
            list.manufacturer_data.assign(any.below(6), 0x2F);

        const auto sent = to_bytes(list);
        const apl::record_range range{sent};
        const auto received = apl::record_list::from(range);
        INFO("iteration " << i << ": " << to_hex(sent));
        REQUIRE(received);
        REQUIRE(*received == list);
        std::size_t index = 0;
        for (const auto& record : range)
            REQUIRE(is_same(record->value(), wanted[index++].value));
        REQUIRE(index == wanted.size());
    }
}
