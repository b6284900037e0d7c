// The examples of docs/reading.md are what the library really writes. Before each stands a comment with the
// format and the frame: <!-- json: 10… -->; from the air with the key, or -: <!-- air json 01…: 2E… -->. Line
// breaks and indentation that are for the page alone do not count.

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <meterlink/format/csv.hpp>
#include <meterlink/format/text.hpp>
#include <meterlink/format/xml.hpp>

#include "support/catch.hpp"
#include "wireless.hpp"

using namespace meterlink;

namespace {

/// Without line breaks and the spaces behind them.
std::string on_one_line(std::string_view text) {
    std::string out;
    bool is_indentation = false;
    for (const char c : text) {
        is_indentation = c == '\n' || (is_indentation && c == ' ');
        if (!is_indentation && c != '\r')
            out += c;
    }
    return out;
}

std::string written(std::string_view kind, std::string_view hex) {
    const auto octets = telegrams::from_hex(hex);
    const auto telegram = mbus::telegram_view::parse(octets);
    std::string out;
    if (!telegram) {
        format::append_json(out, telegram.error());
    } else if (kind == "json") {
        format::append_json(out, *telegram);
    } else if (kind == "xml") {
        format::append_xml(out, *telegram);
    } else if (kind == "csv") {
        format::append_csv_header(out);
        format::append_csv(out, *telegram);
    } else {
        format::append_text(out, *telegram);
    }
    return out;
}

/// `kind` is `air json 01…`.
std::string written_from_air(const std::string& kind, std::string_view hex) {
    const auto key_at = kind.rfind(' ') + 1;
    const auto key = kind.substr(key_at) == "-" ? std::string{} : kind.substr(key_at);
    const format::link_facts link{"2026-03-29T12:05:30Z", -71, wmbus::mode::t1, "roof"};
    if (kind.find("json") != kind.npos)
        return telegrams::air_json(hex, key, link);
    if (kind.find("xml") != kind.npos)
        return telegrams::air_xml(hex, key, link);
    return telegrams::air_text(hex, key, link);
}

} // namespace

TEST_CASE("the examples of the documentation are real output") {
    std::ifstream input{METERLINK_SOURCE_DIR "/docs/reading.md"};
    const std::string page{std::istreambuf_iterator<char>{input}, {}};
    constexpr std::string_view comment = "<!-- ";
    constexpr std::string_view fence = "```";
    int examples = 0;
    for (auto at = page.find(comment); at != page.npos; at = page.find(comment, at + 1)) {
        const auto colon = page.find(": ", at);
        const auto kind = page.substr(at + comment.size(), colon - at - comment.size());
        const auto hex = page.substr(colon + 2, page.find(" -->", colon) - colon - 2);
        const auto begin = page.find('\n', page.find(fence, at)) + 1;
        const auto example = page.substr(begin, page.find(fence, begin) - begin);
        INFO(kind << " of " << hex);
        if (kind.starts_with("air text"))
            CHECK(example == written_from_air(kind, hex));
        else if (kind.starts_with("air"))
            CHECK(on_one_line(example) == written_from_air(kind, hex));
        else if (kind == "text")
            CHECK(example == written(kind, hex));
        else if (kind == "csv")
            CHECK(on_one_line(example) == on_one_line(written(kind, hex)));
        else
            CHECK(on_one_line(example) == written(kind, hex));
        ++examples;
    }
    CHECK(examples >= 12);
}
