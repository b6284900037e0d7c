#pragma once

/// The parts of the page that are the same whatever link brought the message.

#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>

#include "reading.hpp"
#include "text_page.hpp"

namespace meterlink::format::detail {

/// One line that names a device.
void print_meter(page& to, std::string_view label, const meter_facts& meter);

/// Octets in hex, in as many lines as they need.
void print_octets(page& to, std::string_view label, bytes_view octets);

/// Status, security, and the table of the records, or what stands in their place. Errors are gathered,
/// because they stand at the end.
void print_message(page& to, const message_facts& facts, std::vector<error_facts>& errors);

/// The lines of the errors, the last.
void print_errors(page& to, const std::vector<error_facts>& errors);

} // namespace meterlink::format::detail
