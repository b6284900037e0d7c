#include <meterlink/format/json.hpp>

#include <random>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

/// The member `value` and what stands behind it up to `raw`, of one record.
std::string value_json(std::string_view hex) {
    return between(records_json(hex), R"("value":)", R"(,"raw")");
}

/// Unit, value and modifiers of one record.
std::string unit_json(std::string_view hex) { return between(records_json(hex), R"("unit":)", R"(,"raw")"); }

constexpr auto plain_readout = R"("security":{"mode":0,"state":"plain"},)";

} // namespace

TEST_CASE("the example of a variable data structure is the reading that the documentation shows") {
    CHECK(json_of("68 1F 1F 68 08 02 72 78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301 8B 60 04 "
                  "371802 18 16") ==
          R"({"source":"mbus","link":{"frame":"long","c":8,"address":2,"function":"RSP_UD"},)"
          R"("ci":114,"message":"records",)"
          R"("meter":{"id":"12345678","manufacturer":"PAD","version":1,"device_type":7,"medium":"water"},)"
          R"("access_number":85,"status":{"raw":0,"flags":[]},"security":{"mode":0,"state":"plain"},)"
          R"("records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
          R"("unit":"m3","value":12.565,"modifiers":[],"raw":{"dib":"03","vib":"13","data":"153100"}},)"
          R"({"function":"maximum","storage":5,"tariff":0,"subunit":0,"quantity":"volume_flow",)"
          R"("unit":"m3/h","value":0.113,"modifiers":[],"raw":{"dib":"DA02","vib":"3B","data":"1301"}},)"
          R"({"function":"instantaneous","storage":0,"tariff":2,"subunit":1,"quantity":"energy",)"
          R"("unit":"Wh","value":218370,"modifiers":[],"raw":{"dib":"8B60","vib":"04","data":"371802"}}],)"
          R"("more_records_follow":false,"errors":[]})");
}

TEST_CASE("the gas meter of the OMS specification, wired") {
    CHECK(
        json_of("68 20 20 68 08 FD 72 78563412 9315 33 03 2A 00 0000 0C14 27048502 046D 32371F15 02FD17 0000 "
                "89 16") ==
        R"({"source":"mbus","link":{"frame":"long","c":8,"address":253,"function":"RSP_UD"},)"
        R"("ci":114,"message":"records",)"
        R"("meter":{"id":"12345678","manufacturer":"ELS","version":51,"device_type":3,"medium":"gas"},)"
        R"("access_number":42,"status":{"raw":0,"flags":[]},"security":{"mode":0,"state":"plain"},)"
        R"("records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
        R"("unit":"m3","value":28504.27,"modifiers":[],"raw":{"dib":"0C","vib":"14","data":"27048502"}},)"
        R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"date_time",)"
        R"("unit":"","value":"2008-05-31T23:50","modifiers":[],"raw":{"dib":"04","vib":"6D","data":"32371F15"}},)"
        R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"error_flags",)"
        R"("unit":"","value":0,"modifiers":[],"raw":{"dib":"02","vib":"FD17","data":"0000"}}],)"
        R"("more_records_follow":false,"errors":[]})");
}

TEST_CASE("the fixed data structure has two records, and a stored counter has storage number 1") {
    CHECK(json_of("68 13 13 68 08 05 73 78563412 0A 00 E9 7E 01000000 35010000 3C 16") ==
          R"({"source":"mbus","link":{"frame":"long","c":8,"address":5,"function":"RSP_UD"},)"
          R"("ci":115,"message":"fixed_data","meter":{"id":"12345678","medium":"water"},)"
          R"("access_number":10,"status":{"raw":0,"flags":[]},)"
          R"("records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
          R"("unit":"m3","value":0.001,"modifiers":[],"raw":{"data":"01000000"}},)"
          R"({"function":"instantaneous","storage":1,"tariff":0,"subunit":0,"quantity":"volume",)"
          R"("unit":"m3","value":0.135,"modifiers":["stored_value"],"raw":{"data":"35010000"}}],)"
          R"("more_records_follow":false,"errors":[]})");
    CHECK(between(json_of("68 13 13 68 08 01 73 93929190 10 00 05 69 31650000 69000000 3F 16"),
                  R"("message":)", R"(,"more)") ==
          R"("fixed_data","meter":{"id":"90919293","medium":"heat_outlet"},)"
          R"("access_number":16,"status":{"raw":0,"flags":[]},)"
          R"("records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"energy",)"
          R"("unit":"Wh","value":6531000,"modifiers":[],"raw":{"data":"31650000"}},)"
          R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
          R"("unit":"m3","value":0.069,"modifiers":[],"raw":{"data":"69000000"}}])");
}

