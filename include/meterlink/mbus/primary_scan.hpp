#pragma once

/// The scan of primary addresses: who answers to each of them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/detail/master_procedure.hpp>
#include <meterlink/mbus/request.hpp>
#include <meterlink/mbus/search_event.hpp>

namespace meterlink::mbus {

/// What a scan has done and found: a value, to be kept and gone on with.
struct scan_state {
    std::size_t rate = 0;   ///< The bit rate at which it is, by its place in the list.
    unsigned addresses = 0; ///< Addresses that are done at this rate.
    std::size_t probes = 0; ///< Of all bit rates.
    std::vector<found_meter> meters{};
    std::vector<search_conflict> conflicts{};
};

/// How to scan primary addresses.
struct primary_scan_options {
    /// Timing and latency of the line. The retries of a readout are spent on every address that is silent.
    timing_profile timing = timing_profile::search();
    /// The bit rates, one after the other; none is 2400 Bd.
    std::vector<std::uint32_t> bauds{2400};
    std::uint8_t first = 0;
    std::uint8_t last = primary_address::highest_assignable; ///< At most 250; what is above is left out.
    std::size_t meter_limit = 0;                             ///< Ends with so many meters; 0: finds all.

    /// As fast as the standard allows: no pauses, and silence is believed.
    [[nodiscard]] static primary_scan_options fast(std::uint32_t baud, session_clock::duration way = {}) {
        primary_scan_options out;
        out.timing = timing_profile::standard(baud, way);
        out.timing.readout_retries = 0;
        out.bauds = {baud};
        return out;
    }
};

/// Asks one primary address after the other by SND_NKE, and reads who acknowledges (EN 13757-2, clause 5): a
/// `session` with a master of its own. Several slaves with one address are a conflict: `equal` when their
/// answers collide, `mute` when somebody acknowledges who cannot be read. It ends with one `search_finished`.
class primary_scan : public detail::master_procedure<primary_scan, search_event> {
public:
    explicit primary_scan(primary_scan_options how = {}) : primary_scan{std::move(how), scan_state{}} {}
    /// Goes on where another scan with the same options stood.
    primary_scan(primary_scan_options how, scan_state state)
        : master_procedure{{how.timing, how.bauds.empty() ? 2400 : how.bauds.front(), 1}},
          options_{std::move(how)}, state_{std::move(state)} {
        if (options_.bauds.empty())
            options_.bauds.push_back(2400);
        options_.last = std::min(options_.last, primary_address::highest_assignable);
    }

    /// Begins, or goes on after `cancel`.
    void start(instant now) {
        if (!is_running())
            proceed(now);
    }
    /// Ends the scan; the address that was asked will be asked again.
    void cancel() {
        if (!is_running())
            return;
        stop();
        is_reading_ = false;
        tell_end(search_end::cancelled);
    }

    /// What was found so far, good to go on with.
    [[nodiscard]] const scan_state& state() const noexcept { return state_; }

private:
    friend master_procedure;

    [[nodiscard]] unsigned count() const noexcept {
        return options_.first > options_.last ? 0U : unsigned{options_.last} - options_.first + 1U;
    }
    [[nodiscard]] primary_address address() const noexcept {
        return static_cast<std::uint8_t>(options_.first + state_.addresses);
    }
    [[nodiscard]] std::uint32_t baud() const noexcept {
        return options_.bauds[std::min(state_.rate, options_.bauds.size() - 1)];
    }
    [[nodiscard]] request_options how() const noexcept {
        request_options out;
        out.baud = baud();
        out.multi_telegram = multi_telegram::off();
        out.is_collision_final = true;
        return out;
    }

    void proceed(instant now) {
        if (state_.addresses >= count() && state_.rate + 1 < options_.bauds.size()) {
            ++state_.rate;
            state_.addresses = 0;
        }
        if (options_.meter_limit > 0 && state_.meters.size() >= options_.meter_limit)
            return tell_end(search_end::meter_limit);
        if (state_.addresses >= count())
            return tell_end(search_end::complete);
        // an address that no slave has is refused, but none of these is such a one
        ask(*request::normalise(address(), how()), now);
    }

    void conclude(const master_event& event, instant now) {
        const bool was_reading = std::exchange(is_reading_, false);
        if (!was_reading && !event.as<no_answer>()) {
            is_reading_ = true; // whatever it was: somebody is there
            return ask(*request::read(address(), how()), now);
        }
        if (was_reading)
            judge(event);
        ++state_.addresses;
        ++state_.probes;
        const auto left = count() - std::min(state_.addresses, count()) +
                          count() * (options_.bauds.size() - 1 - state_.rate);
        emit(search_progress{state_.probes, left, state_.meters.size()});
        proceed(now);
    }

    void judge(const master_event& event) {
        if (const auto* read = event.as<reading>(); read && !read->was_disturbed)
            return note(read->telegrams[0]);
        if (const auto* refusal = event.as<application_refusal>())
            return note(refusal->telegram);
        const bool is_several = event.as<reading>() || event.as<collision>();
        const search_conflict found{
            is_several ? conflict_kind::equal : conflict_kind::mute, {}, address(), baud()};
        state_.conflicts.push_back(found);
        emit(found);
    }

    void note(bytes_view telegram) {
        const found_meter meter{told_address(telegram).value_or(secondary_address{}), std::nullopt, address(),
                                baud(), false};
        const auto is_same = [&](const found_meter& known) {
            return known.primary == meter.primary && known.address == meter.address;
        };
        if (std::any_of(state_.meters.begin(), state_.meters.end(), is_same))
            return; // at another bit rate
        state_.meters.push_back(meter);
        emit(meter_found{meter, telegram});
    }

    void tell_end(search_end why) { emit(search_finished{why, state_.probes, state_.meters.size()}); }

    primary_scan_options options_;
    scan_state state_;
    bool is_reading_ = false;
};

} // namespace meterlink::mbus
