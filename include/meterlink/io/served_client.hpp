#pragma once

/// The clients of a server that serves several: who they are, and how they come and go.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace meterlink::io {

/// One connection, or the line of a server that has but one.
struct served_client {
    std::uint64_t number = 0;        ///< Never the same for two connections of a server.
    std::string peer;                ///< Address and port, or the text of the line's endpoint.
    std::optional<std::string> role; ///< Of its certificate (Modbus/TCP Security), where it has one.

    [[nodiscard]] friend bool operator==(const served_client&, const served_client&) = default;
};

/// What becomes of a client.
enum class client_change : std::uint8_t {
    came,
    left,     ///< It closed its connection, or was silent for too long; or the error says why.
    refused,  ///< There were as many as may be, or it did not prove who it is; the error says which.
    given_up, ///< Its connection was closed here, because what it sent made no sense.
};

/// `"came"`.
[[nodiscard]] constexpr std::string_view name(client_change what) noexcept {
    switch (what) {
    case client_change::came: return "came";
    case client_change::left: return "left";
    case client_change::refused: return "refused";
    case client_change::given_up: break;
    }
    return "given up";
}

/// One change of one client.
struct client_event {
    client_change what = client_change::came;
    served_client who;
    /// Of the generic category: `connection_refused` where there is no place for it,
    /// `device_or_resource_busy` where another client needed its place.
    std::error_code why;
};

} // namespace meterlink::io
