#pragma once

/// A mask of a search: which slaves a selection means, the fabrication number included.

#include <cstdint>
#include <optional>

#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>

namespace meterlink::mbus {

/// Whom one probe of a search selects.
struct search_mask {
    secondary_address address{}; ///< All wildcards: everybody.
    /// 8 BCD digits, a nibble F is any digit; none: slaves are not asked for it.
    std::optional<std::uint32_t> fabrication_number{};

    /// The selection that asks it.
    [[nodiscard]] constexpr mbus::selection selection() const noexcept {
        return fabrication_number ? mbus::selection::enhanced(address, *fabrication_number)
                                  : mbus::selection{address};
    }

    [[nodiscard]] friend constexpr bool operator==(const search_mask&, const search_mask&) noexcept = default;
};

} // namespace meterlink::mbus
