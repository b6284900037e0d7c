#pragma once

/// What the bits of registers mean: the types that meters use, and how they are spelled in descriptions.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <meterlink/core/result.hpp>

namespace meterlink::modbus {

/// The kinds of types. The row of `detail::register_kind_rows` gives name and width.
enum class register_kind : std::uint8_t {
    int16,
    uint16,
    int32,
    uint32,
    int64,
    uint64,
    float32, ///< IEEE 754 binary32.
    float64, ///< IEEE 754 binary64.
    bcd16,   ///< Four BCD digits.
    bcd32,   ///< Eight BCD digits.
    bcd64,   ///< Sixteen BCD digits.
    text,    ///< Two characters in each register.
    bits,    ///< Some bits of one, two or four registers, as an unsigned number.
};

namespace detail {

struct register_kind_row {
    register_kind kind;
    std::string_view name;
    std::uint8_t width;
};

inline constexpr std::array<register_kind_row, 13> register_kind_rows{{
    {register_kind::int16, "int16", 1},
    {register_kind::uint16, "uint16", 1},
    {register_kind::int32, "int32", 2},
    {register_kind::uint32, "uint32", 2},
    {register_kind::int64, "int64", 4},
    {register_kind::uint64, "uint64", 4},
    {register_kind::float32, "float32", 2},
    {register_kind::float64, "float64", 4},
    {register_kind::bcd16, "bcd16", 1},
    {register_kind::bcd32, "bcd32", 2},
    {register_kind::bcd64, "bcd64", 4},
    {register_kind::text, "text", 1},
    {register_kind::bits, "bits", 1},
}};

constexpr register_kind_row row_of(register_kind kind) noexcept {
    return register_kind_rows[static_cast<std::size_t>(kind) % register_kind_rows.size()];
}

} // namespace detail

/// Stable identifier of a kind: `"uint32"`.
[[nodiscard]] constexpr std::string_view name(register_kind kind) noexcept {
    return detail::row_of(kind).name;
}

/// The longest text, in registers: what one request reads.
inline constexpr std::size_t max_text_registers = 125;

/// A type: a kind, the length of a text, and which bits of how many registers.
class register_type {
public:
    /// The type of this kind; `text` is of one register, `bits` are all 16 of one.
    // NOLINTNEXTLINE(google-explicit-constructor): most kinds are types by themselves
    constexpr register_type(register_kind kind = register_kind::uint16) noexcept
        : kind_{kind}, width_{detail::row_of(kind).width} {}

    /// Text in `registers` registers; `errc::value_out_of_range` unless 1 to 125.
    [[nodiscard]] static constexpr result<register_type> make_text(std::size_t registers) noexcept {
        if (registers < 1 || registers > max_text_registers)
            return fail(errc::value_out_of_range, layer::modbus, 0);
        register_type type{register_kind::text};
        type.width_ = static_cast<std::uint8_t>(registers);
        return type;
    }

    /// The bits `first` to `last` of a value of `registers` registers, bit 0 being the least significant.
    /// `errc::value_out_of_range` unless `registers` is 1, 2 or 4 and the bits stand in them, in this order.
    [[nodiscard]] static constexpr result<register_type> make_bits(std::size_t first, std::size_t last,
                                                                   std::size_t registers = 1) noexcept {
        if ((registers != 1 && registers != 2 && registers != 4) || first > last || last >= 16 * registers)
            return fail(errc::value_out_of_range, layer::modbus, 0);
        register_type type{register_kind::bits};
        type.width_ = static_cast<std::uint8_t>(registers);
        type.first_bit_ = static_cast<std::uint8_t>(first);
        type.last_bit_ = static_cast<std::uint8_t>(last);
        return type;
    }

    [[nodiscard]] constexpr register_kind kind() const noexcept { return kind_; }
    /// How many registers a value takes.
    [[nodiscard]] constexpr std::size_t width() const noexcept { return width_; }
    /// The lowest and the highest bit of `bits`.
    [[nodiscard]] constexpr unsigned first_bit() const noexcept { return first_bit_; }
    [[nodiscard]] constexpr unsigned last_bit() const noexcept { return last_bit_; }

    /// The bits that a value occupies, of up to four registers: all, but with `bits`; 0 with text.
    [[nodiscard]] constexpr std::uint64_t mask() const noexcept {
        constexpr auto ones = ~std::uint64_t{0};
        if (kind_ == register_kind::bits)
            return ones >> (63U - (last_bit_ - first_bit_)) << first_bit_;
        return kind_ == register_kind::text ? 0 : ones >> (64U - 16U * width_);
    }

    [[nodiscard]] friend constexpr bool operator==(const register_type&,
                                                   const register_type&) noexcept = default;

private:
    register_kind kind_;
    std::uint8_t width_;
    std::uint8_t first_bit_ = 0;
    std::uint8_t last_bit_ = 15;
};

/// The spelling in descriptions: `uint32`, `text:6` (registers), `bit:3`, `bits:3-5`, and of two or four
/// registers `bit32:17`, `bits64:0-39`.
[[nodiscard]] inline std::string to_string(register_type type) {
    if (type.kind() == register_kind::text)
        return "text:" + std::to_string(type.width());
    if (type.kind() != register_kind::bits)
        return std::string{name(type.kind())};
    const auto width = type.width() == 1 ? std::string{} : std::to_string(16 * type.width());
    if (type.first_bit() == type.last_bit())
        return "bit" + width + ":" + std::to_string(type.first_bit());
    return "bits" + width + ":" + std::to_string(type.first_bit()) + "-" + std::to_string(type.last_bit());
}

namespace detail {

/// Takes a number of up to three digits off the front of `text`.
inline std::optional<std::size_t> take_number(std::string_view& text) noexcept {
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || number > 999)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

inline bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
    const auto taken = text.starts_with(prefix);
    text.remove_prefix(taken ? prefix.size() : 0);
    return taken;
}

inline std::optional<register_type> bits_from(std::string_view text, bool is_range) noexcept {
    const std::size_t registers = take_prefix(text, "32") ? 2 : take_prefix(text, "64") ? 4 : 1;
    if (!take_prefix(text, ":"))
        return std::nullopt;
    const auto first = take_number(text);
    if (!first || (is_range && !take_prefix(text, "-")))
        return std::nullopt;
    const auto last = is_range ? take_number(text) : first;
    if (!last || !text.empty())
        return std::nullopt;
    const auto type = register_type::make_bits(*first, *last, registers);
    return type ? std::optional{*type} : std::nullopt;
}

} // namespace detail

/// The type that `text` spells as `to_string` does; `bits` alone are the 16 bits of a register.
[[nodiscard]] inline std::optional<register_type> register_type_from(std::string_view text) noexcept {
    for (const auto& row : detail::register_kind_rows)
        if (row.kind != register_kind::text && row.name == text)
            return register_type{row.kind};
    if (detail::take_prefix(text, "text:")) {
        const auto registers = detail::take_number(text);
        const auto type = register_type::make_text(registers.value_or(0));
        return type && text.empty() ? std::optional{*type} : std::nullopt;
    }
    const auto is_range = text.starts_with("bits");
    if (!detail::take_prefix(text, is_range ? "bits" : "bit"))
        return std::nullopt;
    return detail::bits_from(text, is_range);
}

} // namespace meterlink::modbus
