// meterlink decode: telegrams to readings.

#include <memory>

#include <CLI/CLI.hpp>

#include "command.hpp"
#include "reading_writer.hpp"

namespace meterlink::cli {

namespace {

struct decode_options : telegram_options {
    std::string format;
    bool expand_profiles = false;
};

constexpr auto decode_description =
    "Decode telegrams into readings: who sent them, and each value with its unit.";

constexpr auto decode_footer = R"(Output formats
  table  for people; the default on a terminal
  json   one object per line and telegram; the default where the output is not a terminal
  csv    one row per record, with one header row
  xml    one document with an element per telegram
  The standard output holds readings only. What is wrong with a telegram goes to the standard error,
  with the place in the input and a caret under the octet; the other telegrams are decoded nevertheless.
  Good records of a telegram with a bad one are kept, and the error stands in the reading too.

Input, from a file or the standard input
  One telegram per line, in the spellings of HEX, or a JSON object with the hex in its member "hex".
  A telegram may go over several lines. Blank lines and what follows a # are skipped. Lines are
  decoded as they come.

Kinds of telegrams
  A frame of the wire is recognised by its start octets, 68 L L 68, 10 or E5. Otherwise a telegram from
  the air begins with its length field and a C field that the standard knows; the CRCs tell frame format
  A from B, and where there are none the telegram is taken without. --as forces:
    mbus            a wired frame
    wmbus           from the air, the frame format to be found out
    wmbus-a         frame format A: a CRC after 10 octets and after every 16 more
    wmbus-b         frame format B: a CRC at the end
    wmbus-stripped  without CRCs
    3of6            the chips of mode T, in hex from the first chip of the length field on
    manchester      the chips of mode S, likewise
  Chips stand on one line.

Keys
  Encrypted telegrams, wired ones too, are opened with --key or the keys of --keys that match the meter;
  -1 and * in a column match every meter. Without its key a telegram is shown as far as it is plain, and
  counts as bad input. Keys are never printed.

Exit code
  0 everything was decoded; 1 some input was bad, or values stayed encrypted, or a key file has bad rows;
  2 wrong usage or an unreadable file

Examples
  meterlink decode 68 03 03 68 08 05 70 7D 16
  meterlink decode '68:04:04:68:08:05:70:08:85:16' 107B017C16
  meterlink decode --input telegrams.hex --format csv > readings.csv
  tail -f bus.log | meterlink decode --format json | jq .records
  meterlink decode --key 0102030405060708090A0B0C0D0E0F11 2E4493157856341233037A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3
)";

int decode(const decode_options& options) {
    output out{options.colour};
    const auto format = format_for(options.format, out);
    if (options.expand_profiles && format != "json") {
        complaints{options.colour}.plain(
            "--profiles needs --format json: no other format has room for a series");
        return wrong_usage;
    }
    const auto to = make_reading_writer(format, options.expand_profiles);
    out.text() = to.beginning;
    return for_each_telegram(
        options, out,
        [&](const telegram&, const reading& from, output& text) {
            if (!from.refusal)
                to.write(text, from);
        },
        to.ending);
}

} // namespace

void add_decode(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<decode_options>();
    auto* command = app.add_subcommand("decode", decode_description);
    command->group("Commands");
    add_telegram_options(*command, *options);
    add_format_option(*command, options->format);
    command->add_flag("--profiles", options->expand_profiles,
                      "Expand compact profiles to their series (json only)");
    command->footer(decode_footer);
    command->callback([options, &run] { run = [options] { return decode(*options); }; });
}

} // namespace meterlink::cli
