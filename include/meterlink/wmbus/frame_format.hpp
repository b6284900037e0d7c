#pragma once

/// The frame formats A and B of wireless M-Bus: where their CRCs stand, how to remove and to add them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::wmbus {

/// How a frame carries its CRCs (EN 13757-4:2019, 11.5).
enum class frame_format : std::uint8_t {
    a,        ///< A CRC after the first 10 octets and after every 16 more; L counts none of them.
    b,        ///< One CRC, two above 128 octets; L counts them.
    stripped, ///< None: L and the octets it counts, as receivers and databases hand them on.
};

/// `"A"`, `"B"` or `"stripped"`, as it stands in JSON.
[[nodiscard]] constexpr std::string_view name(frame_format format) noexcept {
    switch (format) {
    case frame_format::a: return "A";
    case frame_format::b: return "B";
    case frame_format::stripped: break;
    }
    return "stripped";
}

/// Octets of the longest telegram without CRCs, L included.
inline constexpr std::size_t max_telegram_size = 256;

/// Octets of the longest frame on the air: L of 255 in format A.
inline constexpr std::size_t max_air_size = 290;

/// What L counts at least: C field and the sender's address.
inline constexpr std::uint8_t shortest_length = 9;

/// Whether a frame of that format can have that L: at least 9; in format B at least 11, with the CRC, and
/// neither 128 nor 129, which are one CRC too long for one block and too short for two.
[[nodiscard]] constexpr bool is_length(frame_format format, std::uint8_t l_field) noexcept {
    if (format == frame_format::b)
        return l_field >= shortest_length + 2 && l_field != 128 && l_field != 129;
    return l_field >= shortest_length;
}

namespace detail {

/// The blocks of a frame in order, each of some data octets and a CRC of two.
class crc_blocks {
public:
    constexpr crc_blocks(frame_format format, std::uint8_t l_field) noexcept
        : block_size_{format == frame_format::a ? std::size_t{16} : std::size_t{126}},
          left_{l_field + std::size_t{1}} {
        if (format == frame_format::b)
            left_ -= left_ > 128 ? 4U : 2U;
        size_ = std::min(format == frame_format::a ? std::size_t{10} : block_size_, left_);
    }

    [[nodiscard]] constexpr bool at_end() const noexcept { return size_ == 0; }
    /// Where the data of the block begin.
    [[nodiscard]] constexpr std::size_t begin() const noexcept { return begin_; }
    /// Data octets of the block.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    /// Where its CRC begins.
    [[nodiscard]] constexpr std::size_t crc_at() const noexcept { return begin_ + size_; }

    constexpr void advance() noexcept {
        begin_ += size_ + 2;
        left_ -= size_;
        size_ = std::min(block_size_, left_);
    }

private:
    std::size_t block_size_;
    std::size_t left_; // data octets from begin_ on
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
};

/// The defect of a block that lies whole in `input`.
[[nodiscard]] constexpr std::optional<error> block_defect(bytes_view input,
                                                          const crc_blocks& block) noexcept {
    const auto expected = crc16_en13757::of(input.subspan(block.begin(), block.size()));
    const auto sent = input.subspan(block.crc_at(), 2);
    const auto found = (sent[0] << 8) | sent[1];
    if (found == expected)
        return std::nullopt;
    return error{errc::block_crc, layer::wmbus, block.crc_at(), expected, found};
}

} // namespace detail

/// Octets of the first block of format A, its CRC included.
inline constexpr std::size_t first_block_size = 12;

/// Whether `input` begins with the whole first block of format A, and its CRC holds.
[[nodiscard]] constexpr bool is_first_block_intact(bytes_view input) noexcept {
    return input.size() >= first_block_size && is_length(frame_format::a, input[0]) &&
           !detail::block_defect(input, detail::crc_blocks{frame_format::a, input[0]});
}

/// Octets of a frame with that L field, as it stands in that format, L and CRCs included: 10 to 290.
[[nodiscard]] constexpr std::size_t air_size(frame_format format, std::uint8_t l_field) noexcept {
    const auto counted = l_field + std::size_t{1};
    if (format != frame_format::a || l_field < shortest_length)
        return counted;
    return counted + 2 * (1 + (l_field - std::size_t{shortest_length} + 15) / 16);
}

