#pragma once

/// Where requests begin and end on an RTU line on which other devices answer too.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/diagnostics.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/rtu_frame.hpp>

namespace meterlink::modbus::detail {

/// An intact frame.
struct found_rtu_frame {
    rtu_frame_view frame;
    bool is_foreign_reply = false;
};

[[nodiscard]] constexpr result<found_rtu_frame> frame_of(bytes_view octets,
                                                         bool is_foreign_reply = false) noexcept {
    const auto frame = rtu_frame_view::parse(octets);
    if (!frame)
        return fail(frame.error());
    return found_rtu_frame{*frame, is_foreign_reply};
}

/// What a server knows of the octets that wait in the window of its decoder: before which of them the line
/// was silent, whether the frames before were intact, and whose reply is due.
class rtu_requests {
public:
    /// The line was silent before the octets that come now.
    constexpr void note_silence() noexcept { is_silence_before_ = true; }

    /// `count` octets stand in the window behind `waiting` others.
    constexpr void note_appended(std::size_t waiting, std::size_t count) noexcept {
        for (std::size_t i = 0; i < count; ++i)
            begins_[(begin_ + waiting + i) % begins_.size()] = i == 0 && is_silence_before_;
        is_silence_before_ = false;
    }

    constexpr void note_skipped() noexcept {
        ++begin_;
        is_doubtful_ = true;
        was_intact_ = false;
    }

    constexpr void note_frame(std::size_t size) noexcept {
        begin_ += size;
        is_silence_before_ = false;
        is_doubtful_ = is_doubtful_ && !was_intact_;
        was_intact_ = true;
        replying_.reset();
    }

    /// The request that came last is for another device.
    constexpr void expect_reply(const adu_view& request) noexcept {
        const auto code = request.pdu[0];
        // Only the echo of a diagnostic request has the length of that.
        const bool is_echo = code == to_octet(function::diagnostics);
        replying_ = due_reply{request.unit, code, is_echo ? request.pdu.size() : 0};
    }

    /// What begins with `octets` that have arrived while nothing waited.
    [[nodiscard]] constexpr result<found_rtu_frame> judge_arrived(bytes_view octets) const noexcept {
        if (!is_silence_before_ && !may_follow())
            return fail(errc::frame_silence, layer::modbus, 0);
        return judge(octets, octets.size(), false);
    }

    /// What begins with the `octets` of the window; `is_silent` when the line was silent behind them.
    [[nodiscard]] constexpr result<found_rtu_frame> judge(bytes_view octets, bool is_silent) const noexcept {
        if (!begins_[begin_ % begins_.size()] && !may_follow())
            return fail(errc::frame_silence, layer::modbus, 0);
        std::size_t until = 1;
        while (until < octets.size() && !begins_[(begin_ + until) % begins_.size()])
            ++until;
        return judge(octets, until, is_silent);
    }

private:
    struct due_reply {
        unit_id unit = 0;
        std::uint8_t code = 0;
        std::size_t pdu_size = 0; ///< 0 where the reply says it.
    };

    /// Whether a frame may begin directly behind what was before.
    [[nodiscard]] constexpr bool may_follow() const noexcept { return was_intact_ && !is_doubtful_; }

