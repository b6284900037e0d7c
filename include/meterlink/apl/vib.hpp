#pragma once

/// The value information block: what a record's value measures, in which unit, at which scale.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/apl/data_type.hpp>
#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/tables/vif_fb.hpp>
#include <meterlink/apl/tables/vif_fd.hpp>
#include <meterlink/apl/tables/vif_primary.hpp>
#include <meterlink/apl/vife.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/quantity.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/unit.hpp>

namespace meterlink::apl {

/// VIFE that a record may carry; the codes after FB and FD count among them.
inline constexpr std::size_t max_vife = 10;

/// Value information block (EN 13757-3:2018, 6.4), borrowed from the record it stands in.
class vib_view {
public:
    constexpr vib_view() noexcept = default;

    /// Reads one VIB that fills all of `input`. Errors: `truncated`, `vife_count`, `trailing_bytes`.
    [[nodiscard]] static constexpr result<vib_view>
    parse(bytes_view input, apl::direction direction = direction::from_meter) noexcept;

    /// As `parse`, for a VIB at the start of `input` and into this object. Returns its length, 0 when the
    /// input ends in it; sets `problem` where something is wrong.
    constexpr std::size_t read(bytes_view input, apl::direction direction, error& problem) noexcept;

    /// All octets, VIF to the last VIFE or to the end of the plain text.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

    /// What VIF and VIFE together say about the value.
    [[nodiscard]] constexpr const apl::measurement& measurement() const noexcept { return measurement_; }

    /// The unit that the meter spells out (VIF 7C), as it travels: Latin-1, last character first.
    [[nodiscard]] constexpr bytes_view plain_text() const noexcept {
        return wire_.subspan(text_at_, text_size_);
    }

    /// True where the plain text stands directly after the VIF and before the VIFE, as some meters send it.
    [[nodiscard]] constexpr bool is_text_first() const noexcept { return text_first_; }

    /// The VIFE that modify the value. The code after FB or FD is the true VIF and not among them.
    [[nodiscard]] constexpr vife_range modifiers() const noexcept {
        const auto begin = text_first_ ? std::size_t{text_at_} + text_size_ : std::size_t{true_vif_size_};
        const auto end = has_text() && !text_first_ ? std::size_t{text_at_} - 1 : wire_.size();
        return {wire_.subspan(begin, end - begin), first_table(), direction_};
    }

    /// Who sent it.
    [[nodiscard]] constexpr apl::direction speaker() const noexcept { return direction_; }

    /// The VIF octets proper: one, or two after EF, FB and FD, or three after FD FD.
    [[nodiscard]] constexpr bytes_view true_vif() const noexcept { return wire_.first(true_vif_size_); }

    /// True where the meter spells its unit out.
    [[nodiscard]] constexpr bool has_text() const noexcept { return text_at_ != 0; }

    /// Equal when the same octets travel, and mean the same.
    [[nodiscard]] friend constexpr bool operator==(const vib_view& a, const vib_view& b) noexcept {
        return std::equal(a.wire_.begin(), a.wire_.end(), b.wire_.begin(), b.wire_.end()) &&
               a.text_first_ == b.text_first_ && a.direction_ == b.direction_;
    }

private:
    [[nodiscard]] constexpr vife_table first_table() const noexcept {
        return !wire_.empty() && (wire_[0] & 0x7FU) == 0x7FU ? vife_table::manufacturer
                                                             : vife_table::combinable;
    }

    constexpr std::size_t read_extended(bytes_view input, error& problem) noexcept;
    constexpr void set_true_vif() noexcept;
    constexpr void apply_modifiers() noexcept;
    constexpr bool take_plain_text(bytes_view input, std::size_t codes_end) noexcept;

