#include "corpus/corpus.hpp"
#include "corpus/other_expectations.hpp"
#include "corpus/reading.hpp"

using namespace meterlink;
using namespace meterlink::test;

TEST_CASE("every telegram of the wired corpus that is good decodes without an error") {
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        if (outcome_of(line) != "ok")
            continue;
        const auto ours = read_frame(octets_of(line));
        INFO(string_in(line, "name"));
        for (const auto& each : ours.errors) {
            INFO(to_string(each));
            CHECK(false);
        }
    }
}

TEST_CASE("every expected fact of the wired corpus holds or is a known difference") {
    comparison found;
    for (const auto& line : corpus_lines("wired/frames.jsonl")) {
        const auto name = string_in(line, "name");
        const auto ours = read_frame(octets_of(line));
        if (outcome_of(line) != "ok" || !ours.telegram)
            continue;
        compare_any(found, name, string_in(line, "source"), line.at("expect"), ours);
        for (const auto& other : line.value("expect_alt", json::array()))
            compare_any(found, name, string_in(other, "source"), other.at("expect"), ours);
    }
    check_known(found, "known_differences.json");
    if (!found.names.empty())
        WARN(found.names.size() << " telegrams, " << found.exact << " facts equal, " << found.rounded
                                << " numbers equal as far as printed, " << found.differences.size()
                                << " known differences");
}
