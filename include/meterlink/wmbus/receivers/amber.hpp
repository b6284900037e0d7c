#pragma once

/// AMBER (Würth Elektronik) AMB8465 and its relatives in command mode. In transparent mode: `raw_stream.hpp`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/cc1101_rssi.hpp>
#include <meterlink/wmbus/receivers/command_queue.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/message_finder.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// A message of command mode (AMB8465 manual, "Command mode"): `FF | command | length | payload | checksum`.
struct amber_message_view {
    static constexpr std::uint8_t start = 0xFF;
    static constexpr std::size_t max_size = 3 + 255 + 1;
    /// In the command of an answer.
    static constexpr std::uint8_t answer_flag = 0x80;

    std::uint8_t command = 0;
    bytes_view payload;

    /// Octets of the message that `octets` begin with. Errors: `errc::truncated` when they do not tell yet,
    /// `errc::start_byte`, and `errc::receiver_message` for what no module sends: a command that is neither
    /// an answer nor 03, a telegram.
    [[nodiscard]] static constexpr result<std::size_t> announced_size(bytes_view octets) noexcept {
        if (!octets.empty() && octets[0] != start)
            return fail(errc::start_byte, layer::wmbus, 0, start, octets[0]);
        if (octets.size() > 1 && octets[1] != 0x03 && (octets[1] & answer_flag) == 0)
            return fail(errc::receiver_message, layer::wmbus, 1, -1, octets[1]);
        if (octets.size() < 3)
            return fail(errc::truncated, layer::wmbus, octets.size());
        return 3 + std::size_t{octets[2]} + 1;
    }

    /// Takes a message apart that is all of `octets`. Errors as above, `errc::truncated`,
    /// `errc::trailing_bytes` and `errc::checksum`.
    [[nodiscard]] static constexpr result<amber_message_view> parse(bytes_view octets) noexcept {
        const auto size = announced_size(octets);
        if (!size)
            return fail(size.error());
        if (octets.size() < *size)
            return fail(errc::truncated, layer::wmbus, octets.size());
        if (octets.size() > *size)
            return fail(errc::trailing_bytes, layer::wmbus, *size, -1, octets[*size]);
        const auto at = *size - 1;
        if (const auto expected = checksum(octets.first(at)); octets[at] != expected)
            return fail(errc::checksum, layer::wmbus, at, expected, octets[at]);
        return amber_message_view{octets[1], octets.subspan(3, octets[2])};
    }

    /// All octets before it, by exclusive or.
    [[nodiscard]] static constexpr std::uint8_t checksum(bytes_view octets) noexcept {
        std::uint8_t sum = 0;
        for (const auto octet : octets)
            sum = static_cast<std::uint8_t>(sum ^ octet);
        return sum;
    }
};

/// The number of a mode, as the module that listens to meters. 03 hears all of S, 08 all of T, and 09 hears C
/// and T at once. None for modes of other frequencies.
[[nodiscard]] constexpr std::optional<std::uint8_t> amber_radio_mode(mode which) noexcept {
    switch (which) {
    case mode::s1:
    case mode::s1_m:
    case mode::s2: return std::uint8_t{0x03};
    case mode::t1:
    case mode::t2: return std::uint8_t{0x08};
    case mode::c1:
    case mode::c2: return std::uint8_t{0x09};
    default: return std::nullopt;
    }
}

/// Where parameters stand in the module's memory. These are from one module's manual, and other firmware may
/// differ: read before writing.
enum class amber_parameter : std::uint8_t {
    command_output = 5, ///< 1: telegrams come as messages of command mode.
    rssi_output = 69,   ///< 1: an RSSI octet follows every telegram.
    mode = 70,          ///< The mode after a reset.
};

/// Session with an AMBER module in command mode (9600 8N1). Telegrams come without L and CRCs; L is restored.
/// A message that does not end for 100 ms is given up.
class amber_receiver {
public:
    /// Nothing in a message tells whether its last octet is an RSSI: that is a parameter of the module, and
    /// `has_rssi` has to say the same.
    explicit amber_receiver(receiver_options options = {}, bool has_rssi = true,
                            command_patience patience = {})
        : options_{std::move(options)}, has_rssi_{has_rssi}, commands_{patience} {}

    void handle_input(bytes_view octets, instant now) {
        peer heard{*this, now};
        finder_.feed(octets, now, heard);
    }

