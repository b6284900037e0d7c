#pragma once

/// Takes out of the input what a line gives back of our own octets: infrared heads and some level converters
/// hear themselves.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/bytes.hpp>

namespace meterlink::io {

/// Cancels local echo. Octets that come in are held back for as long as they repeat what was sent; when one
/// differs, what came was no echo, or a garbled one, and all of it is passed on. So a line without echo loses
/// nothing, and a collision is seen.
class echo_canceller {
public:
    /// `octets` were sent, and their echo is expected from now on. What is left of an older echo is not
    /// waited for any more unless these octets continue it.
    void sent(bytes_view octets, bool continues = false) {
        if (!continues)
            reset();
        expected_.insert(expected_.end(), octets.begin(), octets.end());
    }

    /// `octets` without the echo; good until the next call.
    [[nodiscard]] bytes_view filter(bytes_view octets) {
        const auto left = bytes_view{expected_}.subspan(matched_);
        const auto common = std::min(left.size(), octets.size());
        const auto [ours, theirs] = std::ranges::mismatch(left.first(common), octets.first(common));
        const auto equal = static_cast<std::size_t>(ours - left.begin());
        if (equal == common) {
            matched_ += common;
            if (matched_ == expected_.size())
                reset();
            return octets.subspan(common);
        }
        // The octets that had been taken for an echo are equal to those sent.
        passed_.assign(expected_.begin(), expected_.begin() + static_cast<std::ptrdiff_t>(matched_));
        passed_.insert(passed_.end(), octets.begin(), octets.end());
        reset();
        return passed_;
    }

    /// Octets of an echo that have not come yet.
    [[nodiscard]] std::size_t outstanding() const noexcept { return expected_.size() - matched_; }

    /// Expects no echo.
    void reset() noexcept {
        expected_.clear();
        matched_ = 0;
    }

private:
    std::vector<std::uint8_t> expected_;
    std::vector<std::uint8_t> passed_;
    std::size_t matched_ = 0;
};

} // namespace meterlink::io
