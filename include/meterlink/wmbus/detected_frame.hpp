#pragma once

/// Tells which frame format some octets have, or that their CRCs are gone already, and what is wrong with
/// them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/wmbus/frame_format.hpp>

namespace meterlink::wmbus {

/// Which frame an input begins with.
struct detected_frame {
    frame_format format = frame_format::stripped;
    std::size_t size = 0;     ///< Octets of the input that are the frame's, CRCs included.
    std::size_t trailing = 0; ///< Octets behind them: postamble, padding.
    /// What is wrong: `errc::block_crc` (offset of the CRC, the right one and the one sent),
    /// `errc::truncated` (offset: the size of the input), `errc::trailing_bytes` behind a stripped telegram
    /// (offset of the first), or `errc::frame_length` where L counts CRCs that are gone (expected is the L
    /// that it should be).
    std::optional<error> problem{};

    [[nodiscard]] friend constexpr bool operator==(const detected_frame&,
                                                   const detected_frame&) noexcept = default;
};

namespace detail {

/// What the CRCs say about an input, were it a frame of one format.
struct block_verdict {
    std::size_t intact = 0;              ///< Blocks whose CRC holds.
    bool complete = false;               ///< The input holds all blocks.
    std::optional<error> first_defect{}; ///< The first CRC that does not hold, or `errc::truncated`.

    [[nodiscard]] constexpr bool is_clean() const noexcept { return complete && !first_defect; }
};

/// Judges every block of `input`.
[[nodiscard]] constexpr block_verdict judge_blocks(bytes_view input, frame_format format) noexcept {
    block_verdict verdict;
    crc_blocks block{format, input[0]};
    for (; !block.at_end(); block.advance()) {
        if (block.crc_at() + 2 > input.size()) {
            if (!verdict.first_defect)
                verdict.first_defect = error{errc::truncated, layer::wmbus, input.size()};
            return verdict;
        }
        if (const auto defect = block_defect(input, block)) {
            if (!verdict.first_defect)
                verdict.first_defect = defect;
            continue;
        }
        ++verdict.intact;
    }
    verdict.complete = true;
    return verdict;
}

/// Whether `input` is of format A, judged by its blocks: all of them, or what is left of them when it is
/// damaged. Octets that are one by one those that L counts are B or stripped, unless two blocks speak against
/// it.
[[nodiscard]] constexpr std::optional<block_verdict> judge_as_a(bytes_view input) noexcept {
    const auto size = air_size(frame_format::a, input[0]);
    if (input.size() < size) {
        if (!is_first_block_intact(input))
            return std::nullopt;
        crc_blocks block{frame_format::a, input[0]};
        block.advance();
        const auto is_intact = [&] {
            return block.crc_at() + 2 <= input.size() && !block_defect(input, block);
        };
        if (input.size() == input[0] + std::size_t{1} && (block.at_end() || !is_intact()))
            return std::nullopt;
    }
    const auto verdict = judge_blocks(input, frame_format::a);
    if (verdict.intact == 0 && input.size() != size)
        return std::nullopt;
    return verdict;
}

/// What can be said of octets in which no CRC is found.
[[nodiscard]] constexpr detected_frame judge_as_stripped(bytes_view input) noexcept {
    const auto counted = input[0] + std::size_t{1};
    detected_frame out{frame_format::stripped, std::min(input.size(), counted), 0, std::nullopt};
    out.trailing = input.size() - out.size;
    if (out.trailing > 0)
        out.problem = error{errc::trailing_bytes, layer::wmbus, counted, -1, input[counted]};
    else if (input.size() == counted)
        return out;
    else if (is_length(frame_format::b, input[0]) && input.size() == stripped_size(frame_format::b, input[0]))
        out.problem =
            error{errc::frame_length, layer::wmbus, 0, static_cast<std::int32_t>(input.size() - 1), input[0]};
    else
        out.problem = error{errc::truncated, layer::wmbus, input.size()};
    return out;
}

} // namespace detail

/// Tells which frame `input`, octets from L on, begins with. Lengths decide: exactly the octets of format A
/// are A; exactly those that L counts are B or stripped; what is longer has something behind it, what is
/// shorter was cut. Where that leaves a doubt the CRCs decide, so one stripped telegram in about 65536 is
/// taken for format B because its last octets happen to be a CRC; who knows better calls `judge_frame`. A
/// frame of format B with one block whose CRC does not hold looks like a stripped one and is called so.
///
/// What is damaged is still named, and `problem` says what is wrong with it; `copy_telegram` gives what is
/// there. `errc::truncated` for no octets, and `errc::frame_length` (expected 9) for an L that no frame has.
[[nodiscard]] constexpr result<detected_frame> detect_frame(bytes_view input) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::wmbus, 0);
    const auto l_field = input[0];
    if (l_field < shortest_length)
        return fail(errc::frame_length, layer::wmbus, 0, shortest_length, l_field);
    const auto found = [&](frame_format format, const std::optional<error>& problem) {
        const auto size = std::min(input.size(), air_size(format, l_field));
        return detected_frame{format, size, input.size() - size, problem};
    };

    const auto a = detail::judge_as_a(input);
    if (a && a->is_clean())
        return found(frame_format::a, std::nullopt);
    // format B is worth the sums only where its last CRC, or the first of two, lies in the input
    if (is_length(frame_format::b, l_field) && input.size() >= std::min<std::size_t>(l_field + 1U, 128)) {
        const auto b = detail::judge_blocks(input, frame_format::b);
        if (b.is_clean() || (b.intact > 0 && (!a || a->intact == 0)))
            return found(frame_format::b, b.first_defect);
    }
    if (a)
        return found(frame_format::a, a->first_defect);
    return detail::judge_as_stripped(input);
}