    /// The line was silent, though perhaps not for long enough to be sure, behind `until` octets where there
    /// are more, and `is_silent` tells that it surely was behind all of them.
    [[nodiscard]] constexpr result<found_rtu_frame> judge(bytes_view octets, std::size_t until,
                                                          bool is_silent) const noexcept {
        const bool is_cut = is_silent || until < octets.size();
        if (is_due(octets)) {
            const auto size = with_overhead(due_size(octets.subspan(1)));
            if (is_within(size, octets)) {
                if (const auto found = frame_of(octets.first(*size), true))
                    return found;
            } else if (may_go_on(size)) {
                if (is_cut)
                    if (const auto found = judge_whole(octets.first(until)))
                        return found;
                if (!is_silent && octets.size() < rtu_frame_view::max_size)
                    return fail(errc::truncated, layer::modbus, octets.size());
            }
        }
        const auto size = with_overhead(request_size(octets.subspan(1)));
        if (is_within(size, octets)) {
            const auto found = frame_of(octets.first(*size));
            if (found || !may_be_long_echo(octets))
                return found;
        } else if (!may_go_on(size)) {
            return fail(size.error(), 1);
        }
        const bool is_full = octets.size() == rtu_frame_view::max_size;
        if (is_cut || is_full)
            if (const auto found = judge_whole(octets.first(until)))
                return found;
        if (is_silent || is_full || (is_cut && begins_request(octets.subspan(until))))
            return fail(errc::frame_silence, layer::modbus, until);
        return fail(errc::truncated, layer::modbus, octets.size());
    }

    /// What stands between two silences, whole, as a request or as a reply.
    [[nodiscard]] constexpr result<found_rtu_frame> judge_whole(bytes_view octets) const noexcept {
        const auto found = frame_of(octets);
        if (!found)
            return found;
        const auto content = octets.subspan(1);
        const auto as_reply = with_overhead(response_size(content));
        const bool is_reply = as_reply && *as_reply == octets.size();
        if (is_due(octets) && (is_reply || is_unknown(as_reply)))
            return found_rtu_frame{found->frame, true};
        const auto as_request = with_overhead(request_size(content));
        if ((as_request && *as_request == octets.size()) || is_unknown(as_request) ||
            may_be_long_echo(octets))
            return found;
        if (is_reply)
            return found_rtu_frame{found->frame, true};
        return fail(errc::frame_silence, layer::modbus, octets.size());
    }

    [[nodiscard]] static constexpr bool begins_request(bytes_view octets) noexcept {
        if (octets.empty())
            return false;
        const auto size = with_overhead(request_size(octets.subspan(1)));
        return is_within(size, octets) && frame_of(octets.first(*size));
    }

    /// An echo (function 08/00) of more than one field, whose length only silence tells.
    [[nodiscard]] static constexpr bool may_be_long_echo(bytes_view octets) noexcept {
        return octets.size() >= 4 && octets[1] == to_octet(function::diagnostics) && octets[2] == 0 &&
               octets[3] == 0;
    }

    [[nodiscard]] constexpr bool is_due(bytes_view octets) const noexcept {
        return replying_ && octets[0] == replying_->unit &&
               (octets.size() == 1 || (octets[1] & ~exception_flag) == replying_->code);
    }

    [[nodiscard]] constexpr result<std::size_t> due_size(bytes_view content) const noexcept {
        if (replying_->pdu_size > 0 && !content.empty() && content[0] == replying_->code)
            return replying_->pdu_size;
        return response_size(content);
    }

    [[nodiscard]] static constexpr result<std::size_t> with_overhead(result<std::size_t> size) noexcept {
        if (size)
            *size += rtu_frame_view::overhead;
        return size;
    }
    [[nodiscard]] static constexpr bool is_within(const result<std::size_t>& size,
                                                  bytes_view octets) noexcept {
        return size && *size <= octets.size();
    }
    [[nodiscard]] static constexpr bool is_unknown(const result<std::size_t>& size) noexcept {
        return !size && size.error().code == errc::function_unexpected;
    }
    /// Longer than what is there, or not to be told yet, but no impossible length.
    [[nodiscard]] static constexpr bool may_go_on(const result<std::size_t>& size) noexcept {
        return size || size.error().code == errc::truncated || is_unknown(size);
    }

    std::array<bool, rtu_frame_view::max_size> begins_{}; // a frame may begin there; a ring
    std::size_t begin_ = 0;                               // where the window begins in it
    std::optional<due_reply> replying_{};
    bool is_silence_before_ = false;
    bool was_intact_ = false;  // the frame before
    bool is_doubtful_ = false; // there was garbage, and not two intact frames in a row since
};

} // namespace meterlink::modbus::detail
