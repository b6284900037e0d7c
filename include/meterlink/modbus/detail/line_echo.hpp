#pragma once

/// Takes out of the input what a line gives back of what was sent.

#include <algorithm>
#include <cstddef>

#include <meterlink/core/bytes.hpp>

namespace meterlink::modbus::detail {

/// The echo of one frame. Octets are held back for as long as they repeat what was sent; when one differs, it
/// was no echo, or a garbled one, and what had been held back is input as well.
class line_echo {
public:
    /// `size` octets were sent.
    void expect(std::size_t size) noexcept {
        size_ = size;
        matched_ = 0;
    }
    void forget() noexcept { size_ = matched_ = 0; }

    /// Hands what is no echo of `sent` to `sink`, in one or two pieces.
    template <class Sink>
    void filter(bytes_view sent, bytes_view octets, Sink&& sink) {
        if (matched_ < size_) {
            const auto left = sent.subspan(matched_, size_ - matched_);
            const auto common = std::min(left.size(), octets.size());
            const auto differs = std::mismatch(
                left.begin(), left.begin() + static_cast<std::ptrdiff_t>(common), octets.begin());
            if (differs.first == left.begin() + static_cast<std::ptrdiff_t>(common)) {
                matched_ += common;
                octets = octets.subspan(common);
            } else {
                const auto held_back = sent.first(matched_);
                forget();
                if (!held_back.empty())
                    sink(held_back);
            }
        }
        if (!octets.empty())
            sink(octets);
    }

private:
    std::size_t size_ = 0;
    std::size_t matched_ = 0;
};

} // namespace meterlink::modbus::detail
