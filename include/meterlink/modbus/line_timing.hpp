#pragma once

/// The times of a serial line: how long a character takes, and what silence means.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/session.hpp>

namespace meterlink::modbus {

/// Times that follow from the bit rate (Modbus over serial line V1.02, 2.5.1.1).
class line_timing {
public:
    using duration = session_clock::duration;

    /// Start bit, eight data bits, parity or a second stop bit, stop bit.
    static constexpr std::uint32_t usual_bits = 11;

    /// `baud` 0 is a line that is reached by a network, where octets take no time.
    /// `bits_per_character` counts start, data, parity and stop bits.
    explicit constexpr line_timing(std::uint32_t baud, std::uint32_t bits_per_character = usual_bits) noexcept
        : baud_{baud}, bits_{bits_per_character} {}

    /// A line behind a network.
    [[nodiscard]] static constexpr line_timing network() noexcept { return line_timing{0}; }

    [[nodiscard]] constexpr std::uint32_t baud() const noexcept { return baud_; }
    [[nodiscard]] constexpr std::uint32_t bits_per_character() const noexcept { return bits_; }

    /// How long `count` characters take, one after the other.
    [[nodiscard]] constexpr duration characters(std::size_t count) const noexcept {
        if (baud_ == 0)
            return duration{};
        return duration{static_cast<std::int64_t>(count) * std::int64_t{bits_} * nanoseconds_per_second /
                        std::int64_t{baud_}};
    }

    /// t1.5: more silence than this within a frame breaks it. 750 us above 19200 Bd.
    [[nodiscard]] constexpr duration within_frame() const noexcept {
        return is_fast() ? std::chrono::microseconds{750} : characters(3) / 2;
    }

    /// t3.5: at least so much silence stands between two frames. 1750 us above 19200 Bd.
    [[nodiscard]] constexpr duration between_frames() const noexcept {
        return is_fast() ? std::chrono::microseconds{1750} : characters(7) / 2;
    }

    [[nodiscard]] friend constexpr bool operator==(const line_timing&, const line_timing&) noexcept = default;

private:
    static constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;

    [[nodiscard]] constexpr bool is_fast() const noexcept { return baud_ > 19200; }

    std::uint32_t baud_;
    std::uint32_t bits_;
};

} // namespace meterlink::modbus
