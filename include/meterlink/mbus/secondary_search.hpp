#pragma once

/// The search for meters by secondary address: who is on the line, without knowing anybody.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/detail/late_line.hpp>
#include <meterlink/mbus/detail/master_procedure.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/request.hpp>
#include <meterlink/mbus/search_event.hpp>
#include <meterlink/mbus/search_tree.hpp>

namespace meterlink::mbus {

/// What a search has done and found: a value, to be kept and gone on with.
struct search_state {
    search_tree tree{};     ///< Of the bit rate at which it is.
    std::size_t rate = 0;   ///< Its place in the list.
    std::size_t probes = 0; ///< Of all bit rates.
    std::vector<found_meter> meters{};
    std::vector<search_conflict> conflicts{};
};

/// How to search by secondary address.
struct secondary_search_options {
    /// Timing and latency of the line. The retries of a selection are spent on every mask that stays silent.
    timing_profile timing = timing_profile::search();
    /// The bit rates, one after the other; none is 2400 Bd, and 0 is taken for 300.
    std::vector<std::uint32_t> bauds{2400};
    /// The search stays below this mask.
    search_mask start{};
    search_tree_options tree{};
    std::size_t meter_limit = 0;       ///< Ends with so many meters; 0: finds all.
    std::size_t probe_limit = 100'000; ///< Ends after so many probes, whatever the slaves do; 0: never.
    /// Ends with `search_end::probe_limit` after so many collisions one after the other, with neither a
    /// reading nor silence between them: then the line answers rubbish to everything. More than a conflict of
    /// meters with equal addresses costs; 0: never.
    std::size_t collision_limit = 40;
    /// Who acknowledges and cannot be read is asked again after so long a rest, and waited for so much
    /// longer: the acknowledgement may be a late one. So is whoever has not been found when nobody was. 0:
    /// what comes is believed.
    session_clock::duration patience = std::chrono::seconds{2};
    /// SND_NKE to 253 after each meter that was read, for slaves that another selection does not deselect.
    bool deselects = true;

    /// As fast as the standard allows: no pauses, and silence is believed, but where fewer than two meters
    /// were found below a collision.
    [[nodiscard]] static secondary_search_options fast(std::uint32_t baud, session_clock::duration way = {}) {
        secondary_search_options out;
        out.timing = timing_profile::standard(baud, way);
        out.timing.select_retries = 0;
        out.timing.readout_retries = 1;
        out.bauds = {baud};
        return out;
    }
};

/// Finds the meters of a line by wildcard selection (EN 13757-3:2018), a `session` with a master of its own.
/// Each probe selects a mask; who acknowledges is read, and who answers intact and alone is found. Meters
/// with equal addresses end as a conflict. When answers turn out to come late, the bit rate is searched again
/// with patience. It ends with one `search_finished`, which says how late answers were.
///
/// The converter must pass on what has a wrong parity or stop bit: several acknowledgements at once are often
/// nothing else, and would be taken for silence.
class secondary_search : public detail::master_procedure<secondary_search, search_event> {
public:
    explicit secondary_search(secondary_search_options how = {})
        : secondary_search{how, search_state{search_tree{how.start, how.tree}, 0, 0, {}, {}}} {}
    /// Goes on where another search with the same options stood.
    secondary_search(secondary_search_options how, search_state state)
        : master_procedure{{how.timing, how.bauds.empty() ? 2400 : how.bauds.front(), 1}},
          options_{std::move(how)}, state_{std::move(state)}, late_{options_.patience} {
        if (options_.bauds.empty())
            options_.bauds.push_back(2400);
        for (auto& each : options_.bauds)
            each = usable_baud_rate(each);
    }

    /// Begins, or goes on after `cancel`.
    void start(instant now) {
        if (!is_running())
            proceed(now);
    }
    /// Ends the search; what was found stays found, and the probe that was under way will be repeated.
    void cancel() {
        if (!is_running())
            return;
        stop();
        end_ = search_end::cancelled;
        is_ending_ = is_deselecting_ = is_in_doubt_ = false;
        tell_end();
    }

    /// What was found so far, good to go on with.
    [[nodiscard]] const search_state& state() const noexcept { return state_; }

private:
    friend master_procedure;

    [[nodiscard]] std::uint32_t baud() const noexcept {
        return options_.bauds[std::min(state_.rate, options_.bauds.size() - 1)];
    }
    void conclude(const master_event& event, instant now);
    void proceed(instant now);
    void probe(const search_mask& mask, instant now);
    void deselect(instant now);
    void conclude_end(const master_event& event, instant now);
    void tell_progress();
    void tell_end() { emit(search_finished{end_, state_.probes, state_.meters.size(), late_.lateness()}); }
    [[nodiscard]] probe_result judge(const master_event& event, const search_mask& mask);
    [[nodiscard]] probe_result judge_telegram(bytes_view telegram, const search_mask& mask);
    void note(found_meter meter, bytes_view telegram);

