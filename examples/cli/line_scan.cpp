#include "line_scan.hpp"

#include <string_view>
#include <utility>
#include <variant>

#include <meterlink/mbus/secondary_address_text.hpp>

namespace meterlink::cli {

namespace {

std::string_view advice(const mbus::search_conflict& conflict) {
    switch (conflict.kind) {
    case mbus::conflict_kind::equal:
        return conflict.primary
                   ? "several meters have this address: a search by secondary address finds them one by one"
                   : "several meters have this address: give one of them another, with the others "
                     "disconnected";
    case mbus::conflict_kind::unresolved:
        return "several answered together, but not one by one: search again below it with --mask, or with "
               "--timing search";
    case mbus::conflict_kind::mute: break;
    }
    return "somebody is there who sends no readable telegram: try --timing search or another bit rate";
}

} // namespace

std::string place_of(const mbus::search_conflict& conflict) {
    if (conflict.primary)
        return std::to_string(conflict.primary->raw());
    auto out = mbus::to_string(conflict.mask.address);
    if (const auto number = conflict.mask.fabrication_number)
        out += ", fabrication number " + mbus::to_string(mbus::secondary_address{*number}).substr(0, 8);
    return out;
}

std::size_t scan_board::meters() const {
    std::size_t out = 0;
    for (const auto& each : lines)
        out += each.meters;
    return out;
}

std::size_t scan_board::probes() const {
    std::size_t out = 0;
    for (const auto& each : lines)
        out += each.probes;
    return out;
}

void scan_board::show() {
    std::size_t left = 0;
    for (const auto& each : lines)
        left += each.left;
    progress.show(probes(), left, meters());
}

std::optional<mbus::search_event> kept_search::poll_event() {
    auto event = search.poll_event();
    if (event)
        if (auto* found = std::get_if<mbus::meter_found>(&*event))
            found->telegram = {};
    return event;
}

line_scan::line_scan(asio::io_context& context, const io::endpoint& where, std::string label,
                     mbus::meter_search_options how, scan_board& board, std::size_t line)
    : where_{where}, label_{std::move(label)}, board_{board}, line_{line},
      driver_{io::any_stream{context.get_executor(), where}, kept_search{mbus::meter_search{std::move(how)}},
              io::driver_options::from(where)},
      give_up_{std::chrono::steady_clock::now() + where.connect_timeout + std::chrono::seconds{1}} {
    driver_.on_event([this](const io::driver_event<kept_search>& event) {
        std::visit([this](const auto& it) { take(it); }, event);
    });
    driver_.on_traffic([this](io::direction which, bytes_view octets, instant now) {
        refusal_.take(which, octets);
        if (log_ == nullptr)
            return;
        board_.progress.clear();
        log_->take(which, octets, now);
    });
}

void line_scan::watch(traffic_log& log) { log_ = &log; }

void line_scan::check_patience() {
    if (!has_started_ && !is_over_ && std::chrono::steady_clock::now() > give_up_)
        lose(std::make_error_code(std::errc::timed_out));
}

void line_scan::end() {
    if (is_over_ || std::exchange(is_ending_, true))
        return;
    why_ = mbus::search_end::cancelled;
    const auto is_idle = !has_started_ || is_away_;
    driver_.command([](kept_search& it, instant) { it.search.cancel(); });
    if (is_idle)
        finish();
}

void line_scan::take(const io::link_event& event) {
    if (event.what == io::link_event::change::connected) {
        has_started_ = true;
        is_away_ = false;
        up_since_ = std::chrono::steady_clock::now();
        refusal_.reset();
        driver_.command([](kept_search& it, instant now) { it.search.start(now); });
    } else if (event.what == io::link_event::change::lost) {
        if (!has_started_ || !where_.retry)
            return lose(event.error);
        if (!is_away_ && !is_over_ && is_hopeless())
            return give_up(refusal_.text() ? busy_text(where_, *refusal_.text())
                                           : io::to_string(where_) + " was lost " + std::to_string(losses_) +
                                                 " times in a row, and no meter was found meanwhile");
        if (!std::exchange(is_away_, true)) {
            board_.progress.clear();
            board_.errors.note(place(losses_ > 1 ? "the line was lost again"
                                                 : "the line was lost, and is being opened again"));
            driver_.command([](kept_search& it, instant) { it.search.cancel(); });
        }
    }
}

void line_scan::take(const mbus::search_event& event) {
    if (!is_over_)
        std::visit([this](const auto& it) { take_search(it); }, event);
}

void line_scan::take_search(const mbus::search_progress& now) {
    board_.lines[line_] = now;
    board_.show();
}

void line_scan::take_search(const mbus::meter_found& found) {
    if (is_ending_ || board_.is_full())
        return;
    board_.progress.clear();
    losses_ = 0;
    ++board_.lines[line_].meters;
    if (!board_.rows.write(found.meter, label_))
        board_.is_closed = true;
    if (found.meter.is_stranger)
        board_.errors.note(place(mbus::to_string(found.meter.address) +
                                 ": answered to a selection that does not fit its address"));
}

void line_scan::take_search(const mbus::search_conflict& conflict) {
    if (refusal_.text())
        return; // no meter spoke
    board_.progress.clear();
    board_.errors.telegram({label_.empty() ? place_of(conflict) : label_ + ": " + place_of(conflict)},
                           advice(conflict));
}

void line_scan::take_search(const mbus::search_finished& end) {
    if (end.why == mbus::search_end::cancelled && is_away_ && !is_ending_)
        return; // goes on when the line is there again
    if (end.lateness > session_clock::duration{})
        board_.errors.note(place("answers come late on this line, and were waited for: --latency with more "
                                 "milliseconds makes the search quicker and surer"));
    why_ = end.why;
    board_.lines[line_].probes = end.probes;
    finish();
}

void line_scan::finish() {
    is_over_ = true;
    board_.lines[line_].left = 0;
    driver_.close();
}

void line_scan::lose(std::error_code why) {
    give_up(line_failure(where_, has_started_, why, driver_.line().explanation()));
}

bool line_scan::is_hopeless() {
    constexpr std::size_t most_losses = 5;
    constexpr std::chrono::seconds steady{30};
    if (std::chrono::steady_clock::now() - up_since_ >= steady)
        losses_ = 0;
    return ++losses_ >= most_losses;
}

void line_scan::give_up(const std::string& why) {
    board_.progress.clear();
    board_.errors.plain(why);
    has_failed_ = true;
    finish();
}

void line_scan::tell_result() {
    const auto& done = board_.lines[line_];
    if (has_failed_ && done.meters == 0)
        return;
    const auto found = (done.meters == 1 ? "1 meter" : std::to_string(done.meters) + " meters") +
                       " found with " + std::to_string(done.probes) +
                       (done.probes == 1 ? " probe" : " probes");
    if (why_ == mbus::search_end::cancelled && !board_.is_full())
        board_.errors.plain(place("interrupted: " + found + "; there may be more"));
    else if (why_ == mbus::search_end::probe_limit)
        board_.errors.plain(place("too much noise on the line to go on: " + found));
    else if (done.meters == 0 && !board_.is_full())
        board_.errors.plain(place(
            "no meter has answered: check the bit rate (--baud), the wiring and the power of the bus, and "
            "try --timing search for a slow converter"));
    else
        board_.errors.note(place(found));
}

std::string line_scan::place(const std::string& text) const {
    return label_.empty() ? text : label_ + ": " + text;
}

} // namespace meterlink::cli
