#pragma once

/// The members of a JSON object that stands on one line, read in place.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::wmbus {

/// What the value of a member is.
enum class json_kind : std::uint8_t { string, number, other };

/// A member of the outermost object.
struct json_member {
    std::string_view key; ///< Between the quotes, escapes as they are.
    json_kind kind = json_kind::other;
    std::string_view value; ///< As it is written, a string without its quotes.
};

/// Reads a JSON object (RFC 8259) member by member. Strings, numbers and words are checked; nested objects
/// and arrays are skipped, up to 64 deep, and only their strings and brackets are.
class json_line {
public:
    explicit constexpr json_line(std::string_view text) noexcept : text_{text} {}

    /// Gives every member to `sink(json_member)` until the text ends; `errc::line_syntax` with the offset of
    /// the first character that does not fit. The members before it have been given then.
    template <class Sink>
    constexpr result<void> read(Sink&& sink) {
        at_ = 0;
        blanks();
        if (!take('{'))
            return wrong();
        blanks();
        if (!take('}')) {
            do {
                json_member member;
                blanks();
                if (!string(member.key))
                    return wrong();
                blanks();
                if (!take(':'))
                    return wrong();
                blanks();
                if (!value(member))
                    return wrong();
                sink(member);
                blanks();
            } while (take(','));
            if (!take('}'))
                return wrong();
        }
        blanks();
        if (at_ != text_.size())
            return wrong();
        return {};
    }

private:
    [[nodiscard]] constexpr tl::unexpected<error> wrong() const noexcept {
        return fail(errc::line_syntax, layer::wmbus, at_);
    }

    [[nodiscard]] constexpr char now() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    constexpr bool take(char c) noexcept {
        if (at_ == text_.size() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }

    constexpr void blanks() noexcept {
        while (now() == ' ' || now() == '\t')
            ++at_;
    }

    constexpr bool string(std::string_view& content) noexcept {
        if (!take('"'))
            return false;
        const auto begin = at_;
        while (at_ < text_.size() && now() != '"') {
            if (static_cast<unsigned char>(now()) < 0x20 || (now() == '\\' && !escape()))
                return false;
            ++at_;
        }
        content = text_.substr(begin, at_ - begin);
        return take('"');
    }

    /// Stops at the last character of an escape.
    constexpr bool escape() noexcept {
        ++at_;
        if (now() != 'u')
            return now() != '\0' && std::string_view{"\"\\/bfnrt"}.find(now()) != std::string_view::npos;
        for (int digit = 0; digit < 4; ++digit) {
            ++at_;
            if (meterlink::detail::hex_value(now()) < 0)
                return false;
        }
        return true;
    }

    constexpr bool value(json_member& member) noexcept {
        const auto begin = at_;
        if (now() == '"') {
            member.kind = json_kind::string;
            return string(member.value);
        }
        if (now() == '{' || now() == '[') {
            member.kind = json_kind::other;
            if (!nested())
                return false;
        } else if (now() == '-' || is_digit()) {
            member.kind = json_kind::number;
            if (!number())
                return false;
        } else if (!word("true") && !word("false") && !word("null"))
            return false;
        member.value = text_.substr(begin, at_ - begin);
        return true;
    }

    [[nodiscard]] constexpr bool is_digit() const noexcept { return now() >= '0' && now() <= '9'; }

    constexpr bool digits() noexcept {
        if (!is_digit())
            return false;
        while (is_digit())
            ++at_;
        return true;
    }

    constexpr bool number() noexcept {
        take('-');
        if (!take('0') && !digits())
            return false;
        if (take('.') && !digits())
            return false;
        if (!take('e') && !take('E'))
            return true;
        if (!take('+'))
            take('-');
        return digits();
    }

    constexpr bool word(std::string_view expected) noexcept {
        if (!text_.substr(at_).starts_with(expected))
            return false;
        at_ += expected.size();
        return true;
    }

    constexpr bool nested() noexcept {
        std::uint64_t arrays = 0; // the innermost is the least significant bit: 1 for an array
        std::size_t depth = 0;
        do {
            const char c = now();
            if (c == '{' || c == '[') {
                if (++depth > 64)
                    return false;
                arrays = arrays << 1 | (c == '[' ? 1U : 0U);
            } else if (c == '}' || c == ']') {
                if ((arrays & 1U) != (c == ']' ? 1U : 0U))
                    return false;
                --depth;
                arrays >>= 1;
            } else if (c == '"') {
                std::string_view skipped;
                if (!string(skipped))
                    return false;
                continue;
            } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
                return false;
            ++at_;
        } while (depth > 0);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace meterlink::wmbus
