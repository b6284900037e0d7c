#pragma once

/// What can go wrong on a line, on purpose: faults by script or by chance, the same ones every time.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/checksum.hpp>
#include <meterlink/mbus/ack.hpp>

namespace meterlink::mbus {

/// What goes wrong with a request and its answers.
enum class line_fault : std::uint8_t {
    none,
    request_lost,   ///< No slave hears the request.
    silence,        ///< The slave does not answer.
    late,           ///< It answers when nobody waits any more.
    noise_before,   ///< Octets of noise directly before the answer.
    noise_after,    ///< … and behind it.
    noise_instead,  ///< … and in its place.
    wrong_checksum, ///< The next to last octet is another.
    wrong_stop,
    wrong_start,
    wrong_length,  ///< The first L field.
    flipped_bit,   ///< Anywhere.
    dropped_octet, ///< Anywhere.
    doubled_octet, ///< Anywhere.
    truncated,     ///< The answer ends anywhere.
    pause,         ///< The answer stops anywhere for long, and then goes on.
    duplicate,     ///< The answer is sent twice.
    other_meter,   ///< The readout of another meter is answered.
    other_address, ///< An intact answer with another A field.
    ack_instead,   ///< E5 in place of the answer.
    collision,     ///< Something else is sent at the same time.
    echo,          ///< The request comes back before the answer.
};

/// How many faults there are; `none` is not one of them.
inline constexpr std::size_t line_fault_count = static_cast<std::size_t>(line_fault::echo);

/// Every fault, in the order of the enumeration.
inline constexpr auto line_faults = [] {
    std::array<line_fault, line_fault_count> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<line_fault>(i + 1);
    return out;
}();

/// Stable identifier: `"wrong_checksum"`.
[[nodiscard]] constexpr std::string_view name(line_fault fault) noexcept {
    constexpr std::array<std::string_view, line_fault_count + 1> names{
        "none",          "request_lost",   "silence",    "late",        "noise_before", "noise_after",
        "noise_instead", "wrong_checksum", "wrong_stop", "wrong_start", "wrong_length", "flipped_bit",
        "dropped_octet", "doubled_octet",  "truncated",  "pause",       "duplicate",    "other_meter",
        "other_address", "ack_instead",    "collision",  "echo"};
    return names[static_cast<std::size_t>(fault)];
}

/// The fault of that name, or `none` by its own; nothing for any other text.
[[nodiscard]] constexpr std::optional<line_fault> line_fault_named(std::string_view text) noexcept {
    for (const auto fault : line_faults)
        if (name(fault) == text)
            return fault;
    return text == name(line_fault::none) ? std::optional{line_fault::none} : std::nullopt;
}

/// Numbers that look random and are the same for the same seed (xorshift64*).
class line_random {
public:
    explicit constexpr line_random(std::uint64_t seed = 1) noexcept : state_{seed == 0 ? 1 : seed} {}

    /// From 0 to `limit` - 1; 0 for a limit of 0.
    constexpr std::size_t below(std::size_t limit) noexcept {
        state_ ^= state_ >> 12U;
        state_ ^= state_ << 25U;
        state_ ^= state_ >> 27U;
        const auto number = (state_ * 0x2545'F491'4F6C'DD1DULL) >> 33U;
        return limit == 0 ? 0 : static_cast<std::size_t>(number % limit);
    }
    constexpr std::uint8_t octet() noexcept { return static_cast<std::uint8_t>(below(256)); }

private:
    std::uint64_t state_;
};

/// Which fault hits which request.
class fault_plan {
public:
    /// No faults.
    fault_plan() = default;

    /// One fault for each request, in their order; no more behind the last.
    [[nodiscard]] static fault_plan script(std::vector<line_fault> faults) {
        fault_plan out;
        out.faults_ = std::move(faults);
        return out;
    }

    /// One of `faults` for so many of a thousand requests.
    [[nodiscard]] static fault_plan random(std::uint64_t seed, unsigned per_thousand,
                                           std::vector<line_fault> faults) {
        auto out = script(std::move(faults));
        out.random_ = line_random{seed};
        out.per_thousand_ = per_thousand;
        return out;
    }

    /// The fault of the next request.
    [[nodiscard]] line_fault next() {
        if (!per_thousand_)
            return next_ < faults_.size() ? faults_[next_++] : line_fault::none;
        if (faults_.empty() || random_.below(1000) >= *per_thousand_)
            return line_fault::none;
        return faults_[random_.below(faults_.size())];
    }

private:
    std::vector<line_fault> faults_;
    std::size_t next_ = 0;
    std::optional<unsigned> per_thousand_;
    line_random random_;
};

namespace detail {

inline void insert_noise(std::vector<std::uint8_t>& octets, std::size_t at, line_random& random) {
    for (auto count = 1 + random.below(6); count > 0; --count)
        octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(at), random.octet());
}

/// The checksum of a long frame whose octets have changed.
inline void mend_checksum(std::vector<std::uint8_t>& frame) {
    if (frame.size() > 6)
        frame[frame.size() - 2] = checksum8(bytes_view{frame}.subspan(4, frame.size() - 6));
}

} // namespace detail

/// Damages the octets of one answer, which are not empty. Where the fault needs a frame and the answer is a
/// single octet, one of its bits is flipped. Faults that are not of the octets change nothing.
inline void damage(std::vector<std::uint8_t>& octets, line_fault fault, line_random& random) {
    const auto size = octets.size();
    const auto any = random.below(size);
    const auto spot = octets.begin() + static_cast<std::ptrdiff_t>(any);
    const auto flip = [&](std::size_t at) {
        const auto octet = octets[size > 1 ? at : 0];
        octets[size > 1 ? at : 0] = static_cast<std::uint8_t>(octet ^ (1U << random.below(8)));
    };
    switch (fault) {
    case line_fault::noise_before: return detail::insert_noise(octets, 0, random);
    case line_fault::noise_after: return detail::insert_noise(octets, size, random);
    case line_fault::noise_instead: octets.clear(); return detail::insert_noise(octets, 0, random);
    case line_fault::wrong_checksum: return flip(size - (size > 1 ? 2 : 1));
    case line_fault::wrong_stop: return flip(size - 1);
    case line_fault::wrong_start: return flip(0);
    case line_fault::wrong_length: return flip(1);
    case line_fault::flipped_bit: return flip(any);
    case line_fault::dropped_octet: octets.erase(spot); return;
    case line_fault::doubled_octet: octets.insert(spot, octets[any]); return;
    case line_fault::truncated: octets.resize(any); return;
    case line_fault::ack_instead: octets.assign(1, ack_view::octet); return;
    case line_fault::other_address:
        if (size < 7)
            return flip(0);
        octets[5] = static_cast<std::uint8_t>((octets[5] + 1 + random.below(200)) % 251);
        return detail::mend_checksum(octets);
    default: return;
    }
}

} // namespace meterlink::mbus
