#pragma once

/// IMST iM871A and its relatives, USB sticks that speak the WM-Bus HCI.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/command_queue.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/message_finder.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// A message of the HCI (WM-Bus HCI specification, "HCI message format"):
/// `A5 | flags and endpoint | message | length | payload | [timestamp 4] | [RSSI 1] | [CRC 2]`.
struct imst_message_view {
    static constexpr std::uint8_t start = 0xA5;
    /// Octets of the longest message: a full payload with everything attached.
    static constexpr std::size_t max_size = 4 + 255 + 4 + 1 + 2;

    std::uint8_t endpoint = 0; ///< 1 device management, 2 radio link, 3 radio link test, 4 hardware test.
    std::uint8_t message = 0;
    bytes_view payload;
    std::optional<std::uint8_t> rssi; ///< As measured; `imst_rssi_dbm` tells what it means.

    /// Octets of the message that `octets` begin with. Errors: `errc::truncated` when they do not tell yet,
    /// `errc::start_byte`, and `errc::receiver_message` for an endpoint or flags that there are not.
    [[nodiscard]] static constexpr result<std::size_t> announced_size(bytes_view octets) noexcept {
        if (!octets.empty() && octets[0] != start)
            return fail(errc::start_byte, layer::wmbus, 0, start, octets[0]);
        if (octets.size() > 1 &&
            (endpoint_of(octets[1]) < 1 || endpoint_of(octets[1]) > 4 || (octets[1] & reserved_flag) != 0))
            return fail(errc::receiver_message, layer::wmbus, 1, -1, octets[1]);
        if (octets.size() < 4)
            return fail(errc::truncated, layer::wmbus, octets.size());
        return 4 + std::size_t{octets[3]} + trailer_size(octets[1]);
    }

    /// Takes a message apart that is all of `octets`. Errors as above, `errc::truncated`,
    /// `errc::trailing_bytes`, and `errc::checksum` where it carries a CRC that does not hold.
    [[nodiscard]] static constexpr result<imst_message_view> parse(bytes_view octets) noexcept {
        const auto size = announced_size(octets);
        if (!size)
            return fail(size.error());
        if (octets.size() < *size)
            return fail(errc::truncated, layer::wmbus, octets.size());
        if (octets.size() > *size)
            return fail(errc::trailing_bytes, layer::wmbus, *size, -1, octets[*size]);
        const auto flags = octets[1];
        auto trailer = octets.subspan(4 + std::size_t{octets[3]});
        if ((flags & crc_flag) != 0) {
            const auto at = *size - 2;
            const auto expected = crc16_x25::of(octets.subspan(1, at - 1));
            const auto found = octets[at] | (octets[at + 1] << 8);
            if (found != expected)
                return fail(errc::checksum, layer::wmbus, at, expected, found);
        }
        if ((flags & timestamp_flag) != 0)
            trailer = trailer.subspan(4); // of the stick's own clock, which nobody has set
        imst_message_view out{endpoint_of(flags), octets[2], octets.subspan(4, octets[3]), std::nullopt};
        if ((flags & rssi_flag) != 0)
            out.rssi = trailer[0];
        return out;
    }

    static constexpr std::uint8_t timestamp_flag = 0x20;
    static constexpr std::uint8_t rssi_flag = 0x40;
    static constexpr std::uint8_t crc_flag = 0x80;

private:
    static constexpr std::uint8_t reserved_flag = 0x10;

    static constexpr std::uint8_t endpoint_of(std::uint8_t control) noexcept {
        return static_cast<std::uint8_t>(control & 0x0FU);
    }

    static constexpr std::size_t trailer_size(std::uint8_t flags) noexcept {
        return ((flags & timestamp_flag) != 0 ? 4U : 0U) + ((flags & rssi_flag) != 0 ? 1U : 0U) +
               ((flags & crc_flag) != 0 ? 2U : 0U);
    }
};

/// Signal strength of an attached RSSI octet. The formula is that of the HCI specification for this radio.
[[nodiscard]] constexpr double imst_rssi_dbm(std::uint8_t rssi) noexcept {
    return -100.0 + 0.5 * (static_cast<double>(rssi) - 45.0);
}

/// The radio mode number of the HCI; none for a mode that the stick has not.
[[nodiscard]] constexpr std::optional<std::uint8_t>
imst_radio_mode(mode which, frame_format format = frame_format::a) noexcept {
    const bool is_b = format == frame_format::b;
    switch (which) {
    case mode::s1: return std::uint8_t{0};
    case mode::s1_m: return std::uint8_t{1};
    case mode::s2: return std::uint8_t{2};
    case mode::t1: return std::uint8_t{3};
    case mode::t2: return std::uint8_t{4};
    case mode::r2: return std::uint8_t{5};
    case mode::c1: return static_cast<std::uint8_t>(is_b ? 7 : 6);
    case mode::c2: return static_cast<std::uint8_t>(is_b ? 9 : 8);
    default: return std::nullopt;
    }
}

