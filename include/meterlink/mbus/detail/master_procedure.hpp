#pragma once

/// A session that asks one question after the other through a master of its own.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/master.hpp>

namespace meterlink::mbus::detail {

/// Base of the procedures: `Procedure::conclude(event, now)` takes the final event of each question.
template <class Procedure, class Event>
class master_procedure {
public:
    void handle_input(bytes_view octets, instant now) {
        master_.handle_input(octets, now);
        take_events(now);
    }
    void handle_timeout(instant now) {
        master_.handle_timeout(now);
        take_events(now);
    }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return master_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return master_.poll_timeout(); }
    [[nodiscard]] std::optional<Event> poll_event() {
        if (taken_ == events_.size()) {
            events_.clear();
            taken_ = 0;
            return std::nullopt;
        }
        return events_[taken_++];
    }

    /// The bit rate of the line, which a driver follows; each change also comes as `baud_rate_changed`.
    [[nodiscard]] std::uint32_t line_rate() const noexcept { return master_.baud_rate(); }
    /// Whether a question is on its way.
    [[nodiscard]] bool is_running() const noexcept { return asked_ != request_id::none; }

protected:
    explicit master_procedure(const master::options& line) : master_{line} {}

    /// What was refused when it was built stays without an answer.
    void ask(const result<request>& what, instant now) {
        if (what)
            asked_ = master_.submit(*what, now);
        else
            static_cast<Procedure*>(this)->conclude({request_id::none, no_answer{}}, now);
    }
    [[nodiscard]] const master& line() const noexcept { return master_; }
    void emit(const Event& event) { events_.push_back(event); }
    /// Nothing more is asked; what was is dropped.
    void stop() {
        asked_ = request_id::none;
        master_.cancel_all();
    }

private:
    void take_events(instant now) {
        while (const auto event = master_.poll_event()) {
            if (const auto* change = event->template as<baud_rate_changed>())
                emit(*change);
            if (event->id != asked_ || !event->is_final() || asked_ == request_id::none)
                continue;
            asked_ = request_id::none;
            static_cast<Procedure*>(this)->conclude(*event, now);
        }
    }

    master master_;
    request_id asked_ = request_id::none;
    std::vector<Event> events_;
    std::size_t taken_ = 0;
};

} // namespace meterlink::mbus::detail
