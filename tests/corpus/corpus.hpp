#pragma once

/// The larger corpus of telegrams that other parsers have read, one JSON object per line.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <meterlink/core/hex.hpp>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"

namespace meterlink::test {

using json = nlohmann::json;

/// The folder named by METERLINK_VECTORS in the environment, else the one given when the build was
/// configured.
inline std::filesystem::path corpus_folder() {
    const char* const named = std::getenv("METERLINK_VECTORS");
    return named != nullptr && *named != '\0' ? named : METERLINK_VECTORS;
}

/// All objects of a file of the corpus. Where there is no such file the test says so and has nothing to do.
inline std::vector<json> corpus_lines(const std::string& file) {
    const auto path = corpus_folder() / file;
    std::ifstream input{path};
    if (!input) {
        WARN("skipped: there is no " << path.string() << " (METERLINK_VECTORS names another folder)");
        return {};
    }
    std::vector<json> out;
    for (std::string line; std::getline(input, line);)
        if (!line.empty())
            out.push_back(json::parse(line));
    return out;
}

inline std::string string_in(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// The octets that `object[key]` spells; none where that is no hex.
inline std::vector<std::uint8_t> octets_of(const json& object, const char* key = "hex") {
    return parse_hex_strict(string_in(object, key)).value_or(std::vector<std::uint8_t>{});
}

/// What the corpus says became of the telegram: `ok`, `error`, `application_error`, `unsupported_by_libmbus`.
inline std::string outcome_of(const json& line) { return string_in(line.at("expect"), "outcome"); }

} // namespace meterlink::test
