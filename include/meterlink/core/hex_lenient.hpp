#pragma once

/// Hexadecimal text as people paste it: from logs, source code, manuals and other tools.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink {

namespace detail {

/// Reads groups of digits between separators.
class lenient_hex_parser {
public:
    constexpr lenient_hex_parser(std::string_view text, bytes_span out) noexcept : text_{text}, out_{out} {}

    constexpr result<std::size_t> parse() noexcept {
        auto delimited = true; // whether a group that begins here stands apart from what is before it
        while (at_ < text_.size()) {
            if (text_[at_] == '#') {
                skip_comment();
                delimited = true;
            } else if (is_separator(text_[at_])) {
                ++at_;
                delimited = true;
            } else {
                if (const auto read = group(delimited); !read)
                    return read;
                delimited = false;
            }
        }
        return count_;
    }

private:
    static constexpr bool is_separator(char c) noexcept {
        return std::string_view{" \t\r\n\v\f:-_,;.\"'{}[]()<>"}.find(c) != std::string_view::npos;
    }

    [[nodiscard]] constexpr bool at_end() const noexcept { return at_ == text_.size(); }

    /// A `\x` or `$` ends a group as well as a separator does; a `0x` would make `80x68` ambiguous.
    [[nodiscard]] constexpr bool at_delimiter() const noexcept {
        return at_end() || is_separator(text_[at_]) ||
               std::string_view{"#\\$"}.find(text_[at_]) != text_.npos;
    }

    [[nodiscard]] constexpr bool at_digit() const noexcept { return !at_end() && hex_value(text_[at_]) >= 0; }

    /// Length of the `0x`, `\x` or `$` that stands here; 0 for none.
    [[nodiscard]] constexpr std::size_t prefix() const noexcept {
        const auto rest = text_.substr(at_);
        if (rest.starts_with('$'))
            return 1;
        return rest.starts_with("0x") || rest.starts_with("0X") || rest.starts_with("\\x") ? 2 : 0;
    }

    constexpr void skip_comment() noexcept {
        while (!at_end() && text_[at_] != '\n')
            ++at_;
    }

    constexpr result<std::size_t> group(bool delimited_before) noexcept {
        const auto prefix_length = prefix();
        at_ += prefix_length;
        const auto begin = at_;
        while (at_digit() && (at_ == begin || prefix() == 0))
            ++at_;
        const auto digits = text_.substr(begin, at_ - begin);
        const auto has_suffix = !digits.empty() && !at_end() && (text_[at_] == 'h' || text_[at_] == 'H');
        at_ += has_suffix ? 1 : 0;
        if (digits.empty() && at_end())
            return fail(errc::truncated, layer::core, at_);
        if (digits.empty() || !(at_delimiter() || at_digit() || prefix() != 0))
            return fail(errc::hex_digit, layer::core, at_, -1, static_cast<unsigned char>(text_[at_]));
        const auto alone =
            (delimited_before || prefix_length != 0) && (has_suffix || at_delimiter()) && digits.size() == 1;
        if (digits.size() % 2 != 0 && !alone)
            return fail(errc::hex_odd_digits, layer::core, begin);
        return append(digits, begin);
    }

    constexpr result<std::size_t> append(std::string_view digits, std::size_t begin) noexcept {
        const auto octets = (digits.size() + 1) / 2;
        const auto room = out_.size() - count_;
        if (octets > room)
            return fail(errc::buffer_too_small, layer::core, begin + 2 * room);
        for (std::size_t i = 0; i < digits.size(); ++i) {
            auto& octet = out_[count_ + i / 2];
            octet = static_cast<std::uint8_t>((i % 2 == 0 ? 0 : octet << 4) | hex_value(digits[i]));
        }
        count_ += octets;
        return count_;
    }

    std::string_view text_;
    bytes_span out_;
    std::size_t at_ = 0;
    std::size_t count_ = 0;
};

} // namespace detail

/// Reads any usual spelling of octets into `out`; returns how many. Accepted are
/// - groups of digit pairs, apart or not: `68 1F`, `68:1f`, `68-1F`, `681F`, also over several lines;
/// - prefixes and suffixes: `0x68`, `\x68`, `$68`, `68h`;
/// - quotes, brackets and commas, as in `{0x68, 0x1F}`, and comments from `#` to the end of the line;
/// - a single digit that stands alone, as in `0x8` or `68 8 1F`.
///
/// The offset of an error counts characters: `errc::hex_digit` (found: the character), `errc::hex_odd_digits`
/// (at the first digit of the group), `errc::truncated` (a prefix at the end) and `errc::buffer_too_small`.
[[nodiscard]] constexpr result<std::size_t> parse_hex_lenient(std::string_view text,
                                                              bytes_span out) noexcept {
    return detail::lenient_hex_parser{text, out}.parse();
}

/// As above, into octets of its own.
[[nodiscard]] inline result<std::vector<std::uint8_t>> parse_hex_lenient(std::string_view text) {
    std::vector<std::uint8_t> octets((text.size() + 1) / 2); // a digit that stands alone has a neighbour
    const auto count = parse_hex_lenient(text, octets);
    if (!count)
        return fail(count.error());
    octets.resize(*count);
    return octets;
}

} // namespace meterlink
