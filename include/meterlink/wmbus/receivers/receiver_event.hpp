#pragma once

/// What a receiver's session tells its owner: one set of events for every make, so that one can take
/// another's place.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/wmbus/received.hpp>

namespace meterlink::wmbus {

/// Octets that are no message and no line of the receiver.
struct garbage {
    std::size_t count = 0; ///< How many.
    error why;             ///< What the first of them lacks to begin a message; its offset counts from there.

    [[nodiscard]] friend constexpr bool operator==(const garbage&, const garbage&) noexcept = default;
};

/// A telegram that the receiver itself calls broken, as far as it can be read.
struct rejected {
    received telegram;
    error why; ///< `errc::block_crc` or `errc::chip_code`.

    [[nodiscard]] friend bool operator==(const rejected&, const rejected&) = default;
};

/// A line of the receiver that is no telegram: its log, its greeting, another kind of device.
struct receiver_text {
    std::string text;

    [[nodiscard]] friend bool operator==(const receiver_text&, const receiver_text&) = default;
};

/// What can be asked of receivers; no make knows all of it.
enum class receiver_command : std::uint8_t {
    ping,
    set_mode,
    read_configuration,
    set_configuration,
    device_information,
    serial_number,
    reset,
    factory_reset,
};

/// `"set_mode"` and so on.
[[nodiscard]] constexpr std::string_view name(receiver_command command) noexcept {
    switch (command) {
    case receiver_command::ping: return "ping";
    case receiver_command::set_mode: return "set_mode";
    case receiver_command::read_configuration: return "read_configuration";
    case receiver_command::set_configuration: return "set_configuration";
    case receiver_command::device_information: return "device_information";
    case receiver_command::serial_number: return "serial_number";
    case receiver_command::reset: return "reset";
    case receiver_command::factory_reset: return "factory_reset";
    }
    return "unknown";
}

/// Whether the answer to a command carries a status octet, 0 for success. What others carry is for the
/// maker's manual to say.
[[nodiscard]] constexpr bool is_answered_by_status(receiver_command command) noexcept {
    return command == receiver_command::set_mode || command == receiver_command::set_configuration;
}

/// A message of the receiver that is no telegram.
struct receiver_answer {
    /// The command that it answers; none when nothing was asked.
    std::optional<receiver_command> command;
    /// Its number in the receiver's protocol: IMST endpoint * 256 + message, AMBER the command; 0 for lines.
    std::uint16_t code = 0;
    /// What it carries.
    bounded_bytes<256> payload;
    /// The receiver did not do what it was told. Only the answers to `set_mode` and `set_configuration` are
    /// judged, by the status in their payload; lines carry none.
    bool is_refused = false;

    [[nodiscard]] friend constexpr bool operator==(const receiver_answer&,
                                                   const receiver_answer&) noexcept = default;
};

/// A command was given up: nothing came back however often it was sent.
struct receiver_silent {
    receiver_command command = receiver_command::ping;
    unsigned attempts = 0; ///< How often it was sent.

    [[nodiscard]] friend constexpr bool operator==(const receiver_silent&,
                                                   const receiver_silent&) noexcept = default;
};

/// Events were dropped because nobody took them.
struct events_lost {
    std::size_t count = 0;

    [[nodiscard]] friend constexpr bool operator==(const events_lost&, const events_lost&) noexcept = default;
};

/// Everything that a receiver's session can tell.
using receiver_event =
    std::variant<received, rejected, receiver_text, receiver_answer, receiver_silent, garbage, events_lost>;

} // namespace meterlink::wmbus
