#pragma once

/// The transaction identifiers of TCP.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace meterlink::modbus::detail {

/// Gives numbers out one after the other, but none whose reply may still come: those under way, and the last
/// 256 that were abandoned on this link. 0 is never given out.
class transaction_numbers {
public:
    transaction_numbers() { abandoned_.reserve(most); }

    /// `is_under_way` says whether a number is waited for; far fewer than 65000 may be.
    template <class Predicate>
    [[nodiscard]] std::uint16_t next(Predicate&& is_under_way) {
        do
            ++last_;
        while (last_ == 0 || is_abandoned(last_) || is_under_way(last_));
        return last_;
    }

    [[nodiscard]] std::uint16_t last() const noexcept { return last_; }

    /// Nobody waits for its reply any more.
    void abandon(std::uint16_t number) {
        if (abandoned_.size() == most)
            abandoned_.erase(abandoned_.begin());
        abandoned_.push_back(number);
    }

    /// Its late reply has come; false when it was not waited for.
    bool settle(std::uint16_t number) noexcept {
        const auto found = std::find(abandoned_.begin(), abandoned_.end(), number);
        if (found == abandoned_.end())
            return false;
        abandoned_.erase(found);
        return true;
    }

    /// Over a new link nothing comes late.
    void forget() noexcept { abandoned_.clear(); }

private:
    static constexpr std::size_t most = 256;

    [[nodiscard]] bool is_abandoned(std::uint16_t number) const noexcept {
        return std::find(abandoned_.begin(), abandoned_.end(), number) != abandoned_.end();
    }

    std::vector<std::uint16_t> abandoned_;
    std::uint16_t last_ = 0;
};

} // namespace meterlink::modbus::detail
