#pragma once

/// A record's value, unit and modifiers as plain text: the pieces that every view for people shares.

#include <string>
#include <string_view>

#include <meterlink/apl/record.hpp>
#include <meterlink/apl/value.hpp>

namespace meterlink::format {

/// Appends `value` for people to read. Numbers are exact (`12.565`, `0.100`), dates and times are ISO 8601
/// with X for every digit that the meter leaves open (`XXXX-01-01`, `2008-05-31T23:50`), flags are
/// hexadecimal (`0x4`), opaque octets too (`00FF`). Text is UTF-8 with its control characters as `\x0A`. A
/// value that is none says why: `(no value)`. A record without data appends nothing.
void append_value(std::string& out, const apl::record_value& value);

/// Appends the unit of `record`: the canonical symbol or the meter's own text, then what the VIFE add to it:
/// `m3`, `Wh/pulse`, `%RH`. UTF-8; nothing for values without a unit.
void append_unit(std::string& out, const apl::record_view& record);

/// Appends the stable names of the VIFE whose effect is not in value or unit yet, in their order:
/// `at_phase_l1, manufacturer_specific:0B`; codes that the standard reserves keep their number:
/// `reserved:44`, `reserved:FC1F`. The code of an edition before 2004 adds `historical`. Nothing for records
/// without.
void append_modifiers(std::string& out, const apl::record_view& record, std::string_view separator = ", ");

} // namespace meterlink::format
