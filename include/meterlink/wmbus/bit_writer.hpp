#pragma once

/// Fills a caller's octets bit by bit.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::wmbus {

/// Writes bits, the most significant of each octet first. What does not fit is not written, and `finish` says
/// so.
class bit_writer {
public:
    explicit constexpr bit_writer(bytes_span out) noexcept : out_{out} {}

    /// The low `count` bits of `value`, at most 32, the most significant of them first.
    constexpr bit_writer& put(std::uint32_t value, std::size_t count) noexcept {
        const auto mask = (std::uint64_t{1} << count) - 1;
        pending_ = (pending_ << count) | (value & mask);
        pending_count_ += count;
        size_ += count;
        while (pending_count_ >= 8) {
            pending_count_ -= 8;
            put_octet(static_cast<std::uint8_t>((pending_ >> pending_count_) & 0xFFU));
        }
        return *this;
    }

    /// Bits written so far, or that would have been.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

    /// Fills up the last octet with zeros. Returns how many bits were written before that, or
    /// `errc::buffer_too_small` (offset: the octets there are) when some did not fit.
    [[nodiscard]] constexpr result<std::size_t> finish() noexcept {
        if (pending_count_ > 0)
            put_octet(static_cast<std::uint8_t>((pending_ << (8 - pending_count_)) & 0xFFU));
        pending_count_ = 0;
        if (octets_ > out_.size())
            return fail(errc::buffer_too_small, layer::core, out_.size());
        return size_;
    }

private:
    constexpr void put_octet(std::uint8_t octet) noexcept {
        if (octets_ < out_.size())
            out_[octets_] = octet;
        ++octets_;
    }

    bytes_span out_;
    std::size_t octets_ = 0;
    std::size_t size_ = 0;
    std::uint64_t pending_ = 0; // its low pending_count_ bits, fewer than 8 between calls
    std::size_t pending_count_ = 0;
};

} // namespace meterlink::wmbus
