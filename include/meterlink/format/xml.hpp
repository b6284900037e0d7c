#pragma once

/// A telegram as XML: the model of `docs/reading.md`, as elements and attributes.

#include <string>

#include <meterlink/core/error.hpp>
#include <meterlink/format/link_facts.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::format {

/// Appends one element `<telegram source="mbus">`, without declaration and without line breaks, so that a
/// document of several wraps them in an element of its own. UTF-8; control characters that XML 1.0 has no way
/// to write become U+FFFD.
void append_xml(std::string& out, const mbus::telegram_view& telegram);

/// The same for a telegram from the air, `<telegram source="wmbus">`, however much of it could be read.
void append_xml(std::string& out, const wmbus::telegram_view& telegram, const link_facts& link = {});

/// Appends the element that stands for octets which are no telegram.
void append_xml(std::string& out, const error& why);

} // namespace meterlink::format
