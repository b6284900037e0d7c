#pragma once

/// The 16-bit cyclic redundancy checks of meter protocols, at once or piece by piece.

#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// What tells one CRC-16 from another.
struct crc16_parameters {
    std::uint16_t polynomial = 0; ///< Without its x^16; bit 15 is x^15, whether reflected or not.
    std::uint16_t initial = 0;
    bool reflected = false; ///< Octets enter, and the value leaves, least significant bit first.
    std::uint16_t final_xor = 0;
};

/// A CRC-16 in progress; a new one has seen no octets.
template <crc16_parameters Parameters>
class basic_crc16 {
public:
    /// The CRC of `octets`.
    [[nodiscard]] static constexpr std::uint16_t of(bytes_view octets) noexcept {
        return basic_crc16{}.update(octets).finish();
    }

    /// Takes more octets; where a message is cut makes no difference.
    constexpr basic_crc16& update(bytes_view octets) noexcept {
        // Eight octets at once: each goes through the table of its distance from the end, so that the
        // look-ups do not wait for each other.
        const auto* at = octets.data();
        auto left = octets.size();
        auto value = register_;
        for (; left >= slices; left -= slices, at += slices) {
            const auto first = Parameters.reflected ? value & 0xFF : value >> 8;
            const auto second = Parameters.reflected ? value >> 8 : value & 0xFF;
            value = static_cast<std::uint16_t>(look_up(7, at[0] ^ first) ^ look_up(6, at[1] ^ second) ^
                                               look_up(5, at[2]) ^ look_up(4, at[3]) ^ look_up(3, at[4]) ^
                                               look_up(2, at[5]) ^ look_up(1, at[6]) ^ look_up(0, at[7]));
        }
        for (; left > 0; --left, ++at)
            value = shift(value, *at);
        register_ = value;
        return *this;
    }

    /// The CRC of all octets so far. More may follow.
    [[nodiscard]] constexpr std::uint16_t finish() const noexcept {
        return static_cast<std::uint16_t>(register_ ^ Parameters.final_xor);
    }

private:
    static constexpr std::uint16_t reversed(std::uint16_t value) noexcept {
        unsigned out = 0;
        for (int bit = 0; bit < 16; ++bit)
            out |= ((static_cast<unsigned>(value) >> bit) & 1U) << (15 - bit);
        return static_cast<std::uint16_t>(out);
    }

    static constexpr std::uint16_t entry(unsigned index) noexcept {
        const unsigned polynomial =
            Parameters.reflected ? reversed(Parameters.polynomial) : Parameters.polynomial;
        unsigned value = Parameters.reflected ? index : index << 8;
        for (int bit = 0; bit < 8; ++bit) {
            if (Parameters.reflected)
                value = (value >> 1) ^ ((value & 1U) != 0 ? polynomial : 0U);
            else
                value = (value << 1) ^ ((value & 0x8000U) != 0 ? polynomial : 0U);
        }
        return static_cast<std::uint16_t>(value);
    }

    static constexpr std::size_t slices = 8;

    // tables_[n][i] is the CRC of octet i with n octets of zero behind it
    static constexpr auto tables_ = [] {
        std::array<std::array<std::uint16_t, 256>, slices> tables{};
        for (unsigned i = 0; i < 256; ++i)
            tables[0][i] = entry(i);
        for (std::size_t n = 1; n < slices; ++n)
            for (std::size_t i = 0; i < 256; ++i) {
                const int before = tables[n - 1][i];
                const auto index =
                    static_cast<std::size_t>(Parameters.reflected ? before & 0xFF : before >> 8);
                const auto shifted = Parameters.reflected ? before >> 8 : before << 8;
                tables[n][i] = static_cast<std::uint16_t>(shifted ^ tables[0][index]);
            }
        return tables;
    }();

    static constexpr std::uint16_t look_up(std::size_t slice, int index) noexcept {
        return tables_[slice][static_cast<std::size_t>(index & 0xFF)];
    }

    static constexpr std::uint16_t shift(std::uint16_t value, std::uint8_t octet) noexcept {
        const int shifted = Parameters.reflected ? value >> 8 : value << 8;
        return static_cast<std::uint16_t>(
            shifted ^ look_up(0, Parameters.reflected ? value ^ octet : (value >> 8) ^ octet));
    }

    std::uint16_t register_ = Parameters.initial;
};

/// Link layer blocks, ELL payload and format signatures of wireless M-Bus (EN 13757-4).
using crc16_en13757 = basic_crc16<crc16_parameters{0x3D65, 0x0000, false, 0xFFFF}>;

/// Serial links of radio receivers, and SML.
using crc16_x25 = basic_crc16<crc16_parameters{0x1021, 0xFFFF, true, 0xFFFF}>;

/// Modbus RTU.
using crc16_modbus = basic_crc16<crc16_parameters{0x8005, 0xFFFF, true, 0x0000}>;

/// SML of a few meters.
using crc16_kermit = basic_crc16<crc16_parameters{0x1021, 0x0000, true, 0x0000}>;

} // namespace meterlink
