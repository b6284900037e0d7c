#pragma once

/// Takes out of the input what a line gives back of our own octets: infrared heads and some level converters
/// hear themselves.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/line_echo.hpp>

namespace meterlink::io {

/// Cancels local echo (`line_echo`), and keeps what was sent for it.
class echo_canceller {
public:
    /// `octets` were sent, and their echo is expected from now on. What is left of an older echo is not
    /// waited for any more unless these octets continue it.
    void sent(bytes_view octets, bool continues = false) {
        if (!continues || outstanding() == 0)
            reset();
        sent_.insert(sent_.end(), octets.begin(), octets.end());
        echo_.extend(sent_.size());
    }

    /// `octets` without the echo; good until the next call.
    [[nodiscard]] bytes_view filter(bytes_view octets) {
        if (outstanding() == 0)
            return octets;
        passed_.clear();
        echo_.filter(sent_, octets,
                     [this](bytes_view some) { passed_.insert(passed_.end(), some.begin(), some.end()); });
        return passed_;
    }

    /// Octets of an echo that have not come yet.
    [[nodiscard]] std::size_t outstanding() const noexcept { return echo_.outstanding(); }

    /// Expects no echo.
    void reset() noexcept {
        sent_.clear();
        echo_.forget();
    }

private:
    line_echo echo_;
    std::vector<std::uint8_t> sent_;
    std::vector<std::uint8_t> passed_;
};

} // namespace meterlink::io
