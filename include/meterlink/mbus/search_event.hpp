#pragma once

/// What a search for meters tells its owner.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/master_event.hpp>
#include <meterlink/mbus/search_mask.hpp>
#include <meterlink/mbus/search_tree.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/telegram.hpp>

namespace meterlink::mbus {

/// A meter that has answered.
struct found_meter {
    /// As its answer tells it. What that does not tell is a wildcard, or what it was asked by.
    secondary_address address{};
    /// What it has to be selected by as well, because another meter has the same address: its number where
    /// its answer tells that, and otherwise what it was asked by, with F for any digit.
    std::optional<std::uint32_t> fabrication_number{};
    primary_address primary = primary_address::unconfigured; ///< The A field of its answer.
    std::uint32_t baud = 2400;                               ///< The bit rate at which it was found first.
    /// It obeyed a selection that does not fit its address.
    bool is_stranger = false;

    /// Selects this meter.
    [[nodiscard]] constexpr search_mask mask() const noexcept { return {address, fabrication_number}; }

    [[nodiscard]] friend constexpr bool operator==(const found_meter&, const found_meter&) noexcept = default;
};

/// The secondary address that an answer tells: of its long header, or the number of its fixed data; none
/// where there is neither.
[[nodiscard]] constexpr std::optional<secondary_address> told_address(bytes_view frame) noexcept {
    const auto telegram = telegram_view::parse(frame);
    if (!telegram || !telegram->message())
        return std::nullopt;
    const auto& message = *telegram->message();
    if (const auto header = message.long_header())
        return secondary_address::from(*header);
    if (message.application() != tpl::application::fixed_data || message.payload().size() < 4)
        return std::nullopt;
    const auto id = load_number(message.payload().first(4), message.options().order);
    return secondary_address{static_cast<std::uint32_t>(id), 0xFFFF, 0xFF, 0xFF};
}

/// The fabrication number that the records of an answer tell, 8 BCD digits; none where they do not.
[[nodiscard]] constexpr std::optional<std::uint32_t> told_fabrication_number(bytes_view frame) noexcept {
    const auto telegram = telegram_view::parse(frame);
    if (!telegram || !telegram->message())
        return std::nullopt;
    const auto& message = *telegram->message();
    for (const auto& record : message.records())
        if (record && detail::begins_with_fabrication_number(record->wire()))
            return detail::fabrication_number(record->wire(), message.options().order);
    return std::nullopt;
}

/// The A field of a frame; 0 where it has none.
[[nodiscard]] constexpr primary_address told_primary(bytes_view frame) noexcept {
    const auto parsed = parse_frame(frame);
    return parsed ? mbus::address(*parsed).value_or(primary_address::unconfigured)
                  : primary_address::unconfigured;
}

/// After each probe.
struct search_progress {
    std::size_t probes = 0; ///< So far, of all bit rates.
    std::size_t left = 0;   ///< An estimate of those to come.
    std::size_t meters = 0; ///< Found so far.
};

/// A meter that was not known.
struct meter_found {
    found_meter meter{};
    bytes_view telegram; ///< Its first telegram; good until the search handles input or a timeout again.
};

/// Slaves that could not be told apart.
struct search_conflict {
    conflict_kind kind = conflict_kind::equal;
    search_mask mask{};                       ///< Of a search by secondary address.
    std::optional<primary_address> primary{}; ///< Of a scan of primary addresses.
    std::uint32_t baud = 2400;

    [[nodiscard]] friend constexpr bool operator==(const search_conflict&,
                                                   const search_conflict&) noexcept = default;
};

/// Why a search ended.
enum class search_end : std::uint8_t {
    complete,    ///< All has been asked.
    meter_limit, ///< As many meters as were wanted.
    probe_limit, ///< As many probes as were allowed, or as many collisions without a reading.
    cancelled,
};

/// The search is over; the last event.
struct search_finished {
    search_end why = search_end::complete;
    std::size_t probes = 0;
    std::size_t meters = 0;
    /// By how much answers came too late for the timing; 0: none did. Another search should have so much more
    /// latency.
    session_clock::duration lateness{};
};

/// Any of them; `baud_rate_changed` as from a `master`.
using search_event =
    std::variant<search_progress, meter_found, search_conflict, baud_rate_changed, search_finished>;

} // namespace meterlink::mbus
