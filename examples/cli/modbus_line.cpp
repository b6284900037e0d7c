#include "modbus_line.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "command.hpp"
#include "port.hpp"

namespace meterlink::cli {

namespace {

constexpr std::chrono::milliseconds modbus_slice{100}; // Ctrl-C is noticed as soon
/// A server under TLS refuses a certificate when its client takes the handshake for done.
constexpr std::chrono::seconds soon_after_handshake{2};

std::string asked_times(std::uint32_t count) {
    return count == 1 ? "asked once" : "asked " + std::to_string(count) + " times";
}

/// What the message of `code` leaves out.
std::string_view more_of_exception(modbus::exception_code code, modbus_purpose purpose) {
    if (code == modbus::exception_code::illegal_function)
        return ", or does not let you use it";
    if (code == modbus::exception_code::illegal_data_address && purpose == modbus_purpose::writing)
        return ", or they cannot be written";
    return {};
}

/// The driver closes and opens these itself; they matter only when opening fails.
bool is_usual_loss(io::link_loss why, bool was_heard) {
    return why == io::link_loss::given_up || why == io::link_loss::idle ||
           (why == io::link_loss::closed_by_peer && was_heard);
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

std::string explanation_of(const modbus_answer& answer, modbus_purpose purpose) {
    using ending = modbus_answer::ending;
    switch (answer.how) {
    case ending::exception:
        return std::string{message(answer.code)} + std::string{more_of_exception(answer.code, purpose)} +
               " (exception " + std::to_string(static_cast<unsigned>(answer.code)) + ", " +
               std::string{name(answer.code)} + ')';
    case ending::no_reply:
        if (answer.line_was_away)
            return "no answer (" + asked_times(answer.attempts) + "): the line was away";
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
        if (which != io::direction::received)
            return;
        was_heard_ = true;
        if (std::exchange(is_rejected_, false))
            tell("connected again");
    });
}

bool modbus_line::can_go_on() const { return !has_failed_ && !is_interrupted(); }

std::optional<modbus_answer> modbus_line::wait() {
    while (can_go_on()) {
        auto event = driver_.wait_event(modbus_slice);
        if (auto* answer = event ? std::get_if<modbus_answer>(&*event) : nullptr) {
            if (const auto known = under_way_.extract(answer->id))
                answer->line_was_away = known.mapped();
            return std::move(*answer);
        }
        if (const auto* link = event ? std::get_if<io::link_event>(&*event) : nullptr)
            take(*link);
        else if (!was_open_ && std::chrono::steady_clock::now() > connect_until_)
            fail(std::make_error_code(std::errc::timed_out));
    }
    return std::nullopt;
}

void modbus_line::take(const io::link_event& event) {
    using change = io::link_event::change;
    if (event.what == change::lost)
        return take_loss(event);
    if (event.what != change::connected)
        return;
    connected_at_ = std::chrono::steady_clock::now();
    was_open_ = true;
    was_heard_ = false;
    if (!std::exchange(is_away_, false))
        return;
    ++returns_;
    if (!is_rejected_)
        tell(to_string(event) + " again");
}

void modbus_line::take_loss(const io::link_event& event) {
    if (!was_open_ || driver_.state() == io::link_state::closed)
        return fail(event.error ? event.error : std::make_error_code(std::errc::not_connected));
    if (is_usual_loss(event.why, was_heard_))
        return;
    for (auto& [id, was_away] : under_way_)
        was_away = true;
    const bool is_told = std::exchange(is_away_, true) || is_rejected_;
    const bool was_opened = event.why == io::link_loss::closed_by_peer || event.why == io::link_loss::failed;
    is_rejected_ = is_rejected_ || (where_.kind == io::endpoint_kind::tls && was_opened && !was_heard_ &&
                                    std::chrono::steady_clock::now() - connected_at_ < soon_after_handshake);
    if (!is_told)
        tell(to_string(event) + ", trying again" +
             (is_rejected_ ? "; the server may not have accepted the certificate" : ""));
}

void modbus_line::fail(const std::error_code& why) {
    has_failed_ = true;
    if (before_traffic_)
        before_traffic_();
    errors_.plain(line_failure(where_, was_open_, why, driver_.line().line().explanation()));
}

void modbus_line::tell(const std::string& what) {
    if (before_traffic_)
        before_traffic_();
    errors_.note(without_controls(io::to_string(where_) + ' ' + what));
}

void modbus_line::pass_time(std::chrono::steady_clock::time_point until) {
    for (auto now = std::chrono::steady_clock::now(); now < until && can_go_on();
         now = std::chrono::steady_clock::now()) {
        const auto event = driver_.wait_event(std::min<std::chrono::nanoseconds>(modbus_slice, until - now));
        if (const auto* link = event ? std::get_if<io::link_event>(&*event) : nullptr)
            take(*link);
    }
}

void modbus_line::give_up() {
    driver_.command([](owning_modbus_client& peer, instant) { peer.client().cancel_all(); });
    while (driver_.wait_event(std::chrono::nanoseconds{0})) {
    }
    under_way_.clear();
}

int modbus_line::finish(bool may_be_interrupted) {
    if (is_interrupted() && !may_be_interrupted)
        errors_.plain("interrupted");
    log_.close(errors_);
    return errors_.count() != 0 ? some_bad_input : all_good;
}

} // namespace meterlink::cli