/// Session with an IMST stick (57600 8N1). Telegrams come without L and CRCs; L is restored. A message that
/// does not end for 100 ms is given up.
class imst_receiver {
public:
    /// A session that has asked nothing yet.
    explicit imst_receiver(receiver_options options = {}, command_patience patience = {})
        : options_{std::move(options)}, commands_{patience} {}

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

    /// Sends a message of device management and waits for the one with the next number.
    /// `errc::value_out_of_range` for more than 255 octets, `errc::buffer_too_small` when eight wait already.
    result<void> request(receiver_command what, std::uint8_t message, bytes_view payload, instant now) {
        return request(what, message, payload, now, {});
    }

    /// Whether anybody is there; the answer carries nothing. Errors of this and the next as of `request`.
    result<void> ping(instant now) { return request(receiver_command::ping, 0x01, {}, now); }
    /// Asks for the parameters in use, in the layout of "Get Device Configuration".
    result<void> ask_configuration(instant now) {
        return request(receiver_command::read_configuration, 0x05, {}, now);
    }
    /// Starts the stick anew, with the parameters that are stored.
    result<void> reset(instant now) { return request(receiver_command::reset, 0x07, {}, now); }
    /// Stores the parameters that the stick was sold with, and starts it anew.
    result<void> factory_reset(instant now) {
        return request(receiver_command::factory_reset, 0x09, {}, now);
    }
    /// Asks for type, mode, firmware and serial number of the stick.
    result<void> ask_device_information(instant now) {
        return request(receiver_command::device_information, 0x0F, {}, now);
    }

    /// Sets what the parameters of "Set Device Configuration" say, behind the octet that stores them for
    /// good.
    result<void> set_configuration(bytes_view parameters, instant now) {
        return request(receiver_command::set_configuration, 0x03, parameters, now);
    }

    /// Listens to a mode until the stick is reset, and attaches RSSI but no timestamp.
    /// `errc::value_out_of_range` for a mode that the stick has not.
    result<void> set_mode(mode which, instant now, frame_format format = frame_format::a) {
        const auto number = imst_radio_mode(which, format);
        if (!number)
            return fail(errc::value_out_of_range, layer::wmbus, 0, -1, static_cast<std::int32_t>(which));
        // not stored; first group: radio mode; second group: RSSI on, timestamp off
        const std::array<std::uint8_t, 6> parameters{0x00, 0x02, *number, 0x30, 0x01, 0x00};
        return request(receiver_command::set_mode, 0x03, parameters, now, which);
    }

private:
    static constexpr std::uint8_t device_management = 1;
    static constexpr std::uint8_t radio_link = 2;
    static constexpr std::uint8_t telegram_indication = 3;

    result<void> request(receiver_command what, std::uint8_t message, bytes_view payload, instant now,
                         std::optional<mode> asked) {
        if (payload.size() > 255)
            return fail(errc::value_out_of_range, layer::wmbus, 255);
        command_queue::command command;
        command.what = what;
        command.mode = asked;
        command.answer = static_cast<std::uint16_t>(0x100U | ((message + 1U) & 0xFFU));
        const std::array head{imst_message_view::start, device_management, message,
                              static_cast<std::uint8_t>(payload.size())};
        command.wire.append(head);
        command.wire.append(payload);
        return commands_.push(command, now);
    }

    struct peer {
        imst_receiver& session;
        instant now;

        [[nodiscard]] static message_verdict judge(bytes_view octets, bool idle) {
            return judge_message<imst_message_view>(octets, idle);
        }

        void message(bytes_view octets, instant time) {
            session.take(*imst_message_view::parse(octets), octets.size(), time, now);
        }
        void skipped(const garbage& noise) { session.events_.push(noise); }
        void idled() {}
    };

    void take(const imst_message_view& message, std::size_t size, instant time, instant now) {
        if (message.endpoint == radio_link && message.message == telegram_indication) {
            if (message.payload.size() < shortest_length)
                events_.push(garbage{size,
                                     {errc::frame_length, layer::wmbus, 3, shortest_length,
                                      static_cast<std::int32_t>(message.payload.size())}});
            else
                take_telegram(message, time);
            return;
        }
        receiver_answer answer;
        answer.code = static_cast<std::uint16_t>(message.endpoint << 8 | message.message);
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

    void take_telegram(const imst_message_view& message, instant time) {
        received out;
        out.time = time;
        out.telegram.push_back(static_cast<std::uint8_t>(message.payload.size()));
        out.telegram.append(message.payload);
        if (message.rssi)
            out.rssi_dbm = imst_rssi_dbm(*message.rssi);
        out.mode = options_.mode;
        out.receiver = options_.name;
        out.format = frame_format::stripped;
        events_.push(std::move(out));
    }

    receiver_options options_;
    message_finder<imst_message_view::max_size> finder_;
    command_queue commands_;
    event_queue events_;
};

} // namespace meterlink::wmbus
