#pragma once

/// The gateway from TCP to a line: many clients ask the devices of one line in fair turns.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/bridge_event.hpp>
#include <meterlink/modbus/bridge_options.hpp>
#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/detail/bridge_queue.hpp>
#include <meterlink/modbus/detail/event_ring.hpp>
#include <meterlink/modbus/detail/frame_output.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/tcp_decoder.hpp>

namespace meterlink::modbus {

/// Bridge from any number of TCP connections to one line (Modbus messaging on TCP/IP V1.0b, 4.4.2.2). Towards
/// the line it is a `session`; connections come by `connect`, and `bridge_upstream` makes a session of each.
///
/// Connections take turns, one request each. An answer goes to the connection that asked, under the
/// transaction and the unit that it asked with. Where there is none: exception 0A while the line is down and
/// for units that are not mapped, 0B when the device is silent or does not answer as it should, 06 when too
/// much waits, 03 for a request whose length is not that of its function, 01 for functions that cannot be,
/// that are not passed, or that this client may not use (`bridge_options`). What is sent to everybody on the
/// line has no answer.
///
/// It allocates when more waits at once than ever before, and not per request.
class bridge {
public:
    explicit bridge(const bridge_options& how = {})
        : options_{how}, line_{how.line}, events_{how.most_events} {}

    // Towards the clients:

    /// A client has connected, with the role in its certificate for `bridge_options::authorise`.
    [[nodiscard]] upstream_id connect(std::optional<std::string> role = {});
    /// The role of a client of which it was not known when it connected.
    void set_role(upstream_id which, std::optional<std::string> role);
    /// Its connection is gone: its requests are dropped, and answers to them.
    void disconnect(upstream_id which);
    /// Octets of a client. What they ask for may begin at once: the line has something to send then.
    void handle_upstream_input(upstream_id which, bytes_view octets, instant now);
    /// All answers that wait for a client.
    [[nodiscard]] std::optional<bytes_view> poll_upstream_transmit(upstream_id which);
    /// Its connection is to be closed once the answers that wait have been sent; see `server::wants_close`.
    [[nodiscard]] bool wants_close(upstream_id which) const noexcept;
    [[nodiscard]] bool is_connected(upstream_id which) const noexcept { return is_alive(which); }

    // Towards the line:

    /// The line came up or went down. Until the first call it counts as up.
    void handle_link(bool up, instant now);
    void handle_input(bytes_view octets, instant now);
    void handle_timeout(instant now);
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return line_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const;
    [[nodiscard]] std::optional<bridge_event> poll_event();
    /// As `client::wants_reconnect`.
    [[nodiscard]] bool wants_reconnect() const noexcept { return line_.wants_reconnect(); }

    /// Requests that wait for the line or for their answer.
    [[nodiscard]] std::size_t unfinished() const noexcept;
    [[nodiscard]] const bridge_options& settings() const noexcept { return options_; }

private:
    using index = detail::bridged_requests::index;

    struct upstream {
        std::uint16_t generation = 0;
        bool is_connected = false;
        bool is_ready = false; // and has been told to be, or will be
        bool wants_close = false;
        std::uint64_t frames = 0;
        std::optional<std::string> role;
        std::optional<instant> request_until;
        tcp_decoder decoder;
        detail::frame_output output{framing::tcp};
        detail::bridged_requests::queue waiting;
    };
    struct under_way {
        request_id id = request_id::none;
        index request = 0;
    };

    [[nodiscard]] static std::size_t place_of(upstream_id which) noexcept {
        return static_cast<std::uint32_t>(which) & 0xFFFFU;
    }
    [[nodiscard]] upstream_id id_of(std::size_t place) const noexcept {
        return static_cast<upstream_id>(std::uint32_t{upstreams_[place].generation} << 16U | place);
    }
    [[nodiscard]] bool is_alive(upstream_id which) const noexcept {
        const auto place = place_of(which);
        return place < upstreams_.size() && upstreams_[place].is_connected && id_of(place) == which;
    }
    [[nodiscard]] upstream* find(upstream_id which) noexcept {
        return is_alive(which) ? &upstreams_[place_of(which)] : nullptr;
    }

    void decode(upstream_id which, upstream& from, bytes_view octets, instant now);
    void take(upstream_id which, upstream& from, const adu_view& adu, instant now);
    void end_conversation(upstream_id which, upstream& from);
    void drop_waiting(upstream& from);
    [[nodiscard]] std::optional<exception_code> objection(const upstream& from, const adu_view& adu) const;
    [[nodiscard]] bool passes(bytes_view request) const noexcept;
    [[nodiscard]] std::optional<exception_code> prohibition(const upstream& from, access_request asked) const;

    [[nodiscard]] bool may_proceed() const noexcept;
    void proceed(instant now);
    void settle(instant now);
    [[nodiscard]] index pick();
    void finish(const client_event& event);
    void answer(const detail::bridged_request& to, bytes_view response);
    void refuse(const detail::bridged_request& to, exception_code why);
    void refuse(upstream_id which, upstream& to, std::uint16_t transaction, unit_id unit, std::uint8_t code,
                exception_code why);
    void sent(upstream_id which, upstream& to);

    bridge_options options_;
    client line_;
    detail::bridged_requests requests_;
    detail::event_ring<bridge_event> events_;
    std::vector<upstream> upstreams_;
    std::vector<upstream_id> ready_;
    std::vector<under_way> under_way_;
    std::size_t turn_ = 0; // the connection whose turn it is
    bool is_up_ = true;
};

} // namespace meterlink::modbus

#include <meterlink/modbus/detail/bridge.hpp>
