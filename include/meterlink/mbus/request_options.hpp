#pragma once

/// How a master is to carry out a request.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/session.hpp>
#include <meterlink/mbus/timing_profile.hpp>

namespace meterlink::mbus {

/// Which of the waiting requests comes first; equals in the order in which they were submitted.
enum class priority : std::uint8_t { low, normal, high };

/// Whether SND_NKE goes before a request.
enum class initialisation : std::uint8_t {
    automatic, ///< Where the slave's frame count bit is not known: first contact, or it did not answer last.
    always,
    never,
};

/// How many telegrams of a readout are read, which a slave announces by DIF 1F one at a time
/// (EN 13757-3:2018, 6.3).
class multi_telegram {
public:
    /// The first one alone.
    [[nodiscard]] static constexpr multi_telegram off() noexcept { return multi_telegram{1}; }
    /// All that are announced.
    [[nodiscard]] static constexpr multi_telegram automatic() noexcept { return multi_telegram{0}; }
    /// All that are announced, but at most `count`; 0 is `automatic`.
    [[nodiscard]] static constexpr multi_telegram limit(std::size_t count) noexcept {
        return multi_telegram{count};
    }

    /// The most telegrams to read; 0 is as many as there are.
    [[nodiscard]] constexpr std::size_t most() const noexcept { return most_; }

    [[nodiscard]] friend constexpr bool operator==(multi_telegram, multi_telegram) noexcept = default;

private:
    explicit constexpr multi_telegram(std::size_t most) noexcept : most_{most} {}

    std::size_t most_;
};

/// What may differ from request to request.
struct request_options {
    mbus::priority priority = priority::normal;
    /// Of this meter; none: the master's.
    std::optional<timing_profile> timing{};
    /// The bit rate of this meter; none: the master's. The master asks its owner to switch the line.
    std::optional<std::uint32_t> baud{};
    mbus::initialisation initialisation = initialisation::automatic;
    /// An application reset with this subcode goes before a read; 0: all data.
    std::optional<std::uint8_t> application_reset{};
    mbus::multi_telegram multi_telegram = multi_telegram::automatic();
    /// A meter that was read less than this ago is not asked: `deferred` says when it may be. For battery
    /// meters, which refuse to answer too often.
    session_clock::duration minimum_interval{};
    /// Ends a selection when the request is done, instead of leaving that to the next selection.
    bool deselects = true;
    /// A collision ends the request at once: a search learns all it needs from the first.
    bool is_collision_final = false;
    /// Silence is expected, and who acknowledges is asked who it is: the question is not held back for late
    /// acknowledgements of others, as it is otherwise (see `master`).
    bool is_probe = false;
};

} // namespace meterlink::mbus
