#pragma once

/// A wired telegram from the first start byte to the last record: what most programs want.

#include <cstddef>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/tpl/message.hpp>

namespace meterlink::mbus {

/// One frame of the wired bus and the message in it, borrowed.
class telegram_view {
public:
    /// Accepts exactly one intact frame; error offsets count from its first octet. What is wrong with single
    /// records does not make the telegram bad: they come as errors when the records are read.
    [[nodiscard]] static constexpr result<telegram_view> parse(bytes_view input) noexcept {
        const auto frame = parse_frame(input);
        if (!frame)
            return fail(frame.error());
        return from(*frame);
    }

    /// Takes a frame that has been checked, for instance by a `decoder`; only its message can be wrong.
    [[nodiscard]] static constexpr result<telegram_view> from(const frame_view& frame) noexcept {
        telegram_view out{frame};
        if (const auto carrier = as_long_frame(frame)) {
            const auto message = tpl::message_view::parse(carrier->payload(), tpl::medium_access::wired);
            if (!message)
                return fail(message.error(), message_offset);
            out.message_ = *message;
        }
        return out;
    }

    [[nodiscard]] constexpr const frame_view& frame() const noexcept { return frame_; }

    /// The message; acknowledgements and short frames carry none.
    [[nodiscard]] constexpr const std::optional<tpl::message_view>& message() const noexcept {
        return message_;
    }

    /// The same telegram with another reading of its message: what `tpl::open_payload` made of an encrypted
    /// one, or `tpl::format_cache::take` of a compact one. `message` lives elsewhere and is borrowed as well.
    [[nodiscard]] constexpr telegram_view with_message(const tpl::message_view& message) const noexcept {
        auto out = *this;
        out.message_ = message;
        return out;
    }

    /// The data records; none where the telegram carries something else.
    [[nodiscard]] constexpr apl::record_range records() const noexcept {
        return message_ ? message_->records() : apl::record_range{};
    }

    /// Offset of the first record octet from the first octet of the frame; record errors count from there.
    [[nodiscard]] constexpr std::size_t records_offset() const noexcept {
        return message_ ? message_offset + message_->application_offset() : 0;
    }

    /// Offset of the CI field in a control or long frame.
    static constexpr std::size_t message_offset = 6;

private:
    explicit constexpr telegram_view(const frame_view& frame) noexcept : frame_{frame} {}

    frame_view frame_;
    std::optional<tpl::message_view> message_;
};

} // namespace meterlink::mbus
