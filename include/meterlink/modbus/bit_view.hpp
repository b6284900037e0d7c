#pragma once

/// Coils and discrete inputs as they travel: eight in an octet, the first in its least significant bit.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/modbus/detail/indexed_iterator.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>

namespace meterlink::modbus {

/// Borrowed bits (Modbus application protocol V1.1b3, 6.1); a random access range of `bool`.
class bit_view {
public:
    using iterator = detail::indexed_iterator<bit_view, bool>;

    constexpr bit_view() noexcept = default;
    /// All bits of `octets`.
    explicit constexpr bit_view(bytes_view octets) noexcept : bit_view{octets, 8 * octets.size()} {}
    /// The first `quantity` bits of `octets`; those that there are.
    constexpr bit_view(bytes_view octets, std::size_t quantity) noexcept
        : octets_{octets.first(std::min(octets.size(), detail::octets_of_bits(quantity)))},
          quantity_{std::min(quantity, 8 * octets_.size())} {}

    [[nodiscard]] constexpr std::size_t size() const noexcept { return quantity_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return quantity_ == 0; }
    /// The bit at `index`, which is less than `size()`.
    [[nodiscard]] constexpr bool operator[](std::size_t index) const noexcept {
        return (octets_[index / 8] >> (index % 8) & 1) != 0;
    }
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, size()}; }

    /// The octets that hold the bits; the last one may hold others above them.
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

private:
    bytes_view octets_;
    std::size_t quantity_ = 0;
};

} // namespace meterlink::modbus
