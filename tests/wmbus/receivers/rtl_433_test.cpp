#include <meterlink/wmbus/receivers/rtl_433.hpp>

#include <string>
#include <variant>

#include <meterlink/core/hex.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

namespace {

const auto digits = to_hex(plain_telegram);

std::string line(std::string_view data, std::string_view model = "Wireless-MBus") {
    return R"({"time" : "2024-01-31 10:11:12", "model" : ")" + std::string{model} +
           R"(", "mode" : "T", "M" : "ELS", "id" : 12345678, "more" : {"data" : ["x}", 1]}, "data" : ")" +
           std::string{data} + R"(", "mic" : "CRC", "rssi" : -12.345})";
}

rtl_433_receiver program() { return rtl_433_receiver{{"roof", {}}}; }

events read(const std::string& printed) { return listen(program(), text(printed)); }

} // namespace

TEST_CASE("rtl_433 is a session") { STATIC_REQUIRE(session<rtl_433_receiver>); }

TEST_CASE("an object of rtl_433 says mode and strength and telegram") {
    CHECK(read(line(digits) + "\n") == events{heard(plain_telegram, {}, mode::t1, -12.345)});
}

TEST_CASE("L of a telegram of rtl_433 is rewritten where its CRCs are gone") {
    auto unchanged = plain_telegram;
    unchanged[0] = 0x30;
    CHECK(read(line(to_hex(unchanged))) ==
          events{heard(plain_telegram, frame_format::stripped, mode::t1, -12.345)});
    CHECK(read(line(to_hex(telegram_a))) == events{heard(telegram_a, frame_format::a, mode::t1, -12.345)});
}

TEST_CASE("the octets may also be in raw or codes") {
    CHECK(read(R"({"raw":")" + digits + R"("})") == events{heard(plain_telegram, {})});
    CHECK(read(R"({"mode":"C1","codes":"{376})" + digits + R"("})") ==
          events{heard(plain_telegram, {}, mode::c1)});
    CHECK(read(R"({"data":"","raw":")" + digits + R"(","codes":"{8}00"})") ==
          events{heard(plain_telegram, {})});
}

TEST_CASE("a strength of rtl_433 that there cannot be is left out") {
    const auto with = [](const std::string& rssi) {
        return read(R"({"data":")" + digits + R"(","rssi":)" + rssi + "}");
    };
    for (const auto* rssi : {"-1e308", "1e308", "-1e999", "-200.5", "50.5"})
        CHECK(with(rssi) == events{heard(plain_telegram, {})});
    CHECK(with("-200") == events{heard(plain_telegram, {}, {}, -200.0)});
    CHECK(with("50") == events{heard(plain_telegram, {}, {}, 50.0)});
}

TEST_CASE("objects of other devices and other lines of rtl_433 are text") {
    const std::string sensor = R"({"model":"Acurite-Tower","id":1,"data":"00112233445566778899"})";
    const std::string empty = "{}";
    CHECK(read(sensor + "\n" + empty + "\nrtl_433 version 23.11\n") ==
          events{receiver_text{sensor}, receiver_text{empty}, receiver_text{"rtl_433 version 23.11"}});
}

TEST_CASE("broken objects of rtl_433 are garbage") {
    CHECK(read("{\"data\":\"2E44\"\n") == events{garbage{14, link_error(errc::line_syntax, 14)}});
    CHECK(read(R"({"data":"2E4Q"})") == events{garbage{15, {errc::hex_digit, layer::core, 12, -1, 'Q'}}});
    CHECK(read(R"({"data":"2E44"})") == events{garbage{15, link_error(errc::frame_length, 9, 9, 0x2E)}});
}

TEST_CASE("how the lines of rtl_433 are cut makes no difference") {
    CHECK(is_same_however_cut(program(), text("log\n" + line(digits) + "\r\n{\"\n" + line("2E") + "\n" +
                                              line(digits, "Acurite") + "\n\n" + line(digits))));
}
