#pragma once

/// Takes out of the input what a line gives back of what was sent.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink::modbus::detail {

/// The echo of one frame. Octets are held back for as long as they repeat what was sent. A few may stand
/// before it, from a line that was not at rest, for the echo of a write that is not known for one would be
/// its confirmation; when more differ, it was no echo, or a garbled one, and all is input.
class line_echo {
public:
    /// `size` octets were sent.
    void expect(std::size_t size) noexcept {
        size_ = size;
        matched_ = stray_ = 0;
    }
    void forget() noexcept { size_ = matched_ = stray_ = 0; }

    /// Hands what is no echo of `sent` to `sink`, in a few pieces.
    template <class Sink>
    void filter(bytes_view sent, bytes_view octets, Sink&& sink) {
        while (!octets.empty() && matched_ < size_) {
            if (octets[0] == sent[matched_]) {
                octets = octets.subspan(1);
                if (++matched_ == size_)
                    forget();
                continue;
            }
            const auto kept = still_matched(sent.first(matched_), octets[0], sent);
            const auto passed = matched_ + 1 - kept;
            const auto held_back = sent.first(matched_);
            stray_ += passed;
            if (stray_ > most_stray) {
                forget();
                if (!held_back.empty())
                    sink(held_back);
            } else if (kept > 0) {
                matched_ = kept;
                sink(held_back.first(passed));
                octets = octets.subspan(1);
            } else {
                matched_ = 0;
                if (!held_back.empty())
                    sink(held_back);
                sink(octets.first(1));
                octets = octets.subspan(1);
            }
        }
        if (!octets.empty())
            sink(octets);
    }

private:
    static constexpr std::size_t most_stray = 3;

    /// How many octets of `held_back` and `next` can still be the beginning of `sent`.
    [[nodiscard]] static std::size_t still_matched(bytes_view held_back, std::uint8_t next, bytes_view sent) {
        for (auto size = held_back.size(); size > 0; --size)
            if (sent[size - 1] == next && std::ranges::equal(held_back.last(size - 1), sent.first(size - 1)))
                return size;
        return 0;
    }

    std::size_t size_ = 0;
    std::size_t matched_ = 0;
    std::size_t stray_ = 0; ///< Octets before the echo.
};

} // namespace meterlink::modbus::detail
