#pragma once

/// What stays the same in all copies of a telegram: sixty-four bits of it, however often it was repeated.

#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/wmbus/c_field.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/mix.hpp>

namespace meterlink::wmbus {

namespace detail {

/// The first eight octets of `octets`, or all if there are fewer.
constexpr std::uint64_t load_word(bytes_view octets) noexcept {
    if (octets.size() < 8)
        return load_little_endian(octets);
    const auto* o = octets.data();
    const auto octet = [o](unsigned i) { return std::uint64_t{o[i]} << (8 * i); }; // one load in the end
    return octet(0) | octet(1) | octet(2) | octet(3) | octet(4) | octet(5) | octet(6) | octet(7);
}

/// The bits of a telegram that may differ from copy to copy, found by walking from CI field to CI field.
class changing_bits {
public:
    struct place {
        std::size_t offset;
        std::uint8_t mask;
    };

    explicit constexpr changing_bits(bytes_view content) noexcept : content_{content} {
        // The link header. Meters that answer may have ACD and DFC changed on the way; FCB, in the same bits
        // of a request, tells two requests apart.
        if (content.size() > 1 && !c_field{content[1]}.is_primary())
            add(1, 0x30);
        for (std::size_t at = 10; at < content.size();)
            at = layer_behind(at);
    }

    /// Whether a repeater has set one of its bits.
    [[nodiscard]] constexpr bool is_relayed() const noexcept { return is_relayed_; }
    [[nodiscard]] constexpr const place* begin() const noexcept { return places_.data(); }
    [[nodiscard]] constexpr const place* end() const noexcept { return places_.data() + count_; }

private:
    static constexpr std::size_t nowhere = ~std::size_t{0};

    /// Looks at the layer whose CI field is at `at`; where the next one is, `nowhere` behind the last.
    constexpr std::size_t layer_behind(std::size_t at) noexcept {
        const auto ci = content_[at];
        if (const auto form = find_ell_form(ci); form && form->is_known) {
            add_repeater_bits(at + 1, 0x12);
            // behind a session all is encrypted, or at least guarded by the payload CRC
            return form->has_session ? nowhere : at + form->wire_size();
        }
        switch (ci) {
        case network_layer_ci: return at + network_layer_size;
        case 0x90: { // AFL: its length, then the fragment id; only a first fragment goes on with a CI field
            if (content_.size() - at < 3 || content_[at + 2] > 1)
                return nowhere;
            return at + 2U + content_[at + 1];
        }
        default: add_configuration(at); return nowhere;
        }
    }

    /// Bits R and H of the configuration field, which only security modes 0 and 5 have.
    constexpr void add_configuration(std::size_t at) noexcept {
        const auto header = tpl::ci_field{content_[at]}.header();
        if (header == tpl::header_kind::none)
            return;
        const auto low = at + (header == tpl::header_kind::short_header ? 3U : 11U);
        if (low + 1 >= content_.size())
            return;
        const auto mode = content_[low + 1] & 0x1FU;
        if (mode == 0 || mode == 5)
            add_repeater_bits(low, 0x03);
    }

    constexpr void add_repeater_bits(std::size_t offset, std::uint8_t mask) noexcept {
        if (offset >= content_.size())
            return;
        is_relayed_ = is_relayed_ || (content_[offset] & mask) != 0;
        add(offset, mask);
    }

    constexpr void add(std::size_t offset, std::uint8_t mask) noexcept {
        if (count_ < places_.size())
            places_[count_++] = {offset, mask};
    }

    bytes_view content_;
    std::array<place, 4> places_{};
    std::size_t count_ = 0;
    bool is_relayed_ = false;
};

} // namespace detail

/// Fingerprint of a telegram, equal for all its copies: those of several receivers, and those of repeaters,
/// which change
/// - bits H (hop) and R (repeated) of the communication control field of an extended link layer,
/// - bits H and R of the configuration field in security modes 0 and 5,
/// - and bits 5 and 4 of the C field of an answer.
/// The L field does not count either: it depends on the frame format.
///
/// Two different telegrams have the same one with a chance of 1 : 2^64 (5E-20). It does not withstand
/// somebody who builds telegrams for that purpose; who can send those can also send a copy.
struct telegram_fingerprint {
    std::uint64_t hash = 0;
    std::uint16_t size = 0;  ///< Octets of the telegram.
    bool is_relayed = false; ///< A repeater marked this copy as its own. Not part of the comparison.

    /// Of `content`: a telegram from its L field on, without link layer CRCs, as it was sent. Any octets have
    /// one.
    [[nodiscard]] static constexpr telegram_fingerprint of(bytes_view content) noexcept {
        const detail::changing_bits bits{content};
        const auto* changing = bits.begin();
        std::uint64_t hash = content.size();
        for (std::size_t at = 0; at < content.size(); at += 8) {
            auto word = detail::load_word(content.subspan(at));
            if (at == 0)
                word &= ~std::uint64_t{0xFF}; // L
            for (; changing != bits.end() && changing->offset < at + 8; ++changing)
                word &= ~(std::uint64_t{changing->mask} << (8 * (changing->offset - at)));
            // A bijection of the word, and one of what came before: telegrams that differ in one word only
            // never have the same hash.
            hash = mix(hash + 0x9E37'79B9'7F4A'7C15U) ^ word;
        }
        return {mix(hash), static_cast<std::uint16_t>(content.size()), bits.is_relayed()};
    }

    [[nodiscard]] friend constexpr bool operator==(const telegram_fingerprint& a,
                                                   const telegram_fingerprint& b) noexcept {
        return a.hash == b.hash && a.size == b.size;
    }
};

} // namespace meterlink::wmbus
