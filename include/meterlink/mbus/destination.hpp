#pragma once

/// Whom a master asks: a primary address, or whoever a selection finds.

#include <optional>

#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>

namespace meterlink::mbus {

/// Destination of a request. With a selection the master selects first and then speaks to address 253. The
/// address 253 itself, without a selection, is whoever is selected already.
class destination {
public:
    constexpr destination(primary_address address) noexcept : address_{address} {}
    constexpr destination(const mbus::selection& selection) noexcept
        : address_{primary_address::selected}, selection_{selection} {}
    constexpr destination(const secondary_address& mask) noexcept : destination{mbus::selection{mask}} {}

    /// The A field of what is sent; 253 with a selection.
    [[nodiscard]] constexpr primary_address address() const noexcept { return address_; }
    /// The selection that comes first, if any.
    [[nodiscard]] constexpr const std::optional<mbus::selection>& selection() const noexcept {
        return selection_;
    }
    /// Whether anybody answers: not to the broadcast address.
    [[nodiscard]] constexpr bool is_answered() const noexcept { return address_.is_answered(); }

    [[nodiscard]] friend constexpr bool operator==(const destination&, const destination&) noexcept = default;

private:
    primary_address address_;
    std::optional<mbus::selection> selection_;
};

} // namespace meterlink::mbus
