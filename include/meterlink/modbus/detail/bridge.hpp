#pragma once

/// The bodies of `bridge`.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <meterlink/modbus/bridge.hpp>
#include <meterlink/modbus/bridge_access.hpp>
#include <meterlink/modbus/detail/request_refusal.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu_size.hpp>

namespace meterlink::modbus {

// ---- connections
// --------------------------------------------------------------------------------------------

inline upstream_id bridge::connect(std::optional<std::string> role) {
    const auto found =
        std::ranges::find_if(upstreams_, [](const upstream& each) { return !each.is_connected; });
    const auto place = static_cast<std::size_t>(found - upstreams_.begin());
    if (found == upstreams_.end())
        upstreams_.emplace_back();
    auto& from = upstreams_[place];
    ++from.generation;
    from.is_connected = true;
    from.wants_close = from.is_ready = false;
    from.request_until.reset();
    from.decoder.reset();
    from.output.clear();
    from.role = std::move(role);
    return id_of(place);
}

inline void bridge::set_role(upstream_id which, std::optional<std::string> role) {
    if (auto* const from = find(which))
        from->role = std::move(role);
}

inline void bridge::drop_waiting(upstream& from) {
    while (from.waiting.size > 0)
        requests_.release(requests_.pop(from.waiting));
}

inline void bridge::disconnect(upstream_id which) {
    auto* const from = find(which);
    if (from == nullptr)
        return;
    from->is_connected = false;
    drop_waiting(*from);
    std::erase(ready_, which);
    for (const auto& each : under_way_)
        if (requests_[each.request].from == which)
            line_.cancel(each.id);
    while (const auto event = line_.poll_event())
        finish(*event);
}

inline bool bridge::wants_close(upstream_id which) const noexcept {
    return is_alive(which) && upstreams_[place_of(which)].wants_close;
}

inline std::optional<bytes_view> bridge::poll_upstream_transmit(upstream_id which) {
    auto* const from = find(which);
    return from == nullptr ? std::nullopt : from->output.poll_transmit();
}

inline void bridge::handle_upstream_input(upstream_id which, bytes_view octets, instant now) {
    auto* const from = find(which);
    if (from == nullptr || from->wants_close || octets.empty())
        return;
    const auto before = from->frames;
    decode(which, *from, octets, now);
    if (from->wants_close || !from->decoder.is_pending())
        from->request_until.reset();
    else if (!from->request_until || from->frames != before)
        from->request_until = now + options_.request_timeout;
    settle(now);
}

inline void bridge::decode(upstream_id which, upstream& from, bytes_view octets, instant now) {
    from.decoder.decode(octets, now, [&](const decoder_event& event) {
        if (const auto* adu = std::get_if<adu_view>(&event); adu != nullptr && !from.wants_close)
            take(which, from, *adu, now);
    });
    if (from.decoder.is_lost())
        end_conversation(which, from);
}

/// What was asked rightly before is still answered.
inline void bridge::end_conversation(upstream_id which, upstream& from) {
    from.wants_close = true;
    sent(which, from);
}

inline void bridge::take(upstream_id which, upstream& from, const adu_view& adu, instant now) {
    ++from.frames;
    if (const auto why = objection(from, adu))
        return refuse(which, from, adu.transaction, adu.unit, adu.pdu[0], *why);
    auto& kept = requests_.push(from.waiting);
    kept.from = which;
    kept.transaction = adu.transaction;
    kept.asked = adu.unit;
    kept.unit = *options_.units(adu.unit);
    kept.arrived = now;
    kept.request.clear();
    kept.request.append(adu.pdu);
}

/// Why a request does not come as far as the line.
inline std::optional<exception_code> bridge::objection(const upstream& from, const adu_view& adu) const {
    if (!passes(adu.pdu))
        return exception_code::illegal_function;
    // On a line, a wrong length would be taken for the beginning of something else: only a frame with marks
    // at both ends tells how long an echo is.
    const auto size = request_size(adu.pdu);
    const bool may_be_longer =
        adu.pdu[0] == to_octet(function::diagnostics) && options_.line.framing != framing::rtu;
    const bool is_known = size || size.error().code != errc::function_unexpected;
    if (is_known && (!size || adu.pdu.size() < *size || (adu.pdu.size() > *size && !may_be_longer)))
        return exception_code::illegal_data_value;
    // A device need not answer what is wrong, and would pass for a dead one, to all others as well.
    const auto asked = access_of(adu.unit, adu.pdu);
    if (!asked)
        return detail::refusal_of(asked.error());
    if (const auto why = prohibition(from, *asked))
        return why;
    if (!options_.units(adu.unit) || !is_up_)
        return exception_code::gateway_path_unavailable;
    if (from.waiting.size >= options_.most_waiting)
        return exception_code::server_device_busy;
    return std::nullopt;
}

/// Whether such requests get to the line, whoever asks.
inline bool bridge::passes(bytes_view request) const noexcept {
    if (request[0] == 0 || is_exception(request[0]) || (options_.is_read_only && may_change(request)))
        return false;
    return is_commonly_passed(request) ||
           std::ranges::find(options_.also_passed, static_cast<function>(request[0])) !=
               options_.also_passed.end();
}

/// Why this client may not ask that.
inline std::optional<exception_code> bridge::prohibition(const upstream& from, access_request asked) const {
    if (!options_.authorise)
        return std::nullopt;
    if (!from.role && asked.changes)
        return exception_code::illegal_function;
    if (from.role)
        asked.role = *from.role;
    return options_.authorise(asked) ? std::nullopt : std::optional{exception_code::illegal_function};
}

// ---- the line
// -----------------------------------------------------------------------------------------------

inline void bridge::handle_link(bool up, instant now) {
    is_up_ = up;
    if (!up) {
        line_.cancel_all();
        settle(now);
        for (auto& from : upstreams_)
            while (from.waiting.size > 0) {
                const auto at = requests_.pop(from.waiting);
                refuse(requests_[at], exception_code::gateway_path_unavailable);
                requests_.release(at);
            }
    }
    line_.handle_link(up, now);
    settle(now);
}

inline void bridge::handle_input(bytes_view octets, instant now) {
    line_.handle_input(octets, now);
    settle(now);
}

inline void bridge::handle_timeout(instant now) {
    line_.handle_timeout(now);
    for (std::size_t place = 0; place < upstreams_.size(); ++place) {
        auto& from = upstreams_[place];
        if (from.is_connected && from.request_until && now >= *from.request_until) {
            from.request_until.reset();
            end_conversation(id_of(place), from);
        }
    }
    settle(now);
}

inline std::optional<instant> bridge::poll_timeout() const {
    auto due = line_.poll_timeout();
    if (may_proceed())
        due = instant::min(); // the line got free with nobody there to tell the time
    for (const auto& from : upstreams_)
        if (from.is_connected)
            due = earliest(due, from.request_until);
    return due;
}

inline std::optional<bridge_event> bridge::poll_event() {
    if (ready_.empty())
        return events_.pop();
    const auto which = ready_.front();
    ready_.erase(ready_.begin());
    upstreams_[place_of(which)].is_ready = false;
    return upstream_ready{which};
}

inline std::size_t bridge::unfinished() const noexcept {
    auto out = under_way_.size();
    for (const auto& from : upstreams_)
        out += from.waiting.size;
    return out;
}

/// Takes what the line has come to, and gives it what comes next.
inline void bridge::settle(instant now) {
    for (;;) {
        auto event = line_.poll_event();
        if (!event) {
            proceed(now);
            event = line_.poll_event();
        }
        if (!event)
            return;
        finish(*event);
    }
}

inline bool bridge::may_proceed() const noexcept {
    const auto window = is_line(options_.line.framing) ? 1 : std::max<std::size_t>(options_.line.window, 1);
    return is_up_ && under_way_.size() < window &&
           std::ranges::any_of(upstreams_, [](const upstream& each) { return each.waiting.size > 0; });
}

inline void bridge::proceed(instant now) {
    while (may_proceed()) {
        const auto at = pick();
        const auto& next = requests_[at];
        if (now - next.arrived > options_.longest_wait) {
            refuse(next, exception_code::server_device_busy);
            requests_.release(at);
        } else if (const auto id = line_.submit(next.unit, next.request, now); !id) {
            refuse(next, exception_code::gateway_path_unavailable); // a question to everybody
            requests_.release(at);
        } else {
            under_way_.push_back({*id, at});
        }
    }
}

/// The oldest request of the next connection that has one. There is one.
inline bridge::index bridge::pick() {
    do
        turn_ = turn_ + 1 < upstreams_.size() ? turn_ + 1 : 0;
    while (upstreams_[turn_].waiting.size == 0);
    return requests_.pop(upstreams_[turn_].waiting);
}

inline void bridge::finish(const client_event& event) {
    if (const auto* noise = std::get_if<garbage>(&event))
        return events_.push(*noise);
    const auto id = modbus::id_of(event);
    const auto found =
        std::ranges::find_if(under_way_, [id](const under_way& each) { return each.id == id; });
    if (found == under_way_.end())
        return;
    const auto at = found->request;
    under_way_.erase(found);
    const auto& asked = requests_[at];
    std::visit(
        [&](const auto& what) {
            using kind = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<kind, reply>)
                answer(asked, what.response);
            else if constexpr (std::is_same_v<kind, exception_reply>)
                refuse(asked, what.code);
            else if constexpr (std::is_same_v<kind, cancelled>)
                refuse(asked, exception_code::gateway_path_unavailable); // unless who asked is gone
            else if constexpr (!std::is_same_v<kind, broadcast_sent>)
                refuse(asked, is_up_ ? exception_code::gateway_target_failed_to_respond
                                     : exception_code::gateway_path_unavailable);
        },
        event);
    requests_.release(at);
}

