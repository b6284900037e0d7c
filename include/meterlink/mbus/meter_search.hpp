#pragma once

/// The search for meters by several ways of addressing, in the order in which they are preferred.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/addressing.hpp>
#include <meterlink/mbus/primary_scan.hpp>
#include <meterlink/mbus/search_event.hpp>
#include <meterlink/mbus/secondary_search.hpp>

namespace meterlink::mbus {

/// How to search by several ways of addressing.
struct meter_search_options {
    /// What is tried, the preferred way first; an empty order is by secondary address alone.
    std::vector<addressing> order{addressing::secondary};
    primary_scan_options primary{};       ///< The limit of meters is that below.
    secondary_search_options secondary{}; ///< The same; for extended addresses too.
    std::size_t meter_limit = 0;          ///< Ends with so many meters; 0: finds all.
};

/// Searches by one way of addressing after the other: a `session`. A meter is told once, as the first way
/// that reached it has found it; a later way adds those that the ways before could not reach. A primary
/// address is no conflict where two of the meters that were found before have it. It ends with one
/// `search_finished`.
class meter_search {
public:
    explicit meter_search(meter_search_options how) : options_{std::move(how)} {
        if (options_.order.empty())
            options_.order.push_back(addressing::secondary);
        prepare_way();
    }

    /// Begins, or goes on after `cancel`.
    void start(instant now) {
        if (std::exchange(is_running_, true) || is_done_)
            return;
        if (next_at_)
            next_at_ = now;
        else
            std::visit([now](auto& way) { way.start(now); }, way_);
        take_events(now);
    }
    /// Ends the search; what was found stays found.
    void cancel() {
        if (!std::exchange(is_running_, false) || is_done_)
            return;
        std::visit(
            [](auto& way) {
                way.cancel();
                while (way.poll_event()) // its end is told below
                    continue;
            },
            way_);
        tell_end(search_end::cancelled);
    }

    void handle_input(bytes_view octets, instant now) {
        std::visit([&](auto& way) { way.handle_input(octets, now); }, way_);
        take_events(now);
    }
    void handle_timeout(instant now) {
        if (is_running_ && next_at_ && now >= *next_at_) {
            next_at_.reset();
            prepare_way();
            std::visit([now](auto& way) { way.start(now); }, way_);
        } else {
            std::visit([now](auto& way) { way.handle_timeout(now); }, way_);
        }
        take_events(now);
    }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        return std::visit([](auto& way) { return way.poll_transmit(); }, way_);
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return earliest(is_running_ ? next_at_ : std::nullopt,
                        std::visit([](const auto& way) { return way.poll_timeout(); }, way_));
    }
    [[nodiscard]] std::optional<search_event> poll_event() {
        if (taken_ == events_.size()) {
            events_.clear();
            taken_ = 0;
            return std::nullopt;
        }
        return events_[taken_++];
    }
    /// The bit rate of the line, which a driver follows; each change also comes as `baud_rate_changed`.
    [[nodiscard]] std::uint32_t line_rate() const noexcept {
        return std::visit([](const auto& way) { return way.line_rate(); }, way_);
    }

    /// The way that is under way, or was the last.
    [[nodiscard]] addressing way() const noexcept { return options_.order[at_]; }
    /// The meters that were found so far, in the order in which they were.
    [[nodiscard]] const std::vector<found_meter>& meters() const noexcept { return meters_; }

private:
    void prepare_way() {
        // behind the first way, meters that are known already do not count
        const auto limit = at_ == 0 ? options_.meter_limit : 0;
        if (way() == addressing::primary) {
            auto how = options_.primary;
            how.meter_limit = limit;
            way_.emplace<primary_scan>(std::move(how));
            return;
        }
        auto how = options_.secondary;
        how.meter_limit = limit;
        if (way() == addressing::extended_secondary && !how.start.fabrication_number)
            how.start.fabrication_number = 0xFFFF'FFFF;
        way_.emplace<secondary_search>(std::move(how));
    }

    void take_events(instant now);
    void take(const search_progress& progress, instant) {
        probes_ = probes_before_ + progress.probes;
        // a later way is foreseen with one probe, as for a line whose meters are all known
        events_.emplace_back(
            search_progress{probes_, progress.left + options_.order.size() - 1 - at_, meters_.size()});
    }
    void take(const meter_found& found, instant);
    void take(const search_conflict& conflict, instant) {
        if (!is_explained(conflict))
            events_.emplace_back(conflict);
    }
    void take(const baud_rate_changed& change, instant) { events_.emplace_back(change); }
    void take(const search_finished& end, instant now);

    void tell_end(search_end why) {
        events_.emplace_back(search_finished{why, probes_, meters_.size(), lateness_});
    }
    [[nodiscard]] bool is_full() const noexcept {
        return options_.meter_limit > 0 && meters_.size() >= options_.meter_limit;
    }
    /// Whether several meters that are known have the primary address at which several answered.
    [[nodiscard]] bool is_explained(const search_conflict& conflict) const {
        return conflict.primary && std::count_if(meters_.begin(), meters_.end(), [&](const auto& known) {
                                       return known.primary == *conflict.primary;
                                   }) > 1;
    }

    meter_search_options options_;
    std::variant<secondary_search, primary_scan> way_;
    std::size_t at_ = 0;             // in the order
    std::optional<instant> next_at_; // when the next way begins: its events would not outlive this one
    std::size_t probes_ = 0;
    std::size_t probes_before_ = 0; // of the ways that are done
    session_clock::duration lateness_{};
    std::vector<found_meter> meters_;
    std::vector<search_event> events_;
    std::size_t taken_ = 0;
    bool is_running_ = false;
    bool is_done_ = false;
};

inline void meter_search::take_events(instant now) {
    auto next = [this] { return std::visit([](auto& way) { return way.poll_event(); }, way_); };
    while (const auto event = next())
        std::visit([&](const auto& what) { take(what, now); }, *event);
    if (is_running_ && !is_done_ && at_ > 0 && is_full()) {
        cancel();
        std::get<search_finished>(events_.back()).why = search_end::meter_limit;
        is_done_ = true;
    }
}

inline void meter_search::take(const meter_found& found, instant) {
    const auto is_same = [&](const found_meter& known) {
        return known.address == found.meter.address && !known.address.has_wildcards() &&
               (!known.fabrication_number || !found.meter.fabrication_number ||
                known.fabrication_number == found.meter.fabrication_number);
    };
    if (at_ > 0 && (is_full() || std::any_of(meters_.begin(), meters_.end(), is_same)))
        return;
    meters_.push_back(found.meter);
    events_.emplace_back(found);
}

inline void meter_search::take(const search_finished& end, instant now) {
    if (end.why == search_end::cancelled)
        return; // by `cancel`, which tells it
    probes_ = probes_before_ + end.probes;
    lateness_ = std::max(lateness_, end.lateness);
    if (end.why == search_end::complete && at_ + 1 < options_.order.size()) {
        ++at_;
        probes_before_ = probes_;
        next_at_ = now;
        return;
    }
    is_done_ = true;
    tell_end(end.why);
}

} // namespace meterlink::mbus
