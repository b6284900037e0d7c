#pragma once

/// The selection of slaves by secondary address: what a master sends to address 253.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/secondary_address.hpp>

namespace meterlink::mbus {

namespace detail {

inline constexpr std::uint8_t select_ci = 0x52;
inline constexpr std::uint8_t select_msb_first_ci = 0x56;
inline constexpr std::size_t fabrication_record_size = 6; // 0C 78 and eight BCD digits

constexpr bool begins_with_fabrication_number(bytes_view records) noexcept {
    return records.size() >= 2 && records[0] == 0x0C && records[1] == 0x78;
}

/// The digits of the record `0C 78` with which `records` begins.
constexpr std::optional<std::uint32_t> fabrication_number(bytes_view records, byte_order order) noexcept {
    if (!begins_with_fabrication_number(records) || records.size() < fabrication_record_size)
        return std::nullopt;
    return static_cast<std::uint32_t>(load_number(records.subspan(2, 4), order));
}

} // namespace detail

/// Selection in borrowed octets (EN 13757-3:2018, CI 52): CI field, secondary address, and perhaps records
/// that narrow it further ("enhanced selection").
class selection_view {
public:
    /// Octets of CI field and address.
    static constexpr std::size_t shortest_size = 1 + secondary_address::size;
    /// Octets of the longest payload that begins with a CI field.
    static constexpr std::size_t longest_size = 1 + long_frame_view::max_user_data;

    /// Reads a payload from its CI field on. `errc::ci_unexpected` unless that is 52, or 56, the obsolete
    /// form with the most significant octet first; `errc::truncated` inside the address;
    /// `errc::selection_malformed` (at its DIF) for a first record `0C 78` without its four octets;
    /// `errc::trailing_bytes` when it is longer than a frame can carry. Other records are left as they are.
    [[nodiscard]] static constexpr result<selection_view> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::mbus, 0);
        if (input[0] != detail::select_ci && input[0] != detail::select_msb_first_ci)
            return fail(errc::ci_unexpected, layer::mbus, 0, detail::select_ci, input[0]);
        if (input.size() < shortest_size)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input.size() > longest_size)
            return fail(errc::trailing_bytes, layer::mbus, longest_size, -1, input[longest_size]);
        const selection_view view{input};
        if (detail::begins_with_fabrication_number(view.records()) && !view.fabrication_number())
            return fail(errc::selection_malformed, layer::mbus, shortest_size);
        return view;
    }

    /// The order inside every number: CI 56 turns it round.
    [[nodiscard]] constexpr byte_order order() const noexcept {
        return wire_[0] == detail::select_ci ? byte_order::least_significant_first
                                             : byte_order::most_significant_first;
    }

    /// The mask; wildcards select any value.
    [[nodiscard]] constexpr secondary_address address() const noexcept {
        return secondary_address::parse(wire_.subspan(1, secondary_address::size), order())
            .value_or(secondary_address{});
    }

    /// The raw records behind the address.
    [[nodiscard]] constexpr bytes_view records() const noexcept { return wire_.subspan(shortest_size); }

    /// Fabrication number, 8 BCD digits in which a nibble F is any digit; none when the first record is
    /// another one.
    [[nodiscard]] constexpr std::optional<std::uint32_t> fabrication_number() const noexcept {
        return detail::fabrication_number(records(), order());
    }

    /// The payload as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr selection_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Selection (EN 13757-3:2018, CI 52), its records stored inside the object.
class selection {
public:
    static constexpr std::size_t max_records = selection_view::longest_size - selection_view::shortest_size;

    /// Selection by address alone.
    constexpr selection(const secondary_address& address) noexcept
        : selection{address, byte_order::least_significant_first} {}

    /// `errc::value_out_of_range` for more than 244 octets of records, `errc::selection_malformed` for a
    /// first record `0C 78` without its four octets.
    [[nodiscard]] static constexpr result<selection>
    make(const secondary_address& address, bytes_view records,
         byte_order order = byte_order::least_significant_first) noexcept {
        selection out{address, order};
        if (!out.records_.append(records))
            return fail(errc::value_out_of_range, layer::mbus, max_records);
        if (detail::begins_with_fabrication_number(records) && !out.fabrication_number())
            return fail(errc::selection_malformed, layer::mbus, selection_view::shortest_size);
        return out;
    }

    /// Selection by address and fabrication number (8 BCD digits, a nibble F is any digit).
    [[nodiscard]] static constexpr selection enhanced(const secondary_address& address,
                                                      std::uint32_t fabrication_number) noexcept {
        selection out{address};
        out.records_.push_back(0x0C);
        out.records_.push_back(0x78);
        for (unsigned shift = 0; shift < 32; shift += 8)
            out.records_.push_back(static_cast<std::uint8_t>(fabrication_number >> shift));
        return out;
    }

    [[nodiscard]] static constexpr selection from(selection_view view) noexcept {
        selection out{view.address(), view.order()};
        out.records_.append(view.records());
        return out;
    }

    [[nodiscard]] constexpr byte_order order() const noexcept { return order_; }
    [[nodiscard]] constexpr const secondary_address& address() const noexcept { return address_; }
    [[nodiscard]] constexpr bytes_view records() const noexcept { return records_; }
    [[nodiscard]] constexpr std::optional<std::uint32_t> fabrication_number() const noexcept {
        return detail::fabrication_number(records_, order_);
    }

    /// CI field 52, or 56 with the most significant octet first.
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept {
        return order_ == byte_order::least_significant_first ? detail::select_ci
                                                             : detail::select_msb_first_ci;
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return selection_view::shortest_size + records_.size();
    }

    /// Writes the payload from the CI field on; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        std::array<std::uint8_t, secondary_address::size> address{};
        return address_.emit(address, order_).and_then([&](std::size_t) {
            return writer{out}.u8(ci()).bytes(address).bytes(records_).finish();
        });
    }

    [[nodiscard]] friend constexpr bool operator==(const selection&, const selection&) noexcept = default;

private:
    constexpr selection(const secondary_address& address, byte_order order) noexcept
        : address_{address}, order_{order} {}

    secondary_address address_;
    byte_order order_;
    bounded_bytes<max_records> records_;
};

} // namespace meterlink::mbus
