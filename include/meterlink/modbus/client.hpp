#pragma once

/// The client, or master, of Modbus: asks, repeats, and tells replies from whatever else comes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/line_echo.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/ascii_frame.hpp>
#include <meterlink/modbus/client_event.hpp>
#include <meterlink/modbus/client_options.hpp>
#include <meterlink/modbus/detail/any_decoder.hpp>
#include <meterlink/modbus/detail/client_requests.hpp>
#include <meterlink/modbus/detail/transaction_numbers.hpp>
#include <meterlink/modbus/detail/transaction_pool.hpp>
#include <meterlink/modbus/detail/unit_table.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/request_options.hpp>

namespace meterlink::modbus {

/// Client of one connection or one line, a `session`. On a line one request is under way at a time, on TCP as
/// many as the window says. Each request ends with exactly one event.
///
///     const auto id = client.read_holding_registers(1, 0x006B, 3, now);   // or submit(1, pdu, now)
///     …
///     if (const auto event = client.poll_event(); auto* got = event ? std::get_if<reply>(&*event) : nullptr)
///         read_holding_registers_response_view::parse(got->response)->registers();
///
/// A reply is taken only if `check_reply` finds that it answers its request. On TCP, late, duplicate and
/// foreign replies are known by their transaction, which is not used again while its reply may come late. On
/// a line they are known by unit and function; where they could be taken for the reply to another request,
/// that waits until they cannot come any more. When the framing of TCP is lost, it is found again at the next
/// expected transaction, and `wants_reconnect` tells when that fails.
///
/// It allocates when more requests or events wait at once, or other units are spoken to, than ever before,
/// and not per transaction.
class client : public detail::client_requests<client> {
public:
    client() : client{client_options{}} {}
    explicit client(const client_options& how);
    // Events borrow from its memory, which moves along but is not shared.
    client(const client&) = delete;
    client(client&&) = default;
    client& operator=(const client&) = delete;
    client& operator=(client&&) = default;
    ~client() = default;

    /// Takes a request; it begins at once when the line is free. The PDU is copied. `errc::pdu_length` for
    /// one that is empty or longer than 253 octets, or a `response_size` that no PDU has;
    /// `errc::function_unexpected` for function 0 and those above 127; `errc::value_out_of_range` for a
    /// broadcast on a line that asks for an answer.
    result<request_id> submit(unit_id unit, bytes_view request, instant now, const request_options& how = {});

    /// Ends a request with `cancelled`, wherever it stands; false when it has ended before. On a line, the
    /// reply to a request that has been sent is waited for, and dropped.
    bool cancel(request_id which);
    /// Ends all requests with `cancelled`.
    void cancel_all();

    /// What a unit needs, from its next attempt on.
    void set_unit(unit_id unit, const unit_options& how) { units_[unit].options = how; }

    /// The link came up or went down. Until the first call it counts as up, unless there is a
    /// `pause_after_connect`, which begins when the link comes up. What was under way when it went down is
    /// sent again as far as its retries allow. While it is down, attempts fail by their timeouts.
    void handle_link(bool up, instant now);
    void handle_input(bytes_view octets, instant now);
    void handle_timeout(instant now);
    [[nodiscard]] std::optional<bytes_view> poll_transmit();
    [[nodiscard]] std::optional<instant> poll_timeout() const;
    /// The PDUs of the event before are gone with this call, and only with it.
    [[nodiscard]] std::optional<client_event> poll_event();

    /// The link seems to be dead, or its framing is lost and not found again: a new one is wished for. Until
    /// the link goes down.
    [[nodiscard]] bool wants_reconnect() const noexcept;
    /// Something waits to be sent for the link to come up.
    [[nodiscard]] bool wants_link() const noexcept;

