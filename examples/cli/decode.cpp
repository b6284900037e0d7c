// meterlink decode: telegrams to readings.

#include <memory>

#include <CLI/CLI.hpp>

#include <meterlink/format/csv.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/text.hpp>
#include <meterlink/format/xml.hpp>
#include <meterlink/mbus/telegram.hpp>

#include "command.hpp"

namespace meterlink::cli {

namespace {

struct decode_options : telegram_options {
    std::string format;
    bool expand_profiles = false;
};

constexpr auto description = "Decode telegrams into readings: who sent them, and each value with its unit.";

constexpr auto footer = R"(Output formats
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

Exit code
  0 everything was decoded, 1 some input was bad, 2 wrong usage or an unreadable file

Examples
  meterlink decode 68 03 03 68 08 05 70 7D 16
  meterlink decode '68:04:04:68:08:05:70:08:85:16' 107B017C16
  meterlink decode --input telegrams.hex --format csv > readings.csv
  tail -f bus.log | meterlink decode --format json | jq .records
)";

/// One way of writing telegrams, and what stands around all of them.
struct writer {
    std::string beginning;
    std::string ending;
    std::function<void(output&, const mbus::telegram_view&)> write;
};

writer make_writer(const std::string& format, bool expand_profiles) {
    if (format == "json")
        return {"", "", [expand_profiles](output& out, const auto& telegram) {
                    format::append_json(out.text(), telegram,
                                        {.raw = true, .expand_profiles = expand_profiles});
                    out.text() += '\n';
                }};
    if (format == "csv") {
        std::string header;
        format::append_csv_header(header);
        return {header, "",
                [](output& out, const auto& telegram) { format::append_csv(out.text(), telegram); }};
    }
    if (format == "xml")
        return {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<telegrams>\n", "</telegrams>\n",
                [](output& out, const auto& telegram) {
                    format::append_xml(out.text(), telegram);
                    out.text() += '\n';
                }};
    return {"", "", [is_first = true](output& out, const auto& telegram) mutable {
                if (!is_first)
                    out.text() += '\n';
                is_first = false;
                format::append_text(out.text(), telegram, {out.has_colour()});
            }};
}

int decode(const decode_options& options) {
    output out{options.colour};
    const auto format = !options.format.empty() ? options.format
                        : out.is_terminal()     ? std::string{"table"}
                                                : std::string{"json"};
    if (options.expand_profiles && format != "json") {
        complaints{options.colour}.plain(
            "--profiles needs --format json: no other format has room for a series");
        return wrong_usage;
    }
    const auto to = make_writer(format, options.expand_profiles);
    out.text() = to.beginning;
    return for_each_telegram(
        options, out,
        [&](const telegram& input, output& text, complaints& errors) {
            const auto parsed = mbus::telegram_view::parse(input.octets);
            if (!parsed)
                return errors.octets(input.from, parsed.error(), input.octets);
            to.write(text, *parsed);
            // They stand in the reading too; whoever looks at the values only is told here.
            complain_of_defects(input, *parsed, errors);
        },
        to.ending);
}

} // namespace

void add_decode(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<decode_options>();
    auto* command = app.add_subcommand("decode", description);
    command->group("Commands");
    add_telegram_options(*command, *options);
    command->add_option("-f,--format", options->format, "Output format: table, json, csv or xml; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv", "xml"}).description(""));
    command->add_flag("--profiles", options->expand_profiles,
                      "Expand compact profiles to their series (json only)");
    command->footer(footer);
    command->callback([options, &run] { run = [options] { return decode(*options); }; });
}

} // namespace meterlink::cli
