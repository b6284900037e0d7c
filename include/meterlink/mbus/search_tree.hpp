#pragma once

/// The order in which a wildcard search asks: a tree of masks, walked by what each probe found.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/mbus/search_forecast.hpp>
#include <meterlink/mbus/search_mask.hpp>

namespace meterlink::mbus {

/// What a probe found.
enum class probe_result : std::uint8_t {
    silent,    ///< Nobody.
    single,    ///< One slave, whose address is known now.
    collided,  ///< Several, as it seems.
    mute,      ///< Somebody who acknowledges the selection and cannot be read.
    anonymous, ///< One slave, whose answer does not tell its address.
};

/// Why slaves below a mask could not be told apart.
enum class conflict_kind : std::uint8_t {
    equal,      ///< All that a selection can name is equal: two slaves with one address.
    unresolved, ///< Several answered together, but not when they were asked one by one.
    mute,       ///< Somebody acknowledges the selection, but sends no readable telegram.
};

/// How far a search goes to tell slaves apart.
struct search_tree_options {
    /// Manufacturer, device type and version are tried where all digits are equal, and then the fabrication
    /// number. Without, such slaves are a conflict at once.
    bool separates_equal_numbers = true;
    /// Also digits A to E, manufacturers that are not three letters and device types above 3F, which no
    /// standard gives to a meter.
    bool tries_all_codes = false;
};

/// The walk through the tree (EN 13757-3:2018, the wildcard search), a value that can be kept and gone on
/// with. Where several answer, the next wildcard is tried value by value: the digits of the identification
/// number from the most significant on, then manufacturer (one octet after the other; meters with one number
/// are most often of two makers, and its first octet has the fewest values), device type, version, and at
/// last the digits of the fabrication number.
///
/// Two slaves at least are expected where a probe collided. Where fewer were found, the values that stayed
/// silent are asked once more; so a lost answer costs repetitions there alone.
class search_tree {
public:
    /// A mask below which slaves could not be told apart.
    struct conflict {
        conflict_kind kind = conflict_kind::equal;
        search_mask mask{};

        [[nodiscard]] friend constexpr bool operator==(const conflict&, const conflict&) noexcept = default;
    };

    search_tree() : search_tree{search_mask{}} {}
    /// Walks below `start` alone.
    explicit search_tree(const search_mask& start, search_tree_options options = {}) : options_{options} {
        branches_.push_back({start, field::start, 0, 0, 0, 0, false, false, false, {}});
    }

    /// The mask to be asked now; none when all are.
    [[nodiscard]] std::optional<search_mask> probe() const {
        if (branches_.empty())
            return std::nullopt;
        return with(branches_.back(), branches_.back().value);
    }

    /// What the probe found; the walk goes on. Returns what could not be told apart, if that is known now.
    /// Without effect when the walk is over.
    std::optional<conflict> report(probe_result found);

    /// How many probes are still to come, judged by those that were made; 0 when the walk is over.
    [[nodiscard]] double expected_left() const noexcept {
        double sum = 0;
        for (std::size_t depth = 0; depth < branches_.size(); ++depth) {
            const auto& where = branches_[depth];
            const auto is_current = depth + 1 == branches_.size() ? 1U : 0U;
            for (auto value = where.value + 1U - is_current; value < end(where.what); ++value)
                if (is_tried(where, static_cast<std::uint16_t>(value)))
                    sum += where.is_repeat || is_octet(where.what) ? 1 : forecast_.cost(depth);
        }
        return sum;
    }

private:
    /// What a branch tries the values of, in the order of the walk.
    enum class field : std::uint8_t {
        start, // the mask as it is
        id_digit,
        manufacturer_high,
        manufacturer_low,
        device_type,
        version,
        fabrication, // whether there is any
        fabrication_digit,
    };

