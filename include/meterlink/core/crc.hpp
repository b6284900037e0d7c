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
        for (const auto octet : octets)
            register_ = Parameters.reflected ? shift(register_ >> 8, register_ ^ octet)
                                             : shift(register_ << 8, (register_ >> 8) ^ octet);
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

    static constexpr auto table_ = [] {
        std::array<std::uint16_t, 256> table{};
        for (unsigned i = 0; i < table.size(); ++i)
            table[i] = entry(i);
        return table;
    }();

    static constexpr std::uint16_t shift(int shifted, int index) noexcept {
        return static_cast<std::uint16_t>(shifted ^ table_[static_cast<std::size_t>(index & 0xFF)]);
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
