#pragma once

/// Registers and bits that an owner keeps, packed as they travel.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/modbus/bit_view.hpp>
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus::detail {

/// Up to `Max` registers inside the object. Whoever fills it has checked that they fit.
template <std::size_t Max>
class packed_registers {
public:
    /// `value_of(i)` is the register at `i`.
    template <class ValueOf>
    constexpr void fill(std::size_t count, ValueOf&& value_of) noexcept {
        count_ = count;
        for (std::size_t i = 0; i < count; ++i) {
            const auto value = static_cast<std::uint16_t>(value_of(i));
            octets_[2 * i] = static_cast<std::uint8_t>(value >> 8);
            octets_[2 * i + 1] = static_cast<std::uint8_t>(value);
        }
    }
    constexpr void copy(register_view registers) noexcept {
        count_ = registers.size();
        std::copy(registers.octets().begin(), registers.octets().end(), octets_.begin());
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return {octets_.data(), 2 * count_}; }
    [[nodiscard]] constexpr register_view view() const noexcept { return register_view{octets()}; }
    [[nodiscard]] friend constexpr bool operator==(const packed_registers& a,
                                                   const packed_registers& b) noexcept {
        return std::ranges::equal(a.octets(), b.octets());
    }

private:
    std::array<std::uint8_t, 2 * Max> octets_{};
    std::size_t count_ = 0;
};

/// Up to `Max` bits inside the object. Whoever fills it has checked that they fit.
template <std::size_t Max>
class packed_bits {
public:
    /// `value_of(i)` is the bit at `i`. The bits above the last one are 0.
    template <class ValueOf>
    constexpr void fill(std::size_t count, ValueOf&& value_of) noexcept {
        count_ = count;
        octets_ = {};
        for (std::size_t i = 0; i < count; ++i)
            if (value_of(i))
                octets_[i / 8] = static_cast<std::uint8_t>(octets_[i / 8] | 1U << (i % 8));
    }
    /// The bits above the last one are kept too.
    constexpr void copy(bit_view bits) noexcept {
        count_ = bits.size();
        std::copy(bits.octets().begin(), bits.octets().end(), octets_.begin());
    }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
    [[nodiscard]] constexpr bytes_view octets() const noexcept {
        return {octets_.data(), octets_of_bits(count_)};
    }
    [[nodiscard]] constexpr bit_view view() const noexcept { return {octets(), count_}; }
    [[nodiscard]] friend constexpr bool operator==(const packed_bits& a, const packed_bits& b) noexcept {
        return a.count_ == b.count_ && std::ranges::equal(a.octets(), b.octets());
    }

private:
    std::array<std::uint8_t, octets_of_bits(Max)> octets_{};
    std::size_t count_ = 0;
};

} // namespace meterlink::modbus::detail
