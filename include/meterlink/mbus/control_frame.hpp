#pragma once

/// The control frame `68 03 03 68 C A CI CS 16`: a long frame without user data.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/long_frame.hpp>

namespace meterlink::mbus {

/// Control frame in borrowed octets (EN 13757-2, clause 5).
class control_frame_view {
public:
    static constexpr std::size_t size = 9;

    /// As `long_frame_view::parse`, and `errc::length_unexpected` (offset 1) when there is user data.
    [[nodiscard]] static constexpr result<control_frame_view> parse(bytes_view input) noexcept {
        const auto announced = long_frame_view::announced_size(input);
        if (!announced)
            return fail(announced.error());
        if (*announced != size)
            return fail(errc::length_unexpected, layer::mbus, 1, long_frame_view::shortest_length, input[1]);
        const auto frame = long_frame_view::parse(input);
        if (!frame)
            return fail(frame.error());
        return control_frame_view{*frame};
    }

    /// `frame` as the control frame that it is when it has no user data.
    [[nodiscard]] static constexpr std::optional<control_frame_view> narrow(long_frame_view frame) noexcept {
        if (!frame.user_data().empty())
            return std::nullopt;
        return control_frame_view{frame};
    }

    [[nodiscard]] constexpr c_field c() const noexcept { return frame_.c(); }
    [[nodiscard]] constexpr primary_address address() const noexcept { return frame_.address(); }
    /// The CI field: the command itself.
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept { return frame_.ci(); }
    /// The CI field alone: what the link layer hands to the layers above.
    [[nodiscard]] constexpr bytes_view payload() const noexcept { return frame_.payload(); }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return frame_.wire(); }
    /// The same octets as a long frame with no user data.
    [[nodiscard]] constexpr long_frame_view as_long_frame() const noexcept { return frame_; }

private:
    explicit constexpr control_frame_view(long_frame_view frame) noexcept : frame_{frame} {}

    long_frame_view frame_;
};

/// Control frame (EN 13757-2, clause 5).
struct control_frame {
    c_field c;
    primary_address address;
    std::uint8_t ci;

    [[nodiscard]] static constexpr control_frame from(control_frame_view view) noexcept {
        return {view.c(), view.address(), view.ci()};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return control_frame_view::size; }

    /// Writes the nine octets; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return long_frame::make(c, address, ci, {}).and_then([&](const long_frame& frame) {
            return frame.emit(out);
        });
    }

    [[nodiscard]] friend constexpr bool operator==(control_frame, control_frame) noexcept = default;
};

} // namespace meterlink::mbus
