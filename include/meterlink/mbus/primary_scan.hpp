#pragma once

/// The scan of primary addresses: who answers to each of them.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/detail/late_line.hpp>
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
    /// The bit rates, one after the other; none is 2400 Bd, and 0 is taken for 300.
    std::vector<std::uint32_t> bauds{2400};
    std::uint8_t first = 0;
    std::uint8_t last = primary_address::highest_assignable; ///< At most 250; what is above is left out.
    std::size_t meter_limit = 0;                             ///< Ends with so many meters; 0: finds all.
    /// Who acknowledges and cannot be read is asked again after so long a rest, and waited for so much
    /// longer: the acknowledgement may be a late one. 0: it is believed.
    session_clock::duration patience = std::chrono::seconds{2};

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
/// answers collide, `mute` when somebody acknowledges who cannot be read. When answers turn out to come late,
/// the addresses before are asked again with patience. It ends with one `search_finished`, which says how
/// late answers were.
class primary_scan : public detail::master_procedure<primary_scan, search_event> {
public:
    explicit primary_scan(primary_scan_options how = {}) : primary_scan{std::move(how), scan_state{}} {}
    /// Goes on where another scan with the same options stood.
    primary_scan(primary_scan_options how, scan_state state)
        : master_procedure{{how.timing, how.bauds.empty() ? 2400 : how.bauds.front(), 1}},
          options_{std::move(how)}, state_{std::move(state)}, late_{options_.patience} {
        if (options_.bauds.empty())
            options_.bauds.push_back(2400);
        for (auto& each : options_.bauds)
            each = usable_baud_rate(each);
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
        is_reading_ = is_in_doubt_ = false;
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
    [[nodiscard]] request_options how() noexcept {
        request_options out;
        out.baud = baud();
        out.multi_telegram = multi_telegram::off();
        out.is_collision_final = out.is_probe = true;
        out.timing = is_in_doubt_
                         ? is_reading_ ? late_.patient(options_.timing) : late_.rested(options_.timing)
                     : is_last_try() ? late_.patient(options_.timing)
                                     : late_.adapted(options_.timing);
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
        ask(request::normalise(address(), how()), now);
    }
    /// Where nobody was found, the last address is asked with patience.
    [[nodiscard]] bool is_last_try() const noexcept {
        return state_.meters.empty() && state_.conflicts.empty() && state_.addresses + 1 == count() &&
               state_.rate + 1 >= options_.bauds.size();
    }

    void conclude(const master_event& event, instant now) {
        const bool was_reading = std::exchange(is_reading_, false);
        if (const auto delay = line().answer_delay())
            late_.measure(*delay - options_.timing.effective_response_timeout(baud()));
        if (!was_reading && !event.as<no_answer>()) {
            is_reading_ = true; // whatever it was: somebody is there
            was_several_ = !event.as<acknowledged>();
            return ask(request::read(address(), how()), now);
        }
        const bool was_in_doubt = std::exchange(is_in_doubt_, false);
        const bool is_unread = was_reading && is_unreadable(event);
        if (is_unread && !was_in_doubt && late_.has_doubts()) {
            is_in_doubt_ = true;
            return ask(request::normalise(address(), how()), now);
        }
        // several acknowledgements, and one who can be read: they were of different questions
        const bool is_mixed =
            was_reading && !is_unread && (line().has_late_ack() || was_several_) && event.as<reading>();
        const bool is_late = late_.is_news(line().lateness()) || is_mixed || (was_in_doubt && !is_unread);
        if (is_late && late_.suspect()) {
            go_back();
            return proceed(now);
        }
        if (was_in_doubt && is_unread)
            late_.trust();
        if (was_reading || was_in_doubt)
            judge(event);
        ++state_.addresses;
        ++state_.probes;
        const auto left = count() - std::min(state_.addresses, count()) +
                          count() * (options_.bauds.size() - 1 - state_.rate);
        emit(search_progress{state_.probes, left, state_.meters.size()});
        proceed(now);
    }

    /// Whether somebody is there who cannot be read, or not alone.
    [[nodiscard]] static bool is_unreadable(const master_event& event) noexcept {
        const auto* read = event.as<reading>();
        return event.as<no_answer>() || event.as<bad_answer>() || (read && read->was_disturbed);
    }

    /// To the addresses whose answers may have come till now.
    void go_back() noexcept {
        const auto step = options_.timing.effective_response_timeout(baud());
        const auto steps = static_cast<unsigned>(late_.patience() / step) + 1;
        state_.addresses -= std::min(state_.addresses, steps);
    }

    void judge(const master_event& event) {
        if (const auto* read = event.as<reading>(); read && !read->was_disturbed)
            return note(read->telegrams[0]);
        if (const auto* refusal = event.as<application_refusal>())
            return note(refusal->telegram);
        const bool is_several = event.as<reading>() || event.as<collision>();
        const search_conflict found{
            is_several ? conflict_kind::equal : conflict_kind::mute, {}, address(), baud()};
        if (std::find(state_.conflicts.begin(), state_.conflicts.end(), found) != state_.conflicts.end())
            return; // asked again
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

    void tell_end(search_end why) {
        emit(search_finished{why, state_.probes, state_.meters.size(), late_.lateness()});
    }

    primary_scan_options options_;
    scan_state state_;
    detail::late_line late_;
    bool is_reading_ = false;
    bool was_several_ = false; // more than one acknowledgement, or noise, before the reading
    bool is_in_doubt_ = false; // the address is asked again after a rest
};

} // namespace meterlink::mbus
