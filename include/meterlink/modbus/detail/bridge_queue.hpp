#pragma once

/// Requests that wait for the line of a bridge, in a queue for each connection.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/bridge_event.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus::detail {

/// A request, and who is to get the answer.
struct bridged_request {
    upstream_id from{};
    std::uint16_t transaction = 0;
    unit_id asked = 0; ///< As the client has it.
    unit_id unit = 0;  ///< On the line.
    instant arrived{};
    pdu request;
};

/// Keeps requests for all connections. Allocates while more wait than ever before.
class bridged_requests {
public:
    using index = std::uint32_t;
    static constexpr index nobody = 0xFFFF'FFFF;

    /// The requests of one connection, the oldest first.
    struct queue {
        index first = nobody;
        index last = nobody;
        std::size_t size = 0;
    };

    [[nodiscard]] bridged_request& operator[](index at) noexcept { return places_[at].what; }

    /// A place for a request, at the end of `line`.
    [[nodiscard]] bridged_request& push(queue& line) {
        auto at = free_;
        if (at == nobody) {
            at = static_cast<index>(places_.size());
            places_.emplace_back();
        } else {
            free_ = places_[at].next;
        }
        places_[at].next = nobody;
        (line.last == nobody ? line.first : places_[line.last].next) = at;
        line.last = at;
        ++line.size;
        return places_[at].what;
    }

    /// Takes the oldest request out of `line`, which has one. It is kept until `release`.
    [[nodiscard]] index pop(queue& line) noexcept {
        const auto at = line.first;
        line.first = places_[at].next;
        if (line.first == nobody)
            line.last = nobody;
        --line.size;
        return at;
    }

    void release(index at) noexcept {
        places_[at].next = free_;
        free_ = at;
    }

private:
    struct place {
        bridged_request what;
        index next = nobody;
    };

    std::vector<place> places_;
    index free_ = nobody;
};

} // namespace meterlink::modbus::detail
