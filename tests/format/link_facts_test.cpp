#include <meterlink/format/link_facts.hpp>

#include <limits>
#include <string>

#include "support/catch.hpp"
#include "wireless.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

/// Behind the facts that the telegram itself tells.
std::string link_json(const format::link_facts& link) {
    return between(air_json(gas_meter, {}, link), R"("function":"snd_nr")", R"(,"ci":)");
}

format::link_facts heard_by(std::string_view receiver) { return {{}, {}, {}, receiver}; }

} // namespace

TEST_CASE("what a receiver knows about a telegram is handed on") {
    wmbus::received telegram;
    telegram.rssi_dbm = -71.5;
    telegram.mode = wmbus::mode::t1;
    telegram.receiver = "roof";
    const auto link = format::link_facts::from(telegram, "2026-03-29T12:05:30Z");
    CHECK(link.time == "2026-03-29T12:05:30Z");
    CHECK(link.rssi_dbm == -71.5);
    CHECK(link.mode == wmbus::mode::t1);
    CHECK(link.receiver == "roof");
    CHECK(format::link_facts::from(wmbus::received{}).receiver.empty());
}

TEST_CASE("the link names mode and signal strength and receiver as far as they are known") {
    CHECK(link_json({}) == "}");
    CHECK(link_json({{}, -71, wmbus::mode::t1, "roof"}) ==
          R"(,"mode":"T1","rssi_dbm":-71,"receiver":"roof"})");
    CHECK(link_json({{}, -121.5, {}, {}}) == R"(,"rssi_dbm":-121.5})");
    CHECK(link_json({{}, {}, wmbus::mode::s1_m, {}}) == R"(,"mode":"S1-m"})");
    CHECK(link_json({{}, std::numeric_limits<double>::quiet_NaN(), {}, {}}) == "}");
    CHECK(between(air_json(gas_meter, {}, {"2026-03-29T12:05:30Z", {}, {}, {}}), R"("source":)",
                  R"("link")") == R"("wmbus","time":"2026-03-29T12:05:30Z",)");
}

TEST_CASE("the name of a receiver is text whatever it holds") {
    CHECK(link_json(heard_by("a\"b\\\n\x1B")) == R"(,"receiver":"a\"b\\\u000A\u001B"})");
    CHECK(link_json(heard_by("Dachboden Jörg ☂ 🎵")) == ",\"receiver\":\"Dachboden Jörg ☂ 🎵\"}");
    CHECK(link_json(heard_by("\xC2\x9B[2J")) == R"(,"receiver":"\u009B[2J"})");
    const std::string unknown = "\xEF\xBF\xBD";
    for (const std::string_view no_utf8 : {"\xFF", "\xC3", "\xC0", "\xC1", "\xF5"})
        CHECK(link_json(heard_by(no_utf8)) == ",\"receiver\":\"" + unknown + "\"}");
    CHECK(link_json(heard_by("\xED\xA0\x80")) == ",\"receiver\":\"" + unknown + unknown + unknown + "\"}");
    CHECK(link_json(heard_by("\xE0\x80\x80x")) == ",\"receiver\":\"" + unknown + unknown + unknown + "x\"}");
    const std::string long_name(20000, 'x');
    CHECK(link_json(heard_by(long_name)) == ",\"receiver\":\"" + long_name + "\"}");
    CHECK(air_xml(gas_meter, {}, heard_by("<\"&\x01"))
              .find(R"(receiver="&lt;&quot;&amp;)" + unknown + "\"/>") != std::string::npos);
    CHECK(air_text(gas_meter, {}, heard_by("a\x1B[2Jb")).find("received   by a\\x1B[2Jb\n") !=
          std::string::npos);
}

TEST_CASE("the page says how a telegram was received") {
    CHECK(air_text(gas_meter, {}, {"2026-03-29T12:05:30Z", -71.5, wmbus::mode::c1, "roof"})
              .find("received   2026-03-29T12:05:30Z  mode C1  -71.5 dBm  by roof\n") != std::string::npos);
    CHECK(air_text(gas_meter).find("received") == std::string::npos);
}
