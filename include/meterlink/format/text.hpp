#pragma once

/// A telegram as a table for people.

#include <string>

#include <meterlink/format/link_facts.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::format {

/// How the table looks.
struct text_options {
    bool colour = false; ///< ANSI escape sequences, for a terminal.
};

/// Appends who sent the telegram, its records in aligned columns, and what is wrong with it, each line ended
/// by a line feed. Numbers are aligned at their decimal point. Function, storage, tariff, subunit and
/// modifiers have a column only where a record needs it; a long run of octets is cut short, which the other
/// formats never do.
void append_text(std::string& out, const mbus::telegram_view& telegram, text_options options = {});

/// The same for a telegram from the air, however much of it could be read.
void append_text(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link = {},
                 text_options options = {});

} // namespace meterlink::format
