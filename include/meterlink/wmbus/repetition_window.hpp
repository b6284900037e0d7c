#pragma once

/// Remembers for a while what was heard, so that a copy is known as one.

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/telegram_fingerprint.hpp>

namespace meterlink::wmbus {

/// The telegrams of the last seconds, as fingerprints. A telegram is a repetition when one with the same
/// fingerprint was heard at most `window` before; the window begins with the first copy and further copies do
/// not prolong it, so that a meter which sends the same for hours is new once per window.
///
/// All memory (at most 56 octets per telegram) is taken when it is made. When more telegrams than `capacity`
/// fall into one window, the oldest is forgotten early; a later copy of it then counts as new, and nothing is
/// lost. With n telegrams in the window, a new one is mistaken for a repetition with a chance of n : 2^64.
class repetition_window {
public:
    struct options {
        session_clock::duration window = std::chrono::seconds{60};
        std::size_t capacity = 1024; ///< Telegrams; at least 1.
    };

    explicit repetition_window(const options& how)
        : window_{how.window}, ring_(std::max<std::size_t>(how.capacity, 1)),
          slots_(std::bit_ceil(2 * ring_.size()), no_entry), slot_mask_{slots_.size() - 1} {}
    repetition_window() : repetition_window{options{}} {}

    /// Whether a telegram that comes in at `now` is a repetition; a new one is remembered. Time should not
    /// run backwards; a telegram that is told late is measured by its distance all the same.
    [[nodiscard]] bool is_repetition(const telegram_fingerprint& telegram, instant now) noexcept {
        while (count_ > 0 && now - ring_[oldest_].first > window_)
            forget_oldest();
        auto slot = home(telegram);
        for (; slots_[slot] != no_entry; slot = next(slot))
            if (ring_[slots_[slot]].telegram == telegram)
                return true;
        if (count_ == ring_.size()) {
            forget_oldest(); // which may move other entries of the table
            ++forgotten_early_;
            for (slot = home(telegram); slots_[slot] != no_entry; slot = next(slot)) {
            }
        }
        const auto place = (oldest_ + count_) % ring_.size();
        ring_[place] = {telegram, now};
        slots_[slot] = place;
        ++count_;
        return false;
    }

    /// Telegrams that it remembers.
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return ring_.size(); }

    /// Telegrams forgotten before their window had passed: if this grows, `capacity` is too small.
    [[nodiscard]] std::uint64_t forgotten_early() const noexcept { return forgotten_early_; }

private:
    struct entry {
        telegram_fingerprint telegram;
        instant first{};
    };
    static constexpr std::size_t no_entry = ~std::size_t{0};

    [[nodiscard]] std::size_t home(const telegram_fingerprint& telegram) const noexcept {
        return static_cast<std::size_t>(telegram.hash) & slot_mask_;
    }
    [[nodiscard]] std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & slot_mask_; }

    /// Takes the oldest entry out of the table and closes the gap, so that every entry is still found by
    /// walking from its home to the first free slot.
    void forget_oldest() noexcept {
        auto gap = home(ring_[oldest_].telegram);
        while (slots_[gap] != oldest_)
            gap = next(gap);
        for (auto slot = next(gap); slots_[slot] != no_entry; slot = next(slot)) {
            const auto wanted = home(ring_[slots_[slot]].telegram);
            if (((slot - wanted) & slot_mask_) < ((slot - gap) & slot_mask_))
                continue; // its home lies behind the gap
            slots_[gap] = slots_[slot];
            gap = slot;
        }
        slots_[gap] = no_entry;
        oldest_ = (oldest_ + 1) % ring_.size();
        --count_;
    }

    session_clock::duration window_;
    std::vector<entry> ring_;        // in order of arrival
    std::vector<std::size_t> slots_; // open addressing, at most half full: places in the ring
    std::size_t slot_mask_;
    std::size_t oldest_ = 0;
    std::size_t count_ = 0;
    std::uint64_t forgotten_early_ = 0;
};

} // namespace meterlink::wmbus
