#pragma once

/// What whoever received a telegram knows about its way through the air, which the telegram does not say.

#include <optional>
#include <string_view>

#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/received.hpp>

namespace meterlink::format {

/// How a telegram was received. The formats write what is known, and leave out the rest.
struct link_facts {
    std::string_view time; ///< When: ISO 8601 in UTC, `2026-03-29T12:05:30Z`. Written as it stands here.
    std::optional<double> rssi_dbm;  ///< Signal strength.
    std::optional<wmbus::mode> mode; ///< Radio mode.
    std::string_view receiver;       ///< Who heard it: any text, UTF-8.

    /// What `telegram` says, good as long as it lives. Its instant has no date, so that `time`, the text, is
    /// for the caller to give.
    [[nodiscard]] static link_facts from(const wmbus::received& telegram,
                                         std::string_view time = {}) noexcept {
        return {time, telegram.rssi_dbm, telegram.mode, telegram.receiver};
    }
};

} // namespace meterlink::format
