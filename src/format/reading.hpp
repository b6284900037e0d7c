#pragma once

/// What every format says about a telegram, gathered once: the facts of the message, and a walk over its
/// records, whether they are those of the variable or of the fixed data structure. Whatever link brought the
/// message.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/apl/measurement.hpp>
#include <meterlink/apl/record.hpp>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::format::detail {

/// Who sent the records.
struct meter_facts {
    std::uint32_t identification = 0; ///< Eight BCD digits.
    std::optional<tpl::manufacturer> manufacturer;
    std::optional<std::uint8_t> version;
    std::optional<tpl::device_type> device_type; ///< The fixed data structure has only a medium of four bits.
    std::string_view medium;
};

[[nodiscard]] meter_facts facts_of(const tpl::meter_address& address) noexcept;

/// How the payload is protected.
struct security_facts {
    std::optional<std::uint8_t> mode; ///< None where no header says.
    tpl::payload_split split;
    std::string_view link_encryption; ///< Name of that of the extended link layer; empty where there is none.
};

/// A message without its records.
struct message_facts {
    bool is_readable = true; ///< False where a telegram has none, or it stays closed: no CI field is known.
    tpl::message_view message;
    std::size_t offset = 0; ///< Of the CI field from the first octet of the frame.
    std::optional<meter_facts> meter;
    std::optional<std::uint8_t> access_number;
    std::optional<std::uint8_t> status;
    tpl::status status_flags; ///< `status` without the bits that are not flags.
    std::optional<security_facts> security;
    std::optional<apl::fixed_data> fixed;
    std::optional<error> problem; ///< What keeps the payload from being what its header says.

    /// True when there is a list of records, even an empty one.
    [[nodiscard]] bool has_records() const noexcept { return message.has_records() || fixed.has_value(); }
    /// Of the first application octet from the first octet of the frame.
    [[nodiscard]] std::size_t application_offset() const noexcept {
        return offset + message.application_offset();
    }
};

/// `offset` is that of the CI field from the first octet of the frame.
[[nodiscard]] message_facts facts_of(const tpl::message_view& message, std::size_t offset) noexcept;

/// One record, or one counter of the fixed data structure.
struct record_facts {
    apl::function_field function = apl::function_field::instantaneous;
    std::uint64_t storage = 0;
    std::uint32_t tariff = 0;
    std::uint16_t subunit = 0;
    const apl::measurement* measurement = nullptr;
    apl::record_value value;
    const apl::record_view* record = nullptr;    ///< None for a counter of the fixed data structure.
    bytes_view data;                             ///< All octets behind the VIB.
    bool is_stored_value = false;                ///< A counter that is not the present value.
    const apl::record_range* siblings = nullptr; ///< All records of the message, where there are such.
};

/// An error, its offset counted from the first octet of the frame, and the octets that it costs.
struct error_facts {
    error what;
    bytes_view octets;
};

/// How these octets of the message were protected, which is not how the others were where they stand, even in
/// part, in the plain rest. Where an expanded record had its octets is not known: any rest goes for all.
[[nodiscard]] tpl::payload_split protection_of(const message_facts& facts, bytes_view octets) noexcept;

/// What a message carries in the place of records.
struct application_facts {
    std::optional<meter_facts> selected; ///< The mask of a selection: nibbles, octets of ones are wildcards.
    std::optional<std::uint32_t>
        fabrication_number;       ///< Eight BCD digits, by which the selection narrows too.
    bytes_view selection_records; ///< All records behind the mask.
    std::optional<apl::application_error> answer;
    std::optional<bytes_view> alarm;
    std::optional<std::uint32_t> baud_rate; ///< That the slave is to change to.
    bytes_view rest;                        ///< Octets that nothing above explains.
    std::optional<error> problem;
};

/// Everything about a message for which `has_records` is false.
[[nodiscard]] application_facts application_of(const message_facts& facts) noexcept;

/// The name beside `historical` and those of the VIFE: a stored counter of the fixed data structure.
inline constexpr std::string_view stored_value_modifier = "stored_value";

/// The octets of the bad record at `offset`: to its end where that is known, otherwise all that follow.
[[nodiscard]] bytes_view octets_of_bad_record(const apl::record_range& records, std::size_t offset) noexcept;

/// Calls `use_record(record_facts)` and `use_error(error_facts)` in the order of the telegram.
template <class UseRecord, class UseError>
apl::record_trailer walk_records(const message_facts& facts, UseRecord use_record, UseError use_error) {
    if (facts.fixed) {
        for (std::size_t i = 0; i < 2; ++i) {
            const auto counter = facts.fixed->counter(i);
            const auto octets = facts.message.application_octets().subspan(8 + 4 * i, 4);
            use_record(record_facts{apl::function_field::instantaneous, counter.is_historical ? 1U : 0U, 0, 0,
                                    &counter.measurement, counter.value, nullptr, octets,
                                    counter.is_historical});
        }
        return {};
    }
    const auto records = facts.message.records();
    auto it = records.begin();
    for (; it != records.end(); ++it) {
        if (const auto& record = *it) [[likely]] {
            const auto& dib = record->dib();
            use_record(record_facts{dib.function, dib.storage, dib.tariff, dib.subunit,
                                    &record->measurement(), record->value(), &*record, record->data_wire(),
                                    false, &records});
        } else {
            use_error(error_facts{record.error().shifted(facts.application_offset()),
                                  octets_of_bad_record(records, it.offset())});
        }
    }
    return it.trailer();
}

} // namespace meterlink::format::detail
