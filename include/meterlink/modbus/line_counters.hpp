#pragma once

/// What a device counts of its communication: the counters of function 08, the events of 0B and 0C.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/get_comm_event_log.hpp>

namespace meterlink::modbus {

/// Counters of a device (Modbus application protocol V1.1b3, 6.8 to 6.10). All of them begin anew behind
/// 65535, as the standard has it.
class line_counters {
public:
    /// An intact frame, for whomever.
    void note_message() noexcept { ++bus_messages_; }
    /// A frame that was broken.
    void note_error() noexcept {
        ++bus_errors_;
        log(received | 0x02U);
    }
    /// A request for this device, or for everybody.
    void note_request(bool is_broadcast) noexcept {
        ++requests_;
        log(received | (is_broadcast ? 0x40U : 0U) | (is_listening_only_ ? 0x20U : 0U));
    }
    /// A request got no answer: a broadcast, or while the device only listens.
    void note_no_response() noexcept { ++no_responses_; }
    /// An answer that is no exception. Only those of `counts` count as events: asking for the counters is
    /// none.
    void note_answer(bool counts) noexcept {
        events_ = static_cast<std::uint16_t>(events_ + (counts ? 1U : 0U));
        log(sent);
    }
    void note_exception(exception_code code) noexcept {
        ++exceptions_;
        switch (code) {
        case exception_code::server_device_failure: return log(sent | 0x02U);
        case exception_code::server_device_busy: ++busy_; [[fallthrough]];
        case exception_code::acknowledge: return log(sent | 0x04U);
        case exception_code::negative_acknowledge: ++refusals_; return log(sent | 0x08U);
        default: return log(sent | 0x01U);
        }
    }

    /// The counter that `which` asks for; nothing where it asks for something else.
    [[nodiscard]] std::optional<std::uint16_t> of(diagnostic which) const noexcept {
        switch (which) {
        case diagnostic::bus_message_count: return bus_messages_;
        case diagnostic::bus_communication_error_count: return bus_errors_;
        case diagnostic::bus_exception_error_count: return exceptions_;
        case diagnostic::server_message_count: return requests_;
        case diagnostic::server_no_response_count: return no_responses_;
        case diagnostic::server_negative_acknowledge_count: return refusals_;
        case diagnostic::server_busy_count: return busy_;
        case diagnostic::bus_character_overrun_count: return std::uint16_t{0}; // the driver's matter
        default: return std::nullopt;
        }
    }

    /// Requests answered without exception.
    [[nodiscard]] std::uint16_t events() const noexcept { return events_; }
    /// Messages since the last restart.
    [[nodiscard]] std::uint16_t messages() const noexcept { return bus_messages_; }

    /// Hands the octets of the log to `sink`, the latest first.
    template <class Sink>
    void for_each_logged(Sink&& sink) const {
        for (std::size_t i = 1; i <= logged_; ++i)
            sink(log_[(next_ + log_.size() - i) % log_.size()]);
    }
    [[nodiscard]] std::size_t logged() const noexcept { return logged_; }

    /// Sets all counters to 0; the log stays.
    void clear() noexcept {
        bus_messages_ = bus_errors_ = exceptions_ = requests_ = 0;
        no_responses_ = refusals_ = busy_ = events_ = 0;
    }

    /// Function 08/01: the counters begin anew, and the device answers again; the log stays unless it is
    /// cleared too.
    void restart(bool clears_log) noexcept {
        clear();
        is_listening_only_ = false;
        if (clears_log)
            logged_ = 0;
        log(0x00);
    }
    /// Function 08/04: until the restart, nothing is answered or done.
    void listen_only() noexcept {
        is_listening_only_ = true;
        log(0x04);
    }
    [[nodiscard]] bool is_listening_only() const noexcept { return is_listening_only_; }

private:
    static constexpr unsigned received = 0x80;
    static constexpr unsigned sent = 0x40;

    void log(unsigned event) noexcept {
        log_[next_] = static_cast<std::uint8_t>(event);
        next_ = (next_ + 1) % log_.size();
        logged_ = logged_ < log_.size() ? logged_ + 1 : logged_;
    }

    std::uint16_t bus_messages_ = 0;
    std::uint16_t bus_errors_ = 0;
    std::uint16_t exceptions_ = 0;
    std::uint16_t requests_ = 0;
    std::uint16_t no_responses_ = 0;
    std::uint16_t refusals_ = 0;
    std::uint16_t busy_ = 0;
    std::uint16_t events_ = 0;
    bool is_listening_only_ = false;
    std::array<std::uint8_t, get_comm_event_log_response_view::max_events> log_{};
    std::size_t next_ = 0;
    std::size_t logged_ = 0;
};

} // namespace meterlink::modbus
