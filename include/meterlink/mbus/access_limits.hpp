#pragma once

/// When meters that limit their readouts may be read again.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/destination.hpp>

namespace meterlink::mbus {

/// Remembers when access-limited meters were read. Battery meters count their readouts and refuse more than
/// so many in a period. Only destinations that have been `note`d with an interval are kept, and only until
/// it is over; a meter is known by how it is addressed.
class access_limits {
public:
    /// The meter was read at `now`, and may not be again for `interval`.
    void note(const destination& meter, instant now, session_clock::duration interval) {
        std::erase_if(entries_, [&](const entry& e) { return e.until <= now || e.meter == key(meter); });
        if (interval > session_clock::duration{})
            entries_.push_back({key(meter), now + interval});
    }

    /// When the meter may be read again, if that is later than `now`.
    [[nodiscard]] std::optional<instant> blocked_until(const destination& meter, instant now) const {
        for (const auto& e : entries_)
            if (e.meter == key(meter) && e.until > now)
                return e.until;
        return std::nullopt;
    }

private:
    struct identity {
        std::uint8_t address = 0;
        secondary_address mask{};
        std::uint32_t fabrication_number = 0xFFFF'FFFF;
        friend bool operator==(const identity&, const identity&) = default;
    };
    struct entry {
        identity meter;
        instant until{};
    };

    [[nodiscard]] static identity key(const destination& meter) noexcept {
        const auto& by = meter.selection();
        if (!by)
            return {meter.address().raw(), {}, 0xFFFF'FFFF};
        return {meter.address().raw(), by->address(), by->fabrication_number().value_or(0xFFFF'FFFF)};
    }

    std::vector<entry> entries_;
};

} // namespace meterlink::mbus
