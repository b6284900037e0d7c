#pragma once

/// What a slave tells its owner.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink::mbus {

/// What happened at a slave.
enum class slave_event_kind : std::uint8_t {
    selected,
    deselected,
    primary_address_set,   ///< `value`: the new address.
    secondary_address_set, ///< `value`: the new identification number.
    data_written,          ///< `value`: how many octets.
    clock_set,             ///< `value`: how many octets the time had: 6 type I, 4 type F, 2 type G.
    readout_selected,      ///< `value`: how many telegrams the selected readout has.
    application_reset,     ///< `value`: the subcode.
    synchronised,
    refused,               ///< `value`: the application error that is answered next.
    alarm_cleared,         ///< A master has had it.
    baud_rate_changed,     ///< `value`: the new rate.
    baud_rate_fallen_back, ///< `value`: the rate to which it returned, as nothing was heard at the new one.
};

/// Stable identifier: `"primary_address_set"`.
[[nodiscard]] constexpr std::string_view name(slave_event_kind kind) noexcept {
    constexpr std::array<std::string_view, 13> names{
        "selected",      "deselected",        "primary_address_set",  "secondary_address_set", "data_written",
        "clock_set",     "readout_selected",  "application_reset",    "synchronised",          "refused",
        "alarm_cleared", "baud_rate_changed", "baud_rate_fallen_back"};
    return names[static_cast<std::size_t>(kind)];
}

/// Something that changed a slave.
struct slave_event {
    slave_event_kind kind{};
    std::uint32_t value = 0; ///< What it means, the kind says.

    [[nodiscard]] friend constexpr bool operator==(slave_event, slave_event) noexcept = default;
};

/// The latest events; an owner that takes none loses the oldest, never memory.
class slave_events {
public:
    static constexpr std::size_t capacity = 16;

    constexpr void push(slave_event event) noexcept {
        events_[(first_ + count_) % capacity] = event;
        if (count_ < capacity)
            ++count_;
        else
            first_ = (first_ + 1) % capacity;
    }
    constexpr void push(slave_event_kind kind, std::uint32_t value = 0) noexcept {
        push(slave_event{kind, value});
    }

    /// The oldest that is left.
    [[nodiscard]] constexpr std::optional<slave_event> pop() noexcept {
        if (count_ == 0)
            return std::nullopt;
        const auto event = events_[first_];
        first_ = (first_ + 1) % capacity;
        --count_;
        return event;
    }

private:
    std::array<slave_event, capacity> events_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

} // namespace meterlink::mbus
