#include "modbus_line.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include <meterlink/io/link_event.hpp>

#include "command.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

constexpr std::chrono::milliseconds modbus_slice{100}; // Ctrl-C is noticed as soon

std::string asked_times(std::uint32_t count) {
    return count == 1 ? "asked once" : "asked " + std::to_string(count) + " times";
}

modbus_answer owned(const modbus::client_event& event) {
    using ending = modbus_answer::ending;
    modbus_answer out;
    out.id = modbus::id_of(event);
    std::visit(
        [&](const auto& what) {
            using kind = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<kind, modbus::reply>) {
                out.how = ending::reply;
                out.response.append(what.response);
            } else if constexpr (std::is_same_v<kind, modbus::exception_reply>) {
                out.how = ending::exception;
                out.code = what.code;
            } else if constexpr (std::is_same_v<kind, modbus::broadcast_sent>) {
                out.how = ending::broadcast;
            } else if constexpr (std::is_same_v<kind, modbus::no_reply>) {
                out.how = ending::no_reply;
                out.attempts = what.attempts;
            } else if constexpr (std::is_same_v<kind, modbus::bad_reply>) {
                out.how = ending::bad_reply;
                out.why = what.why;
                out.attempts = what.attempts;
            } else if constexpr (std::is_same_v<kind, modbus::unit_degraded>) {
                out.how = ending::degraded;
            }
        },
        event);
    return out;
}

} // namespace

std::string explanation_of(const modbus_answer& answer) {
    using ending = modbus_answer::ending;
    switch (answer.how) {
    case ending::exception:
        return std::string{message(answer.code)} + " (exception " +
               std::to_string(static_cast<unsigned>(answer.code)) + ", " + std::string{name(answer.code)} +
               ')';
    case ending::no_reply:
        return "no answer (" + asked_times(answer.attempts) +
               "): check the unit, the bit rate and the wiring, or try --timeout with more milliseconds; "
               "\"meterlink modbus scan\" finds who is there";
    case ending::bad_reply: {
        const auto why = to_string(answer.why);
        return answer.attempts == 0 ? "cannot be asked: " + why
                                    : "a bad answer (" + asked_times(answer.attempts) + "): " + why;
    }
    case ending::degraded: return "not asked, because the unit has not answered several times";
    default: break;
    }
    return "interrupted";
}

std::optional<modbus_answer> owning_modbus_client::poll_event() {
    while (const auto event = client_.poll_event())
        if (!std::holds_alternative<modbus::garbage>(*event))
            return owned(*event);
    return std::nullopt;
}

std::unique_ptr<modbus_line> modbus_line::open(const modbus_options& options, const io::endpoint& where,
                                               const modbus::client_options& how, complaints& errors) {
    std::unique_ptr<modbus_line> out{new modbus_line{where, how, errors}};
    if (!out->log_.open(options, errors))
        return nullptr;
    catch_interrupts();
    return out;
}

modbus_line::modbus_line(const io::endpoint& where, const modbus::client_options& how, complaints& errors)
    : where_{where}, errors_{errors}, driver_{where, owning_modbus_client{how}},
      connect_until_{std::chrono::steady_clock::now() + where.connect_timeout} {
    driver_.line().on_traffic([this](io::direction which, bytes_view octets, instant now) {
        if (before_traffic_)
            before_traffic_();
        log_.take(which, octets, now);
    });
}

bool modbus_line::can_go_on() const { return !has_failed_ && !is_interrupted(); }

std::optional<modbus_answer> modbus_line::wait() {
    while (can_go_on()) {
        auto event = driver_.wait_event(modbus_slice);
        if (event && std::holds_alternative<modbus_answer>(*event))
            return std::get<modbus_answer>(*std::move(event));
        std::error_code failure;
        if (const auto* link = event ? std::get_if<io::link_event>(&*event) : nullptr) {
            was_open_ = was_open_ || link->what == io::link_event::change::connected;
            if (link->what == io::link_event::change::lost &&
                (!was_open_ || driver_.state() == io::link_state::closed))
                failure = link->error ? link->error : std::make_error_code(std::errc::not_connected);
        } else if (!was_open_ && std::chrono::steady_clock::now() > connect_until_) {
            failure = std::make_error_code(std::errc::timed_out);
        }
        if (!failure)
            continue;
        has_failed_ = true;
        if (before_traffic_)
            before_traffic_();
        errors_.plain(line_failure(where_, was_open_, failure, driver_.line().line().explanation()));
    }
    return std::nullopt;
}

void modbus_line::pass_time(std::chrono::steady_clock::time_point until) {
    for (auto now = std::chrono::steady_clock::now(); now < until && can_go_on();
         now = std::chrono::steady_clock::now())
        static_cast<void>(driver_.wait_event(std::min<std::chrono::nanoseconds>(modbus_slice, until - now)));
}

void modbus_line::give_up() {
    driver_.command([](owning_modbus_client& peer, instant) { peer.client().cancel_all(); });
    while (driver_.wait_event(std::chrono::nanoseconds{0})) {
    }
}

int modbus_line::finish(bool may_be_interrupted) {
    if (is_interrupted() && !may_be_interrupted)
        errors_.plain("interrupted");
    log_.close(errors_);
    return errors_.count() != 0 ? some_bad_input : all_good;
}

} // namespace meterlink::cli
