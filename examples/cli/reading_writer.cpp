#include "reading_writer.hpp"

#include <meterlink/format/csv.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/text.hpp>
#include <meterlink/format/xml.hpp>

namespace meterlink::cli {

namespace {

/// Calls `use` with the telegram that was read, of whichever kind; octets that are none are not written.
template <class Use>
void with_telegram(const reading& from, Use use) {
    if (from.wired)
        use(*from.wired);
    else if (from.wireless != nullptr)
        use(*from.wireless);
}

void write_json(output& out, const reading& from, bool expand_profiles) {
    const format::json_options how{.raw = true, .expand_profiles = expand_profiles};
    if (from.wired)
        format::append_json(out.text(), *from.wired, how);
    else
        format::append_json(out.text(), *from.wireless, {}, how);
    out.text() += '\n';
}

void write_table(output& out, const reading& from) {
    const format::text_options how{out.has_colour()};
    if (from.wired)
        format::append_text(out.text(), *from.wired, how);
    else
        format::append_text(out.text(), *from.wireless, {}, how);
}

} // namespace

void add_format_option(CLI::App& command, std::string& format) {
    command.add_option("-f,--format", format, "Output format: table, json, csv or xml; see below")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"table", "json", "csv", "xml"}).description(""));
}

std::string format_for(const std::string& chosen, const output& out) {
    if (!chosen.empty())
        return chosen;
    return out.is_terminal() ? "table" : "json";
}

reading_writer make_reading_writer(const std::string& format, bool expand_profiles) {
    if (format == "json")
        return {"", "", [expand_profiles](output& out, const reading& from) {
                    write_json(out, from, expand_profiles);
                }};
    if (format == "csv") {
        std::string header;
        format::append_csv_header(header);
        return {header, "", [](output& out, const reading& from) {
                    with_telegram(from, [&](const auto& it) { format::append_csv(out.text(), it); });
                }};
    }
    if (format == "xml")
        return {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<telegrams>\n", "</telegrams>\n",
                [](output& out, const reading& from) {
                    with_telegram(from, [&](const auto& it) { format::append_xml(out.text(), it); });
                    out.text() += '\n';
                }};
    return {"", "", [is_first = true](output& out, const reading& from) mutable {
                if (!is_first)
                    out.text() += '\n';
                is_first = false;
                write_table(out, from);
            }};
}

} // namespace meterlink::cli
