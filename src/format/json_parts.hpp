#pragma once

/// The parts of a reading that are the same whatever link brought the message.

#include <vector>

#include <meterlink/format/json.hpp>

#include "json_writer.hpp"
#include "reading.hpp"

namespace meterlink::format::detail {

/// Members `ci` to `more_records_follow`, or to `encrypted_data` where the message is not readable. Errors
/// are gathered, because they stand at the end of the object.
void write_message(json_writer& to, const message_facts& facts, json_options options,
                   std::vector<error_facts>& errors);

/// The members that name a device, without the braces around them.
void write_identity(json_writer& to, const meter_facts& meter);

/// One element of `records`.
void write_record(json_writer& to, const record_facts& facts, json_options options);

/// Member `errors`, the last.
void write_errors(json_writer& to, const std::vector<error_facts>& errors);

} // namespace meterlink::format::detail