/// As `detect_frame`, for an input whose format is known: only what is wrong with it is found out. Errors as
/// well; `errc::frame_length` is also the answer to an L that no frame of that format has.
[[nodiscard]] constexpr result<detected_frame> judge_frame(bytes_view input, frame_format format) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::wmbus, 0);
    if (!is_length(format, input[0]))
        return fail(errc::frame_length, layer::wmbus, 0, -1, input[0]);
    if (format == frame_format::stripped)
        return detail::judge_as_stripped(input);
    const auto size = std::min(input.size(), air_size(format, input[0]));
    return detected_frame{format, size, input.size() - size,
                          detail::judge_blocks(input, format).first_defect};
}

/// Octets that `copy_telegram` writes: the telegram without CRCs, as far as it is there.
[[nodiscard]] constexpr std::size_t telegram_size(const detected_frame& frame,
                                                  std::uint8_t l_field) noexcept {
    if (frame.format == frame_format::stripped)
        return frame.size;
    std::size_t size = 0;
    for (detail::crc_blocks block{frame.format, l_field}; !block.at_end() && block.begin() < frame.size;
         block.advance())
        size += std::min(block.size(), frame.size - block.begin());
    return size;
}

/// Copies the octets of a detected frame without its CRCs, L rewritten to count what follows it. The CRCs
/// were judged by `detect_frame` and are not judged again: what is damaged is copied as it is. Returns how
/// many octets; `errc::buffer_too_small` without room for them. `max_telegram_size` is always enough.
[[nodiscard]] constexpr result<std::size_t> copy_telegram(bytes_view input, const detected_frame& frame,
                                                          bytes_span out) noexcept {
    if (frame.size == 0 || input.size() < frame.size)
        return fail(errc::truncated, layer::wmbus, input.size());
    const auto size = telegram_size(frame, input[0]);
    if (out.size() < size)
        return fail(errc::buffer_too_small, layer::core, out.size());
    if (frame.format == frame_format::stripped) {
        std::copy_n(input.begin(), size, out.begin());
    } else {
        auto to = out.begin();
        for (detail::crc_blocks block{frame.format, input[0]}; !block.at_end() && block.begin() < frame.size;
             block.advance()) {
            const auto data =
                input.subspan(block.begin(), std::min(block.size(), frame.size - block.begin()));
            to = std::copy(data.begin(), data.end(), to);
        }
    }
    out[0] = static_cast<std::uint8_t>(size - 1);
    return size;
}

} // namespace meterlink::wmbus