TEST_CASE("in a fixed data structure the bits of the counters are no status flags") {
    // Status 07: binary, stored, power low. Counter 1 of -2, because binary counters have a sign.
    const auto json = json_of(framed(from_hex("73 78563412 0A 07 E9 7E FEFFFFFF 35010000")));
    CHECK(between(json, R"("status":)", R"(,"records")") == R"({"raw":7,"flags":["power_low"]})");
    CHECK(
        json.find(
            R"("storage":1,"tariff":0,"subunit":0,"quantity":"volume","unit":"m3","value":-0.002,"modifiers":["stored_value"])") !=
        json.npos);
}

TEST_CASE("frames without a message give the link alone") {
    CHECK(json_of("E5") == R"({"source":"mbus","link":{"frame":"ack"},"errors":[]})");
    CHECK(
        json_of("10 40 01 41 16") ==
        R"({"source":"mbus","link":{"frame":"short","c":64,"address":1,"function":"SND_NKE"},"errors":[]})");
    CHECK(
        json_of("10 5B 01 5C 16") ==
        R"({"source":"mbus","link":{"frame":"short","c":91,"address":1,"function":"REQ_UD2","fcb":false},"errors":[]})");
    CHECK(
        json_of("10 7B FD 78 16") ==
        R"({"source":"mbus","link":{"frame":"short","c":123,"address":253,"function":"REQ_UD2","fcb":true},"errors":[]})");
    CHECK(
        json_of("10 5A 05 5F 16") ==
        R"({"source":"mbus","link":{"frame":"short","c":90,"address":5,"function":"REQ_UD1","fcb":false},"errors":[]})");
    CHECK(json_of("10 00 05 05 16") ==
          R"({"source":"mbus","link":{"frame":"short","c":0,"address":5},"errors":[]})");
}

TEST_CASE("a slave that has alarms, or takes no more data, says so in the link") {
    CHECK(between(json_of("68 03 03 68 38 01 72 AB 16"), R"("link":)", R"(,"ci")") ==
          R"({"frame":"control","c":56,"address":1,"function":"RSP_UD","acd":true,"dfc":true})");
}

TEST_CASE("commands of the master") {
    const auto message = [](std::string_view hex) {
        return between(json_of(hex), R"("message":)", R"(,"errors")");
    };
    CHECK(
        message("68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16") ==
        R"("selection","selection":{"id":"12345678","manufacturer":"FFFF","version":255,"device_type":255,"medium":"any"})");
    CHECK(
        message("68 0B 0B 68 53 FD 52 FF FF FF 1F FF FF FF FF BA 16") ==
        R"("selection","selection":{"id":"1FFFFFFF","manufacturer":"FFFF","version":255,"device_type":255,"medium":"any"})");
    CHECK(
        message("68 11 11 68 53 FD 52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01 40 16") ==
        R"("selection","selection":{"id":"12345678","manufacturer":"FFFF","version":255,"device_type":255,"medium":"any",)"
        R"("fabrication_number":"01020304","records":"0C7804030201"})");
    CHECK(
        message("68 06 06 68 53 FE 51 01 7A 08 25 16") ==
        R"("data_send","records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"address",)"
        R"("unit":"","value":8,"modifiers":[],"raw":{"dib":"01","vib":"7A","data":"08"}}],"more_records_follow":false)");
    CHECK(
        message("68 09 09 68 53 01 51 04 6D 05 0E 5D 33 B9 16") ==
        R"("data_send","records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"date_time",)"
        R"("unit":"","value":"2026-03-29T14:05","modifiers":[],"raw":{"dib":"04","vib":"6D","data":"050E5D33"}}],"more_records_follow":false)");
    CHECK(message("68 03 03 68 53 01 BD 11 16") == R"("set_baud_rate","baud_rate":9600)");
    CHECK(message("68 04 04 68 53 FE 50 10 B1 16") == R"("application_reset","application_data":"10")");
    CHECK(message("68 04 04 68 53 FE 51 7F 21 16") ==
          R"("data_send","records":[],"global_readout":true,"more_records_follow":false)");
}

