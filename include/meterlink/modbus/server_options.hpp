#pragma once

/// What a server is told about its connection or line, and whom it answers.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/file_record.hpp>
#include <meterlink/modbus/frame_silence.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/line_timing.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/table_range.hpp>

namespace meterlink::modbus {

/// What becomes of a request for a unit that is not served.
enum class wrong_unit : std::uint8_t {
    ignore, ///< No answer.
    refuse, ///< Over TCP exception 0B, as a gateway whose target is silent; on a line, which has others, no
            ///< answer.
    answer, ///< As if the request were for the device of `server_options::device`.
};

/// What a client wants to do, for whoever decides whether it may.
struct access_request {
    /// The role in the client's certificate (Modbus/TCP Security, 1.3.6.1.4.1.50316.802.1), if it has one.
    std::optional<std::string_view> role{};
    unit_id unit = 0;
    modbus::function function{};
    std::optional<table_range> read{};  ///< What is read, where the function names addresses of a table.
    std::optional<table_range> write{}; ///< What is written, likewise.
    /// Whether anything may change by it: true for whatever is not known to only read, such as writes of
    /// files, diagnostics that clear or restart, and functions of the application. Whoever keeps clients from
    /// writing looks at this, because `write` names addresses of tables alone.
    bool changes = true;
    std::span<const file_record_reference> files{}; ///< What is read or written of files (functions 14, 15).
};

/// What a server is told once.
struct server_options {
    using duration = session_clock::duration;

    modbus::framing framing = modbus::framing::tcp;

    /// The unit of the server itself; without it, the lowest of the space. Over TCP, units 0 and 255 mean it,
    /// unless they have devices of their own.
    std::optional<unit_id> device{};
    wrong_unit wrong_units = wrong_unit::refuse;

    /// Asked when the request is known to be well formed and its function to be there, and before its
    /// addresses are looked up; a client that may not gets exception 01 (Modbus/TCP Security).
    std::function<bool(const access_request&)> authorise{};

    // Lines, that is RTU and ASCII:
    line_timing timing{19200};
    /// Silence after which a frame is not continued; that of `modbus::frame_silence` without it.
    std::optional<duration> frame_silence{};
    /// From the end of a request to the beginning of the answer; without it t3.5 in RTU, and none in ASCII.
    std::optional<duration> response_delay{};

    /// An answer that would be sent later than so long after its request is not sent, because nobody waits
    /// for it any more; less than the response timeout of the client.
    duration latest_answer = std::chrono::seconds{1};

    // TCP:
    /// How long a request may take from its first octet to its last, before the connection is to be closed.
    duration request_timeout = std::chrono::seconds{30};

    /// Octets of answers that wait to be sent, before the connection of a client that does not take them is
    /// to be closed.
    std::size_t most_output = std::size_t{1} << 20U;
    /// Events that wait to be had; of more, the oldest are lost, and of those `values_written` last.
    std::size_t most_events = 256;
};

/// The time before an answer, by option or default.
[[nodiscard]] inline session_clock::duration response_delay_of(const server_options& how) noexcept {
    if (how.framing == framing::tcp)
        return {};
    if (how.response_delay)
        return *how.response_delay;
    return how.framing == framing::rtu ? how.timing.between_frames() : session_clock::duration{};
}

} // namespace meterlink::modbus
