#pragma once

/// A plan that learns from refusals which entries a device does not have.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/planner.hpp>

namespace meterlink::modbus {

/// The reads of one device, cycle after cycle. `begin_cycle` says what to read. Of each read the caller says
/// how it went: `answered`, or `refused`, which gives the reads to send instead. A refused read is divided at
/// its holes, then between its ranges, until single ranges are left; one that is refused alone is dead.
///
/// What was learned is kept: dead ranges are left out of later cycles, no request runs across them, and a
/// hole is not read along again when both its sides were answered without it. Reads that are neither answered
/// nor refused (no answer in time) teach nothing. Any order and any number of reads in flight will do.
class adaptive_plan {
public:
    adaptive_plan(std::vector<table_range> wanted, const read_cost& cost, device_caps caps = {})
        : wanted_(std::move(wanted)), states_(wanted_.size(), state::alive), cost_{cost},
          caps_(std::move(caps)) {
        impossible_ = plan_reads(wanted_, cost_, caps_).impossible;
        for (const auto i : impossible_)
            states_[i] = state::impossible;
        replan();
    }

    [[nodiscard]] const std::vector<table_range>& wanted() const noexcept { return wanted_; }

    /// The reads of a new cycle. Dead ranges under probe come last, each by itself.
    [[nodiscard]] const std::vector<planned_read>& begin_cycle() {
        suspects_.clear();
        if (is_outdated_)
            replan();
        return reads_;
    }

    /// `read`, from `begin_cycle` or `refused`, was answered.
    void answered(const planned_read& read) {
        for (const auto i : read.wanted)
            if (is_dead(i)) {
                states_[i] = state::alive;
                is_outdated_ = true;
            }
        for (auto& s : suspects_) {
            std::erase_if(s.unanswered, [&](std::size_t i) { return includes(read, i); });
            if (s.unanswered.empty()) {
                barred_.push_back(s.hole);
                is_outdated_ = true;
            }
        }
        std::erase_if(suspects_, [](const suspect& s) { return s.unanswered.empty(); });
    }

    /// `read` was refused by exception `why`: what to read instead, in this cycle. Nothing, where a single
    /// range was refused, which is dead from now on, and where `why` says nothing about addresses: only
    /// illegal function, data address and data value (1 to 3) do.
    [[nodiscard]] std::vector<planned_read> refused(const planned_read& read, exception_code why) {
        if (why != exception_code::illegal_function && why != exception_code::illegal_data_address &&
            why != exception_code::illegal_data_value)
            return {};
        if (read.wanted.empty())
            return {};
        // What is inside explains that a read around it was refused; its hole may be innocent.
        std::erase_if(suspects_, [&](const suspect& s) {
            return std::any_of(s.unanswered.begin(), s.unanswered.end(),
                               [&](std::size_t i) { return includes(read, i); });
        });
        if (auto parts = divided(read); !parts.empty())
            return parts;
        for (const auto i : read.wanted)
            states_[i] = state::dead;
        is_outdated_ = true;
        return {};
    }

    /// Whether wanted range `i` was refused alone and has not been answered since.
    [[nodiscard]] bool is_dead(std::size_t i) const noexcept {
        return states_[i] == state::dead || states_[i] == state::probed;
    }

    /// The indices of all dead ranges.
    [[nodiscard]] std::vector<std::size_t> dead() const {
        std::vector<std::size_t> out;
        for (std::size_t i = 0; i < states_.size(); ++i)
            if (is_dead(i))
                out.push_back(i);
        return out;
    }

    /// The indices of the ranges that no request can read; see `read_plan`.
    [[nodiscard]] const std::vector<std::size_t>& impossible() const noexcept { return impossible_; }

    /// The holes that are not read along any more.
    [[nodiscard]] const std::vector<table_range>& barred_holes() const noexcept { return barred_; }

    /// Has a dead range read in the next cycles again, until it is answered or refused.
    void probe(std::size_t i) {
        if (states_[i] != state::dead)
            return;
        states_[i] = state::probed;
        is_outdated_ = true;
    }

    /// Has all dead ranges read again, and all barred holes: what a device after an update deserves.
    void probe_all() {
        for (std::size_t i = 0; i < states_.size(); ++i)
            probe(i);
        is_outdated_ = is_outdated_ || !barred_.empty();
        barred_.clear();
    }

private:
    enum class state : std::uint8_t { alive, dead, probed, impossible };

    /// A hole at which a refused read was divided: barred when all around it is answered.
    struct suspect {
        table_range hole;
        std::vector<std::size_t> unanswered;
    };

