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

    /// All octets of the message, the CI field first; the plaintext in place of the ciphertext once it is
    /// opened.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }
    /// Octets behind CI field and header, of `wire`.
    [[nodiscard]] constexpr bytes_view payload() const noexcept { return payload_; }
    /// `payload` by what can be read and what cannot. The offset of a problem counts from the CI field.
    [[nodiscard]] constexpr const payload_split& security() const noexcept { return split_; }

    /// The octets that can be read as records, or as whatever the application is.
    [[nodiscard]] constexpr bytes_view application_octets() const noexcept {
        return is_expanded_ ? expansion_ : split_.plain;
    }
    /// Offset of `security().plain` from the CI field. The octets of an expanded compact frame stand nowhere
    /// in the message: for them it is where the compact frame began.
    [[nodiscard]] constexpr std::size_t application_offset() const noexcept { return application_at_; }

    /// True where the octets are data records.
    [[nodiscard]] constexpr bool has_records() const noexcept {
        return is_expanded_ || application_ == application::records || application_ == application::data_send;
    }
    /// True where the records come from a compact frame; see `with_records`.
    [[nodiscard]] constexpr bool is_expanded() const noexcept { return is_expanded_; }

    /// The data records; none where the application is another.
    [[nodiscard]] constexpr apl::record_range records() const noexcept {
        return apl::record_range{has_records() ? application_octets() : bytes_view{}, options()};
    }

    /// This message as it reads when `open`, which has as many octets as `wire`, holds the plaintext in place
    /// of the ciphertext. The `count` octets from `offset` on (counted from the CI field) are the
    /// application's, of which the last `plain_rest` were never closed. What stands between them and the tag
    /// stays closed.
    [[nodiscard]] constexpr message_view opened(bytes_view open, std::size_t offset, std::size_t count,
                                                bool is_authenticated,
                                                std::size_t plain_rest = 0) const noexcept {
        auto out = *this;
        out.wire_ = open;
        out.payload_ = open.last(payload_.size());
        const auto end = open.size() - split_.tag.size();
        out.split_.extension = out.payload_.first(split_.extension.size());
        out.split_.plain = open.subspan(offset, count);
        out.split_.encrypted = open.subspan(offset + count, end - offset - count);
        out.split_.tag = open.subspan(end);
        out.split_.state = security_state::decrypted;
        out.split_.is_authenticated = is_authenticated;
        out.split_.plain_rest = plain_rest;
        out.application_at_ = offset;
        return out;
    }

    /// This message with nothing to be read of its payload, be it encrypted or not: it is not what was sent.
    [[nodiscard]] constexpr message_view withheld(security_state state) const noexcept {
        auto out = *this;
        out.application_at_ = wire_.size() - split_.tag.size();
        out.split_.encrypted = payload_.subspan(split_.extension.size());
        out.split_.encrypted = out.split_.encrypted.first(out.split_.encrypted.size() - split_.tag.size());
        out.split_.plain = wire_.subspan(out.application_at_, 0);
        out.split_.state = state;
        out.split_.is_authenticated = false;
        return out;
    }

    /// This message, of which an attempt to open or to authenticate it says so much.
    [[nodiscard]] constexpr message_view judged(security_state state, bool is_authenticated,
                                                error problem) const noexcept {
        auto out = *this;
        out.split_.state = state;
        out.split_.is_authenticated = is_authenticated;
        if (problem.code != errc::none)
            out.split_.problem = problem;
        return out;
    }

    /// This message with the records that its compact frame stands for: `octets` are those of the full frame.
    /// CI field and application stay what was sent.
    [[nodiscard]] constexpr message_view with_records(bytes_view octets) const noexcept {
        auto out = *this;
        out.expansion_ = octets;
        out.is_expanded_ = true;
        return out;
    }

    /// In which order octets travel within a field, and who speaks.
    [[nodiscard]] constexpr apl::record_options options() const noexcept {
        return {ci_.order(), ci_.row().is_to_meter ? apl::direction::to_meter : apl::direction::from_meter};
    }

private:
    ci_field ci_{};
    tpl::application application_ = application::unknown;
    header_kind header_ = header_kind::none;
    tpl::long_header long_header_{};
    bytes_view wire_{};
    bytes_view payload_{};
    payload_split split_{};
    bytes_view expansion_{};
    std::size_t application_at_ = 0;
    bool is_expanded_ = false;
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
    out.split_ = is_plain ? payload_split{{}, {}, out.payload_, {}, security_state::plain}
                          : split_payload(configuration, out.payload_, access);
    if (out.split_.problem.code != errc::none)
        out.split_.problem = out.split_.problem.shifted(input.size() - out.payload_.size());
    out.application_at_ = input.size() - out.split_.tag.size() - out.split_.plain.size();
    return out;
}

} // namespace meterlink::tpl
