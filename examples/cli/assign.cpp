// meterlink assign: primary addresses for the meters on a wired bus.

#include <algorithm>
#include <bitset>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/io/blocking.hpp>
#include <meterlink/mbus/address_assignment.hpp>
#include <meterlink/mbus/meter_search.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>

#include "bus_line.hpp"
#include "command.hpp"
#include "line_scan.hpp"
#include "meter_command.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

struct assign_options : bus_options {
    unsigned first = 1;
    unsigned last = 250;
    bool is_dry_run = false;
};

constexpr auto assign_footer =
    R"(The meters are searched by secondary address. One that is the only one with its primary address, from 1 to 250,
keeps it; each of the others gets the next free one, which is asked first whether somebody has it, and read afterwards.
--dry-run searches, and changes nothing.
)";

constexpr auto assign_examples = R"(  meterlink assign tcp://192.168.1.20:10001 --dry-run
  meterlink assign serial:/dev/ttyUSB0 --first 100 --last 199
)";

/// The search, and then the assignment, as one session on one line.
class assigning_session {
public:
    using event = std::variant<mbus::search_event, mbus::assignment_event>;

    explicit assigning_session(mbus::meter_search_options how)
        : search_{mbus::meter_search{std::move(how)}} {}

    void search(instant now) { search_.search.start(now); }
    void assign(mbus::address_assignment what, instant now) {
        assignment_ = std::make_unique<mbus::address_assignment>(std::move(what));
        assignment_->start(now);
    }
    void cancel() {
        if (assignment_)
            assignment_->cancel();
        else
            search_.search.cancel();
    }

    void handle_input(bytes_view octets, instant now) {
        if (assignment_)
            assignment_->handle_input(octets, now);
        else
            search_.handle_input(octets, now);
    }
    void handle_timeout(instant now) {
        if (assignment_)
            assignment_->handle_timeout(now);
        else
            search_.handle_timeout(now);
    }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        return assignment_ ? assignment_->poll_transmit() : search_.poll_transmit();
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return assignment_ ? assignment_->poll_timeout() : search_.poll_timeout();
    }
    [[nodiscard]] std::optional<event> poll_event() {
        if (auto found = search_.poll_event())
            return event{*found};
        if (assignment_)
            if (auto done = assignment_->poll_event())
                return event{*done};
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint32_t> line_rate() const {
        return assignment_ ? std::optional{assignment_->line_rate()} : search_.line_rate();
    }

private:
    kept_search search_;
    std::unique_ptr<mbus::address_assignment> assignment_;
};

/// One run on one line.
class assigning {
public:
    assigning(const io::endpoint& where, const assign_options& options, complaints& errors)
        : where_{where}, options_{options}, errors_{errors}, timing_{timing()},
          line_{where, assigning_session{what_to_search()}} {}

    void watch(traffic_log& log) {
        line_.line().on_traffic(
            [&log](io::direction which, bytes_view octets, instant now) { log.take(which, octets, now); });
    }

    void run() {
        if (const auto error = line_.wait_connected(where_.connect_timeout))
            return errors_.plain(line_failure(where_, false, error, line_.line().line().explanation()));
        line_.command([](assigning_session& it, instant now) { it.search(now); });
        constexpr std::chrono::milliseconds slice{100};
        while (!is_over_) {
            if (const auto event = line_.wait_event(slice))
                std::visit([this](const auto& it) { take(it); }, *event);
            if (is_interrupted() && !std::exchange(is_ending_, true))
                line_.command([](assigning_session& it, instant) { it.cancel(); });
        }
    }

private:
    [[nodiscard]] mbus::timing_profile timing() const {
        auto out = master_options(options_, where_.kind, where_.serial.baud).timing;
        if (options_.timing == "quick" && !options_.timeout)
            out.response_timeout = {}; // what the bit rate demands
        return out;
    }
    [[nodiscard]] mbus::meter_search_options what_to_search() const {
        mbus::meter_search_options out;
        out.secondary.timing = timing_;
        if (options_.timing == "quick" && !options_.retries)
            out.secondary.timing.select_retries =
                static_cast<std::uint8_t>(options_.select_retries.value_or(0));
        out.secondary.bauds = {where_.serial.baud};
        return out;
    }

    void take(const io::link_event& event) {
        if (event.what != io::link_event::change::lost)
            return;
        errors_.plain(line_failure(where_, true, event.error, line_.line().line().explanation()));
        is_over_ = true;
    }
    void take(const assigning_session::event& event) {
        std::visit(
            [this](const auto& one) { std::visit([this](const auto& it) { this->take_one(it); }, one); },
            event);
    }

