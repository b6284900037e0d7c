#pragma once

/// Any wired frame: the four kinds as one.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/ack.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/control_frame.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/short_frame.hpp>

namespace meterlink::mbus {

/// The frame formats of EN 13757-2, clause 5, in the order of the alternatives of `frame_view`.
enum class frame_kind : std::uint8_t { ack, short_frame, control_frame, long_frame };

/// Stable identifier, as it stands in JSON: `"long"`.
[[nodiscard]] constexpr std::string_view name(frame_kind kind) noexcept {
    switch (kind) {
    case frame_kind::ack: return "ack";
    case frame_kind::short_frame: return "short";
    case frame_kind::control_frame: return "control";
    case frame_kind::long_frame: break;
    }
    return "long";
}

/// Any frame in borrowed octets.
using frame_view = std::variant<ack_view, short_frame_view, control_frame_view, long_frame_view>;

/// Octets of the longest frame.
inline constexpr std::size_t max_frame_size = long_frame_view::max_size;

/// How many octets the frame has whose beginning `input` is, as far as its first octets tell.
/// `errc::start_byte` when no frame begins so, `errc::truncated` when the header is incomplete, and the
/// errors of `long_frame_view::announced_size`.
[[nodiscard]] constexpr result<std::size_t> announced_frame_size(bytes_view input) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::mbus, 0);
    switch (input[0]) {
    case ack_view::octet: return ack_view::size;
    case short_frame_view::start: return short_frame_view::size;
    case long_frame_view::start: return long_frame_view::announced_size(input);
    default: return fail(errc::start_byte, layer::mbus, 0, -1, input[0]);
    }
}

/// Accepts exactly one intact frame; its first octets say which. A frame of `68 03 03 68` is a
/// `control_frame_view`. Errors are those of the four `parse`; `errc::start_byte` names no expected octet,
/// because there are three.
[[nodiscard]] constexpr result<frame_view> parse_frame(bytes_view input) noexcept {
    const auto first = input.empty() ? std::uint8_t{0} : input[0];
    if (first == long_frame_view::start) {
        const auto frame = long_frame_view::parse(input);
        if (!frame)
            return fail(frame.error());
        if (const auto control = control_frame_view::narrow(*frame))
            return frame_view{*control};
        return frame_view{*frame};
    }
    constexpr auto widen = [](const auto& parsed) -> result<frame_view> {
        if (!parsed)
            return fail(parsed.error());
        return frame_view{*parsed};
    };
    if (first == short_frame_view::start)
        return widen(short_frame_view::parse(input));
    if (first == ack_view::octet)
        return widen(ack_view::parse(input));
    if (input.empty())
        return fail(errc::truncated, layer::mbus, 0);
    return fail(errc::start_byte, layer::mbus, 0, -1, first);
}

/// Which of the four formats `view` has.
[[nodiscard]] constexpr frame_kind kind(const frame_view& view) noexcept {
    return static_cast<frame_kind>(view.index());
}

/// The octets of `view` as they travel.
[[nodiscard]] constexpr bytes_view wire(const frame_view& view) noexcept {
    return std::visit([](const auto& alternative) { return alternative.wire(); }, view);
}

/// The C field; none in an acknowledgement.
[[nodiscard]] constexpr std::optional<c_field> c(const frame_view& view) noexcept {
    const auto octets = wire(view);
    switch (kind(view)) {
    case frame_kind::ack: return std::nullopt;
    case frame_kind::short_frame: return c_field{octets[1]};
    default: return c_field{octets[4]};
    }
}

/// The A field; none in an acknowledgement.
[[nodiscard]] constexpr std::optional<primary_address> address(const frame_view& view) noexcept {
    const auto octets = wire(view);
    switch (kind(view)) {
    case frame_kind::ack: return std::nullopt;
    case frame_kind::short_frame: return primary_address{octets[2]};
    default: return primary_address{octets[5]};
    }
}

/// A control or long frame as the long frame it is on the wire; none for the two others, which carry nothing
/// for the layers above.
[[nodiscard]] constexpr std::optional<long_frame_view> as_long_frame(const frame_view& view) noexcept {
    if (const auto* frame = std::get_if<long_frame_view>(&view))
        return *frame;
    if (const auto* frame = std::get_if<control_frame_view>(&view))
        return frame->as_long_frame();
    return std::nullopt;
}

/// Any frame, owned.
class frame {
public:
    using alternatives = std::variant<ack, short_frame, control_frame, long_frame>;

    constexpr frame(ack alternative) noexcept : alternative_{alternative} {}
    constexpr frame(short_frame alternative) noexcept : alternative_{alternative} {}
    constexpr frame(control_frame alternative) noexcept : alternative_{alternative} {}
    /// A long frame without user data becomes the control frame that it is on the wire.
    constexpr frame(const long_frame& alternative) noexcept
        : alternative_{
              alternative.user_data().empty()
                  ? alternatives{control_frame{alternative.c(), alternative.address(), alternative.ci()}}
                  : alternatives{alternative}} {}

    [[nodiscard]] static constexpr frame from(const frame_view& view) noexcept {
        return std::visit([](const auto& alternative) { return frame{owned(alternative)}; }, view);
    }

    [[nodiscard]] constexpr frame_kind kind() const noexcept {
        return static_cast<frame_kind>(alternative_.index());
    }

    /// For `std::visit` and `std::get_if`.
    [[nodiscard]] constexpr const alternatives& as_variant() const noexcept { return alternative_; }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return std::visit([](const auto& alternative) { return alternative.wire_size(); }, alternative_);
    }

    /// Writes the frame; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return std::visit([out](const auto& alternative) { return alternative.emit(out); }, alternative_);
    }

    [[nodiscard]] friend constexpr bool operator==(const frame&, const frame&) noexcept = default;

private:
    static constexpr ack owned(ack_view view) noexcept { return ack::from(view); }
    static constexpr short_frame owned(short_frame_view view) noexcept { return short_frame::from(view); }
    static constexpr control_frame owned(control_frame_view view) noexcept {
        return control_frame::from(view);
    }
    static constexpr long_frame owned(long_frame_view view) noexcept { return long_frame::from(view); }

    alternatives alternative_;
};

} // namespace meterlink::mbus
