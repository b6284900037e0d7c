#pragma once

/// What a receiver hears when several stations send at once: bits on a line, and the characters read from
/// them.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>

namespace meterlink::mbus {

/// Bit times of a character on the wired bus: start bit, eight data bits, even parity, stop bit.
inline constexpr std::int64_t character_bits = 11;

/// How long `count` bits take at `baud`, which is not 0.
[[nodiscard]] constexpr session_clock::duration bit_time(std::int64_t count, std::uint32_t baud) noexcept {
    return session_clock::duration{count * 1'000'000'000 / std::int64_t{baud}};
}

/// How long `count` characters take at `baud`, which is not 0.
[[nodiscard]] constexpr session_clock::duration character_time(std::size_t count,
                                                               std::uint32_t baud) noexcept {
    return bit_time(static_cast<std::int64_t>(count) * character_bits, baud);
}

/// Octets that one station sends without a gap.
struct line_burst {
    instant start{};
    std::uint32_t baud = 2400;
    std::vector<std::uint8_t> octets;

    [[nodiscard]] instant end() const noexcept { return start + character_time(octets.size(), baud); }

    /// The level at a moment: true is mark, the level of the idle line.
    [[nodiscard]] bool is_mark(instant at) const noexcept {
        if (at < start || at >= end())
            return true;
        const auto bit = (at - start).count() * std::int64_t{baud} / 1'000'000'000;
        const auto octet = octets[static_cast<std::size_t>(bit / character_bits)];
        switch (const auto place = bit % character_bits) {
        case 0: return false;
        case 9: return std::popcount(octet) % 2 == 1;
        case 10: return true;
        default: return ((octet >> (place - 1)) & 1U) != 0;
        }
    }

    /// The first moment from `from` on at which it draws the line to space; none when it does so no more.
    [[nodiscard]] std::optional<instant> next_space(instant from) const noexcept {
        if (from >= end())
            return std::nullopt;
        auto bit = from <= start ? 0 : (from - start).count() * std::int64_t{baud} / 1'000'000'000;
        for (; bit < static_cast<std::int64_t>(octets.size()) * character_bits; ++bit) {
            const auto begin = start + bit_time(bit, baud) + session_clock::duration{1};
            const auto at = std::max(from, begin);
            if (!is_mark(at))
                return at;
        }
        return std::nullopt;
    }
};

/// A character as it was received.
struct heard_character {
    std::uint8_t octet = 0;
    instant at{};        ///< When it was complete.
    bool is_good = true; ///< Parity and stop bit were right.
};

/// A line on which space wins, as on the wired bus (EN 13757-2, clause 4): the receiver hears the bits of all
/// stations that send at a time. The same octets sent at the same moment read as if one had sent them.
class line_signal {
public:
    explicit line_signal(std::uint32_t baud = 2400) noexcept : baud_{baud} {}

    /// The bit rate at which characters are read.
    [[nodiscard]] std::uint32_t baud() const noexcept { return baud_; }
    void set_baud(std::uint32_t baud) noexcept {
        baud_ = baud;
        is_known_ = false;
    }

    /// Something is sent, or will be. It must not begin before a character that has been taken.
    void add(line_burst burst) {
        if (burst.octets.empty())
            return;
        const auto later = std::find_if(bursts_.begin(), bursts_.end(),
                                        [&](const auto& each) { return burst.start < each.start; });
        bursts_.insert(later, std::move(burst));
        is_known_ = false;
    }

    /// The next character, if nothing else is sent until it is complete.
    [[nodiscard]] const std::optional<heard_character>& peek() {
        if (!is_known_) {
            const auto first = first_heard();
            next_ = std::nullopt;
            if (first != bursts_.end() && first->baud == baud_)
                next_ = clean_character(*first);
            if (!next_)
                next_ = sampled_character();
            is_known_ = true;
        }
        return next_;
    }

    /// The next character that is complete by `now`.
    [[nodiscard]] std::optional<heard_character> take(instant now) {
        if (bursts_.empty())
            return std::nullopt;
        const auto next = peek();
        if (next && next->at > now)
            return std::nullopt;
        // a character that is out of step may end later than the burst it is read from
        const auto passed = next ? next->at : now;
        std::erase_if(bursts_, [&](const auto& each) { return each.end() <= passed; });
        if (!next)
            return std::nullopt;
        read_until_ = next->at;
        is_known_ = false;
        return next;
    }

    /// Whether nobody sends and nothing is left to be read.
    [[nodiscard]] bool is_idle() const noexcept { return bursts_.empty(); }

    /// When all that is known to be sent has been.
    [[nodiscard]] instant busy_until() const noexcept {
        instant last{};
        for (const auto& each : bursts_)
            last = std::max(last, each.end());
        return last;
    }

private:
    [[nodiscard]] std::vector<line_burst>::const_iterator first_heard() const noexcept {
        return std::find_if(bursts_.begin(), bursts_.end(),
                            [&](const auto& each) { return each.end() > read_until_; });
    }

    /// The next character of `burst` where the receiver is in step with it and nobody else sends, or all send
    /// the same.
    [[nodiscard]] std::optional<heard_character> clean_character(const line_burst& burst) const {
        const auto passed = std::max(read_until_, burst.start) - burst.start;
        const auto bits = (passed.count() * std::int64_t{baud_} + 999'999'999) / 1'000'000'000;
        const auto index = static_cast<std::size_t>(bits / character_bits);
        if (index >= burst.octets.size() ||
            burst.start + character_time(index, baud_) != burst.start + passed)
            return std::nullopt;
        const auto end = burst.start + character_time(index + 1, baud_);
        for (const auto& other : bursts_) {
            if (&other == &burst || other.end() <= read_until_ || other.start >= end)
                continue;
            if (other.start != burst.start || other.baud != burst.baud || other.octets != burst.octets)
                return std::nullopt;
        }
        return heard_character{burst.octets[index], end, true};
    }

    [[nodiscard]] bool is_mark(instant at) const noexcept {
        return std::all_of(bursts_.begin(), bursts_.end(),
                           [&](const auto& each) { return each.is_mark(at); });
    }

    [[nodiscard]] std::optional<instant> next_space(instant from) const noexcept {
        std::optional<instant> first;
        for (const auto& each : bursts_)
            if (const auto at = each.next_space(from); at && (!first || *at < *first))
                first = at;
        return first;
    }

    /// What a receiver makes of the bits: it waits for a start bit and samples each bit in its middle.
    [[nodiscard]] std::optional<heard_character> sampled_character() const {
        auto edge = next_space(read_until_);
        while (edge && is_mark(*edge + bit_time(1, 2 * baud_)))
            edge = next_space(*edge + bit_time(1, 2 * baud_)); // a spike, shorter than half a bit
        if (!edge)
            return std::nullopt;
        const auto sample = [&](std::int64_t bit) {
            return is_mark(*edge + bit_time(2 * bit + 1, 2 * baud_));
        };
        heard_character out;
        unsigned ones = 0;
        for (unsigned bit = 0; bit < 8; ++bit) {
            const auto is_one = sample(1 + std::int64_t{bit});
            out.octet = static_cast<std::uint8_t>(out.octet | (is_one ? 1U << bit : 0U));
            ones += is_one ? 1U : 0U;
        }
        const auto has_parity = sample(9) == (ones % 2 == 1);
        out.is_good = sample(10) && has_parity;
        // half a stop bit early, so that a station that is a little fast is not missed
        out.at = *edge + bit_time(21, 2 * baud_);
        if (!sample(10)) // a break: the line has to come to rest before another character begins
            while (!is_mark(out.at) && out.at < busy_until())
                out.at += bit_time(1, 2 * baud_);
        return out;
    }

    std::uint32_t baud_;
    std::vector<line_burst> bursts_; // by their start
    std::optional<heard_character> next_;
    bool is_known_ = false; // next_ is what the bursts say
    instant read_until_{session_clock::duration{std::numeric_limits<std::int64_t>::min() / 4}};
};

} // namespace meterlink::mbus
