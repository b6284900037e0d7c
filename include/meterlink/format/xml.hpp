#pragma once

/// A telegram as XML: the model of `docs/reading.md`, as elements and attributes.

#include <string>

#include <meterlink/core/error.hpp>
#include <meterlink/mbus/telegram.hpp>

namespace meterlink::format {

/// Appends one element `<telegram source="mbus">`, without declaration and without line breaks, so that a
/// document of several wraps them in an element of its own. UTF-8; control characters that XML 1.0 has no way
/// to write become U+FFFD.
void append_xml(std::string& out, const mbus::telegram_view& telegram);

/// Appends the element that stands for octets which are no telegram.
void append_xml(std::string& out, const error& why);

} // namespace meterlink::format
