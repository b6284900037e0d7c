#pragma once

/// A master whose outcomes are kept until somebody has time for them, and whose line follows its bit rate.

#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/bus_answer.hpp>
#include <meterlink/mbus/master.hpp>

namespace meterlink::io::detail {

/// The end of one request.
struct bus_event {
    mbus::request_id id = mbus::request_id::none;
    bus_answer answer;
};

/// A session for `io::driver`.
class bus_session {
public:
    explicit bus_session(const mbus::master::options& how) : master_{how} {}

    void handle_input(bytes_view octets, instant now) { master_.handle_input(octets, now); }
    void handle_timeout(instant now) { master_.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return master_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return master_.poll_timeout(); }
    [[nodiscard]] std::optional<bus_event> poll_event() {
        while (const auto event = master_.poll_event())
            if (event->is_final())
                return bus_event{event->id, bus_answer::from(event->outcome)};
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::uint32_t> line_rate() const { return master_.baud_rate(); }
    void handle_link(bool up, instant) {
        if (up)
            master_.forget_slaves();
    }

    [[nodiscard]] mbus::master& master() noexcept { return master_; }

private:
    mbus::master master_;
};

} // namespace meterlink::io::detail
