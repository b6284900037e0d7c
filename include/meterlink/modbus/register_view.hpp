#pragma once

/// Registers as they travel: pairs of octets, the most significant first.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/modbus/detail/indexed_iterator.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>

namespace meterlink::modbus {

/// Borrowed 16-bit registers (Modbus application protocol V1.1b3, 4.2); a random access range of their
/// values.
class register_view {
public:
    using iterator = detail::indexed_iterator<register_view, std::uint16_t>;

    constexpr register_view() noexcept = default;
    /// Two octets make a register; an odd last one is left out.
    explicit constexpr register_view(bytes_view octets) noexcept
        : octets_{octets.first(octets.size() / 2 * 2)} {}

    [[nodiscard]] constexpr std::size_t size() const noexcept { return octets_.size() / 2; }
    [[nodiscard]] constexpr bool empty() const noexcept { return octets_.empty(); }
    /// The register at `index`, which is less than `size()`.
    [[nodiscard]] constexpr std::uint16_t operator[](std::size_t index) const noexcept {
        return detail::u16_at(octets_, 2 * index);
    }
    [[nodiscard]] constexpr iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return {*this, size()}; }

    /// The `count` registers from `first` on, all of which there are.
    [[nodiscard]] constexpr register_view subview(std::size_t first, std::size_t count) const noexcept {
        return register_view{octets_.subspan(2 * first, 2 * count)};
    }
    /// The registers as they travel.
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

private:
    bytes_view octets_;
};

} // namespace meterlink::modbus
