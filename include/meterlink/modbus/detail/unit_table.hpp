#pragma once

/// What a client knows of its units: their options, whether they are alive, and which replies may come late.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/client_options.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus::detail {

/// One unit.
class unit_record {
public:
    using duration = session_clock::duration;

    unit_options options{};
    instant free_at = instant::min(); ///< Its turnaround is over then.

    // ---- degradation ------------------------------------------------------------------------------------

    [[nodiscard]] bool is_degraded() const noexcept { return pause_ > duration{}; }
    /// A request finds out whether it is back.
    [[nodiscard]] bool is_probed() const noexcept { return is_probed_; }
    /// When it may be probed.
    [[nodiscard]] instant degraded_until() const noexcept { return degraded_until_; }
    void begin_probe() noexcept { is_probed_ = true; }
    /// The probe has come to no end, and another may take its place.
    void end_probe() noexcept { is_probed_ = false; }

    /// Whether it was ever heard.
    [[nodiscard]] bool has_answered() const noexcept { return has_answered_; }

    void note_success() noexcept {
        has_answered_ = true;
        failures_ = 0;
        pause_ = duration{};
        is_probed_ = false;
    }

    void note_failure(const degradation_options& how, bool was_probe, instant now) noexcept {
        if (how.failures == 0)
            return;
        if (is_degraded()) {
            if (!was_probe)
                return;
            pause_ = pause_ < how.longest_pause / 2 ? 2 * pause_ : std::max(how.longest_pause, pause_);
        } else if (++failures_ < how.failures) {
            return;
        } else {
            pause_ = std::max(how.first_pause, duration{1});
        }
        is_probed_ = false;
        degraded_until_ = now + pause_;
    }

    // ---- late replies of a line -------------------------------------------------------------------------

    /// `count` replies to `function` may come until then, though nobody waits for them any more.
    void expect_late(std::uint8_t function, std::uint32_t count, instant until, instant now) noexcept {
        const bool others = late_ > 0 && now < late_until_ && late_function_ != function;
        late_function_ = others ? std::optional<std::uint8_t>{} : function;
        late_ = others ? late_ + count : count;
        late_until_ = others ? std::max(late_until_, until) : until;
    }
    /// Whether a reply to `function` could be a late one.
    [[nodiscard]] bool is_late_possible(std::uint8_t function, instant now) const noexcept {
        return late_ > 0 && now < late_until_ && (!late_function_ || *late_function_ == function);
    }
    [[nodiscard]] instant late_until() const noexcept { return late_until_; }
    void note_late() noexcept { late_ -= late_ > 0 ? 1U : 0U; }
    /// The link was away: nothing comes late over a new one.
    void forget_late() noexcept { late_ = 0; }

private:
    duration pause_{}; // of a degraded unit
    instant degraded_until_{};
    instant late_until_{};
    std::uint32_t late_ = 0;
    std::optional<std::uint8_t> late_function_{}; // without it, any
    std::uint8_t failures_ = 0;
    bool is_probed_ = false;
    bool has_answered_ = false;
};

/// A record for each unit that has been spoken to; allocates for new ones.
class unit_table {
public:
    unit_table() { places_.fill(nowhere); }

    [[nodiscard]] unit_record& operator[](unit_id unit) {
        auto& place = places_[unit];
        if (place == nowhere) {
            place = static_cast<std::uint16_t>(records_.size());
            records_.emplace_back();
        }
        return records_[place];
    }

    /// The record of a unit that may not have been spoken to.
    [[nodiscard]] const unit_record* find(unit_id unit) const noexcept {
        return places_[unit] == nowhere ? nullptr : &records_[places_[unit]];
    }

    void forget_late() noexcept {
        for (auto& record : records_)
            record.forget_late();
    }

private:
    static constexpr std::uint16_t nowhere = 0xFFFF;

    std::array<std::uint16_t, 256> places_{};
    std::vector<unit_record> records_;
};

} // namespace meterlink::modbus::detail