    static bool includes(const planned_read& read, std::size_t i) {
        return std::find(read.wanted.begin(), read.wanted.end(), i) != read.wanted.end();
    }

    /// The part of `read` from its wanted range `first` up to `last`.
    planned_read part(const planned_read& read, std::size_t first, std::size_t last) const {
        planned_read out{wanted_[read.wanted[first]], {}};
        auto end = out.range.end();
        for (auto i = first; i < last; ++i) {
            end = std::max(end, wanted_[read.wanted[i]].end());
            out.wanted.push_back(read.wanted[i]);
        }
        out.range.count = static_cast<std::uint16_t>(end - out.range.start);
        return out;
    }

    /// Two smaller reads, divided at the hole nearest to the middle, or, without holes, between ranges; the
    /// different ranges one by one where one contains all others; nothing where there is but one.
    std::vector<planned_read> divided(const planned_read& read) {
        const auto middle = read.range.start + read.range.count / 2U;
        std::size_t cut = 0;
        bool cut_is_hole = false;
        std::uint32_t cut_distance = 0;
        table_range hole;
        auto end = wanted_[read.wanted.front()].end();
        for (std::size_t i = 1; i < read.wanted.size(); ++i) {
            const auto& next = wanted_[read.wanted[i]];
            const auto is_hole = next.start > end;
            const auto at = is_hole ? (next.start + end) / 2U : next.start;
            const auto distance = at > middle ? at - middle : middle - at;
            const auto is_better = is_hole == cut_is_hole ? distance < cut_distance : is_hole;
            if (next.end() > end && (cut == 0 || is_better)) {
                cut = i;
                cut_is_hole = is_hole;
                cut_distance = distance;
                if (is_hole)
                    hole = {next.table, static_cast<std::uint16_t>(end),
                            static_cast<std::uint16_t>(next.start - end)};
            }
            end = std::max(end, next.end());
        }
        if (cut == 0)
            return one_by_one(read);
        if (cut_is_hole)
            suspects_.push_back({hole, read.wanted});
        return {part(read, 0, cut), part(read, cut, read.wanted.size())};
    }

    /// A read for each different range, where there is more than one.
    std::vector<planned_read> one_by_one(const planned_read& read) const {
        std::vector<planned_read> out;
        for (const auto i : read.wanted) {
            const auto same = std::find_if(out.begin(), out.end(),
                                           [&](const planned_read& r) { return r.range == wanted_[i]; });
            if (same != out.end())
                same->wanted.push_back(i);
            else
                out.push_back({wanted_[i], {i}});
        }
        return out.size() > 1 ? out : std::vector<planned_read>{};
    }

    /// Dead and barred entries become forbidden, but for those that belong to a living range too.
    device_caps learned_caps(const std::vector<table_range>& living) const {
        std::vector<detail::interval> bad;
        std::vector<detail::interval> good;
        for (std::size_t i = 0; i < wanted_.size(); ++i)
            if (is_dead(i))
                bad.push_back(detail::interval_of(wanted_[i]));
        for (const auto& hole : barred_)
            bad.push_back(detail::interval_of(hole));
        for (const auto& range : living)
            good.push_back(detail::interval_of(range));
        auto caps = caps_;
        for (const auto& no :
             detail::without(detail::merged(std::move(bad)), detail::merged(std::move(good))))
            caps.forbidden.push_back(detail::range_of(no));
        return caps;
    }

    void replan() {
        std::vector<table_range> living;
        std::vector<std::size_t> living_indices;
        for (std::size_t i = 0; i < wanted_.size(); ++i)
            if (states_[i] == state::alive) {
                living.push_back(wanted_[i]);
                living_indices.push_back(i);
            }
        auto plan = plan_reads(living, cost_, learned_caps(living));
        for (auto& read : plan.reads)
            for (auto& i : read.wanted)
                i = living_indices[i];
        reads_ = std::move(plan.reads);
        for (std::size_t i = 0; i < wanted_.size(); ++i)
            if (states_[i] == state::probed)
                reads_.push_back({wanted_[i], {i}});
        is_outdated_ = false;
    }

    std::vector<table_range> wanted_;
    std::vector<state> states_;
    read_cost cost_;
    device_caps caps_;
    std::vector<table_range> barred_;
    std::vector<suspect> suspects_;
    std::vector<planned_read> reads_;
    std::vector<std::size_t> impossible_;
    bool is_outdated_ = false;
};

} // namespace meterlink::modbus
