#pragma once

/// In which order the octets of a value stand in several registers. The standard says it for one register
/// only; every maker decides for two and four.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink::modbus {

/// The order of the octets of a value as they travel, A being the most significant. The four usual orders
/// turn round the registers, the octets inside each register, or both; the other four exist in values of 64
/// bits only, whose halves of 32 bits may stand in an order of their own. Narrower values read those as what
/// is left of them: 32 bits take `cdabghef` as CDAB, 16 bits know only whether their octets are swapped.
///
/// The bits of an enumerator say what is swapped: 1 octets in a register, 2 registers in 32 bits, 4 halves of
/// 64 bits.
enum class register_order : std::uint8_t {
    abcd = 0, ///< ABCD, ABCDEFGH: most significant first throughout. The usual one.
    badc = 1, ///< BADC, BADCFEHG: the octets of each register swapped.
    cdabghef = 2,
    dcbahgfe = 3,
    efghabcd = 4,
    fehgbadc = 5,
    cdab = 6, ///< CDAB, GHEFCDAB: least significant register first. The second most usual.
    dcba = 7, ///< DCBA, HGFEDCBA: least significant octet first.
};

/// The orders that a value of up to 32 bits can have, the most usual first.
inline constexpr std::array register_orders{register_order::abcd, register_order::cdab, register_order::badc,
                                            register_order::dcba};

/// The orders that a value of 64 bits can have, the most usual first.
inline constexpr std::array register_orders_64{
    register_order::abcd,     register_order::cdab,     register_order::badc,     register_order::dcba,
    register_order::efghabcd, register_order::cdabghef, register_order::fehgbadc, register_order::dcbahgfe};

namespace detail {

inline constexpr std::array<std::string_view, 8> short_order_names{
    "ABCD", "BADC", "CDABGHEF", "DCBAHGFE", "EFGHABCD", "FEHGBADC", "CDAB", "DCBA"};

inline constexpr std::array<std::string_view, 8> long_order_names{
    "ABCDEFGH", "BADCFEHG", "CDABGHEF", "DCBAHGFE", "EFGHABCD", "FEHGBADC", "GHEFCDAB", "HGFEDCBA"};

} // namespace detail

/// Whether the octets inside each register are swapped.
[[nodiscard]] constexpr bool swaps_octets(register_order order) noexcept {
    return (static_cast<unsigned>(order) & 1U) != 0;
}

/// The name in letters: `"CDAB"`, also for 64 bits; `"EFGHABCD"` for the orders that only those have.
[[nodiscard]] constexpr std::string_view name(register_order order) noexcept {
    return detail::short_order_names[static_cast<std::size_t>(order) & 7U];
}

/// The name in as many letters as a value of 64 bits has octets: `"GHEFCDAB"`.
[[nodiscard]] constexpr std::string_view long_name(register_order order) noexcept {
    return detail::long_order_names[static_cast<std::size_t>(order) & 7U];
}

/// The order whose `name` or `long_name` is `text`.
[[nodiscard]] constexpr std::optional<register_order> register_order_from(std::string_view text) noexcept {
    for (std::size_t i = 0; i < detail::short_order_names.size(); ++i)
        if (detail::short_order_names[i] == text || detail::long_order_names[i] == text)
            return static_cast<register_order>(i);
    return std::nullopt;
}

/// Where register `i` of a value of `width` registers (1, 2 or 4) stands among them, counted from the most
/// significant one.
[[nodiscard]] constexpr std::size_t significance_of(std::size_t i, std::size_t width,
                                                    register_order order) noexcept {
    return i ^ ((static_cast<std::size_t>(order) >> 1U) & (width - 1));
}

/// A register with its octets as `order` has them. The same turns it back.
[[nodiscard]] constexpr std::uint16_t in_order(std::uint16_t octets, register_order order) noexcept {
    return swaps_octets(order) ? static_cast<std::uint16_t>(octets << 8U | octets >> 8U) : octets;
}

/// Puts a value of `width` registers (1, 2 or 4) together: those from `registers[0]` on.
template <class Registers>
[[nodiscard]] constexpr std::uint64_t load_registers(const Registers& registers, std::size_t width,
                                                     register_order order) noexcept {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < width; ++i)
        bits = bits << 16U | in_order(registers[significance_of(i, width, order)], order);
    return bits;
}

/// Lays the lowest 16 * `width` bits out into `registers[0]` on: the inverse of `load_registers`.
template <class Registers>
constexpr void store_registers(Registers&& registers, std::size_t width, register_order order,
                               std::uint64_t bits) noexcept {
    for (std::size_t i = width; i-- > 0; bits >>= 16U)
        registers[significance_of(i, width, order)] = in_order(static_cast<std::uint16_t>(bits), order);
}

} // namespace meterlink::modbus
