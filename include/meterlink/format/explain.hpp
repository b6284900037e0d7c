#pragma once

/// A telegram octet by octet, in words: what each field is, where the standard defines it and what it says
/// here.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::format {

/// Consecutive octets that mean one thing together.
struct explained_field {
    std::size_t offset = 0; ///< Of its first octet, from the start of the input.
    std::size_t size = 0;   ///< Octets; 0 for a field that should stand here and is missing.
    meterlink::layer layer = layer::mbus;
    std::string heading;     ///< Title of the group that begins with this field; otherwise empty.
    std::string_view name;   ///< The standard's name: `"DIF"`, `"A field"`.
    std::string_view clause; ///< Where it is defined: `"EN 13757-3, 6.3"`; empty where that says nothing.
    std::string meaning;     ///< What it says in this telegram.
    unsigned level = 0;      ///< Nesting: 0 link layer, 1 transport layer, 2 application layer.
    /// The `size` octets in the clear, where they are encrypted in the input and a key opened them; else
    /// empty.
    std::vector<std::uint8_t> plain;
    bool is_error = false; ///< Wrong, cut off or missing; `meaning` says how.
};

/// Explains any octets: wired frames, several of them in a row, damaged ones; a wireless telegram in frame
/// format A, B or without CRCs; and messages that have lost their frame. The fields stand in the order of the
/// octets and cover each of them once, whatever is wrong. Encrypted octets stay encrypted.
[[nodiscard]] std::vector<explained_field> explain(bytes_view input);

/// Explains a wireless telegram: `input` are the octets that `telegram` was decoded from, link layer CRCs
/// included. They are covered as above; what a key opened is shown, and explained, in the clear. A field that
/// a CRC interrupts goes on behind it as a field of the same name.
[[nodiscard]] std::vector<explained_field> explain(const wmbus::telegram_view& telegram, bytes_view input);

/// Explains a wired frame: `input` are the octets that `telegram` was read from. What a key opened is shown
/// in the clear.
[[nodiscard]] std::vector<explained_field> explain(const mbus::telegram_view& telegram, bytes_view input);

/// How `append_explanation` writes.
struct explanation_options {
    bool colour = false;     ///< ANSI colours, for terminals.
    std::size_t width = 100; ///< Columns to fit into, where that is possible; 0 for lines of any length.
};

/// Appends the fields of `input` as a table: offset (decimal, as in error messages), octets, field, meaning
/// and clause. What is wrong is underlined with carets, so that it shows without colour too.
void append_explanation(std::string& text, bytes_view input, const explanation_options& options = {});
/// The same for a telegram that was taken apart; `input` as for `explain`.
void append_explanation(std::string& text, const wmbus::telegram_view& telegram, bytes_view input,
                        const explanation_options& options = {});
void append_explanation(std::string& text, const mbus::telegram_view& telegram, bytes_view input,
                        const explanation_options& options = {});

} // namespace meterlink::format