/// Octets that remain of a frame with that L field, as it stands in that format, when its CRCs are removed.
[[nodiscard]] constexpr std::size_t stripped_size(frame_format format, std::uint8_t l_field) noexcept {
    const auto counted = l_field + std::size_t{1};
    if (format != frame_format::b || counted < 4)
        return counted;
    return counted - (counted > 128 ? 4 : 2);
}

/// Checks every CRC of a frame of a known format and writes the telegram without them, L rewritten to count
/// what follows it; octets behind the frame are ignored. Returns how many octets. Errors:
/// `errc::frame_length` (offset 0) for an L that the format cannot have, `errc::truncated` (offset: the size
/// of the input), `errc::block_crc` (offset of the first CRC that does not hold), `errc::buffer_too_small`.
/// Nothing useful is written then.
[[nodiscard]] constexpr result<std::size_t> remove_crc(bytes_view input, frame_format format,
                                                       bytes_span out) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::wmbus, 0);
    if (!is_length(format, input[0]))
        return fail(errc::frame_length, layer::wmbus, 0, -1, input[0]);
    const auto size = stripped_size(format, input[0]);
    if (input.size() < air_size(format, input[0]))
        return fail(errc::truncated, layer::wmbus, input.size());
    if (out.size() < size)
        return fail(errc::buffer_too_small, layer::core, out.size());
    if (format == frame_format::stripped) {
        std::copy_n(input.begin(), size, out.begin());
        return size;
    }
    auto to = out.begin();
    for (detail::crc_blocks block{format, input[0]}; !block.at_end(); block.advance()) {
        if (const auto defect = detail::block_defect(input, block))
            return fail(*defect);
        const auto data = input.subspan(block.begin(), block.size());
        to = std::copy(data.begin(), data.end(), to);
    }
    out[0] = static_cast<std::uint8_t>(size - 1);
    return size;
}

/// Builds the frame on the air from a telegram without CRCs, whose L counts what follows it. Returns how many
/// octets. Errors: `errc::truncated` for fewer than 10 octets, `errc::frame_length` (expected: the right L)
/// for another L, `errc::value_out_of_range` (offset: how many octets fit) for more than 256 octets, in
/// format B 252, and `errc::buffer_too_small`.
[[nodiscard]] constexpr result<std::size_t> add_crc(bytes_view stripped, frame_format format,
                                                    bytes_span out) noexcept {
    const std::size_t most = format == frame_format::b ? 252 : max_telegram_size;
    if (stripped.size() < shortest_length + 1U)
        return fail(errc::truncated, layer::wmbus, stripped.size());
    if (stripped.size() > most)
        return fail(errc::value_out_of_range, layer::wmbus, most);
    if (stripped[0] != stripped.size() - 1)
        return fail(errc::frame_length, layer::wmbus, 0, static_cast<std::int32_t>(stripped.size() - 1),
                    stripped[0]);
    auto l_field = stripped[0];
    if (format == frame_format::b)
        l_field = static_cast<std::uint8_t>(l_field + (stripped.size() > 126 ? 4 : 2));
    const auto size = air_size(format, l_field);
    if (out.size() < size)
        return fail(errc::buffer_too_small, layer::core, out.size());
    if (format == frame_format::stripped) {
        std::copy(stripped.begin(), stripped.end(), out.begin());
        return size;
    }
    auto from = stripped.begin();
    for (detail::crc_blocks block{format, l_field}; !block.at_end(); block.advance()) {
        const auto data = out.subspan(block.begin(), block.size());
        std::copy_n(from, block.size(), data.begin());
        from += static_cast<std::ptrdiff_t>(block.size());
        if (block.begin() == 0)
            data[0] = l_field;
        const auto crc = crc16_en13757::of(data);
        out[block.crc_at()] = static_cast<std::uint8_t>(crc >> 8);
        out[block.crc_at() + 1] = static_cast<std::uint8_t>(crc & 0xFFU);
    }
    return size;
}

} // namespace meterlink::wmbus