TEST_CASE("alarms and application errors of a slave") {
    const auto message = [](std::string_view hex) {
        return between(json_of(hex), R"("message":)", R"(,"errors")");
    };
    CHECK(message("68 04 04 68 08 05 71 03 81 16") == R"("alarm","alarm":{"raw":"03"})");
    CHECK(message("68 04 04 68 08 05 70 08 85 16") ==
          R"("application_error","application_error":{"code":8,"name":"application_busy"})");
    CHECK(message("68 04 04 68 08 05 70 F0 6D 16") ==
          R"("application_error","application_error":{"code":240,"name":"unknown"})");
    CHECK(message("68 03 03 68 08 05 70 7D 16") ==
          R"("application_error","application_error":{"name":"unspecified"})");
    CHECK(
        message("68 05 05 68 08 05 70 08 07 8C 16") ==
        R"("application_error","application_error":{"code":8,"name":"application_busy"},"application_data":"07")");
}

TEST_CASE("a message of a kind that has no records keeps its octets") {
    CHECK(between(json_of(framed(from_hex("69 08 313B 02020215022A"))), R"("message":)", R"(,"errors")") ==
          R"("format_frame","application_data":"08313B02020215022A")");
    CHECK(between(json_of(framed(from_hex("79 313B 42A6 D204 2E16 3423"))), R"("message":)",
                  R"(,"errors")") == R"("compact_frame","application_data":"313B42A6D2042E163423")");
    CHECK(between(json_of(framed(from_hex("A3 01 02"))), R"("ci":)", R"(,"errors")") ==
          R"(163,"message":"manufacturer_specific","application_data":"0102")");
}

TEST_CASE("a full frame without header has neither meter nor security") {
    const auto json = json_of(framed(from_hex("78 0202D204 02152E16 022A3423")));
    CHECK(json.find("security") == json.npos);
    CHECK(json.find("meter") == json.npos);
    CHECK(
        between(json, R"("message":)", R"(,"more)") ==
        R"("records","records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"energy",)"
        R"("unit":"Wh","value":123.4,"modifiers":[],"raw":{"dib":"02","vib":"02","data":"D204"}},)"
        R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
        R"("unit":"m3","value":567.8,"modifiers":[],"raw":{"dib":"02","vib":"15","data":"2E16"}},)"
        R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"power",)"
        R"("unit":"W","value":901.2,"modifiers":[],"raw":{"dib":"02","vib":"2A","data":"3423"}}])");
}

TEST_CASE("encrypted octets stay, and what is plain behind them is read") {
    const auto json =
        json_of("68 2C 2C 68 08 FD 72 88776655 9344 55 08 00 04 1005 00DFE2A782146D1513581CD2F83F3904 "
                "0CFD1078563412 0C7844332211 26 16");
    CHECK(between(json, R"("status":)", R"(,"records")") ==
          R"({"raw":4,"flags":["power_low"]},"security":{"mode":5,"state":"no_key"},)"
          R"("encrypted_data":"00DFE2A782146D1513581CD2F83F3904")");
    CHECK(json.find(R"("quantity":"fabrication_number","unit":"","value":11223344)") != json.npos);
}

TEST_CASE("a payload in mode 10 shows its extension and its tag") {
    const auto json =
        json_of(framed(from_hex("72 78563412 2440 01 07 55 00 100A 1000 000102030405060708090A0B0C0D0E0F "
                                "A1A2A3A4")));
    CHECK(between(json, R"("security":)", R"(,"more)") ==
          R"({"mode":10,"state":"no_key","extension":"1000","tag":"A1A2A3A4"},)"
          R"("encrypted_data":"000102030405060708090A0B0C0D0E0F","records":[])");
    const auto cut_short =
        json_of(framed(from_hex("72 78563412 2440 01 07 55 00 100A 1000 000102030405060708090A0B0C0D0E0F")));
    CHECK(between(cut_short, R"("errors":[{)", R"(,"message)") ==
          R"("layer":"tpl","code":"truncated","offset":37)");
}

