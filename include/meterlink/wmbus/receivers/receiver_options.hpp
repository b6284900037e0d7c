#pragma once

/// What every receiver is told of itself.

#include <optional>
#include <string>

#include <meterlink/wmbus/mode.hpp>

namespace meterlink::wmbus {

/// The facts about a receiver that its octets do not tell.
struct receiver_options {
    /// Goes into `received::receiver`. Up to 15 characters travel without an allocation.
    std::string name;
    /// The mode that it listens to, for telegrams of which it does not tell.
    std::optional<wmbus::mode> mode;
};

} // namespace meterlink::wmbus