    void handle_timeout(instant now) {
        peer heard{*this, now};
        finder_.handle_timeout(now, heard);
        if (const auto silent = commands_.handle_timeout(now))
            events_.push(*silent);
    }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return commands_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return earliest(finder_.poll_timeout(), commands_.poll_timeout());
    }
    [[nodiscard]] std::optional<receiver_event> poll_event() { return events_.pop(); }

    /// Sends a command and waits for its answer. `errc::value_out_of_range` for more than 255 octets,
    /// `errc::buffer_too_small` when eight wait already.
    result<void> request(receiver_command what, std::uint8_t number, bytes_view payload, instant now) {
        return request(what, number, payload, now, {});
    }

    /// Listens to a mode until the module is reset. `errc::value_out_of_range` for one that it has not.
    result<void> set_mode(mode which, instant now) {
        const auto number = amber_radio_mode(which);
        if (!number)
            return fail(errc::value_out_of_range, layer::wmbus, 0, -1, static_cast<std::int32_t>(which));
        const std::array payload{*number};
        // with 09 it hears T as well, and a telegram does not say which it was
        const auto heard = *number == 0x09 ? std::optional<mode>{} : which;
        return request(receiver_command::set_mode, 0x04, payload, now, heard);
    }

    /// Reads `count` octets of the parameters from `first` on; the answer begins with both numbers.
    result<void> ask_parameter(amber_parameter first, std::uint8_t count, instant now) {
        const std::array payload{static_cast<std::uint8_t>(first), count};
        return request(receiver_command::read_configuration, 0x0A, payload, now);
    }

    /// Writes parameters from `first` on, for good; the module uses them after `reset`.
    /// `errc::value_out_of_range` for more than 253 octets.
    result<void> set_parameter(amber_parameter first, bytes_view values, instant now) {
        bounded_bytes<255> payload;
        payload.push_back(static_cast<std::uint8_t>(first));
        payload.push_back(static_cast<std::uint8_t>(values.size()));
        if (!payload.append(values))
            return fail(errc::value_out_of_range, layer::wmbus, 253);
        return request(receiver_command::set_configuration, 0x09, payload.view(), now);
    }

    /// Starts the module anew, with the parameters in its memory. Errors of this and the next as of
    /// `request`.
    result<void> reset(instant now) { return request(receiver_command::reset, 0x05, {}, now); }
    /// Asks for the serial number, which is all that the answer carries.
    result<void> ask_serial_number(instant now) {
        return request(receiver_command::serial_number, 0x0B, {}, now);
    }
    /// Writes the parameters that the module was sold with into its memory.
    result<void> factory_reset(instant now) {
        return request(receiver_command::factory_reset, 0x11, {}, now);
    }

private:
    static constexpr std::uint8_t telegram_indication = 0x03;

    result<void> request(receiver_command what, std::uint8_t number, bytes_view payload, instant now,
                         std::optional<mode> asked) {
        if (payload.size() > 255)
            return fail(errc::value_out_of_range, layer::wmbus, 255);
        command_queue::command command;
        command.what = what;
        command.mode = asked;
        command.answer = static_cast<std::uint16_t>(number | amber_message_view::answer_flag);
        const std::array head{amber_message_view::start, number, static_cast<std::uint8_t>(payload.size())};
        command.wire.append(head);
        command.wire.append(payload);
        command.wire.push_back(amber_message_view::checksum(command.wire.view()));
        return commands_.push(command, now);
    }

    struct peer {
        amber_receiver& session;
        instant now;

        [[nodiscard]] static message_verdict judge(bytes_view octets, bool idle) {
            return judge_message<amber_message_view>(octets, idle);
        }

        void message(bytes_view octets, instant time) {
            session.take(*amber_message_view::parse(octets), time, now);
        }
        void skipped(const garbage& noise) { session.events_.push(noise); }
        void idled() {}
    };

    void take(const amber_message_view& message, instant time, instant now) {
        if (message.command == telegram_indication) {
            take_telegram(message.payload, time);
            return;
        }
        receiver_answer answer;
        answer.code = message.command;
        answer.payload.append(message.payload);
        if (const auto done = commands_.take_answer(answer.code, now)) {
            answer.command = done->what;
            answer.is_refused =
                is_answered_by_status(done->what) && !message.payload.empty() && message.payload[0] != 0;
            if (done->what == receiver_command::set_mode && !answer.is_refused)
                options_.mode = done->mode;
        }
        events_.push(answer);
    }

    void take_telegram(bytes_view payload, instant time) {
        const auto size = payload.size() - (has_rssi_ && !payload.empty() ? 1 : 0);
        if (size < shortest_length) {
            events_.push(garbage{payload.size() + 4,
                                 {errc::frame_length, layer::wmbus, 2, shortest_length + (has_rssi_ ? 1 : 0),
                                  static_cast<std::int32_t>(payload.size())}});
            return;
        }
        received out;
        out.time = time;
        out.telegram.push_back(static_cast<std::uint8_t>(size));
        out.telegram.append(payload.first(size));
        if (has_rssi_)
            out.rssi_dbm = cc1101_rssi_dbm(payload.back());
        out.mode = options_.mode;
        out.receiver = options_.name;
        out.format = frame_format::stripped;
        events_.push(std::move(out));
    }

    receiver_options options_;
    bool has_rssi_;
    message_finder<amber_message_view::max_size> finder_;
    command_queue commands_;
    event_queue events_;
};

} // namespace meterlink::wmbus