TEST_CASE("a mode that is not decrypted leaves no record, and shows its extension") {
    const auto json =
        json_of(framed(from_hex("72 78563412 2440 01 07 55 00 1009 000102030405060708090A0B0C0D0E0F1011")));
    CHECK(between(json, R"("security":)", R"(,"more)") ==
          R"({"mode":9,"state":"unsupported"},)"
          R"("encrypted_data":"000102030405060708090A0B0C0D0E0F1011","records":[])");
    const auto mode_7 =
        json_of(framed(from_hex("72 78563412 2440 01 07 55 00 1007 10 000102030405060708090A0B0C0D0E0F")));
    CHECK(
        between(mode_7, R"("security":)", R"(,"records")") ==
        R"({"mode":7,"state":"no_key","extension":"10"},"encrypted_data":"000102030405060708090A0B0C0D0E0F")");
}

TEST_CASE("the meter is named even where its numbers are out of order") {
    const auto json = json_of(framed(from_hex("72 FAB00C1D 0000 01 43 55 FF 0000")));
    CHECK(
        between(json, R"("meter":)", R"(,"security")") ==
        R"({"id":"1D0CB0FA","manufacturer":"0000","version":1,"device_type":67,"medium":"reserved"},)"
        R"("access_number":85,"status":{"raw":255,"flags":["alarm","power_low","permanent_error","temporary_error",)"
        R"("manufacturer_5","manufacturer_6","manufacturer_7"]})");
}

TEST_CASE("decimals are printed exactly and keep their resolution") {
    CHECK(value_json("04 13 64000000") == R"(0.100,"modifiers":[])");
    CHECK(value_json("04 06 05000000") == R"(5000,"modifiers":[])");
    CHECK(value_json("0A 5A 34F2") == R"(-23.4,"modifiers":[])");
    CHECK(value_json("07 03 FFFFFFFFFFFFFF7F") == R"(9223372036854775807,"modifiers":[])");
    CHECK(value_json("07 00 0100000000000080") == R"(-9223372036854775.807,"modifiers":[])");
    CHECK(value_json("0D 78 C9 887766554433221100") == R"(1122334455667788,"modifiers":[])");
    CHECK(value_json("0D 78 C9 887766554433221199") == R"(991122334455667788,"modifiers":[])");
}

TEST_CASE("a value that is none is null and says why") {
    CHECK(value_json("02 13 0080") == R"(null,"modifiers":[],"invalid":"no_value")");
    CHECK(value_json("0C 13 FFFFFFFF") == R"(null,"modifiers":[],"invalid":"no_value")");
    CHECK(value_json("0C 13 0A000000") == R"(null,"modifiers":[],"invalid":"bcd_digit")");
    CHECK(value_json("05 5B 0000C07F") == R"(null,"modifiers":[],"invalid":"not_a_number")");
    CHECK(value_json("05 5B 000080FF") == R"(null,"modifiers":[],"invalid":"infinite")");
    CHECK(value_json("04 6D B2371F15") == R"(null,"modifiers":[],"invalid":"time_invalid")");
    CHECK(value_json("02 6C FFFF") == R"(null,"modifiers":[],"invalid":"no_value")");
    CHECK(value_json("02 6C 5F3D") == R"(null,"modifiers":[],"invalid":"date_out_of_range")");
    CHECK(value_json("02 9316 1234") == R"(null,"modifiers":["data_overflow"],"invalid":"record_error")");
    CHECK(value_json("07 FD0C FEFFFFFFFFFFFFFF") == R"(null,"modifiers":[],"invalid":"too_large")");
    CHECK(value_json("00 13") == R"(null,"modifiers":[])");
    CHECK(value_json("0D FD3B 03 010203") == R"(null,"modifiers":[])");
}

TEST_CASE("a real has the digits of the float and not those of a double") {
    CHECK(value_json("05 5B 2B4BAC41") == R"(21.536703,"modifiers":[])");
    CHECK(value_json("05 59 CDCCCC3D") == R"(0.001,"modifiers":[])"); // 0.1f at 10^-2
    CHECK(value_json("05 2B 0000C842") == R"(100,"modifiers":[])");
    CHECK(value_json("05 2E 0000C842") == R"(100000,"modifiers":[])");
    CHECK(value_json("05 2B 000048C3") == R"(-200,"modifiers":[])");
    CHECK(value_json("05 2B 00000080") == R"(0,"modifiers":[])");
    CHECK(value_json("05 2B FFFF7F7F") == R"(34028235e31,"modifiers":[])"); // the greatest float
    CHECK(value_json("05 2B 01000000") == R"(1e-45,"modifiers":[])");       // the smallest
    CHECK(value_json("05 28 01000000") == R"(1e-48,"modifiers":[])");
}

