#pragma once

/// Bits and chips in borrowed octets, where they do not begin at the beginning of an octet.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink::wmbus {

/// A run of bits, the most significant of each octet first, as a radio receives them. Positions and sizes
/// count bits; what lies beyond the end reads as zeros.
class bits_view {
public:
    constexpr bits_view() noexcept = default;

    /// All bits of `octets`.
    explicit constexpr bits_view(bytes_view octets) noexcept : octets_{octets}, size_{octets.size() * 8} {}

    /// `count` bits from bit `offset` on, or as many as there are.
    constexpr bits_view(bytes_view octets, std::size_t offset, std::size_t count) noexcept
        : octets_{octets}, begin_{std::min(offset, octets.size() * 8)},
          size_{std::min(count, octets.size() * 8 - begin_)} {}

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

    [[nodiscard]] constexpr bool operator[](std::size_t at) const noexcept {
        const auto bit = begin_ + at;
        return at < size_ && ((octets_[bit / 8] >> (7 - bit % 8)) & 1) != 0;
    }

    /// The first `count` bits, or all of them where there are fewer.
    [[nodiscard]] constexpr bits_view first(std::size_t count) const noexcept {
        return {octets_, begin_, std::min(count, size_)};
    }

    /// The bits from `offset` on.
    [[nodiscard]] constexpr bits_view subview(std::size_t offset) const noexcept {
        const auto skipped = std::min(offset, size_);
        return {octets_, begin_ + skipped, size_ - skipped};
    }

    /// `count` bits from `offset` on, at most 32, as a number whose least significant bit is the last of
    /// them.
    [[nodiscard]] constexpr std::uint32_t peek(std::size_t count, std::size_t offset = 0) const noexcept {
        if (offset >= size_ || count == 0)
            return 0;
        const auto there = std::min({count, size_ - offset, std::size_t{32}});
        const auto begin = begin_ + offset;
        const auto end = begin + there;
        std::uint64_t octets = 0;
        for (auto i = begin / 8; i * 8 < end; ++i)
            octets = (octets << 8) | octets_[i];
        const auto value = (octets >> ((8 - end % 8) % 8)) & ((std::uint64_t{1} << there) - 1);
        return static_cast<std::uint32_t>(value << (std::min<std::size_t>(count, 32) - there));
    }

    /// As `peek`, and goes on behind them.
    constexpr std::uint32_t take(std::size_t count) noexcept {
        const auto value = peek(count);
        *this = subview(count);
        return value;
    }

private:
    bytes_view octets_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};

} // namespace meterlink::wmbus
