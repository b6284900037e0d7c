#pragma once

/// A telegram as JSON, on one line: the reading that `docs/reading.md` specifies.

#include <string>

#include <meterlink/core/error.hpp>
#include <meterlink/format/link_facts.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::format {

/// What a reading may leave out.
struct json_options {
    bool raw = true;              ///< The octets of each record in hex. Without them an opaque value is lost.
    bool expand_profiles = false; ///< Adds the series to each record that holds a compact profile.
};

/// Appends `telegram` as one JSON object without line breaks. Numbers are exact, text is UTF-8.
void append_json(std::string& out, const mbus::telegram_view& telegram, json_options options = {});

/// The same for a telegram from the air, however much of it could be read: what is wrong stands in `errors`.
void append_json(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link = {},
                 json_options options = {});

/// Appends the object that stands for octets which are no telegram: a source, and the one error.
void append_json(std::string& out, const error& why);

} // namespace meterlink::format
