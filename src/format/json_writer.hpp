#pragma once

/// Writes JSON straight into a string, without a tree of nodes in between. A JSON library would hold every
/// number as a double or a 64-bit integer and print it its own way: 0.100 would become 0.1, and
/// 12345678901234567.8 some other number. Here the digits of the meter are what is written.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <meterlink/core/bytes.hpp>

#include "print.hpp"

namespace meterlink::format::detail {

/// One Latin-1 character within a JSON string.
inline char* print_json(char* to, std::uint8_t character) noexcept {
    if (character == '"' || character == '\\') {
        *to++ = '\\';
        *to++ = static_cast<char>(character);
        return to;
    }
    if (!is_control(character))
        return print_utf8(to, character);
    to = put(to, "\\u00");
    return print_hex(to, bytes_view{&character, 1});
}

/// A comma follows every value; what closes an object or array takes the last one back. Characters gather in
/// a buffer on the stack, so that the string is touched once for most telegrams.
class json_writer {
public:
    explicit json_writer(std::string& out) noexcept : out_{&out} {}
    json_writer(const json_writer&) = delete;
    json_writer& operator=(const json_writer&) = delete;

    static constexpr std::size_t max_room = 8192;

    /// Where to write up to `count` characters, at most `max_room`; `written(end)` takes them over. They end
    /// in a comma.
    [[nodiscard]] char* room(std::size_t count) {
        if (count > buffer_.size() - used_) [[unlikely]]
            flush();
        return buffer_.data() + used_;
    }
    void written(const char* end) noexcept { used_ = static_cast<std::size_t>(end - buffer_.data()); }

    /// Literals, most of them `"key":`.
    json_writer& raw(std::string_view text) {
        written(put(room(text.size()), text));
        return *this;
    }

    json_writer& open(char bracket) {
        auto* const to = room(1);
        *to = bracket;
        written(to + 1);
        return *this;
    }
    /// What was opened becomes a value itself.
    json_writer& close(char bracket) {
        auto* to = room(2);
        if (used_ != 0 && to[-1] == ',')
            --to;
        *to++ = bracket;
        *to++ = ',';
        written(to);
        return *this;
    }

    json_writer& number(std::uint64_t value) {
        auto* const to = print_unsigned(room(integer_max_chars + 1), value);
        *to = ',';
        written(to + 1);
        return *this;
    }
    json_writer& boolean(bool value) { return raw(value ? "true," : "false,"); }

    /// A string in which nothing needs escaping; names are such strings.
    json_writer& name(std::string_view text) {
        auto* to = room(text.size() + 3);
        *to++ = '"';
        to = put(to, text);
        return raw_end(put(to, "\","));
    }

    /// A string of any length that is spelt for JSON already.
    json_writer& text(std::string_view spelt) {
        raw("\"");
        for (; spelt.size() > piece; spelt.remove_prefix(piece))
            raw(spelt.substr(0, piece));
        return raw(spelt).raw("\",");
    }

    /// Octets in hex, however many.
    json_writer& hex(bytes_view octets) {
        raw("\"");
        for (; octets.size() > piece; octets = octets.subspan(piece))
            written(print_hex(room(2 * piece), octets.first(piece)));
        auto* const to = print_hex(room(2 * octets.size() + 2), octets);
        return raw_end(put(to, "\","));
    }

    /// The end of the document: without its last comma, into the string.
    void finish() {
        used_ -= used_ != 0 && buffer_[used_ - 1] == ',' ? 1U : 0U;
        out_->append(buffer_.data(), used_);
        used_ = 0;
    }

private:
    static constexpr std::size_t piece = 1024;

    json_writer& raw_end(const char* end) noexcept {
        written(end);
        return *this;
    }

    /// Keeps the last character: it may be a comma that has to go.
    void flush() {
        if (used_ == 0)
            return;
        const auto last = buffer_[used_ - 1];
        out_->append(buffer_.data(), used_ - 1);
        buffer_[0] = last;
        used_ = 1;
    }

    std::string* out_;
    std::size_t used_ = 0;
    std::array<char, max_room + 1> buffer_; // written before it is read
};

} // namespace meterlink::format::detail
