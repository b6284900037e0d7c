#pragma once

/// Gives meters that were found by secondary address primary addresses of their own.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/detail/master_procedure.hpp>
#include <meterlink/mbus/request.hpp>
#include <meterlink/mbus/search_event.hpp>

namespace meterlink::mbus {

/// How to assign primary addresses.
struct address_assignment_options {
    timing_profile timing = timing_profile::readout();
    std::uint8_t first = 1;                                  ///< The lowest address to give, …
    std::uint8_t last = primary_address::highest_assignable; ///< … and the highest, at most 250.
    /// Addresses that are not to be given, for instance of meters that a scan has found.
    std::bitset<256> taken{};
    /// A meter that is the only one with its address, from 1 to 250 and not `taken`, keeps it.
    bool keeps_unique = true;
    /// An address is given when nobody answers to it; otherwise it is left to whoever does.
    bool asks_before = true;
};

/// The meter answers to its address, and to no other's.
struct address_assigned {
    found_meter meter{}; ///< With its new address.
    primary_address before = primary_address::unconfigured;
    bool was_kept = false; ///< It had that address before, and was not asked.
};

/// Why a meter has no address of its own.
enum class assignment_error : std::uint8_t {
    no_free_address, ///< All of the range are in use.
    not_accepted,    ///< It did not acknowledge the command.
    not_verified,    ///< Nobody, or somebody else, or several answered to the address that was given.
};

/// The meter has no address of its own; where it was given one, that is not given again.
struct assignment_failed {
    found_meter meter{};
    std::optional<primary_address> tried{};
    assignment_error why = assignment_error::no_free_address;
};

/// All meters are done; the last event.
struct assignment_finished {
    std::size_t assigned = 0; ///< Those that kept theirs included.
    std::size_t failed = 0;
    bool was_cancelled = false;
};

/// Any of them; `baud_rate_changed` as from a `master`.
using assignment_event =
    std::variant<address_assigned, assignment_failed, baud_rate_changed, assignment_finished>;

/// Gives free primary addresses (EN 13757-3:2018, the data command of VIF 7A) to meters one after the other,
/// each by its secondary address and verified by reading it by the new one: a `session` with a master of its
/// own. Addresses are given in rising order; each meter ends with one event, and all with one
/// `assignment_finished`. A bit rate of 0 of a meter is taken for 300.
class address_assignment : public detail::master_procedure<address_assignment, assignment_event> {
public:
    explicit address_assignment(std::vector<found_meter> meters, address_assignment_options how = {})
        : master_procedure{{how.timing, meters.empty() ? 2400 : meters.front().baud, 1}},
          meters_{std::move(meters)}, options_{std::move(how)} {
        std::bitset<256> again;
        for (const auto& each : meters_) {
            const auto address = each.primary.raw();
            is_shared_.set(address, again.test(address));
            again.set(address);
        }
        used_ = options_.taken | again;
    }

    void start(instant now) {
        if (!is_running())
            begin_meter(now);
    }
    /// Ends the assignment; a meter that has just been commanded may have its new address already.
    void cancel() {
        if (!is_running())
            return;
        stop();
        emit(assignment_finished{assigned_, failed_, true});
        at_ = meters_.size();
    }

private:
    friend master_procedure;

    enum class step : std::uint8_t { probe, command, verify };

    [[nodiscard]] const found_meter& meter() const noexcept { return meters_[at_]; }
    [[nodiscard]] bool is_kept(const found_meter& which) const noexcept {
        const auto address = which.primary.raw();
        return options_.keeps_unique && which.primary.is_assignable() && address != 0 &&
               !is_shared_.test(address) && !options_.taken.test(address);
    }
    [[nodiscard]] std::optional<primary_address> free_address() const noexcept {
        for (unsigned each = options_.first; each <= options_.last; ++each)
            if (each <= primary_address::highest_assignable && !used_.test(each))
                return primary_address{static_cast<std::uint8_t>(each)};
        return std::nullopt;
    }
    [[nodiscard]] request_options how() const noexcept {
        request_options out;
        out.baud = usable_baud_rate(meter().baud);
        out.multi_telegram = multi_telegram::off();
        return out;
    }

    void begin_meter(instant now) {
        for (; at_ < meters_.size(); ++at_) {
            if (is_kept(meter())) {
                ++assigned_;
                emit(address_assigned{meter(), meter().primary, true});
            } else if (const auto address = free_address()) {
                return give(*address, now);
            } else {
                ++failed_;
                emit(assignment_failed{meter(), std::nullopt, assignment_error::no_free_address});
            }
        }
        emit(assignment_finished{assigned_, failed_, false});
    }

    void give(primary_address address, instant now) {
        wanted_ = address;
        used_.set(address.raw());
        if (!options_.asks_before)
            return command(now);
        step_ = step::probe;
        auto once = how();
        once.is_collision_final = true;
        ask(request::normalise(address, once), now);
    }
    void command(instant now) {
        step_ = step::command;
        ask(request::set_primary_address(meter().mask().selection(), wanted_, how()), now);
    }
    void verify(instant now) {
        step_ = step::verify;
        ask(request::read(wanted_, how()), now);
    }

    void conclude(const master_event& event, instant now) {
        switch (step_) {
        case step::probe:
            if (event.as<no_answer>())
                return command(now);
            return begin_meter(now); // somebody has it: the next one
        case step::command:
            if (event.as<acknowledged>())
                return verify(now);
            if (!event.as<no_answer>() || event.as<no_answer>()->was_selected)
                return verify(now); // the acknowledgement may have been lost: the address tells
            return fail_meter(assignment_error::not_accepted, now);
        case step::verify: return judge(event, now);
        }
    }

    void judge(const master_event& event, instant now) {
        const auto* read = event.as<reading>();
        const auto told = read ? told_address(read->telegrams[0]) : std::nullopt;
        // a meter whose answers do not tell its address has been told apart by a full number before
        const bool is_it = read && !read->was_disturbed && (!told || meter().address.matches(*told));
        if (!is_it)
            return fail_meter(assignment_error::not_verified, now);
        auto assigned = meter();
        assigned.primary = wanted_;
        ++assigned_;
        emit(address_assigned{assigned, meter().primary, false});
        ++at_;
        begin_meter(now);
    }

    void fail_meter(assignment_error why, instant now) {
        ++failed_;
        emit(assignment_failed{meter(), wanted_, why});
        ++at_;
        begin_meter(now);
    }

    std::vector<found_meter> meters_;
    address_assignment_options options_;
    std::bitset<256> is_shared_; // several of the meters have it
    std::bitset<256> used_;
    std::size_t at_ = 0;
    step step_ = step::probe;
    primary_address wanted_ = primary_address::unconfigured;
    std::size_t assigned_ = 0;
    std::size_t failed_ = 0;
};

} // namespace meterlink::mbus
