#pragma once

/// The data-type test: the same registers under every type and order, the most plausible first.
///
/// Plausible is what a short description explains. For each type there is a code in which what meters report
/// is short: small integers, reals of a usual size with few decimal digits, BCD without wrong digits,
/// printable text. The length of the registers in that code, in tenths of a bit, is the cost of the type;
/// registers that it leaves unexplained cost 20 bits each, and unusual orders a few. A second reading of the
/// same registers adds the length of what changed, so that counters are found by growing a little. Nothing
/// here is random or learned: the same registers always give the same ranking.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/modbus/detail/description_length.hpp>
#include <meterlink/modbus/register_order.hpp>
#include <meterlink/modbus/register_type.hpp>
#include <meterlink/modbus/register_value.hpp>

namespace meterlink::modbus {

/// What speaks most for or against a type.
enum class plausibility_reason : std::uint8_t {
    few_digits,     ///< A real of a usual size with few decimal digits.
    usual_size,     ///< A real of a usual size.
    unusual_size,   ///< A real that is very large or very small.
    small_integer,  ///< An integer far below the limits of its type.
    large_integer,  ///< An integer near the limits of its type.
    decimal_digits, ///< All nibbles are decimal digits.
    printable_text, ///< All characters are printable.
    zero,           ///< All bits are zero, which fits every type.
    no_value,       ///< The usual pattern for "not available".
    bcd_digit,      ///< A nibble is no decimal digit.
    not_a_number,   ///< A real that is NaN or infinite.
    unprintable,    ///< A character is not printable.
};

/// One English clause that says what `reason` means.
[[nodiscard]] constexpr std::string_view message(plausibility_reason reason) noexcept {
    constexpr std::array<std::string_view, 12> messages{"a real of usual size with few digits",
                                                        "a real of usual size",
                                                        "a real of unusual size",
                                                        "an integer far below the limit of its type",
                                                        "an integer near the limit of its type",
                                                        "all nibbles are decimal digits",
                                                        "all characters are printable",
                                                        "all bits are zero",
                                                        "the usual pattern for no value",
                                                        "a nibble is no decimal digit",
                                                        "not a finite number",
                                                        "a character is not printable"};
    return messages[static_cast<std::size_t>(reason) % messages.size()];
}

/// One way to read registers.
struct type_guess {
    register_type type;
    register_order order = register_order::abcd;
    /// The length of the description in tenths of a bit: the less, the more plausible.
    std::int32_t cost = 0;
    plausibility_reason reason = plausibility_reason::zero;

