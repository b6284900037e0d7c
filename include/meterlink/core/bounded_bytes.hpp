#pragma once

/// Octets owned in place, for owners that must not allocate.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

/// A sequence of at most `Capacity` octets, stored inside the object.
template <std::size_t Capacity>
class bounded_bytes {
public:
    constexpr bounded_bytes() noexcept = default;

    /// Copies `source`; `errc::buffer_too_small` when it is longer than `Capacity`.
    [[nodiscard]] static constexpr result<bounded_bytes> from(bytes_view source) noexcept {
        if (source.size() > Capacity)
            return fail(errc::buffer_too_small, layer::core, Capacity);
        bounded_bytes out;
        std::copy(source.begin(), source.end(), out.octets_.begin());
        out.size_ = source.size();
        return out;
    }

    /// Appends one octet; false, and nothing changed, when full.
    constexpr bool push_back(std::uint8_t octet) noexcept {
        if (size_ == Capacity)
            return false;
        octets_[size_++] = octet;
        return true;
    }

    /// Appends all of `more`; false, and nothing changed, when it does not fit.
    constexpr bool append(bytes_view more) noexcept {
        if (more.size() > Capacity - size_)
            return false;
        std::copy(more.begin(), more.end(), octets_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += more.size();
        return true;
    }

    constexpr void clear() noexcept { size_ = 0; }

    [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr const std::uint8_t* data() const noexcept { return octets_.data(); }
    [[nodiscard]] constexpr const std::uint8_t* begin() const noexcept { return octets_.data(); }
    [[nodiscard]] constexpr const std::uint8_t* end() const noexcept { return octets_.data() + size_; }
    [[nodiscard]] constexpr std::uint8_t operator[](std::size_t i) const noexcept { return octets_[i]; }
    [[nodiscard]] constexpr bytes_view view() const noexcept { return {octets_.data(), size_}; }

    [[nodiscard]] friend constexpr bool operator==(const bounded_bytes& a, const bounded_bytes& b) noexcept {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

private:
    std::array<std::uint8_t, Capacity> octets_{};
    std::size_t size_ = 0;
};

} // namespace meterlink
