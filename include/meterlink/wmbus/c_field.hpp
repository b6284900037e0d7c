#pragma once

/// The C field of a wireless telegram: what kind of message it is.

#include <array>
#include <cstdint>
#include <string_view>

namespace meterlink::wmbus {

/// What a telegram is for (EN 13757-4:2019, the C field of the link layer).
enum class link_function : std::uint8_t {
    unknown,
    snd_nke,
    snd_ud,
    snd_ud2,
    snd_nr, ///< Sent unasked, no reply expected: the everyday telegram of a meter.
    snd_ud3,
    snd_ir,  ///< Installation request.
    acc_nr,  ///< "I am here", without data.
    acc_dmd, ///< A meter asks for access.
    req_ud1,
    req_ud2,
    ack,
    nack,
    cnf_ir,
    rsp_ud,
};

namespace detail {

struct link_function_row {
    std::uint8_t code; // bits 6 and 3..0; the frame count bits differ from telegram to telegram
    link_function function;
    std::string_view name;
};

// clang-format off
inline constexpr std::array link_function_rows{
    link_function_row{0x40, link_function::snd_nke, "snd_nke"},
    link_function_row{0x43, link_function::snd_ud, "snd_ud"},
    link_function_row{0x44, link_function::snd_nr, "snd_nr"},
    link_function_row{0x45, link_function::snd_ud3, "snd_ud3"},
    link_function_row{0x46, link_function::snd_ir, "snd_ir"},
    link_function_row{0x47, link_function::acc_nr, "acc_nr"},
    link_function_row{0x48, link_function::acc_dmd, "acc_dmd"},
    link_function_row{0x4A, link_function::req_ud1, "req_ud1"},
    link_function_row{0x4B, link_function::req_ud2, "req_ud2"},
    link_function_row{0x00, link_function::ack, "ack"},
    link_function_row{0x01, link_function::nack, "nack"},
    link_function_row{0x06, link_function::cnf_ir, "cnf_ir"},
    link_function_row{0x08, link_function::rsp_ud, "rsp_ud"},
};
// clang-format on

} // namespace detail

/// C field of the link layer (EN 13757-4). Kept raw, so that every octet survives.
struct c_field {
    std::uint8_t raw = 0;

    /// Bit 6, PRM: the sender opens the exchange. Meters do so too on the air.
    [[nodiscard]] constexpr bool is_primary() const noexcept { return (raw & 0x40U) != 0; }

    /// What the telegram is for; `unknown` for codes that the standard reserves.
    [[nodiscard]] constexpr link_function function() const noexcept {
        if ((raw & 0x80U) != 0)
            return link_function::unknown;
        if (raw == 0x43) // without the frame count bits that SND-UD always has
            return link_function::snd_ud2;
        for (const auto& row : detail::link_function_rows)
            if (row.code == (raw & 0x4FU))
                return row.function;
        return link_function::unknown;
    }

    [[nodiscard]] static constexpr c_field snd_nr() noexcept { return {0x44}; }
    [[nodiscard]] static constexpr c_field snd_ir() noexcept { return {0x46}; }
    [[nodiscard]] static constexpr c_field acc_nr() noexcept { return {0x47}; }
    [[nodiscard]] static constexpr c_field rsp_ud() noexcept { return {0x08}; }

    [[nodiscard]] friend constexpr bool operator==(c_field, c_field) noexcept = default;
};

/// Stable identifier, as it stands in JSON: `"snd_nr"`.
[[nodiscard]] constexpr std::string_view name(link_function function) noexcept {
    if (function == link_function::snd_ud2)
        return "snd_ud2";
    for (const auto& row : detail::link_function_rows)
        if (row.function == function)
            return row.name;
    return "unknown";
}

} // namespace meterlink::wmbus
