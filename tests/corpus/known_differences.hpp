#pragma once

/// Where other parsers say something else than this library, and why the library is right.

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "corpus/corpus.hpp"

namespace meterlink::test {

/// One expected fact that does not hold. `record` says which: `5 value`, `header id`, `total_kwh`.
struct difference {
    std::string name;
    std::string record;
    std::string expected;
    std::string ours;

    friend bool operator==(const difference&, const difference&) = default;
};

/// Collects what agrees and what does not.
struct comparison {
    std::vector<difference> differences;
    std::size_t exact = 0;   ///< Facts that agree to the last digit.
    std::size_t rounded = 0; ///< Numbers that agree as far as the other parser prints them.
    std::set<std::string> names;

    void check(const std::string& name, const std::string& record, const std::string& expected,
               const std::string& ours, bool agrees) {
        if (agrees)
            ++exact;
        else
            differences.push_back({name, record, expected, ours});
    }
    void check(const std::string& name, const std::string& record, const std::string& expected,
               const std::string& ours) {
        check(name, record, expected, ours, expected == ours);
    }
};

/// `file` is a list in tests/vectors.
inline std::vector<json> listed_differences(const std::string& file) {
    std::ifstream input{METERLINK_TEST_DIR "/vectors/" + file};
    REQUIRE(input);
    return json::parse(input);
}

inline difference to_difference(const json& listed) {
    return {string_in(listed, "name"), string_in(listed, "record"), string_in(listed, "expected"),
            string_in(listed, "ours")};
}

/// An unlisted difference as it would stand in the list, but for its reason.
inline std::string to_text(const difference& d) {
    return json{{"name", d.name}, {"record", d.record}, {"expected", d.expected}, {"ours", d.ours}}.dump();
}

/// Every difference found is listed, and what is listed of the telegrams compared does differ.
inline void check_known(const comparison& found, const std::string& file) {
    const auto listed = listed_differences(file);
    for (const auto& each : found.differences) {
        INFO("not in " << file << ": " << to_text(each));
        CHECK(std::any_of(listed.begin(), listed.end(),
                          [&](const json& l) { return to_difference(l) == each; }));
    }
    for (const auto& each : listed) {
        const auto wanted = to_difference(each);
        if (found.names.count(wanted.name) == 0)
            continue;
        INFO("listed, but it does not differ: " << each.dump());
        CHECK(std::count(found.differences.begin(), found.differences.end(), wanted) == 1);
    }
}

} // namespace meterlink::test
