#pragma once

/// How a Modbus request has ended, kept: nothing in it is borrowed.

#include <cstdint>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <variant>

#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/client_event.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::io {

/// The final events of a `modbus::client`, and that there was no line to send a request on.
enum class modbus_ending : std::uint8_t {
    reply,
    broadcast_sent,
    exception, ///< The unit, or a gateway before it, does not do what was asked.
    no_reply,
    bad_reply,
    cancelled,
    unit_degraded, ///< Not sent: the unit has failed too often.
    no_line,       ///< The line could not be opened; nothing was sent.
    line_lost,     ///< The line was lost, and is not opened again.
};

/// `"no reply"`.
[[nodiscard]] constexpr std::string_view name(modbus_ending how) noexcept {
    switch (how) {
    case modbus_ending::reply: return "reply";
    case modbus_ending::broadcast_sent: return "broadcast sent";
    case modbus_ending::exception: return "exception";
    case modbus_ending::no_reply: return "no reply";
    case modbus_ending::bad_reply: return "bad reply";
    case modbus_ending::cancelled: return "cancelled";
    case modbus_ending::unit_degraded: return "unit degraded";
    case modbus_ending::line_lost: return "line lost";
    case modbus_ending::no_line: break;
    }
    return "no line";
}

/// Outcome of a request. Members that do not belong to its ending have their defaults.
struct modbus_answer {
    modbus_ending how = modbus_ending::no_line;
    modbus::unit_id unit = 0;           ///< The unit that was asked.
    modbus::pdu response;               ///< Of a reply; `check_reply` has accepted it.
    modbus::exception_code exception{}; ///< Of an exception.
    std::uint32_t attempts = 0;         ///< Of no reply or a bad one.
    error why = no_error;               ///< Of a bad reply.
    instant until{};                    ///< Of a degraded unit, when it may be tried again.
    std::error_code line_error;         ///< With `no_line` and `line_lost`.

    /// Whether the request did what it was for.
    [[nodiscard]] explicit operator bool() const noexcept { return how <= modbus_ending::broadcast_sent; }

    /// The reply, looked at: `answer.as<modbus::read_holding_registers_response_view>()->registers()`. Good
    /// for as long as this answer stays where it is. Errors are those of `View::parse`.
    template <class View>
    [[nodiscard]] result<View> as() const& {
        return View::parse(response);
    }
    template <class View>
    void as() const&& = delete;

    /// Keeps a final event of a client.
    [[nodiscard]] static modbus_answer from(const modbus::client_event& event) {
        modbus_answer out;
        std::visit([&out](const auto& it) { out.keep(it); }, event);
        return out;
    }

private:
    void keep(const modbus::reply& it) {
        how = modbus_ending::reply;
        unit = it.unit;
        response.append(it.response);
    }
    void keep(const modbus::exception_reply& it) {
        how = modbus_ending::exception;
        unit = it.unit;
        exception = it.code;
    }
    void keep(const modbus::broadcast_sent&) { how = modbus_ending::broadcast_sent; }
    void keep(const modbus::no_reply& it) {
        how = modbus_ending::no_reply;
        unit = it.unit;
        attempts = it.attempts;
    }
    void keep(const modbus::bad_reply& it) {
        how = modbus_ending::bad_reply;
        unit = it.unit;
        attempts = it.attempts;
        why = it.why;
    }
    void keep(const modbus::cancelled&) { how = modbus_ending::cancelled; }
    void keep(const modbus::unit_degraded& it) {
        how = modbus_ending::unit_degraded;
        unit = it.unit;
        until = it.until;
    }
    void keep(const modbus::garbage&) {} // ends no request
};

} // namespace meterlink::io
