#pragma once

/// Which telegrams octets are: those of the wire, or those from the air, and in which shape.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::cli {

/// What the user says that the input is.
enum class telegram_kind : std::uint8_t {
    automatic, ///< A wired frame where it begins like one; otherwise a wireless telegram.
    mbus,
    wmbus,          ///< Wireless, its frame format to be found out.
    wmbus_a,        ///< Frame format A, with its CRCs.
    wmbus_b,        ///< Frame format B, with its CRCs.
    wmbus_stripped, ///< Without CRCs.
    three_of_six,   ///< The chips of mode T.
    manchester,     ///< The chips of mode S.
};

/// True for chips, of which every line is a telegram.
[[nodiscard]] constexpr bool is_coded(telegram_kind kind) noexcept {
    return kind == telegram_kind::three_of_six || kind == telegram_kind::manchester;
}

/// How many octets the telegram has whose beginning `octets` is. `errc::truncated` when they are too few to
/// tell; another error when no telegram of that kind begins so.
[[nodiscard]] result<std::size_t> announced_size(bytes_view octets, telegram_kind kind) noexcept;

/// True when the length field says that the octets are one whole telegram, right or wrong inside.
[[nodiscard]] bool is_one_telegram(bytes_view octets, telegram_kind kind) noexcept;

/// True when a telegram begins here beyond doubt, so that it is not the rest of another.
[[nodiscard]] bool begins_telegram(bytes_view octets, telegram_kind kind) noexcept;

/// True when the octets are, or were once, a wireless telegram; false for a wired frame, and for octets that
/// are like neither.
[[nodiscard]] bool is_wireless(bytes_view octets, telegram_kind kind) noexcept;

} // namespace meterlink::cli
