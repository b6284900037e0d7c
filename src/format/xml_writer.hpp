#pragma once

/// Writes XML straight into a string: elements in a row, without a tree of nodes in between.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/hex.hpp>

#include "print.hpp"

namespace meterlink::format::detail {

/// One Latin-1 character, in content or in an attribute. Line ends and tabs as references: a parser would
/// turn them into spaces in an attribute. So are DEL and C1, which command a terminal.
inline char* print_xml(char* to, std::uint8_t character) noexcept {
    switch (character) {
    case '&': return put(to, "&amp;");
    case '<': return put(to, "&lt;");
    case '>': return put(to, "&gt;");
    case '"': return put(to, "&quot;");
    case '\t': return put(to, "&#9;");
    case '\n': return put(to, "&#10;");
    case '\r': return put(to, "&#13;");
    default: break;
    }
    if (character < 0x20)
        return put(to, "\xEF\xBF\xBD"); // U+FFFD
    if (is_control(character)) {
        to = print_unsigned(put(to, "&#"), character);
        return put(to, ";");
    }
    return print_utf8(to, character);
}

/// Elements in a row; the names and everything else but foreign text need no escaping.
class xml_writer {
public:
    explicit xml_writer(std::string& out) noexcept : out_{&out} {}

    xml_writer& begin(std::string_view name) {
        *out_ += '<';
        *out_ += name;
        return *this;
    }
    xml_writer& attribute(std::string_view name, std::string_view value) {
        *out_ += ' ';
        *out_ += name;
        *out_ += "=\"";
        *out_ += value;
        *out_ += '"';
        return *this;
    }
    xml_writer& attribute(std::string_view name, std::uint64_t value) {
        std::array<char, integer_max_chars> digits;
        const char* const end = print_unsigned(digits.data(), value);
        return attribute(name, {digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    xml_writer& attribute(std::string_view name, bytes_view octets) {
        return attribute(name, to_hex(octets));
    }
    /// The start tag ends, content follows.
    xml_writer& content() {
        *out_ += '>';
        return *this;
    }
    xml_writer& text(std::string_view text) {
        *out_ += text;
        return *this;
    }
    /// The start tag ends without content.
    void empty() { *out_ += "/>"; }
    void end(std::string_view name) {
        *out_ += "</";
        *out_ += name;
        *out_ += '>';
    }
    void element(std::string_view name, std::string_view content_text) {
        begin(name).content().text(content_text).end(name);
    }

private:
    std::string* out_;
};

} // namespace meterlink::format::detail