TEST_CASE("flags are a number of 64 bits") {
    CHECK(value_json("02 FD17 0400") == R"(4,"modifiers":[])");
    CHECK(value_json("07 FD17 FFFFFFFFFFFFFFFF") == R"(18446744073709551615,"modifiers":[])");
}

TEST_CASE("dates and times are ISO 8601 without a zone, X stands for what is open") {
    CHECK(value_json("02 6C FE04") == R"("2007-04-30","modifiers":[])");
    CHECK(value_json("02 6C 5F3C") == R"("2026-12-31","modifiers":[])");
    CHECK(value_json("02 6C E1F1") == R"("XXXX-01-01","modifiers":[])");
    CHECK(value_json("02 6C 000F") == R"("2000-XX-XX","modifiers":[])");
    CHECK(value_json("04 6D 32171F15") == R"("2008-05-31T23:50","modifiers":[])");
    CHECK(value_json("04 6D 052E5D33") == R"("2026-03-29T14:05","modifiers":[])");
    CHECK(value_json("04 6D 3B177FCC") == R"("1999-12-31T23:59","modifiers":[])");
    CHECK(value_json("04 6D 3F171F15") == R"("2008-05-31T23:XX","modifiers":[])");
    CHECK(value_json("04 6D 00A04137") == R"("2026-07-01T00:00","modifiers":[],"summer_time":true)");
    CHECK(value_json("06 6D 0B0C8D59130C") == R"("2010-03-25T13:12:11","modifiers":[])");
    CHECK(value_json("06 6D 1E05EE5D330D") == R"("2026-03-29T14:05:30","modifiers":[])");
    CHECK(value_json("03 6D 3B300B") == R"("11:48:59","modifiers":[])");
    CHECK(value_json("03 6D 3F3F1F") == R"("XX:XX:XX","modifiers":[])");
}

