#pragma once

/// Compact profiles: a series of values in one record, at regular distances from a base value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include <meterlink/apl/record.hpp>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/civil_time.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/quantity.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::apl {

/// Control octet bits 7..6: what the elements are relative to their predecessor.
enum class increment_mode : std::uint8_t { absolute, positive, negative, signed_difference };

/// One value of an expanded profile, as if it had been a record of its own.
struct profile_point {
    std::uint64_t storage = 0;
    /// Empty where the telegram gives no complete base time, or no spacing.
    std::optional<civil_date_time> time;
    record_value value = no_data{};
};

/// Compact profile (EN 13757-3:2018, Annex F), borrowed from a record with VIFE 13, 1E or 1F.
class compact_profile {
public:
    /// Reads `profile`; its base value and base time are looked for among `records`, the telegram it came in.
    /// `errc::profile_malformed`, with the offset in the record's data, for a record that is no profile,
    /// reserved codes, or elements cut short.
    [[nodiscard]] static result<compact_profile> parse(const record_view& profile,
                                                       const record_range& records) noexcept;

    /// What the elements are relative to their predecessor.
    [[nodiscard]] increment_mode mode() const noexcept { return mode_; }
    /// True when the elements go back in time (VIFE 13).
    [[nodiscard]] bool is_inverse() const noexcept { return is_inverse_; }
    /// Number of elements, the base value not counted.
    [[nodiscard]] std::size_t size() const noexcept { return elements_.size() / data_size(field_); }
    /// The record that the increments build on, where the telegram has one.
    [[nodiscard]] const std::optional<record_value>& base_value() const noexcept { return base_value_; }
    /// When the base value was taken, where the telegram says so.
    [[nodiscard]] const std::optional<civil_date_time>& base_time() const noexcept { return base_time_; }

    /// Calls `use(profile_point)` for each element. Where an increment is invalid, or has no base, all that
    /// build on it are invalid too.
    template <class Use>
    void for_each(Use use) const {
        auto running = mode_ == increment_mode::absolute ? std::nullopt : base_value_;
        for (std::size_t i = 0; i < size(); ++i) {
            running = next(running, i);
            use(profile_point{storage_ + 1 + i, time_of(i + 1), *running});
        }
    }

private:
    [[nodiscard]] record_value next(const std::optional<record_value>& previous,
                                    std::size_t index) const noexcept;
    [[nodiscard]] std::optional<civil_date_time> time_of(std::size_t steps) const noexcept;
    [[nodiscard]] bool has_legal_spacing() const noexcept;
    void find_base(const record_view& profile, const record_range& records) noexcept;

    bytes_view elements_{};
    measurement element_measurement_{};
    record_options options_{};
    std::uint64_t storage_ = 0;
    std::optional<record_value> base_value_;
    std::optional<civil_date_time> base_time_;
    data_field field_ = data_field::integer_8;
    increment_mode mode_ = increment_mode::absolute;
    std::uint8_t spacing_unit_ = 0; // 0 s, 1 min, 2 h, 3 d
    std::uint8_t spacing_ = 0;
    bool is_inverse_ = false;
};

namespace detail {

inline constexpr std::uint8_t vife_inverse_profile = 0x13;
inline constexpr std::uint8_t spacing_is_array = 0;
inline constexpr std::uint8_t spacing_last_plain = 250;
inline constexpr std::uint8_t spacing_half_months = 253;
inline constexpr std::uint8_t spacing_months = 254;

/// The same VIF and VIFE, but for those that make `profile` a profile.
inline bool has_same_information(const record_view& candidate, const record_view& profile) noexcept {
    const auto& a = candidate.vib();
    const auto& b = profile.vib();
    const auto last_vif = [](const vib_view& v) { return v.true_vif().back() & 0x7FU; };
    if (a.true_vif().size() != b.true_vif().size() || a.wire()[0] % 0x80U != b.wire()[0] % 0x80U ||
        last_vif(a) != last_vif(b) || !std::ranges::equal(a.plain_text(), b.plain_text()))
        return false;
    const auto others = a.modifiers();
    auto other = others.begin();
    for (const auto modifier : b.modifiers()) {
        if (modifier.entry().effect == tables::vife_effect::profile)
            continue;
        if (other == others.end() || *other != modifier)
            return false;
        ++other;
    }
    return other == others.end();
}

/// The same register as `profile`, without being a profile itself.
inline bool is_base_value(const record_view& candidate, const record_view& profile) noexcept {
    const auto& a = candidate.dib();
    const auto& b = profile.dib();
    return a.storage == b.storage && a.tariff == b.tariff && a.subunit == b.subunit &&
           a.function == b.function && !candidate.measurement().is_profile &&
           has_same_information(candidate, profile);
}

/// The date and time in `candidate`, when it dates the storage number of `profile`.
inline std::optional<civil_date_time> base_time_in(const record_view& candidate,
                                                   const record_view& profile) noexcept {
    const auto& m = candidate.measurement();
    const bool is_time_stamp = m.quantity == quantity::date || m.quantity == quantity::date_time;
    if (!is_time_stamp || m.is_profile || candidate.dib().storage != profile.dib().storage)
        return std::nullopt;
    const auto function = candidate.dib().function; // the time of a maximum dates nothing but that
    if (function != function_field::instantaneous && function != profile.dib().function)
        return std::nullopt;
    const auto value = candidate.value();
    if (const auto* moment = std::get_if<date_time>(&value))
        return moment->civil();
    if (const auto* day = std::get_if<date>(&value))
        if (const auto civil = day->civil())
            return civil_date_time{*civil, {0, 0, 0}};
    return std::nullopt;
}

/// Half months go from the n-th to the (n + 15)-th day and on to the n-th of the next month.
inline result<civil_date> add_half_months(civil_date day, int halves) noexcept {
    const auto whole = add_months(day, (halves - (halves & 1)) / 2);
    if (!whole || (halves & 1) == 0)
        return whole;
    if (whole->day <= 15) {
        auto later = *whole;
        const auto last = days_in_month(later.year, later.month);
        later.day = static_cast<std::uint8_t>(later.day + 15 < last ? later.day + 15 : last);
        return later;
    }
    auto next = add_months({whole->year, whole->month, 1}, 1);
    if (next)
        next->day = static_cast<std::uint8_t>(whole->day - 15);
    return next;
}

} // namespace detail

