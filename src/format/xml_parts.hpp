#pragma once

/// The parts of a reading that are the same in XML whatever link brought the message.

#include <vector>

#include "reading.hpp"
#include "xml_writer.hpp"

namespace meterlink::format::detail {

/// The attributes that name a device.
void write_identity(xml_writer& to, const meter_facts& meter);

/// Elements `message` to `more_records_follow`, or to `encrypted_data` where the message is not readable.
/// Errors are gathered, because they stand at the end.
void write_message(xml_writer& to, const message_facts& facts, std::vector<error_facts>& errors);

/// Element `errors`, the last.
void write_errors(xml_writer& to, const std::vector<error_facts>& errors);

} // namespace meterlink::format::detail