    bytes_view wire_{};
    apl::measurement measurement_{};
    std::uint16_t text_at_ = 0; // of the first character; 0 without text
    std::uint8_t text_size_ = 0;
    std::uint8_t true_vif_size_ = 0;
    bool text_first_ = false;
    apl::direction direction_ = direction::from_meter;
};

namespace detail {

/// Offset just after the last octet of a chain of extension bits that starts at `at`; 0 when the input ends
/// first.
constexpr std::size_t extension_chain_end(bytes_view input, std::size_t at) noexcept {
    while (at < input.size())
        if ((input[at++] & 0x80U) == 0)
            return at;
    return 0;
}

/// True when a length octet and that many printable Latin-1 characters stand at `at`.
constexpr bool is_plain_text_at(bytes_view input, std::size_t at) noexcept {
    if (at >= input.size() || input[at] == 0 || input[at] > input.size() - at - 1)
        return false;
    const auto text = input.subspan(at + 1, input[at]);
    return std::all_of(text.begin(), text.end(),
                       [](std::uint8_t c) { return (c >= 0x20 && c < 0x7F) || c >= 0xA0; });
}

/// The value is no longer in the unit of the VIF but a plain `type` in `in`.
constexpr void retype(measurement& out, data_type type, unit in) noexcept {
    out.unit = in;
    out.exponent10 = 0;
    out.prefix10 = 0;
    out.type = type;
    out.counts_4096th = false;
    out.offset_thousandths = 0;
}

} // namespace detail

constexpr void vib_view::set_true_vif() noexcept {
    const auto vif = wire_[0];
    if (vif == 0xFB && wire_.size() > 1) {
        true_vif_size_ = 2;
        measurement_ = tables::vif_fb[wire_[1] & 0x7FU];
    } else if (vif == 0xFD && wire_.size() > 2 && wire_[1] == 0xFD) {
        true_vif_size_ = 3;
        measurement_ = tables::vif_fd_fd[wire_[2] & 0x7FU];
    } else if (vif == 0xFD && wire_.size() > 1) {
        true_vif_size_ = 2;
        measurement_ = tables::vif_fd[wire_[1] & 0x7FU];
    } else if (vif == 0xEF) { // the third extension is reserved, with all of its codes
        true_vif_size_ = 2;
        measurement_ = {};
    } else {
        measurement_ = tables::vif_primary[vif & 0x7FU];
    }
}

constexpr void vib_view::apply_modifiers() noexcept {
    using tables::vife_effect;
    constexpr unit durations[] = {unit::second, unit::minute, unit::hour, unit::day};
    auto& m = measurement_;
    for (const auto modifier : modifiers()) {
        const auto& entry = modifier.entry();
        switch (entry.effect) {
        case vife_effect::record_error:
            if (direction_ == direction::from_meter)
                m.record_error = modifier.code;
            break;
        case vife_effect::exponent:
            m.exponent10 = static_cast<std::int8_t>(m.exponent10 + entry.argument);
            break;
        case vife_effect::offset: {
            constexpr std::uint16_t thousandths[] = {1, 10, 100, 1000};
            m.offset_thousandths =
                static_cast<std::uint16_t>(m.offset_thousandths + thousandths[modifier.code & 3U]);
            break;
        }
        case vife_effect::other_unit: m.unit = unit::none; break;
        case vife_effect::count: detail::retype(m, data_type::unsigned_integer, unit::none); break;
        case vife_effect::date: detail::retype(m, data_type::date_time, unit::none); break;
        case vife_effect::duration:
            detail::retype(m, data_type::signed_integer, durations[modifier.code & 3U]);
            break;
        case vife_effect::profile: m.is_profile = true; break;
        case vife_effect::unsigned_type: m.type = data_type::unsigned_integer; break;
        case vife_effect::flags_type: m.type = data_type::bit_flags; break;
        case vife_effect::label:
        case vife_effect::extension:
        case vife_effect::manufacturer: break;
        }
    }
}

/// Finds the plain text: behind the whole VIB as the standard says, or directly behind the VIF as some meters
/// send it. The standard's order wins where both could be meant. False when the input ends in it.
constexpr bool vib_view::take_plain_text(bytes_view input, std::size_t codes_end) noexcept {
    const auto behind_text = [&](std::size_t at) { return at + 1 + input[at]; };
    auto at = codes_end;
    auto end = std::size_t{0};
    if (!detail::is_plain_text_at(input, at) && (input[0] & 0x80U) != 0 && detail::is_plain_text_at(input, 1))
        end = detail::extension_chain_end(input, behind_text(1));
    if (end != 0) {
        at = 1;
        text_first_ = true;
    } else {
        if (at >= input.size() || input[at] > input.size() - at - 1)
            return false;
        end = behind_text(at);
    }
    text_at_ = static_cast<std::uint16_t>(at + 1);
    text_size_ = input[at];
    wire_ = input.first(end);
    return true;
}

/// A VIB of more than one octet.
constexpr std::size_t vib_view::read_extended(bytes_view input, error& problem) noexcept {
    const auto codes_end = detail::extension_chain_end(input, 0);
    if (codes_end == 0) {
        problem = {errc::truncated, layer::apl, input.size()};
        return 0;
    }
    wire_ = input.first(codes_end);
    set_true_vif();
    if ((input[0] & 0x7FU) == 0x7CU && !take_plain_text(input, codes_end)) {
        problem = {errc::truncated, layer::apl, input.size()};
        return 0;
    }
    const auto text_octets = has_text() ? 1U + text_size_ : 0U;
    if (wire_.size() - text_octets > 1 + max_vife)
        problem = {errc::vife_count, layer::apl, 1 + max_vife + (text_first_ ? text_octets : 0U)};
    else if (wire_.size() > true_vif_size_)
        apply_modifiers();
    return wire_.size();
}

constexpr std::size_t vib_view::read(bytes_view input, apl::direction direction, error& problem) noexcept {
    if (input.empty()) {
        problem = {errc::truncated, layer::apl, 0};
        return 0;
    }
    text_at_ = 0;
    text_size_ = 0;
    true_vif_size_ = 1;
    text_first_ = false;
    direction_ = direction;
    const auto vif = input[0];
    if (vif >= 0x80 || vif == 0x7C)
        return read_extended(input, problem);
    wire_ = input.first(1);
    measurement_ = tables::vif_primary[vif];
    return 1;
}

constexpr result<vib_view> vib_view::parse(bytes_view input, apl::direction direction) noexcept {
    vib_view out;
    error problem = no_error;
    const auto size = out.read(input, direction, problem);
    if (problem.code != errc::none)
        return fail(problem);
    if (size != input.size())
        return fail(errc::trailing_bytes, layer::apl, size);
    return out;
}

} // namespace meterlink::apl