    void take_one(const mbus::search_progress&) {}
    void take_one(const mbus::baud_rate_changed&) {}
    void take_one(const mbus::meter_found& found) { meters_.push_back(found.meter); }
    void take_one(const mbus::search_conflict& conflict) {
        errors_.plain(place_of(conflict) +
                      ": somebody is there who could not be told apart, and gets no address");
    }
    void take_one(const mbus::search_finished& end) {
        if (end.why == mbus::search_end::cancelled || meters_.empty() || options_.is_dry_run) {
            is_over_ = true;
            if (end.why == mbus::search_end::cancelled)
                errors_.plain("interrupted: nothing was changed");
            else if (meters_.empty())
                errors_.plain("no meter has answered: \"meterlink scan --help\" says what to try");
            else
                plan();
            return;
        }
        mbus::address_assignment_options how;
        how.timing = timing_;
        how.first = static_cast<std::uint8_t>(options_.first);
        how.last = static_cast<std::uint8_t>(options_.last);
        line_.command([&](assigning_session& it, instant now) {
            it.assign(mbus::address_assignment{meters_, how}, now);
        });
    }
    void take_one(const mbus::address_assigned& done) {
        say(mbus::to_string(done.meter.address) + (done.was_kept ? " keeps " : " had ") +
            std::to_string(done.before.raw()) +
            (done.was_kept ? "" : ", and has " + std::to_string(done.meter.primary.raw()) + " now"));
    }
    void take_one(const mbus::assignment_failed& failed) {
        const auto tried = failed.tried ? std::to_string(failed.tried->raw()) : std::string{};
        const auto why =
            failed.why == mbus::assignment_error::no_free_address
                ? "no address from " + std::to_string(options_.first) + " to " +
                      std::to_string(options_.last) + " is free"
            : failed.why == mbus::assignment_error::not_accepted
                ? "it does not accept the address " + tried
                : "it was given the address " + tried + ", but does not answer there, or not alone";
        errors_.plain(mbus::to_string(failed.meter.address) + ": " + why);
    }
    void take_one(const mbus::assignment_finished& end) {
        is_over_ = true;
        if (end.was_cancelled)
            errors_.plain("interrupted: " + std::to_string(end.assigned) + " of " +
                          std::to_string(meters_.size()) + " meters have an address of their own");
    }

    /// What would be done, as long as nobody answers at a free address.
    void plan() {
        const auto sharing = [this](const mbus::found_meter& meter) {
            return std::count_if(meters_.begin(), meters_.end(), [&](const mbus::found_meter& other) {
                return other.primary == meter.primary;
            });
        };
        std::bitset<256> used;
        for (const auto& meter : meters_)
            used.set(meter.primary.raw());
        auto next = options_.first;
        for (const auto& meter : meters_) {
            const auto before = std::to_string(meter.primary.raw());
            const auto name = mbus::to_string(meter.address);
            if (meter.primary.is_assignable() && meter.primary.raw() != 0 && sharing(meter) == 1) {
                say(name + " keeps " + before);
                continue;
            }
            while (next <= options_.last && used.test(next))
                ++next;
            say(name + " has " + before +
                (next <= options_.last ? ", and would get " + std::to_string(next)
                                       : ", and none is free for it"));
            ++next;
        }
    }

    io::endpoint where_;
    const assign_options& options_;
    complaints& errors_;
    mbus::timing_profile timing_;
    io::blocking_driver<assigning_session> line_;
    std::vector<mbus::found_meter> meters_;
    bool is_ending_ = false;
    bool is_over_ = false;
};

int assign(const assign_options& options) {
    complaints errors{options.colour};
    if (options.first > options.last)
        errors.plain("--first is not to be more than --last");
    const auto where = parse_line(options, errors);
    traffic_log log;
    if (!where || errors.count() != 0 || !log.open(options, errors))
        return wrong_usage;
    catch_interrupts();
    assigning run{*where, options, errors};
    run.watch(log);
    run.run();
    log.close(errors);
    return errors.count() != 0 ? some_bad_input : all_good;
}

} // namespace

void add_assign(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<assign_options>();
    auto* command = add_bus_command(app, "assign", "Give each meter a primary address of its own.", *options);
    command->add_option("--first", options->first, "The lowest address to give; 1 unless given")
        ->option_text("N")
        ->check(CLI::Range(1U, 250U).description(""));
    command->add_option("--last", options->last, "The highest address to give; 250 unless given")
        ->option_text("N")
        ->check(CLI::Range(1U, 250U).description(""));
    command->add_flag("--dry-run", options->is_dry_run, "Say what would be done, and change nothing");
    command->footer(bus_footer(assign_footer, assign_examples));
    command->callback([options, &run] { run = [options] { return assign(*options); }; });
}

} // namespace meterlink::cli
