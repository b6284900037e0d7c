#pragma once

/// A transport layer message that owns its octets: for building answers and commands.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/message.hpp>

namespace meterlink::tpl {

/// Transport layer message (EN 13757-7:2018, clause 5), owned.
struct message {
    ci_field ci{};
    std::optional<long_header> header; ///< The short header is its `common` part; see `wire_size`.
    std::vector<std::uint8_t> payload; ///< What stands behind CI field and header.

    [[nodiscard]] static message from(const message_view& view) {
        message out{view.ci(), std::nullopt, {view.payload().begin(), view.payload().end()}};
        if (view.header() == header_kind::long_header)
            out.header = view.long_header();
        else if (const auto status = view.short_header())
            out.header = long_header{0, {}, 0, {}, *status};
        return out;
    }

    /// A message whose payload is `content`, for instance a `apl::record_list`.
    template <emittable Content>
    [[nodiscard]] static message carrying(ci_field ci, std::optional<long_header> header,
                                          const Content& content) {
        return {ci, header, to_bytes(content)};
    }

    /// Octets on the wire: the CI field decides whether `header` is sent whole, in its short form, or not at
    /// all.
    [[nodiscard]] std::size_t wire_size() const noexcept { return 1 + header_size() + payload.size(); }

    /// Writes CI field, header and payload; `errc::buffer_too_small` without room for them.
    [[nodiscard]] result<std::size_t> emit(bytes_span out) const noexcept {
        writer to{out};
        to.u8(ci.code);
        std::array<std::uint8_t, long_header::wire_size()> octets{};
        if (header_size() == long_header::wire_size()) {
            [[maybe_unused]] const auto fits = header->emit(octets, ci.order());
        } else if (header_size() == short_header::wire_size()) {
            [[maybe_unused]] const auto fits = header->common.emit(octets);
        }
        return to.bytes(bytes_view{octets}.first(header_size())).bytes(payload).finish();
    }

    [[nodiscard]] friend bool operator==(const message&, const message&) noexcept = default;

private:
    [[nodiscard]] std::size_t header_size() const noexcept {
        if (!header || ci.header() == header_kind::none)
            return 0;
        return ci.header() == header_kind::long_header ? long_header::wire_size() : short_header::wire_size();
    }
};

} // namespace meterlink::tpl