    secondary_search_options options_;
    search_state state_;
    detail::late_line late_;
    std::size_t collisions_ = 0; // one after the other
    search_end end_ = search_end::complete;
    bool is_ending_ = false;      // the last selection is being taken back
    bool is_deselecting_ = false; // that of the meter that was read is
    bool is_in_doubt_ = false;    // the mask is asked again after a rest
};

inline void secondary_search::proceed(instant now) {
    if (options_.meter_limit > 0 && state_.meters.size() >= options_.meter_limit)
        end_ = search_end::meter_limit;
    else if ((options_.probe_limit > 0 && state_.probes >= options_.probe_limit) ||
             (options_.collision_limit > 0 && collisions_ >= options_.collision_limit))
        end_ = search_end::probe_limit;
    else if (const auto mask = state_.tree.probe())
        return probe(*mask, now);
    else
        end_ = search_end::complete;
    is_ending_ = true;
    deselect(now);
}

inline void secondary_search::probe(const search_mask& mask, instant now) {
    request_options how;
    how.baud = baud();
    how.timing = is_in_doubt_ ? late_.rested(options_.timing) : late_.adapted(options_.timing);
    how.multi_telegram = multi_telegram::off();
    how.is_collision_final = how.is_probe = true;
    // not after a collision: of several acknowledgements one could be taken for the answer to the next probe
    how.deselects = false;
    ask(request::read(mask.selection(), how), now);
}

inline void secondary_search::deselect(instant now) {
    request_options how;
    how.baud = baud();
    // where nobody was found, whoever answers later than anybody should is waited for
    const bool is_empty = is_ending_ && end_ == search_end::complete && state_.meters.empty();
    how.timing = is_empty ? late_.patient(options_.timing) : late_.adapted(options_.timing);
    how.timing->readout_retries = 0;
    how.is_probe = true;
    ask(request::deselect(how), now);
}

/// The last selection was taken back. Where nobody is selected, only somebody late has answered to that.
inline void secondary_search::conclude_end(const master_event& event, instant now) {
    const bool is_heard = !event.as<no_answer>() || late_.is_news(line().lateness());
    const bool is_empty = state_.meters.empty() && state_.conflicts.empty();
    if (end_ == search_end::complete && is_empty && is_heard && late_.suspect()) {
        state_.rate = 0;
        state_.tree = search_tree{options_.start, options_.tree};
        return proceed(now);
    }
    tell_end();
}

inline void secondary_search::conclude(const master_event& event, instant now) {
    if (std::exchange(is_ending_, false))
        return conclude_end(event, now);
    if (std::exchange(is_deselecting_, false))
        return proceed(now);
    if (const auto delay = line().answer_delay())
        late_.measure(*delay - options_.timing.effective_response_timeout(baud()));
    const auto mask = state_.tree.probe().value_or(search_mask{});
    const auto found_here = judge(event, mask);
    const bool was_in_doubt = std::exchange(is_in_doubt_, false);
    if (found_here == probe_result::mute && !was_in_doubt && late_.has_doubts()) {
        is_in_doubt_ = true;
        return probe(mask, now);
    }
    const bool is_late =
        late_.is_news(line().lateness()) || (was_in_doubt && found_here == probe_result::silent);
    if (is_late && late_.suspect()) {
        state_.tree = search_tree{options_.start, options_.tree};
        return proceed(now);
    }
    if (was_in_doubt && found_here == probe_result::mute)
        late_.trust();
    ++state_.probes;
    if (found_here == probe_result::collided)
        ++collisions_;
    else if (found_here != probe_result::mute)
        collisions_ = 0;
    if (const auto conflict = state_.tree.report(found_here)) {
        const search_conflict found{conflict->kind, conflict->mask, std::nullopt, baud()};
        if (std::find(state_.conflicts.begin(), state_.conflicts.end(), found) == state_.conflicts.end()) {
            state_.conflicts.push_back(found);
            emit(found);
        }
    }
    tell_progress();
    if (!state_.tree.probe() && state_.rate + 1 < options_.bauds.size()) {
        ++state_.rate;
        state_.tree = search_tree{options_.start, options_.tree};
    }
    is_deselecting_ = options_.deselects && found_here == probe_result::single && state_.tree.probe();
    is_deselecting_ ? deselect(now) : proceed(now);
}

inline void secondary_search::tell_progress() {
    const auto here = state_.tree.expected_left();
    // the rates to come are taken for empty ones: no other meters are left, as a rule
    const auto left = here + static_cast<double>(options_.bauds.size() - 1 - state_.rate);
    emit(search_progress{state_.probes, static_cast<std::size_t>(left + 0.5), state_.meters.size()});
}

inline probe_result secondary_search::judge(const master_event& event, const search_mask& mask) {
    if (const auto* read = event.as<reading>())
        return read->was_disturbed ? probe_result::collided : judge_telegram(read->telegrams[0], mask);
    if (const auto* refusal = event.as<application_refusal>())
        return judge_telegram(refusal->telegram, mask);
    if (const auto* silence = event.as<no_answer>())
        return silence->was_selected ? probe_result::mute : probe_result::silent;
    if (const auto* bad = event.as<bad_answer>(); bad && parse_frame(bad->octets)) {
        // an intact frame: one slave, which is not the one that was meant or says what cannot be read
        if (bad->why.code != errc::answer_from_another)
            return probe_result::mute;
        const auto told = told_address(bad->octets);
        if (!told)
            return probe_result::mute;
        note({*told, mask.fabrication_number, told_primary(bad->octets), baud(), true}, bad->octets);
        return probe_result::single;
    }
    return probe_result::collided;
}

inline probe_result secondary_search::judge_telegram(bytes_view telegram, const search_mask& mask) {
    auto told = told_address(telegram);
    if (!told && detail::wildcard_digits(mask.address.id) != 0)
        return probe_result::anonymous;
    note({told.value_or(mask.address), mask.fabrication_number, told_primary(telegram), baud(), false},
         telegram);
    return probe_result::single;
}

inline void secondary_search::note(found_meter meter, bytes_view telegram) {
    if (const auto told = meter.fabrication_number ? told_fabrication_number(telegram) : std::nullopt;
        told && digits_match(*meter.fabrication_number, *told))
        meter.fabrication_number = told;
    const auto is_same = [&](const found_meter& known) { return known.mask() == meter.mask(); };
    if (std::any_of(state_.meters.begin(), state_.meters.end(), is_same))
        return; // at another bit rate, or again below another mask
    state_.meters.push_back(meter);
    emit(meter_found{meter, telegram});
}

} // namespace meterlink::mbus
