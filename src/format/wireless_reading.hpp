#pragma once

/// What every format says about a telegram from the air beyond its message: the layers around it.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/telegram.hpp>

#include "reading.hpp"

namespace meterlink::format::detail {

/// A telegram without its records. What the message does not say comes from the layers around it.
struct wireless_facts {
    const wmbus::telegram_view* telegram = nullptr;
    message_facts message;
    std::optional<meter_facts> sender; ///< Of the link layer, where the message names another device.
    bytes_view rest;                   ///< Octets behind the last layer that could be read, not encrypted.
};

/// `telegram` is borrowed.
[[nodiscard]] wireless_facts facts_of(const wmbus::telegram_view& telegram) noexcept;

/// The problems of the layers, to which those of the records are added.
[[nodiscard]] std::vector<error_facts> problems_of(const wmbus::telegram_view& telegram);

/// 1 to 4, as the standard numbers them in Roman figures.
[[nodiscard]] constexpr unsigned form_of(const wmbus::extended_link_layer& ell) noexcept {
    return static_cast<unsigned>(ell.form().form);
}

/// Calls `use(name)` for each bit that is set, the most significant first.
template <class Use>
void for_each_flag(wmbus::communication_control control, Use use) {
    const auto use_if = [&](bool is_set, std::string_view name) {
        if (is_set)
            use(name);
    };
    use_if(control.is_bidirectional(), "bidirectional");
    use_if(control.is_fast_response(), "fast_response");
    use_if(control.is_synchronised(), "synchronised");
    use_if(control.is_hop(), "hop");
    use_if(control.is_priority(), "priority");
    use_if(control.is_accessible(), "accessible");
    use_if(control.is_repeated_access(), "repeated_access");
    use_if(control.is_extended_delay(), "extended_delay");
}

/// Stable identifier of the encryption of the extended link layer; empty where there is none.
[[nodiscard]] std::string_view encryption_of(const std::optional<wmbus::extended_link_layer>& ell) noexcept;

} // namespace meterlink::format::detail