// ---- answers
// ------------------------------------------------------------------------------------------------

inline void bridge::answer(const detail::bridged_request& to, bytes_view response) {
    auto* const client = find(to.from);
    if (client == nullptr)
        return;
    std::ranges::copy(response, client->output.open().begin());
    client->output.close(to.transaction, to.asked, response.size());
    sent(to.from, *client);
}

inline void bridge::refuse(const detail::bridged_request& to, exception_code why) {
    if (auto* const client = find(to.from))
        refuse(to.from, *client, to.transaction, to.asked, to.request[0], why);
}

inline void bridge::refuse(upstream_id which, upstream& to, std::uint16_t transaction, unit_id unit,
                           std::uint8_t code, exception_code why) {
    const auto function_code = static_cast<function>(code & ~exception_flag);
    const auto size = exception_response{function_code, why}.emit(to.output.open());
    to.output.close(transaction, unit, size.value_or(0));
    events_.push(request_refused{unit, function_code, why});
    sent(which, to);
}

/// Something waits for `to`.
inline void bridge::sent(upstream_id which, upstream& to) {
    if (to.output.size() > options_.most_output) {
        to.output.clear();
        to.wants_close = true;
    }
    if (!to.is_ready)
        ready_.push_back(which);
    to.is_ready = true;
}

} // namespace meterlink::modbus