inline result<compact_profile> compact_profile::parse(const record_view& profile,
                                                      const record_range& records) noexcept {
    const auto data = profile.data();
    if (!profile.measurement().is_profile || !profile.has_lvar() || data.size() < 2)
        return fail(errc::profile_malformed, layer::apl, 0);
    compact_profile out;
    out.field_ = static_cast<data_field>(data[0] & 0x0FU);
    out.spacing_unit_ = (data[0] >> 4U) & 0x03U;
    out.mode_ = static_cast<increment_mode>(data[0] >> 6U);
    out.spacing_ = data[1];
    out.elements_ = data.subspan(2);
    if (data_size(out.field_) == 0)
        return fail(errc::profile_malformed, layer::apl, 0, -1, data[0]);
    if (!out.has_legal_spacing())
        return fail(errc::profile_malformed, layer::apl, 1, -1, data[1]);
    if (out.elements_.size() % data_size(out.field_) != 0)
        return fail(errc::profile_malformed, layer::apl, data.size());
    for (const auto modifier : profile.vib().modifiers())
        out.is_inverse_ = out.is_inverse_ || (modifier.entry().effect == tables::vife_effect::profile &&
                                              modifier.code == detail::vife_inverse_profile);
    out.storage_ = profile.dib().storage;
    out.options_ = profile.options();
    out.element_measurement_ = profile.measurement();
    out.element_measurement_.is_profile = false;
    if (out.mode_ != increment_mode::absolute) // an additive correction is in the base value already
        out.element_measurement_.offset_thousandths = 0;
    if (out.mode_ == increment_mode::positive || out.mode_ == increment_mode::negative)
        out.element_measurement_.type = data_type::unsigned_integer;
    if (out.mode_ == increment_mode::signed_difference) // of counters that are unsigned themselves, too
        out.element_measurement_.type = data_type::signed_integer;
    out.find_base(profile, records);
    return out;
}

inline bool compact_profile::has_legal_spacing() const noexcept {
    if (spacing_ <= detail::spacing_last_plain)
        return true;
    if (spacing_ == detail::spacing_half_months)
        return spacing_unit_ == 3;
    return spacing_ == detail::spacing_months && spacing_unit_ != 0;
}

inline void compact_profile::find_base(const record_view& profile, const record_range& records) noexcept {
    for (const auto& candidate : records) {
        if (!candidate)
            continue;
        if (!base_value_ && detail::is_base_value(*candidate, profile))
            base_value_ = candidate->value();
        if (!base_time_)
            base_time_ = detail::base_time_in(*candidate, profile);
    }
}

inline record_value compact_profile::next(const std::optional<record_value>& previous,
                                          std::size_t index) const noexcept {
    const auto size = data_size(field_);
    const auto element =
        decode_value(field_, {}, elements_.subspan(index * size, size), element_measurement_, options_.order);
    if (mode_ == increment_mode::absolute)
        return element;
    const auto* step = std::get_if<decimal>(&element);
    const auto* base = previous ? std::get_if<decimal>(&*previous) : nullptr;
    if (step == nullptr || base == nullptr)
        return invalid{invalid_reason::no_value};
    const bool grows = (mode_ == increment_mode::negative) == is_inverse_;
    const auto sum = grows ? add(*base, *step) : subtract(*base, *step);
    if (!sum)
        return invalid{invalid_reason::too_large};
    return *sum;
}

inline std::optional<civil_date_time> compact_profile::time_of(std::size_t steps) const noexcept {
    if (!base_time_ || spacing_ == detail::spacing_is_array)
        return std::nullopt;
    const auto count = static_cast<int>(steps) * (is_inverse_ ? -1 : 1);
    const auto on = [this](const result<civil_date>& day) {
        return day ? std::optional{civil_date_time{*day, base_time_->time}} : std::nullopt;
    };
    if (spacing_ == detail::spacing_half_months)
        return on(detail::add_half_months(base_time_->date, count));
    if (spacing_ == detail::spacing_months) {
        constexpr int months[] = {0, 6, 3, 1};
        return on(add_months(base_time_->date, count * months[spacing_unit_]));
    }
    constexpr std::int64_t seconds[] = {1, 60, 3600, 86400};
    const auto moment = add_seconds(*base_time_, std::int64_t{count} * spacing_ * seconds[spacing_unit_]);
    return moment ? std::optional{*moment} : std::nullopt;
}

} // namespace meterlink::apl
