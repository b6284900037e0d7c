#pragma once

/// Fills a caller's buffer, for `emit`.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

/// Writes forward into a span. What does not fit is not written, and `finish` then says so.
class writer {
public:
    explicit constexpr writer(bytes_span output) noexcept : output_{output} {}

    constexpr writer& u8(std::uint8_t octet) noexcept {
        if (wanted_ < output_.size())
            output_[wanted_] = octet;
        ++wanted_;
        return *this;
    }

    constexpr writer& u16(std::uint16_t value) noexcept { return little_endian(value, 2); }
    constexpr writer& u32(std::uint32_t value) noexcept { return little_endian(value, 4); }

    /// The low `count` octets of `value`, least significant first.
    constexpr writer& little_endian(std::uint64_t value, std::size_t count) noexcept {
        for (std::size_t i = 0; i < count; ++i)
            u8(static_cast<std::uint8_t>(i < 8 ? value >> (8 * i) : 0));
        return *this;
    }

    /// As `little_endian`, in either order.
    constexpr writer& number(std::uint64_t value, std::size_t count, byte_order order) noexcept {
        if (order == byte_order::least_significant_first)
            return little_endian(value, count);
        while (count-- > 0)
            u8(static_cast<std::uint8_t>(count < 8 ? value >> (8 * count) : 0));
        return *this;
    }

    /// The octets as they are.
    constexpr writer& bytes(bytes_view octets) noexcept {
        for (const auto octet : octets)
            u8(octet);
        return *this;
    }

    /// Octets written so far, or that would have been.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return wanted_; }

    /// The octets written so far.
    [[nodiscard]] constexpr bytes_view written() const noexcept {
        return bytes_view{output_}.first(std::min(wanted_, output_.size()));
    }

    /// How many octets were written, or `errc::buffer_too_small` when some did not fit.
    [[nodiscard]] constexpr result<std::size_t> finish() const noexcept {
        if (wanted_ > output_.size())
            return fail(errc::buffer_too_small, layer::core, output_.size());
        return wanted_;
    }

private:
    bytes_span output_;
    std::size_t wanted_ = 0;
};

/// What can be put on the wire: `emit` writes exactly `wire_size()` octets or reports why it cannot.
template <class T>
concept emittable = requires(const T& x, bytes_span out) {
    { x.wire_size() } -> std::convertible_to<std::size_t>;
    { x.emit(out) } -> std::same_as<result<std::size_t>>;
};

/// `x` as freshly allocated octets.
template <emittable T>
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const T& x) {
    std::vector<std::uint8_t> out(x.wire_size());
    const auto written = x.emit(out);
    out.resize(written.value_or(0));
    return out;
}

} // namespace meterlink
