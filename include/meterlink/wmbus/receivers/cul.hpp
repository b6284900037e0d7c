#pragma once

/// CUL, nanoCUL and other sticks with culfw or a-culfw, which print a line for every telegram.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/cc1101_rssi.hpp>
#include <meterlink/wmbus/receivers/command_queue.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/line_buffer.hpp>
#include <meterlink/wmbus/receivers/other_line.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// Session with a CUL (culfw reference, command b). Telegrams are lines `b` and hexadecimal digits, frame
/// format A, or `bY` for format B, CRCs included; LQI and RSSI follow when they are switched on, which the
/// length tells. Other lines are answers or text.
class cul_receiver {
public:
    /// `options.mode` is that of the lines `b`; `set_mode` changes it.
    explicit cul_receiver(receiver_options options = {}, command_patience patience = {})
        : options_{std::move(options)}, commands_{patience} {}

    void handle_input(bytes_view octets, instant now) {
        lines_.feed(octets, now, [&](const text_line& line) { take(line, now); });
    }

    void handle_timeout(instant now) {
        lines_.handle_timeout(now, [&](const text_line& line) { take(line, now); });
        if (const auto silent = commands_.handle_timeout(now))
            events_.push(*silent);
    }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return commands_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return earliest(lines_.poll_timeout(), commands_.poll_timeout());
    }
    [[nodiscard]] std::optional<receiver_event> poll_event() { return events_.pop(); }

    /// Switches LQI and RSSI on and listens to S, T or C; the answer is `SMODE`, `TMODE` or `CMODE`.
    /// `errc::value_out_of_range` for another mode, `errc::buffer_too_small` when eight commands wait.
    result<void> set_mode(mode which, instant now) {
        switch (which) {
        case mode::s1:
        case mode::s1_m:
        case mode::s2: return request_mode("brs", 'S', mode::s1, now);
        case mode::t1:
        case mode::t2: return request_mode("brt", 'T', mode::t1, now);
        case mode::c1:
        case mode::c2: return request_mode("brc", 'C', mode::c1, now);
        default: return fail(errc::value_out_of_range, layer::wmbus, 0, -1, static_cast<std::int32_t>(which));
        }
    }

    /// Asks for the firmware, which answers as `V 1.67 CUL868` or the like.
    result<void> ping(instant now) {
        command_queue::command command{receiver_command::ping, 'V', {}, {}};
        append(command, "V\r\n");
        return commands_.push(command, now);
    }

private:
    static void append(command_queue::command& command, std::string_view text) {
        for (const char c : text)
            command.wire.push_back(static_cast<std::uint8_t>(c));
    }

    result<void> request_mode(std::string_view order, char answer, mode asked, instant now) {
        // X21 has no answer, so it travels with a command that has one
        command_queue::command command{
            receiver_command::set_mode, static_cast<std::uint8_t>(answer), {}, asked};
        append(command, "X21\r\n");
        append(command, order);
        append(command, "\r\n");
        return commands_.push(command, now);
    }

    /// The number under which a line may answer a command: its first letter; 0 for no answer.
    [[nodiscard]] static std::uint16_t answer_code(std::string_view line) {
        if (line == "SMODE" || line == "TMODE" || line == "CMODE" || line.starts_with("V "))
            return static_cast<std::uint8_t>(line[0]);
        return 0;
    }

    void take(const text_line& line, instant now) {
        if (line.is_too_long) {
            events_.push(garbage{line.size, {errc::line_syntax, layer::wmbus, line_buffer::capacity}});
        } else if (is_telegram(line.text)) {
            take_telegram(line.text, line.time);
        } else if (const auto code = answer_code(line.text); code != 0 && is_printable(line.text)) {
            receiver_answer answer;
            if (const auto done = commands_.take_answer(code, now)) {
                answer.command = done->what;
                if (done->what == receiver_command::set_mode)
                    options_.mode = done->mode;
            }
            for (const char c : line.text)
                answer.payload.push_back(static_cast<std::uint8_t>(c));
            events_.push(answer);
        } else {
            events_.push(other_line(line.text));
        }
    }

    /// Two digits behind the `b` or `bY`; text may begin with b as well.
    [[nodiscard]] static bool is_telegram(std::string_view line) {
        if (!line.starts_with('b'))
            return false;
        const auto digits = line.substr(line.starts_with("bY") ? 2 : 1, 2);
        return digits.size() == 2 && meterlink::detail::hex_value(digits[0]) >= 0 &&
               meterlink::detail::hex_value(digits[1]) >= 0;
    }

    void take_telegram(std::string_view line, instant time) {
        const bool is_b = line.starts_with("bY");
        const std::size_t prefix = is_b ? 2 : 1;
        std::array<std::uint8_t, max_air_size + 2> octets{};
        const auto count = parse_hex_strict(line.substr(prefix), octets);
        if (!count) {
            events_.push(garbage{line.size(), count.error().shifted(prefix)});
            return;
        }
        const auto format = is_b ? frame_format::b : frame_format::a;
        const auto size = air_size(format, octets[0]);
        if (!is_length(format, octets[0]) || (*count != size && *count != size + 2)) {
            events_.push(garbage{line.size(),
                                 {errc::frame_length, layer::wmbus, prefix, static_cast<std::int32_t>(size),
                                  static_cast<std::int32_t>(*count)}});
            return;
        }
        received out;
        out.time = time;
        out.telegram.append(bytes_view{octets}.first(size));
        if (*count > size) // LQI, then RSSI
            out.rssi_dbm = cc1101_rssi_dbm(octets[size + 1]);
        out.mode = is_b ? mode::c1 : options_.mode;
        out.receiver = options_.name;
        out.format = format;
        events_.push(std::move(out));
    }

    receiver_options options_;
    line_buffer lines_;
    command_queue commands_;
    event_queue events_;
};

} // namespace meterlink::wmbus
