#pragma once

// Settings and actions made from the octets of a fuzzer.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>

namespace meterlink::fuzzing {

/// Gives octets of the input, and zeros behind its end.
class source {
public:
    explicit source(bytes_view octets) : octets_{octets} {}
    std::uint8_t u8() {
        if (octets_.empty())
            return 0;
        const auto out = octets_.front();
        octets_ = octets_.subspan(1);
        return out;
    }
    bytes_view some(std::size_t count) {
        const auto out = octets_.first(std::min(count, octets_.size()));
        octets_ = octets_.subspan(out.size());
        return out;
    }
    [[nodiscard]] bool is_empty() const { return octets_.empty(); }

private:
    bytes_view octets_;
};

} // namespace meterlink::fuzzing
