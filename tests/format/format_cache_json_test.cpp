#include <meterlink/format/format_cache_json.hpp>

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using telegrams::from_hex;

namespace {

std::string saved(const tpl::format_cache& cache) {
    std::string out;
    format::append_json(out, cache);
    return out;
}

/// Why `text` is refused; it leaves the cache as it was.
std::string complaint_about(std::string_view text) {
    tpl::format_cache cache;
    const auto loaded = format::parse_format_cache(text, cache);
    CHECK(cache.size() == 0);
    return loaded ? "none" : loaded.error();
}

/// A document of one format.
std::string document(std::string_view format) { return R"({"formats":[)" + std::string{format} + "]}"; }

} // namespace

TEST_CASE("the formats of a cache are saved by signature") {
    tpl::format_cache cache;
    CHECK(saved(cache) == "{\"formats\":[\n]}\n");
    REQUIRE(cache.insert(from_hex("02020215022A")));
    REQUIRE(cache.insert(from_hex("040504FB827504853C04FB82F53C01FD17")));
    CHECK(saved(cache) == "{\"formats\":[\n"
                          "{\"signature\":\"2274\",\"headers\":\"040504FB827504853C04FB82F53C01FD17\"},\n"
                          "{\"signature\":\"3B31\",\"headers\":\"02020215022A\"}\n]}\n");
}

TEST_CASE("a cache that is saved and loaded is the same") {
    tpl::format_cache cache;
    for (unsigned vif = 0; vif < 0x7B; ++vif)
        REQUIRE(cache.insert(std::vector<std::uint8_t>{0x02, static_cast<std::uint8_t>(vif), 0x04, 0x13}));
    const auto text = saved(cache);
    tpl::format_cache other;
    CHECK(format::parse_format_cache(text, other).value() == cache.size());
    CHECK(saved(other) == text);
    CHECK(format::parse_format_cache(text, other).value() == cache.size());
    CHECK(saved(other) == text);
}

TEST_CASE("whom a format serves is saved and loaded") {
    const tpl::format_teacher teacher{{{0x2C2D}, 0x12345678, 0x33, tpl::device_type::electricity}, true};
    tpl::format_cache cache;
    REQUIRE(cache.insert(from_hex("0213"), teacher));
    CHECK(saved(cache).find(R"("headers":"0213","meter":"2D2C785634123302","protected":true})") !=
          std::string::npos);
    tpl::format_cache other;
    REQUIRE(format::parse_format_cache(saved(cache), other));
    CHECK(saved(other) == saved(cache));
    const auto signature = saved(cache).substr(13, 20);
    CHECK(complaint_about(document("{" + signature + R"(","headers":"0213","meter":"2D2C"})")) != "none");
}

TEST_CASE("a loaded format is there beside those that the cache has already") {
    tpl::format_cache cache;
    REQUIRE(cache.insert(from_hex("0213")));
    CHECK(
        format::parse_format_cache(
            R"({"made_by":"a later version","formats":[{"signature":"3b31","headers":"02020215022a","x":1}]})",
            cache)
            .value() == 1);
    CHECK(cache.size() == 2);
    CHECK(cache.contains(0x3B31));
}

TEST_CASE("what is wrong with a saved cache is named with its place") {
    CHECK(complaint_about("") == "not JSON at offset 0");
    CHECK(complaint_about(R"({"formats":[)") == "not JSON at offset 12");
    CHECK(complaint_about("\xFF") == "not JSON at offset 0");
    CHECK(complaint_about("[]") == "not an object");
    CHECK(complaint_about("{}") == "formats: missing");
    CHECK(complaint_about(R"({"formats":{}})") == "formats: not an array");
    CHECK(complaint_about(document("7")) == "formats[0]: not an object");
    CHECK(complaint_about(document(R"({"headers":"0213"})")) == "formats[0].signature: missing");
    CHECK(complaint_about(document(R"({"signature":"3B31"})")) == "formats[0].headers: missing");
    CHECK(complaint_about(document(R"({"signature":"3B31","headers":7})")) ==
          "formats[0].headers: not a string");
    CHECK(complaint_about(document(R"({"signature":"3B31","headers":"02x2"})")) ==
          "formats[0].headers: not a hexadecimal digit at offset 2");
    CHECK(complaint_about(document(R"({"signature":"3B31","headers":""})")) ==
          "formats[0].headers: the input ends inside a field at octet 0");
    CHECK(complaint_about(document(R"({"signature":"3B31","headers":"02133F"})")) ==
          "formats[0].headers: reserved DIF, the rest cannot be split into records at octet 2");
    CHECK(complaint_about(document(R"({"signature":"1234","headers":"02020215022A"})")) ==
          "formats[0].signature: 1234 is not that of the headers, 3B31");
}

TEST_CASE("one wrong format refuses all") {
    CHECK(complaint_about(document(R"({"signature":"3B31","headers":"02020215022A"},{})")) ==
          "formats[1].signature: missing");
}

TEST_CASE("text that is cut off anywhere is refused") {
    tpl::format_cache cache;
    REQUIRE(cache.insert(from_hex("02020215022A")));
    const auto text = saved(cache);
    for (std::size_t size = 0; size + 2 < text.size(); ++size)
        CHECK(complaint_about(std::string_view{text}.substr(0, size)) != "none");
}