TEST_CASE("text is UTF-8 in reading order, escaped where JSON asks for it") {
    CHECK(value_json("0D FD11 05 6F6C6C6148") == R"("Hallo","modifiers":[])");
    CHECK(value_json("0D FD11 04 225C2F27") == R"("'/\\\"","modifiers":[])");
    CHECK(value_json("0D FD11 03 FCF6E4") == "\"\xC3\xA4\xC3\xB6\xC3\xBC\",\"modifiers\":[]");
    CHECK(value_json("0D FD11 07 1F 0A 0D 09 00 7F 85") ==
          R"("\u0085\u007F\u0000\u0009\u000D\u000A\u001F","modifiers":[])");
    CHECK(value_json("0D FD11 04 00 00 42 41") == R"("AB","modifiers":[])"); // padded with zeros
    CHECK(value_json("0D FD11 00") == R"("","modifiers":[])");
}

TEST_CASE("units hold what the meter and its VIFE say") {
    CHECK(unit_json("02 7C 03 48 52 25 1122") == R"("%RH","value":8721,"modifiers":[])");
    CHECK(unit_json("02 7C 03 43 22 B0 1122") == "\"\xC2\xB0\\\"C\",\"value\":8721,\"modifiers\":[]");
    CHECK(unit_json("02 7C 02 43 00 1122") == R"("\u0000C","value":8721,"modifiers":[])");
    CHECK(unit_json("0C FC A2 73 04 6C616769 26084275") ==
          R"("igal/h","value":75420.826,"modifiers":["per_hour"])");
    CHECK(unit_json("02 93 28 0100") ==
          R"("m3/pulse","value":0.001,"modifiers":["increment_per_input_pulse_0"])");
    CHECK(unit_json("02 93 49 0100") == R"("","value":1,"modifiers":["upper_limit_exceed_count"])");
    CHECK(unit_json("02 93 A2 51 0100") ==
          R"("min","value":1,"modifiers":["per_hour","first_lower_limit_exceed_duration"])");
    CHECK(unit_json("02 93 51 0100") ==
          R"("min","value":1,"modifiers":["first_lower_limit_exceed_duration"])");
    CHECK(unit_json("02 93 42 FE04") ==
          R"("","value":"2007-04-30","modifiers":["first_lower_limit_exceed_begin"])");
}

TEST_CASE("modifiers name what is not in the value, codes without a name keep their number") {
    const auto modifiers = [](std::string_view hex) {
        return between(records_json(hex), R"("modifiers":)", R"(,"raw")");
    };
    CHECK(modifiers("02 93 3B 0100") == R"(["positive_contributions"])");
    CHECK(modifiers("02 93 70 0100") == "[]");
    CHECK(modifiers("02 93 FC 01 0100") == R"(["at_phase_l1"])");
    CHECK(modifiers("02 93 FC 1F 0100") == R"(["reserved:FC1F"])");
    CHECK(modifiers("02 93 44 0100") == R"(["reserved:44"])");
    CHECK(modifiers("02 93 FF 0B 0100") == R"(["manufacturer_specific:0B"])");
    CHECK(modifiers("02 93 7F 0100") == R"(["manufacturer_specific"])");
    CHECK(modifiers("02 FF 8B 0C 0100") == R"(["manufacturer_specific:0B","manufacturer_specific:0C"])");
    CHECK(modifiers("02 FB 23 0100") == R"(["historical"])");
    CHECK(modifiers("02 FB A3 3B 0100") == R"(["positive_contributions","historical"])");
}

TEST_CASE("a compact profile is one opaque record between those that it builds on") {
    const auto json = records_json("84046D 00204111 8B0415 003012 8D04951F 05 69 01 03 02 11");
    CHECK(
        json.find(
            R"("storage":8,"tariff":0,"subunit":0,"quantity":"date_time","unit":"","value":"2010-01-01T00:00")") !=
        json.npos);
    CHECK(json.find(R"("value":12300.0,)") != json.npos);
    CHECK(json.find(R"("quantity":"volume","unit":"m3","value":null,"modifiers":["compact_profile"],)"
                    R"("raw":{"dib":"8D04","vib":"951F","data":"056901030211"}})") != json.npos);
}

TEST_CASE("a compact profile is expanded to its series on request") {
    const auto expanded = [](std::string_view records) {
        const auto json = json_of(with_records(records), {.raw = false, .expand_profiles = true});
        return between(json, R"("modifiers":["compact_profile"])", R"(],"more_records_follow")");
    };
    CHECK(expanded("84046D 00204111 8B0415 003012 8D04951F 05 69 01 03 02 11") ==
          R"(,"profile":[{"storage":9,"time":"2010-01-01T01:00:00","value":12300.3},)"
          R"({"storage":10,"time":"2010-01-01T02:00:00","value":12300.5},)"
          R"({"storage":11,"time":"2010-01-01T03:00:00","value":12301.6}]})");
    CHECK(expanded("8D04951F 03 61 01 03") ==
          R"(,"profile":[{"storage":9,"value":null,"invalid":"no_value"}]})");
    CHECK(expanded("8D04951F 04 20 01 03 02") == "}"); // malformed: it stays octets
}

TEST_CASE("manufacturer data and the announcement of more stand behind the records") {
    CHECK(between(json_of(with_records("01 7A 08 0F 0102FF")), R"("data":"08"}}],)", R"(,"errors")") ==
          R"("manufacturer_data":"0102FF","more_records_follow":false)");
    CHECK(between(json_of(with_records("01 7A 08 1F")), R"("data":"08"}}],)", R"(,"errors")") ==
          R"("manufacturer_data":"","more_records_follow":true)");
    CHECK(between(json_of(with_records("01 7A 08 2F 2F")), R"("data":"08"}}],)", R"(,"errors")") ==
          R"("more_records_follow":false)");
}

TEST_CASE("a bad record is an error with its octets, and takes none of the others along") {
    // Eleven VIFE, but the length of the record is known: the record behind it is still found.
    const auto json = json_of(with_records("01 7A 08  01 93 BB BB BB BB BB BB BB BB BB BB 3B 07  01 7A 09"));
    CHECK(json.find(R"("value":8,)") != json.npos);
    CHECK(json.find(R"("value":9,)") != json.npos);
    // The frame's octet 19 is the first of the records, the VIB of the second begins at 19 + 3 + 1.
    CHECK(between(json, R"("errors":)", "}") ==
          R"([{"layer":"apl","code":"vife_count","offset":34,"message":"more than ten VIFE",)"
          R"("raw":"0193BBBBBBBBBBBBBBBBBBBB3B07"}])");
    CHECK(between(json_of(with_records("01 7A 08 3F 01")), R"("errors":)", "}") ==
          R"([{"layer":"apl","code":"dif_reserved","offset":22,)"
          R"("message":"reserved DIF, the rest cannot be split into records","found":63,"raw":"3F01"}])");
}

TEST_CASE("records cut off anywhere still give a whole reading") {
    const auto records =
        from_hex("03 13 153100 DA 02 3B 1301 8D 04 95 1F 05 69 01 03 02 11 02 FC A2 22 02 43 41 0100");
    for (std::size_t size = 0; size <= records.size(); ++size) {
        const octets part{records.begin(), records.begin() + static_cast<std::ptrdiff_t>(size)};
        const auto reading = nlohmann::json::parse(json_of(with_records(part)));
        const bool is_whole = size == 0 || size == 5 || size == 10 || size == 20 || size == records.size();
        CHECK(reading["errors"].size() == (is_whole ? 0 : 1));
        if (!is_whole) {
            CHECK(reading["errors"][0]["code"] == "truncated");
            CHECK(reading["errors"][0]["offset"] == 19 + size);
        }
    }
}

TEST_CASE("what stands in the place of a telegram that cannot be read") {
    const auto whole = from_hex("68 04 04 68 08 05 70 08 85 16");
    std::string out = "before ";
    auto broken = whole;
    broken[8] = 0x86;
    format::append_json(out, mbus::telegram_view::parse(broken).error());
    CHECK(out == R"(before {"source":"mbus","errors":[{"layer":"mbus","code":"checksum","offset":8,)"
                 R"("message":"wrong checksum","expected":133,"found":134}]})");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto refused = mbus::telegram_view::parse(bytes_view{whole}.first(size));
        REQUIRE(!refused);
        out.clear();
        format::append_json(out, refused.error());
        CHECK(out == R"({"source":"mbus","errors":[{"layer":"mbus","code":"truncated","offset":)" +
                         std::to_string(size) + R"(,"message":"the input ends inside a field"}]})");
    }
}

