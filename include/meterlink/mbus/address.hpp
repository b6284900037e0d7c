#pragma once

/// The A field: the primary address of a slave, and the addresses with a special meaning.

#include <cstdint>
#include <string_view>

namespace meterlink::mbus {

/// What a primary address stands for (EN 13757-2, clause 5).
enum class address_kind : std::uint8_t {
    unconfigured, ///< 0: as it leaves the factory.
    assigned,     ///< 1 to 250.
    repeater,     ///< 251: management of the primary repeater or level converter.
    reserved,     ///< 252.
    selected,     ///< 253: the slaves selected by secondary address.
    test,         ///< 254: every slave answers; for a line with one slave.
    broadcast,    ///< 255: every slave listens, none answers.
};

/// Stable identifier: `"broadcast"`.
[[nodiscard]] constexpr std::string_view name(address_kind kind) noexcept {
    switch (kind) {
    case address_kind::unconfigured: return "unconfigured";
    case address_kind::assigned: return "assigned";
    case address_kind::repeater: return "repeater";
    case address_kind::reserved: return "reserved";
    case address_kind::selected: return "selected";
    case address_kind::test: return "test";
    case address_kind::broadcast: break;
    }
    return "broadcast";
}

/// Primary address (EN 13757-2, clause 5): any octet is one, so a plain number converts to it.
class primary_address {
public:
    constexpr primary_address(std::uint8_t raw) noexcept : raw_{raw} {}

    static const primary_address unconfigured; ///< 0
    static const primary_address repeater;     ///< 251
    static const primary_address selected;     ///< 253
    static const primary_address test;         ///< 254
    static const primary_address broadcast;    ///< 255

    /// The highest address that a slave can be given.
    static constexpr std::uint8_t highest_assignable = 250;

    [[nodiscard]] constexpr std::uint8_t raw() const noexcept { return raw_; }

    /// What this address stands for.
    [[nodiscard]] constexpr address_kind kind() const noexcept {
        switch (raw_) {
        case 0: return address_kind::unconfigured;
        case 251: return address_kind::repeater;
        case 252: return address_kind::reserved;
        case 253: return address_kind::selected;
        case 254: return address_kind::test;
        case 255: return address_kind::broadcast;
        default: return address_kind::assigned;
        }
    }

    /// True for 0 to 250, the addresses that a slave may own.
    [[nodiscard]] constexpr bool is_assignable() const noexcept { return raw_ <= highest_assignable; }
    /// False for the broadcast address alone.
    [[nodiscard]] constexpr bool is_answered() const noexcept { return raw_ != 255; }

    [[nodiscard]] friend constexpr bool operator==(primary_address, primary_address) noexcept = default;

private:
    std::uint8_t raw_;
};

inline constexpr primary_address primary_address::unconfigured{0};
inline constexpr primary_address primary_address::repeater{251};
inline constexpr primary_address primary_address::selected{253};
inline constexpr primary_address primary_address::test{254};
inline constexpr primary_address primary_address::broadcast{255};

} // namespace meterlink::mbus