    struct branch {
        search_mask mask;
        field what = field::start;
        std::uint8_t shift = 0;     // of the digit
        std::uint16_t value = 0;    // that is tried now
        std::uint8_t expected = 2;  // slaves that must be below
        std::size_t yield = 0;      // slaves that were found, and two for a conflict
        bool is_mute = false;       // came of somebody who cannot be read
        bool is_repeat = false;     // of the values that stayed silent
        bool is_confirming = false; // the value is asked again before its many fields are
        std::bitset<256> silent{};
    };

    [[nodiscard]] static constexpr bool is_octet(field what) noexcept {
        return what >= field::manufacturer_high && what <= field::version;
    }

    /// One beyond the highest value.
    [[nodiscard]] std::uint16_t end(field what) const noexcept {
        switch (what) {
        case field::start:
        case field::fabrication: return 1;
        case field::id_digit:
        case field::fabrication_digit: return options_.tries_all_codes ? 15 : 10;
        case field::device_type: return options_.tries_all_codes ? 255 : 0x40;
        default: return 255;
        }
    }

    /// Whether the value is worth a probe: an octet of three letters (EN 13757-3:2018, the manufacturer).
    [[nodiscard]] bool is_code(field what, unsigned value) const noexcept {
        const auto is_letter = [](unsigned code) { return code >= 1 && code <= 26; };
        if (options_.tries_all_codes)
            return true;
        if (what == field::manufacturer_high)
            return is_letter(value >> 2U);
        return what != field::manufacturer_low || is_letter(value & 0x1FU);
    }

    [[nodiscard]] bool is_tried(const branch& where, std::uint16_t value) const {
        return is_code(where.what, value) && (!where.is_repeat || where.silent.test(value));
    }

    /// The first value from `value` on that is to be tried.
    [[nodiscard]] std::uint16_t tried_from(const branch& where, std::uint16_t value) const {
        while (value < end(where.what) && !is_tried(where, value))
            ++value;
        return value;
    }

    [[nodiscard]] static search_mask with(const branch& where, std::uint16_t value) noexcept {
        auto out = where.mask;
        const auto octet = static_cast<std::uint8_t>(value);
        const auto digit = [&](std::uint32_t number) {
            return (number & ~(0xFU << where.shift)) | std::uint32_t{value} << where.shift;
        };
        auto& maker = out.address.manufacturer;
        switch (where.what) {
        case field::start: break;
        case field::id_digit: out.address.id = digit(out.address.id); break;
        case field::manufacturer_high:
            maker = static_cast<std::uint16_t>((maker & 0x00FFU) | unsigned{value} << 8U);
            break;
        case field::manufacturer_low: maker = static_cast<std::uint16_t>((maker & 0xFF00U) | value); break;
        case field::device_type: out.address.device_type = octet; break;
        case field::version: out.address.version = octet; break;
        case field::fabrication: out.fabrication_number = 0xFFFF'FFFF; break;
        case field::fabrication_digit: out.fabrication_number = digit(*out.fabrication_number); break;
        }
        return out;
    }

    [[nodiscard]] static std::optional<std::uint8_t> first_wildcard(std::uint32_t digits) noexcept {
        for (unsigned shift = 32; shift > 0; shift -= 4)
            if ((digits >> (shift - 4) & 0xFU) == 0xFU)
                return static_cast<std::uint8_t>(shift - 4);
        return std::nullopt;
    }

    /// The branch that separates those below `mask`, by something behind `last`; none when nothing is left.
    [[nodiscard]] std::optional<branch> separation(const search_mask& mask, field last) const;
    std::optional<conflict> settle();
    void advance(branch& where) const {
        where.is_confirming = false;
        where.value = tried_from(where, static_cast<std::uint16_t>(where.value + 1));
    }

