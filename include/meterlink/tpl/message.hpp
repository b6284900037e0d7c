#pragma once

/// What the link layer carries: a CI field, a header, and the application's octets.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/security.hpp>

namespace meterlink::tpl {

/// The bus a message came by: CI 73 means one thing on the wire and another on the air.
enum class medium_access : std::uint8_t { wired, wireless };

/// Transport layer message (EN 13757-7:2018, clause 5), borrowed.
class message_view {
public:
    /// Reads the octets from the CI field on. `errc::truncated` when there is no CI field or its header is
    /// incomplete. Unknown CI fields are no error: their octets stay raw.
    [[nodiscard]] static constexpr result<message_view>
    parse(bytes_view input, medium_access access = medium_access::wired) noexcept;

    [[nodiscard]] constexpr ci_field ci() const noexcept { return ci_; }
    /// What the application's octets are; unlike `ci().application()` it knows fixed data from compact
    /// frames.
    [[nodiscard]] constexpr tpl::application application() const noexcept { return application_; }
    /// Which header stands before the payload.
    [[nodiscard]] constexpr header_kind header() const noexcept { return header_; }

    /// The meter's address, and what a short header carries; none behind the other CI fields.
    [[nodiscard]] constexpr std::optional<tpl::long_header> long_header() const noexcept {
        return header_ == header_kind::long_header ? std::optional{long_header_} : std::nullopt;
    }
    /// Access number, status and configuration: the short header, or that part of the long one.
    [[nodiscard]] constexpr std::optional<tpl::short_header> short_header() const noexcept {
        return header_ != header_kind::none ? std::optional{long_header_.common} : std::nullopt;
    }

    /// All octets of the message, the CI field first.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }
    /// Octets behind CI field and header, as they travelled.
    [[nodiscard]] constexpr bytes_view payload() const noexcept { return payload_; }
    /// `payload` by what can be read and what cannot.
    [[nodiscard]] constexpr const payload_split& security() const noexcept { return split_; }

    /// The octets that can be read as records, and their offset from the CI field.
    [[nodiscard]] constexpr bytes_view application_octets() const noexcept { return split_.plain; }
    [[nodiscard]] constexpr std::size_t application_offset() const noexcept {
        return wire_.size() - split_.plain.size();
    }

    /// True where the octets are data records.
    [[nodiscard]] constexpr bool has_records() const noexcept {
        return application_ == application::records || application_ == application::data_send;
    }

    /// The data records; none where the application is another.
    [[nodiscard]] constexpr apl::record_range records() const noexcept {
        return apl::record_range{has_records() ? split_.plain : bytes_view{}, options()};
    }

    /// In which order octets travel within a field, and who speaks.
    [[nodiscard]] constexpr apl::record_options options() const noexcept {
        return {ci_.row().is_most_significant_first ? byte_order::most_significant_first
                                                    : byte_order::least_significant_first,
                ci_.row().is_to_meter ? apl::direction::to_meter : apl::direction::from_meter};
    }

private:
    ci_field ci_{};
    tpl::application application_ = application::unknown;
    header_kind header_ = header_kind::none;
    tpl::long_header long_header_{};
    bytes_view wire_{};
    bytes_view payload_{};
    payload_split split_{};
};

namespace detail {

/// Octets of the fixed data structure, header included.
inline constexpr std::size_t fixed_data_size = 16;

} // namespace detail

constexpr result<message_view> message_view::parse(bytes_view input, medium_access access) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::tpl, 0);
    message_view out;
    out.wire_ = input;
    out.ci_.code = input[0];
    out.application_ = out.ci_.application();
    out.header_ = out.ci_.header();
    out.payload_ = input.subspan(1);
    if (out.ci_.code == 0x73 && access == medium_access::wired &&
        out.payload_.size() == detail::fixed_data_size) {
        out.application_ = application::fixed_data;
        out.header_ = header_kind::none;
    }
    // A control frame with the CI field of a response announces records and has none, not even a header.
    if (out.payload_.empty() && access == medium_access::wired)
        out.header_ = header_kind::none;
    if (out.header_ == header_kind::long_header) {
        const auto header = tpl::long_header::parse(out.payload_, out.options().order);
        if (!header)
            return fail(header.error(), 1);
        out.long_header_ = *header;
        out.payload_ = out.payload_.subspan(tpl::long_header::wire_size());
    } else if (out.header_ == header_kind::short_header) {
        const auto header = tpl::short_header::parse(out.payload_);
        if (!header)
            return fail(header.error(), 1);
        out.long_header_.common = *header;
        out.payload_ = out.payload_.subspan(tpl::short_header::wire_size());
    }
    const auto configuration = out.long_header_.common.configuration;
    const bool is_plain = out.header_ == header_kind::none ||
                          (access == medium_access::wired && is_old_signature(configuration, out.payload_));
    out.split_ = is_plain ? payload_split{{}, {}, out.payload_, security_state::plain}
                          : split_payload(configuration, out.payload_);
    return out;
}

} // namespace meterlink::tpl
