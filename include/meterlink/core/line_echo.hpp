#pragma once

/// Takes out of the input what a line gives back of what was sent.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink {

/// The echo of what was sent, which the owner keeps. Octets are held back for as long as they repeat it. A
/// few may stand before it, from a line that was not at rest, for an echo that is not known for one can be
/// taken for an answer; when more differ, it was no echo, or a garbled one, and all is input. So a line
/// without echo loses nothing, and a collision is seen.
class line_echo {
public:
    /// `size` octets were sent.
    void expect(std::size_t size) noexcept {
        forget();
        size_ = size;
    }
    /// They were only the beginning of what are `size` octets now.
    void extend(std::size_t size) noexcept { size_ = size; }
    void forget() noexcept { size_ = matched_ = stray_ = 0; }

    /// Octets of an echo that have not come yet.
    [[nodiscard]] std::size_t outstanding() const noexcept { return size_ - matched_; }

    /// Hands what is no echo of `sent` to `sink`, in a few pieces.
    template <class Sink>
    void filter(bytes_view sent, bytes_view octets, Sink&& sink) {
        while (!octets.empty() && outstanding() > 0) {
            if (octets[0] == sent[matched_]) {
                octets = octets.subspan(1);
                if (++matched_ == size_)
                    forget();
                continue;
            }
            const auto held_back = sent.first(matched_);
            const auto kept = still_matched(held_back, octets[0]);
            const auto passed = matched_ + 1 - kept;
            stray_ += passed;
            if (stray_ > most_stray) {
                forget();
                if (!held_back.empty())
                    sink(held_back);
                break;
            }
            matched_ = kept;
            if (!held_back.empty())
                sink(held_back.first(std::min(passed, held_back.size())));
            if (kept == 0)
                sink(octets.first(1));
            octets = octets.subspan(1);
        }
        if (!octets.empty())
            sink(octets);
    }

private:
    static constexpr std::size_t most_stray = 3;

    /// How many octets of `held_back`, which begins what was sent, and `next` can still be its beginning.
    [[nodiscard]] static std::size_t still_matched(bytes_view held_back, std::uint8_t next) {
        for (auto size = held_back.size(); size > 0; --size)
            if (held_back[size - 1] == next &&
                std::ranges::equal(held_back.last(size - 1), held_back.first(size - 1)))
                return size;
        return 0;
    }

    std::size_t size_ = 0;
    std::size_t matched_ = 0;
    std::size_t stray_ = 0; ///< Octets before the echo.
};

} // namespace meterlink