    /// Whether requests to `unit` are refused, or wait, because it has failed too often.
    [[nodiscard]] bool is_degraded(unit_id unit) const noexcept;
    /// Requests that have not ended.
    [[nodiscard]] std::size_t unfinished() const noexcept;
    [[nodiscard]] const client_options& settings() const noexcept { return options_; }

private:
    using index = detail::transaction_pool::index;
    using transaction = detail::transaction;
    using state = detail::transaction_state;
    enum class link_state : std::uint8_t { unknown, up, down };
    struct queued_event {
        client_event what;
        index lends = detail::transaction_pool::nobody;
    };

    [[nodiscard]] bool is_on_line() const noexcept { return is_line(options_.framing); }
    [[nodiscard]] static std::uint8_t function_of(const transaction& t) noexcept { return t.request[0]; }
    [[nodiscard]] session_clock::duration timeout_of(const transaction& t);
    [[nodiscard]] std::uint32_t retries_of(const transaction& t);
    [[nodiscard]] instant deadline_of(const transaction& t) const noexcept;
    [[nodiscard]] instant free_at(instant now);
    void wake(instant at) noexcept { wake_at_ = earliest(wake_at_, at); }

    // from the queue to the line
    void proceed(instant now);
    [[nodiscard]] index pick(instant now);
    [[nodiscard]] bool must_not_probe(detail::unit_record& unit, instant now) const noexcept;
    void refuse(index at, instant now);
    void begin(index at, instant now);
    void start_attempt(index at, instant now);
    void listen_for_reply(const transaction& t);
    [[nodiscard]] std::size_t emit(const transaction& t) noexcept;

    // from the line to the event
    void decode(bytes_view octets, instant now);
    void take(const adu_view& adu, instant now);
    void take_from_line(const adu_view& adu, instant now);
    void take(const garbage& noise, instant now);
    [[nodiscard]] static result<void> check(const transaction& t, const adu_view& adu) noexcept;
    void mark_bad(transaction& t, const error& why, instant now) noexcept;
    void accept(index at, bytes_view response, instant now);
    void time_out(instant now);
    void drop_half_frame(instant now);
    void fail_attempt(index at, instant now);
    void give_up(index at, instant now, bool is_failure_of_unit);
    void expect_late_replies(const transaction& t, instant now);
    [[nodiscard]] instant late_until(const transaction& t);
    void end(index at, const client_event& event);
    void leave_line(index at);
    void tell(const client_event& event, index lends = detail::transaction_pool::nobody);
    void tell_garbage(const garbage& noise);

    client_options options_;
    std::size_t window_;
    session_clock::duration silence_;  // ends a frame
    session_clock::duration settling_; // after what is no reply, before the line is used again
    detail::any_decoder decoder_;
    line_echo echo_;
    detail::transaction_numbers numbers_;
    detail::transaction_pool pool_;
    detail::unit_table units_;
    std::vector<index> active_; // what is under way, in the order in which it began
    std::vector<queued_event> events_;
    std::size_t events_taken_ = 0;
    index lent_ = detail::transaction_pool::nobody; // the event that was taken last borrows from it
    std::array<std::uint8_t, ascii_frame_view::max_size> frame_{}; // what was sent last
    std::uint64_t last_id_ = 0;
    std::uint64_t inputs_ = 0; // how often something came
    std::uint32_t silent_attempts_ = 0;
    std::uint32_t lost_attempts_ = 0; // failed with the framing lost
    instant last_heard_ = instant::min();
    instant free_at_ = instant::min(); // pauses that follow from what was done
    instant held_until_ = instant::min();
    std::optional<instant> noise_until_; // noise does not hold the line for ever
    std::optional<instant> wake_at_;     // something may begin then
    link_state link_ = link_state::unknown;
    bool is_held_; // nothing is sent before the pause after the connection
};

} // namespace meterlink::modbus

#include <meterlink/modbus/detail/client.hpp>
#include <meterlink/modbus/detail/client_replies.hpp>
#include <meterlink/modbus/detail/client_session.hpp>