TEST_CASE("a selection or fixed structure of impossible shape keeps its octets beside the error") {
    CHECK(between(json_of(framed(from_hex("52 7856"))), R"("message":)", "}") ==
          R"("selection","application_data":"7856","errors":[{"layer":"mbus","code":"truncated","offset":9,)"
          R"("message":"the input ends inside a field"}])");
    CHECK(between(json_of(framed(from_hex("77 7856"))), R"("message":)", "}") ==
          R"("fixed_data","application_data":"7856","errors":[{"layer":"apl","code":"truncated","offset":9,)"
          R"("message":"the input ends inside a field"}])");
}

TEST_CASE("records without their octets, and appended to what is there") {
    const auto frame = with_records("01 7A 08");
    std::string out = "[";
    format::append_json(out, parsed(frame), {.raw = false});
    CHECK(out.substr(0, 18) == R"([{"source":"mbus",)");
    CHECK(out.find(plain_readout) != out.npos);
    CHECK(between(out, R"("records":)", R"(,"more)") ==
          R"([{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"address","unit":"",)"
          R"("value":8,"modifiers":[]}])");
}

TEST_CASE("any octets give valid JSON from which every octet of a record can be read again") {
    std::mt19937 random{20240229};
    const auto below = [&](unsigned limit) { return static_cast<std::uint8_t>(random() % limit); };
    for (int round = 0; round < 3000; ++round) {
        octets records(below(235));
        for (auto& octet : records)
            octet = below(256);
        // Most random DIF are reserved: let the first record be one of variable length or with extensions.
        const octets starts[] = {{0x0D, 0x7C}, {0x8D, 0x00, 0xFC}, {0x04, 0x93}, {0x0D, 0xFD, 0x10}, {}};
        const auto& start = starts[below(5)];
        std::copy_n(start.begin(), std::min(start.size(), records.size()), records.begin());
        const auto frame = with_records(records);
        const auto text = json_of(frame);
        const auto reading = nlohmann::json::parse(text, nullptr, false);
        REQUIRE(!reading.is_discarded());
        std::size_t octets_seen = 0;
        for (const auto& record : reading["records"])
            for (const auto& part : record["raw"])
                octets_seen += part.get<std::string>().size() / 2;
        for (const auto& error : reading["errors"])
            octets_seen += error["raw"].get<std::string>().size() / 2;
        if (reading.contains("manufacturer_data"))
            octets_seen += reading["manufacturer_data"].get<std::string>().size() / 2 + 1;
        const auto fillers = static_cast<std::size_t>(std::count(records.begin(), records.end(), 0x2F));
        CHECK(octets_seen <= records.size());
        if (!reading.contains("global_readout"))
            CHECK(octets_seen + fillers >= records.size());
    }
}
