#pragma once

/// Where an entry of a device stands. Manuals write that in four ways which differ by one and by a table, so
/// the way is always named, never guessed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <meterlink/core/result.hpp>
#include <meterlink/modbus/register_table.hpp>

namespace meterlink::modbus {

/// An entry of a table by its address in the protocol, which counts from 0
/// (MODBUS Application Protocol V1.1b3, 4.4).
struct register_address {
    register_table table = register_table::holding_registers;
    std::uint16_t offset = 0;

    [[nodiscard]] friend constexpr bool operator==(const register_address&,
                                                   const register_address&) noexcept = default;
};

/// How people write an address. Holding register 107 of the protocol is:
enum class address_notation : std::uint8_t {
    protocol,   ///< "107" or "0x6B": what travels, from 0 to 65535; the table is said beside it.
    number,     ///< "108": the number in the data model, from 1 to 65536; the table is said beside it.
    five_digit, ///< "40108": the first digit is the table, 0001 to 9999 follow.
    six_digit,  ///< "400108": the first digit is the table, 00001 to 65536 follow.
};

namespace detail {

inline constexpr std::array<std::string_view, 4> address_notation_names{"protocol", "number", "five_digit",
                                                                        "six_digit"};

inline constexpr std::size_t reference_digits(address_notation notation) noexcept {
    return notation == address_notation::five_digit ? 5 : 6;
}

/// Reads `text`, all of it digits of `base`, as a number of at most `highest`. Errors count from `at`, where
/// `text` begins.
constexpr result<std::uint32_t> parse_address_digits(std::string_view text, std::size_t at, unsigned base,
                                                     std::uint32_t highest) noexcept {
    if (text.empty())
        return fail(errc::register_address_syntax, layer::modbus, at);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        const auto digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                           : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                           : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                                                  : 16U;
        if (digit >= base)
            return fail(errc::register_address_syntax, layer::modbus, at + i, -1,
                        static_cast<unsigned char>(c));
        value = value * base + digit;
        if (value > highest)
            return fail(errc::value_out_of_range, layer::modbus, at + i);
    }
    return value;
}

constexpr result<register_address> parse_reference(std::string_view text, address_notation notation,
                                                   std::optional<register_table> table) noexcept {
    if (text.size() != reference_digits(notation))
        return fail(errc::register_address_syntax, layer::modbus, text.size(),
                    static_cast<std::int32_t>(reference_digits(notation)),
                    static_cast<std::int32_t>(text.size()));
    for (std::size_t i = 0; i < register_table_rows.size(); ++i) {
        const auto found = static_cast<register_table>(i);
        if (register_table_rows[i].reference_digit != text.front())
            continue;
        if (table && *table != found)
            return fail(errc::value_out_of_range, layer::modbus, 0,
                        static_cast<unsigned char>(row_of(*table).reference_digit),
                        static_cast<unsigned char>(text.front()));
        const auto number = parse_address_digits(text.substr(1), 1, 10, 65536);
        if (!number)
            return fail(number.error());
        if (*number == 0)
            return fail(errc::value_out_of_range, layer::modbus, 1);
        return register_address{found, static_cast<std::uint16_t>(*number - 1)};
    }
    return fail(errc::register_address_syntax, layer::modbus, 0, -1,
                static_cast<unsigned char>(text.front()));
}

} // namespace detail

/// Stable identifier, as it stands in device descriptions: `"five_digit"`.
[[nodiscard]] constexpr std::string_view name(address_notation notation) noexcept {
    return detail::address_notation_names[static_cast<std::size_t>(notation) %
                                          detail::address_notation_names.size()];
}

/// The notation whose `name` is `text`.
[[nodiscard]] constexpr std::optional<address_notation>
address_notation_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < detail::address_notation_names.size(); ++i)
        if (detail::address_notation_names[i] == text)
            return static_cast<address_notation>(i);
    return std::nullopt;
}

/// Reads `text` in `notation`. `protocol` and `number` need the table; the references name one themselves,
/// which must be `table` where that is given. Errors stand at the character:
/// `errc::register_address_syntax` (no digit; another number of digits than the notation has; no table to be
/// had, at 0), `errc::value_out_of_range` (number 0, beyond the last entry, another table than `table`).
[[nodiscard]] constexpr result<register_address>
parse_register_address(std::string_view text, address_notation notation,
                       std::optional<register_table> table = std::nullopt) noexcept {
    if (notation == address_notation::five_digit || notation == address_notation::six_digit)
        return detail::parse_reference(text, notation, table);
    if (!table)
        return fail(errc::register_address_syntax, layer::modbus, 0);
    const auto is_number = notation == address_notation::number;
    const auto is_hex = !is_number && text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const auto value = is_hex ? detail::parse_address_digits(text.substr(2), 2, 16, 65535)
                              : detail::parse_address_digits(text, 0, 10, is_number ? 65536 : 65535);
    if (!value)
        return fail(value.error());
    if (is_number && *value == 0)
        return fail(errc::value_out_of_range, layer::modbus, 0);
    return register_address{*table, static_cast<std::uint16_t>(*value - (is_number ? 1 : 0))};
}

/// Writes `address` in `notation`; `errc::value_out_of_range` for those beyond 9999 in five digits.
[[nodiscard]] inline result<std::string> to_string(register_address address, address_notation notation) {
    if (notation == address_notation::protocol)
        return std::to_string(address.offset);
    const auto number = std::to_string(std::uint32_t{address.offset} + 1);
    if (notation == address_notation::number)
        return number;
    const auto digits = detail::reference_digits(notation) - 1;
    if (number.size() > digits)
        return fail(errc::value_out_of_range, layer::modbus, 0);
    return detail::row_of(address.table).reference_digit + std::string(digits - number.size(), '0') + number;
}

} // namespace meterlink::modbus
