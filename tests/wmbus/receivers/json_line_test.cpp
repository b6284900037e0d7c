#include <meterlink/wmbus/receivers/json_line.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;

namespace {

struct member {
    std::string key;
    json_kind kind;
    std::string value;
    friend bool operator==(const member&, const member&) = default;
};

std::vector<member> members(std::string_view text, bool is_whole = true) {
    std::vector<member> all;
    const auto read = json_line{text}.read(
        [&](const json_member& m) { all.push_back({std::string{m.key}, m.kind, std::string{m.value}}); });
    CHECK(read.has_value() == is_whole);
    return all;
}

std::size_t offender(std::string_view text) {
    const auto read = json_line{text}.read([](const json_member&) {});
    REQUIRE_FALSE(read);
    CHECK(read.error().code == errc::line_syntax);
    return read.error().offset;
}

} // namespace

TEST_CASE("the members of an object are read in order") {
    CHECK(members(R"( { "a" : "x", "b":-1.5e+3,"c":null , "d" : [1,{"a":"]"}], "e":{} , "f":true} )") ==
          std::vector<member>{{"a", json_kind::string, "x"},
                              {"b", json_kind::number, "-1.5e+3"},
                              {"c", json_kind::other, "null"},
                              {"d", json_kind::other, R"([1,{"a":"]"}])"},
                              {"e", json_kind::other, "{}"},
                              {"f", json_kind::other, "true"}});
    CHECK(members("{}").empty());
}

TEST_CASE("escapes do not end a string") {
    CHECK(members(R"({"a\"b":"\\","c":"\u00e9\"}"})") ==
          std::vector<member>{{R"(a\"b)", json_kind::string, R"(\\)"},
                              {"c", json_kind::string, R"(\u00e9\"})"}});
}

TEST_CASE("what is no object is refused where it goes wrong") {
    CHECK(offender("") == 0);
    CHECK(offender("[]") == 0);
    CHECK(offender("{") == 1);
    CHECK(offender("{}x") == 2);
    CHECK(offender(R"({"a"})") == 4);
    CHECK(offender(R"({"a":1,})") == 7);
    CHECK(offender(R"({"a":01})") == 6);
    CHECK(offender(R"({"a":1.})") == 7);
    CHECK(offender(R"({"a":+1})") == 5);
    CHECK(offender(R"({"a":nul})") == 5);
    CHECK(offender(R"({"a":"\x"})") == 7);
    CHECK(offender(R"({"a":"\u12g4"})") == 10);
    CHECK(offender("{\"a\":\"\n\"}") == 6);
    CHECK(offender(R"({"a":[}})") == 6);
    CHECK(offender(R"({"a":{]})") == 6);
    CHECK(offender("{\"a\":" + std::string(65, '[') + std::string(65, ']') + "}") == 5 + 64);
}

TEST_CASE("an object that is cut anywhere is refused") {
    const std::string whole = R"({"a":"x\u00e9","b":[{"c":[]}],"d":-1.0e-2,"e":false})";
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(offender(std::string_view{whole}.substr(0, size)) <= size);
    CHECK(members(whole).size() == 4);
    CHECK(members(R"({"a":1,"b":)", false).size() == 1);
}