    search_tree_options options_;
    std::vector<branch> branches_; // from the root to where the walk is
    search_forecast forecast_;
};

inline std::optional<search_tree::branch> search_tree::separation(const search_mask& mask, field last) const {
    branch out;
    out.mask = mask;
    const auto begin = [&](field what, std::uint8_t shift = 0) {
        out.what = what;
        out.shift = shift;
        out.value = tried_from(out, 0);
        return out;
    };
    const auto& address = mask.address;
    if (const auto shift = first_wildcard(address.id); shift && last <= field::id_digit)
        return begin(field::id_digit, *shift);
    if (!options_.separates_equal_numbers)
        return std::nullopt;
    if (last < field::manufacturer_high && address.manufacturer >> 8U == 0xFFU)
        return begin(field::manufacturer_high);
    if (last < field::manufacturer_low && (address.manufacturer & 0xFFU) == 0xFFU)
        return begin(field::manufacturer_low);
    if (last < field::device_type && address.device_type == 0xFF)
        return begin(field::device_type);
    if (last < field::version && address.version == 0xFF)
        return begin(field::version);
    if (!mask.fabrication_number)
        return last < field::fabrication ? std::optional{begin(field::fabrication)} : std::nullopt;
    if (const auto shift = first_wildcard(*mask.fabrication_number))
        return begin(field::fabrication_digit, *shift);
    return std::nullopt;
}

inline std::optional<search_tree::conflict> search_tree::report(probe_result found) {
    const auto asked = probe();
    if (!asked)
        return std::nullopt;
    auto& here = branches_.back();
    here.silent.set(here.value, found == probe_result::silent);
    if (!here.is_repeat)
        forecast_.note(branches_.size() - 1, found == probe_result::collided || found == probe_result::mute);
    if (found == probe_result::silent || found == probe_result::single) {
        here.yield += found == probe_result::single ? 1 : 0;
        advance(here);
        return settle();
    }
    auto next = separation(*asked, here.what);
    const bool is_mute = found == probe_result::mute;
    if (!next || (is_mute && here.is_mute)) {
        here.yield += 2;
        advance(here);
        settle(); // knows no conflict of its own: this one counts for all above
        return conflict{is_mute                          ? conflict_kind::mute
                        : asked->address.has_wildcards() ? conflict_kind::unresolved
                                                         : conflict_kind::equal,
                        *asked};
    }
    if (is_octet(next->what) && here.what <= field::id_digit && !here.is_confirming) {
        here.is_confirming = true; // hundreds of probes are not begun because of one disturbance
        return std::nullopt;
    }
    next->expected = found == probe_result::collided ? 2 : 1;
    next->is_mute = is_mute;
    branches_.push_back(*next);
    return std::nullopt;
}

/// Leaves the branches that are done.
inline std::optional<search_tree::conflict> search_tree::settle() {
    std::optional<conflict> out;
    while (!branches_.empty() && branches_.back().value >= end(branches_.back().what)) {
        auto& here = branches_.back();
        const bool is_short = here.what != field::start && here.yield < here.expected;
        const bool is_unsearchable = is_octet(here.what) && here.yield == 0;
        if (is_short && !is_unsearchable && !here.is_repeat && here.silent.any()) {
            here.is_repeat = true;
            here.value = tried_from(here, 0);
            break;
        }
        // slaves exist that take no wildcard in half a manufacturer: what was not found by one field may be
        // by the next
        if (auto next = is_unsearchable ? separation(here.mask, here.what) : std::nullopt) {
            next->expected = here.expected;
            next->is_mute = here.is_mute;
            here = *next;
            break;
        }
        if (is_short) {
            const auto kind = here.is_mute                      ? conflict_kind::mute
                              : here.what >= field::fabrication ? conflict_kind::equal
                                                                : conflict_kind::unresolved;
            out = conflict{kind, here.mask};
            here.yield += 2;
        }
        const auto yield = here.yield;
        branches_.pop_back();
        if (branches_.empty())
            break;
        branches_.back().yield += yield;
        advance(branches_.back());
    }
    return out;
}

} // namespace meterlink::mbus
