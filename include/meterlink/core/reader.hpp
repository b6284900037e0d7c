#pragma once

/// A cursor over borrowed octets, for the parsers.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// Unsigned little-endian number of `octets.size()` octets; at most eight of them count.
[[nodiscard]] constexpr std::uint64_t load_little_endian(bytes_view octets) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets.size() && i < 8; ++i)
        value |= std::uint64_t{octets[i]} << (8 * i);
    return value;
}

/// Unsigned big-endian number of `octets.size()` octets; the last eight of them count.
[[nodiscard]] constexpr std::uint64_t load_big_endian(bytes_view octets) noexcept {
    std::uint64_t value = 0;
    for (const auto octet : octets)
        value = (value << 8) | octet;
    return value;
}

/// Unsigned number of `octets.size()` octets in either order, as above.
[[nodiscard]] constexpr std::uint64_t load_number(bytes_view octets, byte_order order) noexcept {
    return order == byte_order::least_significant_first ? load_little_endian(octets)
                                                        : load_big_endian(octets);
}

/// Reads forward through octets. The caller asks `has(n)` first; a read past the end yields zeros and
/// an empty view, never memory that is not ours.
class reader {
public:
    explicit constexpr reader(bytes_view input) noexcept : input_{input} {}

    [[nodiscard]] constexpr std::size_t offset() const noexcept { return offset_; }
    [[nodiscard]] constexpr std::size_t remaining() const noexcept { return input_.size() - offset_; }
    [[nodiscard]] constexpr bool has(std::size_t count) const noexcept { return count <= remaining(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return remaining() == 0; }
    [[nodiscard]] constexpr bytes_view rest() const noexcept { return input_.subspan(offset_); }

    /// The next octet without taking it; 0 at the end.
    [[nodiscard]] constexpr std::uint8_t peek() const noexcept {
        return has(1) ? input_[offset_] : std::uint8_t{0};
    }

    constexpr std::uint8_t u8() noexcept {
        const auto octet = peek();
        offset_ += has(1) ? 1U : 0U;
        return octet;
    }

    constexpr std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(load_little_endian(take(2))); }
    constexpr std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(load_little_endian(take(4))); }

    /// The next `count` octets; empty, and nothing taken, when fewer are left.
    constexpr bytes_view take(std::size_t count) noexcept {
        if (!has(count))
            return {};
        const auto taken = input_.subspan(offset_, count);
        offset_ += count;
        return taken;
    }

private:
    bytes_view input_;
    std::size_t offset_ = 0;
};

} // namespace meterlink