    /// Whether the registers can be of this type at all.
    [[nodiscard]] constexpr bool is_possible() const noexcept {
        return reason < plausibility_reason::bcd_digit;
    }
    [[nodiscard]] constexpr register_format format() const noexcept { return {type, order}; }
};

/// Guesses, the most plausible first; those that are not possible stand last. Of equally plausible ones the
/// more usual comes first.
class type_ranking {
public:
    [[nodiscard]] constexpr const type_guess* begin() const noexcept { return guesses_.data(); }
    [[nodiscard]] constexpr const type_guess* end() const noexcept { return guesses_.data() + size_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr const type_guess& operator[](std::size_t i) const noexcept { return guesses_[i]; }

    /// Puts `guess` behind those that are as plausible.
    constexpr void insert(const type_guess& guess) noexcept {
        if (size_ == guesses_.size())
            return;
        auto at = size_++;
        for (; at > 0 && is_before(guess, guesses_[at - 1]); --at)
            guesses_[at] = guesses_[at - 1];
        guesses_[at] = guess;
    }

private:
    static constexpr bool is_before(const type_guess& a, const type_guess& b) noexcept {
        return a.is_possible() != b.is_possible() ? a.is_possible() : a.cost < b.cost;
    }

    // three types and text in one register and two orders, four types in two and four, four in four and eight
    std::array<type_guess, 3 * 2 + 4 * 4 + 4 * 8 + 2> guesses_{};
    std::size_t size_ = 0;
};

namespace detail {

/// The kinds that are tried, of equally plausible ones the more usual first.
inline constexpr std::array plausible_kinds{
    register_kind::uint16, register_kind::int16,   register_kind::float32, register_kind::uint32,
    register_kind::int32,  register_kind::float64, register_kind::uint64,  register_kind::int64,
    register_kind::bcd16,  register_kind::bcd32,   register_kind::bcd64};

constexpr plausibility_reason reason_for(const description& d, register_type type) noexcept {
    using reason = plausibility_reason;
    const auto is_real = type.kind() == register_kind::float32 || type.kind() == register_kind::float64;
    const auto is_bcd = type.kind() >= register_kind::bcd16 && type.kind() <= register_kind::bcd64;
    switch (d.kind) {
    case description_kind::impossible:
        return is_real ? reason::not_a_number : is_bcd ? reason::bcd_digit : reason::unprintable;
    case description_kind::zero: return reason::zero;
    case description_kind::no_value: return reason::no_value;
    case description_kind::unusual: return is_real ? reason::unusual_size : reason::large_integer;
    case description_kind::usual: break;
    case description_kind::short_one: return is_real ? reason::few_digits : reason::small_integer;
    }
    if (type.kind() == register_kind::text)
        return reason::printable_text;
    return is_real ? reason::usual_size : is_bcd ? reason::decimal_digits : reason::small_integer;
}

template <register_sequence Registers>
type_guess guess_number(const Registers& read, const Registers* later, register_type type,
                        register_order order) noexcept {
    const auto width = type.width();
    const auto raw = load_registers(read, width, order);
    const auto d = describe_number(raw, type);
    auto cost =
        d.cost + order_cost(order, width) + bits_cost(20) * static_cast<std::int32_t>(read.size() - width);
    if (later != nullptr) {
        cost += describe_change(raw, load_registers(*later, width, order), type);
        for (auto i = width; i < read.size(); ++i)
            cost += (*later)[i] == read[i] ? bits_cost(1) : bits_cost(16);
    }
    return {type, order, cost, reason_for(d, type)};
}

template <register_sequence Registers>
type_guess guess_text(const Registers& read, const Registers* later, register_type type,
                      register_order order) noexcept {
    const auto d = describe_text(read, type.width(), order);
    auto cost = d.cost + (swaps_octets(order) ? bits_cost(2) : 0);
    if (later != nullptr)
        for (std::size_t i = 0; i < type.width(); ++i)
            cost += (*later)[i] == read[i] ? bits_cost(1) / 4 : bits_cost(16);
    return {type, order, cost, reason_for(d, type)};
}

template <register_sequence Registers>
type_ranking rank(const Registers& read, const Registers* later) noexcept {
    type_ranking ranking;
    for (const auto kind : plausible_kinds) {
        const register_type type{kind};
        if (type.width() > read.size())
            continue;
        const auto orders = type.width() == 1 ? 2U : type.width() == 2 ? 4U : 8U;
        for (std::size_t i = 0; i < orders; ++i) {
            // one register: as it is, or swapped
            const auto order = orders == 2 ? register_orders[2 * i] : register_orders_64[i];
            ranking.insert(guess_number(read, later, type, order));
        }
    }
    const auto text = register_type::make_text(read.size());
    if (text)
        for (const auto order : {register_order::abcd, register_order::badc})
            ranking.insert(guess_text(read, later, *text, order));
    return ranking;
}

} // namespace detail

/// Ranks the types that a value beginning at `registers[0]` can have: numbers of one, two and four registers
/// as far as there are so many, and text of all of them. Best with exactly the registers of one value.
template <register_sequence Registers>
[[nodiscard]] type_ranking rank_types(const Registers& registers) noexcept {
    return detail::rank<Registers>(registers, nullptr);
}

/// As above, with a second reading of the same registers some time later: values change little, or not.
/// Without one of the same size, as above.
template <register_sequence Registers>
[[nodiscard]] type_ranking rank_types(const Registers& registers, const Registers& later) noexcept {
    return detail::rank<Registers>(registers, later.size() == registers.size() ? &later : nullptr);
}

} // namespace meterlink::modbus
