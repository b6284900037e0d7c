#include <meterlink/format/value_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/hex.hpp>

#include "print.hpp"
#include "words.hpp"

namespace meterlink::format {

namespace {

/// Lets `print(first)`, which writes at most `Room` characters and returns their end, append to `out`.
template <std::size_t Room, class Print>
void append_printed(std::string& out, Print print) {
    std::array<char, Room> text;
    const char* const end = print(text.data());
    out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void append_flags(std::string& out, apl::bit_flags flags) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    out += "0x";
    int shift = 60;
    while (shift > 0 && (flags.bits >> shift) == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        out += digits[(flags.bits >> shift) & 0xFU];
}

void append_text(std::string& out, const apl::text& text) {
    text.for_each_character([&](std::uint8_t character) {
        append_printed<detail::character_max_chars>(
            out, [&](char* to) { return detail::print_plain(to, character); });
    });
}

void append_invalid(std::string& out, apl::invalid invalid) {
    out += '(' + detail::words(name(invalid.reason)) + ')';
}

} // namespace

void append_value(std::string& out, const apl::record_value& value) {
    using namespace detail;
    std::visit(overloaded{
                   [](apl::no_data) {},
                   [&](decimal x) {
                       append_printed<decimal_max_chars>(out, [&](char* to) { return print(to, x); });
                   },
                   [&](const apl::real& x) {
                       append_printed<real_max_chars>(out, [&](char* to) { return print_real(to, x); });
                   },
                   [&](const apl::date& x) {
                       append_printed<date_time_max_chars>(out, [&](char* to) { return print_date(to, x); });
                   },
                   [&](const apl::date_time& x) {
                       append_printed<date_time_max_chars>(out,
                                                           [&](char* to) { return print_date_time(to, x); });
                   },
                   [&](const apl::time_of_day& x) {
                       append_printed<date_time_max_chars>(out, [&](char* to) { return print_time(to, x); });
                   },
                   [&](const apl::text& x) { append_text(out, x); },
                   [&](apl::bit_flags x) { append_flags(out, x); },
                   [&](const apl::opaque& x) { append_hex(out, x.octets); },
                   [&](apl::invalid x) { append_invalid(out, x); },
               },
               value);
}

void append_unit(std::string& out, const apl::record_view& record) {
    append_printed<detail::unit_max_chars>(
        out, [&](char* to) { return detail::print_unit(to, record, detail::print_plain); });
}

void append_modifiers(std::string& out, const apl::record_view& record, std::string_view separator) {
    const auto begin = out.size();
    detail::for_each_modifier(record, [&](std::string_view name) {
        if (out.size() != begin)
            out += separator;
        out += name;
    });
}

} // namespace meterlink::format
