#pragma once

/// Finds frames among the chips that a radio received, wherever they begin.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/wmbus/bits.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/line_code.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/radio_frame.hpp>

namespace meterlink::wmbus {

/// The search for frames in what a radio hears that is set to one mode. From a meter, modes T and C share
/// frequency and chip rate, so a radio set to either hears both: what follows the sync word that they have in
/// common tells C with format A (54 CD), C with format B (54 3D), or T, because 54 is no symbol of 3 out
/// of 6.
///
/// A sync word counts when the last three pairs of its preamble stand before it and all its chips are right.
/// Chips that follow and are no frame, because L cannot be or is no symbol, were noise. So are those that
/// break off before the first block is complete.
class sync_search {
public:
    /// `tuned` to a mode that is not sent so, as T1 to the meter, finds nothing.
    explicit constexpr sync_search(tuning tuned) noexcept {
        const auto with = [tuned](mode one_way, mode both_ways) {
            const auto is_one_way = tuned.mode == mode::t1 || tuned.mode == mode::c1;
            return find_mode_row(is_one_way ? one_way : both_ways, tuned.sender);
        };
        const auto is_t_or_c = tuned.mode == mode::t1 || tuned.mode == mode::t2 || tuned.mode == mode::c1 ||
                               tuned.mode == mode::c2;
        if (is_t_or_c && tuned.sender != direction::other_to_meter) {
            add(with(mode::c1, mode::c2)); // the longer sync word first: it begins like the other
            add(with(mode::t1, mode::t2));
        } else {
            add(find_mode_row(tuned.mode, tuned.sender));
        }
    }

    /// The first frame that begins at `position` or behind it, its octets in `out`, which has room for
    /// `max_air_size`, and begin and end counted as `position` is. `position` moves to the sync word of the
    /// frame, and without a frame to the chip where the search goes on when there are more: nothing begins
    /// before it. `is_all` says that there will be no more.
    [[nodiscard]] constexpr std::optional<radio_frame>
    find(bits_view chips, std::size_t& position, bool is_all,
         std::span<std::uint8_t, max_air_size> out) const noexcept {
        while (const auto* const sync = find_sync(chips, position, is_all)) {
            const auto begin = position + sync->length;
            const auto found = detail::visit_line_code(sync->coding, [&]<class Code>(Code) {
                return read<Code>(chips.subview(begin), sync->format, is_all, out);
            });
            if (found.is == verdict::unfinished)
                return std::nullopt;
            if (found.is == verdict::frame)
                return radio_frame{bytes_view{out}.first(found.size), sync->format,        sync->mode,
                                   position + sync->preamble,         begin + found.chips, found.problem};
            ++position;
        }
        return std::nullopt;
    }

private:
    struct pattern {
        std::uint32_t chips = 0;
        std::size_t length = 0;   // chips of preamble and sync word
        std::size_t preamble = 0; // how many of them are preamble
        line_coding coding = line_coding::nrz;
        frame_format format = frame_format::a;
        wmbus::mode mode = wmbus::mode::t1;
    };

    struct verdict {
        enum type : std::uint8_t { unfinished, noise, frame };
        type is = noise;
        std::size_t size = 0;  // octets
        std::size_t chips = 0; // their chips
        std::optional<error> problem{};
    };

    constexpr void add(const mode_row* row) noexcept {
        if (row == nullptr)
            return;
        add(*row, row->sync_a, frame_format::a);
        add(*row, row->sync_b, frame_format::b);
    }

    constexpr void add(const mode_row& row, sync_word sync, frame_format format) noexcept {
        if (sync.length == 0)
            return;
        constexpr std::uint32_t pairs = 0b010101;
        const std::size_t preamble = sync.length < 32 ? 6 : 0; // that of mode C begins with pairs
        const auto chips = preamble == 0 ? sync.chips : (pairs << sync.length) | sync.chips;
        patterns_[count_++] = {chips, sync.length + preamble, preamble, row.coding, format, row.mode};
        longest_ = std::max(longest_, sync.length + preamble);
    }

    /// Moves `position` to the next place where a pattern stands. Judges a place only when all patterns would
    /// fit, so that a longer one is not missed because its chips have not arrived.
    constexpr const pattern* find_sync(bits_view chips, std::size_t& position, bool is_all) const noexcept {
        const auto needed = is_all ? std::size_t{1} : longest_;
        if (chips.size() < needed)
            return nullptr;
        auto window = chips.peek(32, position);
        for (; position + needed <= chips.size(); ++position) {
            for (std::size_t i = 0; i < count_; ++i) {
                const auto& one = patterns_[i];
                if (window >> (32 - one.length) == one.chips && position + one.length <= chips.size())
                    return &one;
            }
            window = (window << 1) | (chips[position + 32] ? 1U : 0U);
        }
        return nullptr;
    }

    /// What the chips behind a sync word are.
    template <class Code>
    static constexpr verdict read(bits_view chips, frame_format format, bool is_all,
                                  bytes_span out) noexcept {
        constexpr std::size_t first_block = 12;
        constexpr auto step = Code::chips_per_octet;
        if (chips.size() < step)
            return {is_all ? verdict::noise : verdict::unfinished, 0, 0, {}};
        const auto l_field = Code::octet_of(chips.peek(step));
        if (!l_field || !is_length(format, *l_field))
            return {};
        const auto size = air_size(format, *l_field);
        const auto there = std::min(size, chips.size() / step);
        if (there < size && !is_all)
            return {verdict::unfinished, 0, 0, {}};
        const auto decoded = decode<Code>(chips.first(there * step), out);
        const auto intact = decoded ? there : decoded.error().offset / step;
        if (intact == size) {
            const auto octets = bytes_view{out}.first(size);
            return {verdict::frame, size, size * step, detail::judge_blocks(octets, format).first_defect};
        }
        if (intact < first_block)
            return {};
        const auto why = decoded ? errc::truncated : errc::chip_code;
        return {verdict::frame, intact, intact * step, error{why, layer::wmbus, intact}};
    }

    std::array<pattern, 3> patterns_{};
    std::size_t count_ = 0;
    std::size_t longest_ = 1;
};

/// The first frame among `chips`, which may begin anywhere, its octets in `out`; none where there is no sync
/// word with at least the first block of a frame behind it.
[[nodiscard]] constexpr std::optional<radio_frame>
find_radio_frame(bits_view chips, tuning tuned, std::span<std::uint8_t, max_air_size> out) noexcept {
    std::size_t position = 0;
    return sync_search{tuned}.find(chips, position, true, out);
}

} // namespace meterlink::wmbus
