#pragma once

/// Records as CSV for spreadsheets and scripts: one row each.

#include <string>

#include <meterlink/mbus/telegram.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::format {

/// How the rows are written.
struct csv_options {
    char separator = ','; ///< Spreadsheets of countries with a decimal comma want ';'.
};

/// Appends the row of column names: id, manufacturer, medium, access_number, status, security,
/// authenticated, function, storage, tariff, subunit, quantity, unit, value, modifiers, invalid, raw_dib,
/// raw_vib, raw_data.
void append_csv_header(std::string& out, csv_options options = {});

/// Appends one row per record (RFC 4180: CR LF ends a row, quotes where they are needed). The cells hold what
/// the members of the same name hold in JSON; `status` is its octet as a number, `modifiers` are separated by
/// spaces. `security` is the state of the payload, `plain` where no layer says, and `authenticated` is `true`
/// or empty; a record in octets that were sent in the clear behind an encrypted part is `plain` too. Control
/// characters in text are written as `\x0A`, so that a row is always one line. Text of the meter that a
/// spreadsheet would take for a formula (it begins with = + - or @) gets an apostrophe in front. A record
/// that cannot be read has a row too, with the code of the error in `invalid` and its octets in `raw_data`.
/// Telegrams without records add nothing.
void append_csv(std::string& out, const mbus::telegram_view& telegram, csv_options options = {});

/// The same for a telegram from the air.
void append_csv(std::string& out, const wmbus::telegram_view& telegram, csv_options options = {});

} // namespace meterlink::format
