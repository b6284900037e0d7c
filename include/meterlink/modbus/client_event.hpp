#pragma once

/// What a client tells its owner.

#include <cstdint>
#include <type_traits>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/request_options.hpp>

namespace meterlink::modbus {

/// The answer to a request, which `check_reply` has accepted. The PDUs stand in the memory of the client and
/// are good until the next event is asked for.
struct reply {
    request_id id = request_id::none;
    unit_id unit = 0;
    bytes_view request;  ///< The PDU that was sent.
    bytes_view response; ///< The PDU that came.
};

/// The unit, or a gateway before it, does not do what was asked.
struct exception_reply {
    request_id id = request_id::none;
    unit_id unit = 0;
    modbus::function function{};
    exception_code code{};
};

/// A broadcast has been sent; nobody answers to it.
struct broadcast_sent {
    request_id id = request_id::none;
};

/// Silence, after all attempts, or no link to send anything on.
struct no_reply {
    request_id id = request_id::none;
    unit_id unit = 0;
    std::uint32_t attempts = 0;
};

/// What came to the last attempt is no reply to the request: a broken frame, or one whose fields are not
/// those of a reply.
struct bad_reply {
    request_id id = request_id::none;
    unit_id unit = 0;
    std::uint32_t attempts = 0;
    error why{};
};

/// The owner has cancelled.
struct cancelled {
    request_id id = request_id::none;
};

/// The unit has failed too often and is left alone for now; the request was not sent.
struct unit_degraded {
    request_id id = request_id::none;
    unit_id unit = 0;
    instant until{}; ///< When the unit may be tried again.
};

/// Any of them. Every request ends with exactly one; `garbage`, octets or replies that nobody waited for,
/// belongs to none.
using client_event = std::variant<reply, exception_reply, broadcast_sent, no_reply, bad_reply, cancelled,
                                  unit_degraded, garbage>;

/// The request that ends with `event`; `none` for garbage.
[[nodiscard]] constexpr request_id id_of(const client_event& event) noexcept {
    return std::visit(
        [](const auto& what) {
            if constexpr (std::is_same_v<std::decay_t<decltype(what)>, garbage>)
                return request_id::none;
            else
                return what.id;
        },
        event);
}

} // namespace meterlink::modbus
