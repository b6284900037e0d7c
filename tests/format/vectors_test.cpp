// The readings of tests/vectors: each names what is expected of it, the rest of the reading is free.

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "wireless.hpp"

using nlohmann::json;
using namespace telegrams;

namespace {

/// Why `actual` is not what `expected` asks for; empty when it is. Objects may have more members, arrays may
/// not.
std::string difference(const json& expected, const json& actual, const std::string& where = "") {
    if (expected.is_object() && actual.is_object()) {
        for (const auto& [key, value] : expected.items()) {
            if (!actual.contains(key))
                return where + "/" + key + " is missing";
            if (auto inside = difference(value, actual[key], where + "/" + key); !inside.empty())
                return inside;
        }
        return {};
    }
    if (expected.is_array() && actual.is_array() && expected.size() == actual.size()) {
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (auto inside = difference(expected[i], actual[i], where + "/" + std::to_string(i));
                !inside.empty())
                return inside;
        return {};
    }
    return expected == actual ? std::string{}
                              : where + ": " + actual.dump() + " instead of " + expected.dump();
}

void check_file(const std::string& name) {
    std::ifstream input{std::string{METERLINK_TEST_DIR} + "/vectors/" + name};
    const auto cases = json::parse(input);
    REQUIRE(!cases.empty());
    for (const auto& vector : cases) {
        INFO(vector["name"] << ", " << vector["provenance"]);
        const auto hex = vector["hex"].get<std::string>();
        const bool is_from_air = vector.value("source", "mbus") == "wmbus";
        const auto reading = json::parse(is_from_air ? air_json(hex, vector.value("key", "")) : json_of(hex));
        CHECK(difference(vector["expect"], reading) == "");
    }
}

} // namespace

TEST_CASE("the examples of the standards read as they say") { check_file("spec/readings.json"); }

TEST_CASE("telegrams of devices read as their makers describe them") { check_file("device/readings.json"); }
