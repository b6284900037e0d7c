#include "bridge_sides.hpp"

#include <algorithm>

#include <meterlink/mbus/timing_profile.hpp>

namespace meterlink::cli {

namespace {

/// Two of the longest frames.
constexpr std::size_t most_for_line = 522;
constexpr std::size_t most_for_client = 65536;
/// How long a request is worth sending.
constexpr std::chrono::seconds request_patience{1};
/// A line that never falls silent does not keep everybody away.
constexpr std::chrono::seconds most_deafness{5};

std::optional<bridge_event> event_of(mbus::packing& incoming) {
    if (const auto dropped = incoming.poll_event())
        return bridge_event{*dropped};
    if (const auto octets = incoming.poll_transmit())
        return bridge_event{bridge_piece{octets->begin(), octets->end()}};
    return std::nullopt;
}

} // namespace

std::optional<bridge_event> bridge_client_side::poll_event() { return event_of(incoming_); }

bool bridge_client_side::send(bytes_view octets) {
    if (outgoing_.size() + octets.size() > most_for_client)
        return false;
    outgoing_.add(octets);
    return true;
}

void bridge_line_side::handle_input(bytes_view octets, instant now) {
    look(now);
    quiet_at_ = now + options_.answer_time;
    if (!deaf_until_)
        incoming_.handle_input(octets, now);
}

void bridge_line_side::handle_timeout(instant now) {
    look(now);
    incoming_.handle_timeout(now);
}

void bridge_line_side::look(instant now) {
    now_ = now;
    if (busy_until_ && now >= *busy_until_)
        busy_until_.reset();
    if (deaf_until_ && (now >= quiet_at_ || now >= *deaf_until_))
        deaf_until_.reset();
    if (worthless_at_ && now >= *worthless_at_) {
        worthless_at_.reset();
        overdue_ += outgoing_.forget();
    }
}

std::optional<bytes_view> bridge_line_side::poll_transmit() {
    if (!is_up_ || busy_until_ || deaf_until_ || outgoing_.empty())
        return std::nullopt;
    worthless_at_.reset();
    auto sent_at = now_;
    if (options_.baud != 0) {
        sent_at += mbus::wire_time(outgoing_.size(), options_.baud);
        busy_until_ = sent_at;
    }
    quiet_at_ = std::max(quiet_at_, sent_at + options_.answer_time);
    return outgoing_.take();
}

std::optional<instant> bridge_line_side::poll_timeout() const {
    auto next = earliest(incoming_.poll_timeout(), worthless_at_);
    next = earliest(next, busy_until_);
    return deaf_until_ ? earliest(next, std::min(*deaf_until_, quiet_at_)) : next;
}

std::optional<bridge_event> bridge_line_side::poll_event() {
    if (overdue_ != 0)
        return bridge_event{overdue_octets{std::exchange(overdue_, 0)}};
    return event_of(incoming_);
}

void bridge_line_side::handle_link(bool is_up, instant now) {
    is_up_ = is_up;
    look(now);
    busy_until_.reset();
    if (!is_up)
        incoming_.reset();
}

bool bridge_line_side::send(bytes_view octets, instant now) {
    look(now);
    if (outgoing_.size() + octets.size() > most_for_line)
        return false;
    outgoing_.add(octets);
    worthless_at_ = std::max({now, busy_until_.value_or(now), deaf_until_.value_or(now)}) + request_patience;
    return true;
}

std::size_t bridge_line_side::forget_client(instant now) {
    look(now);
    incoming_.reset();
    worthless_at_.reset();
    if (now < quiet_at_)
        deaf_until_ = std::max(now, busy_until_.value_or(now)) + most_deafness;
    return outgoing_.forget();
}

} // namespace meterlink::cli
