#pragma once

/// The session of every receiver that only prints lines.

#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/line_buffer.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// Knows the lines of a receiver, and tells by events what each says.
template <class R>
concept line_reader = std::constructible_from<R, receiver_options> &&
                      requires(R& reader, std::string_view line, instant time, event_queue& events) {
                          reader.read(line, time, events);
                      };

/// A receiver that prints a line for every telegram and cannot be asked anything.
template <line_reader Reader>
class line_receiver {
public:
    explicit line_receiver(receiver_options options = {}) : reader_{std::move(options)} {}

    void handle_input(bytes_view octets, instant now) {
        lines_.feed(octets, now, [this](const text_line& line) { read(line); });
    }

    void handle_timeout(instant now) {
        lines_.handle_timeout(now, [this](const text_line& line) { read(line); });
    }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return std::nullopt; }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return lines_.poll_timeout(); }
    [[nodiscard]] std::optional<receiver_event> poll_event() { return events_.pop(); }

private:
    void read(const text_line& line) {
        if (line.is_too_long)
            events_.push(garbage{line.size, {errc::line_syntax, layer::wmbus, line_buffer::capacity}});
        else
            reader_.read(line.text, line.time, events_);
    }

    Reader reader_;
    line_buffer lines_;
    event_queue events_;
};

} // namespace meterlink::wmbus
