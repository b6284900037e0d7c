#pragma once

/// A Modbus client whose outcomes are kept until somebody has time for them.

#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/modbus_answer.hpp>
#include <meterlink/modbus/client.hpp>

namespace meterlink::io::detail {

/// The end of one request.
struct modbus_event {
    modbus::request_id id = modbus::request_id::none;
    modbus_answer answer;
};

/// A session for `io::driver`.
class modbus_session {
public:
    explicit modbus_session(const modbus::client_options& how) : client_{how} {}

    void handle_input(bytes_view octets, instant now) { client_.handle_input(octets, now); }
    void handle_timeout(instant now) { client_.handle_timeout(now); }
    void handle_link(bool up, instant now) { client_.handle_link(up, now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return client_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return client_.poll_timeout(); }
    [[nodiscard]] std::optional<modbus_event> poll_event() {
        while (const auto event = client_.poll_event())
            if (const auto id = modbus::id_of(*event); id != modbus::request_id::none)
                return modbus_event{id, modbus_answer::from(*event)};
        return std::nullopt;
    }

    [[nodiscard]] bool wants_link() const noexcept { return client_.wants_link(); }
    [[nodiscard]] bool wants_reconnect() const noexcept { return client_.wants_reconnect(); }

    [[nodiscard]] modbus::client& client() noexcept { return client_; }

private:
    modbus::client client_;
};

} // namespace meterlink::io::detail
