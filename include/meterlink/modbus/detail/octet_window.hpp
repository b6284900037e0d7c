#pragma once

/// What the stream decoders have in common: the octets that wait, and the garbage before them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/modbus/adu.hpp>

namespace meterlink::modbus::detail {

/// At most `Capacity` octets in which frames are sought, and how many before them have been skipped.
template <std::size_t Capacity>
class octet_window {
public:
    /// Takes as many octets as fit; all that wait stand in one piece.
    [[nodiscard]] constexpr std::size_t append(bytes_view octets) noexcept {
        if (begin_ > 0 && octets.size() > Capacity - end_) {
            std::copy(at(begin_), at(end_), at(0));
            end_ -= std::exchange(begin_, 0);
        }
        const auto taken = std::min(octets.size(), Capacity - end_);
        std::copy_n(octets.begin(), taken, at(end_));
        end_ += taken;
        return taken;
    }

    /// The octets that wait.
    [[nodiscard]] constexpr bytes_view octets() const noexcept {
        return bytes_view{buffer_}.subspan(begin_, end_ - begin_);
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return begin_ == end_; }

    /// Nothing waits, and nothing has been skipped that was not reported.
    [[nodiscard]] constexpr bool is_clear() const noexcept { return empty() && skipped_ == 0; }

    /// The first `count` octets were a frame. What `octets` gave stays valid until `append`.
    constexpr void take(std::size_t count) noexcept { begin_ += count; }

    /// The first `count` octets are garbage; `why` counts where they are the first ones.
    constexpr void skip(const error& why, std::size_t count = 1) noexcept {
        if (skipped_ == 0)
            why_ = why;
        skipped_ += count;
        begin_ += count;
    }

    [[nodiscard]] constexpr std::size_t skipped() const noexcept { return skipped_; }
    /// So much garbage that it is to be reported before more is skipped.
    [[nodiscard]] constexpr bool is_full_of_garbage() const noexcept { return skipped_ >= Capacity; }
    [[nodiscard]] constexpr garbage take_garbage() noexcept { return {std::exchange(skipped_, 0), why_}; }

    constexpr void clear() noexcept { begin_ = end_ = skipped_ = 0; }

private:
    [[nodiscard]] constexpr std::uint8_t* at(std::size_t index) noexcept { return buffer_.data() + index; }

    std::array<std::uint8_t, Capacity> buffer_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t skipped_ = 0;
    error why_{};
};

} // namespace meterlink::modbus::detail
