// Telegrams from the air in every format: the examples of the standards, what stays closed, and what is
// damaged.

#include "wireless.hpp"

#include <array>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

constexpr auto gas_meter_records =
    R"("records":[{"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"volume",)"
    R"("unit":"m3","value":28504.27,"modifiers":[],"raw":{"dib":"0C","vib":"14","data":"27048502"}},)"
    R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"date_time","unit":"",)"
    R"("value":"2008-05-31T23:50","modifiers":[],"raw":{"dib":"04","vib":"6D","data":"32371F15"}},)"
    R"({"function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"error_flags","unit":"",)"
    R"("value":0,"modifiers":[],"raw":{"dib":"02","vib":"FD17","data":"0000"}}],)"
    R"("more_records_follow":false,"errors":[]})";

/// The object or value of a member, as JSON without spaces.
std::string member(const std::string& json, const char* name) {
    const auto reading = nlohmann::json::parse(json);
    return reading.contains(name) ? reading[name].dump() : "absent";
}

/// A stripped telegram of water meter 12345678 of maker PAD around what follows the link layer.
std::string stripped(std::string_view payload, std::string_view c = "44") {
    const auto size = from_hex(payload).size() + 9;
    return to_hex(std::array{static_cast<std::uint8_t>(size)}) + std::string{c} + "2440 78563412 01 07 " +
           std::string{payload};
}

struct example {
    std::string_view hex;
    std::string_view key;
};
constexpr std::array examples{example{gas_meter, oms_key},
                              example{gas_meter_format_b, oms_key},
                              example{heat_cost_allocator, plain_sequence_key},
                              example{gas_meter_with_adapter, plain_sequence_key},
                              example{mode_10_meter, mode_10_key},
                              example{ell_meter, ell_key}};

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

} // namespace

TEST_CASE("the gas meter of the OMS specification in mode 5 and both frame formats") {
    for (const auto& [hex, format] : {std::pair{gas_meter, "A"}, {gas_meter_format_b, "B"}})
        CHECK(
            air_json(hex, oms_key) ==
            std::string{R"({"source":"wmbus","link":{"frame_format":")"} + format +
                R"(","c":68,"function":"snd_nr"},"ci":122,"message":"records",)"
                R"("meter":{"id":"12345678","manufacturer":"ELS","version":51,"device_type":3,"medium":"gas"},)"
                R"("access_number":42,"status":{"raw":0,"flags":[]},)"
                R"("security":{"mode":5,"state":"decrypted"},)" +
                gas_meter_records);
    CHECK(air_text(gas_meter, oms_key) == "meter      12345678  ELS  gas  version 51\n"
                                          "telegram   snd_nr  frame format A  records  access number 42\n"
                                          "status     ok\n"
                                          "security   mode 5  decrypted\n"
                                          "\n"
                                          "quantity                value  unit\n"
                                          "volume               28504.27  m3\n"
                                          "date time    2008-05-31T23:50\n"
                                          "error flags               0x0\n");
    CHECK(air_csv(gas_meter, oms_key) ==
          "12345678,ELS,gas,42,0,decrypted,,instantaneous,0,0,0,volume,m3,28504.27,,,0C,14,27048502\r\n"
          "12345678,ELS,gas,42,0,decrypted,,instantaneous,0,0,0,date_time,,2008-05-31T23:50,,,04,6D,"
          "32371F15\r\n"
          "12345678,ELS,gas,42,0,decrypted,,instantaneous,0,0,0,error_flags,,0,,,02,FD17,0000\r\n");
    const auto xml = air_xml(gas_meter, oms_key, {"2026-03-29T12:05:30Z", -71, wmbus::mode::t1, "roof"});
    CHECK(between(xml, "<telegram ", "<records>") ==
          R"(source="wmbus" time="2026-03-29T12:05:30Z"><link frame_format="A" c="68" function="snd_nr" )"
          R"(mode="T1" rssi_dbm="-71" receiver="roof"/><message ci="122" name="records"/><meter )"
          R"(id="12345678" manufacturer="ELS" version="51" device_type="3" medium="gas"/>)"
          R"(<access_number>42</access_number><status raw="0"></status>)"
          R"(<security mode="5" state="decrypted"/>)");
}

TEST_CASE("a payload stays closed without its key and with another") {
    constexpr auto closed =
        R"("encrypted_data":"5923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3",)"
        R"("records":[],"more_records_follow":false,"errors":[]})";
    CHECK(contains(air_json(gas_meter), std::string{R"("security":{"mode":5,"state":"no_key"},)"} + closed));
    CHECK(contains(air_json(gas_meter, ell_key),
                   std::string{R"("security":{"mode":5,"state":"wrong_key"},)"} + closed));
    CHECK(contains(air_text(gas_meter), "security   mode 5  no key  32 octets encrypted\n"));
    CHECK(air_csv(gas_meter).empty());
}

TEST_CASE("a radio converter is the sender and its meter the meter") {
    const auto json = air_json(heat_cost_allocator, plain_sequence_key);
    CHECK(between(json, R"("link":)", R"(,"records")") ==
          R"({"frame_format":"stripped","c":68,"function":"snd_nr","sender":{"id":"11223344",)"
          R"("manufacturer":"QDS","version":85,"device_type":55,"medium":"radio_converter_meter_side"}},)"
          R"("ell":{"form":1,"control":{"raw":0,"flags":[]},"access_number":117},)"
          R"("ci":114,"message":"records",)"
          R"("meter":{"id":"55667788","manufacturer":"QDS","version":85,"device_type":8,)"
          R"("medium":"heat_cost_allocator"},"access_number":0,"status":{"raw":4,"flags":["power_low"]},)"
          R"("security":{"mode":5,"state":"decrypted","plain_rest":7})");
    CHECK(contains(json, R"("unit":"HCA","value":1234,)"));
    CHECK(contains(json, R"("quantity":"customer_location","unit":"","value":12345678,)"));
    CHECK(contains(air_text(heat_cost_allocator),
                   "sender     11223344  QDS  radio converter meter side  version 85\n"
                   "telegram   snd_nr  without CRC  records  access number 0\n"
                   "ell        form 1  access number 117\n"));
    CHECK(contains(
        air_xml(heat_cost_allocator),
        R"(<link frame_format="stripped" c="68" function="snd_nr"><sender id="11223344" )"
        R"(manufacturer="QDS" version="85" device_type="55" medium="radio_converter_meter_side"/></link>)"
        R"(<ell form="1" control="0" access_number="117"></ell>)"));
    CHECK(
        contains(air_csv(heat_cost_allocator, plain_sequence_key), "55667788,QDS,heat_cost_allocator,0,4,"));
}

TEST_CASE("mode 7 with a MAC is authenticated and shows its layers") {
    const auto json = air_json(gas_meter_with_adapter, plain_sequence_key);
    CHECK(between(json, R"("ell":)", R"(,"ci")") ==
          R"({"form":3,"control":{"raw":128,"flags":["bidirectional"]},"access_number":117,)"
          R"("receiver":{"id":"33445566","manufacturer":"XYZ","version":10,"device_type":49,)"
          R"("medium":"communication_controller"}},"afl":{"counter":2739,"mac":"AF5D74DF73A600D9"})");
    CHECK(contains(json, std::string{R"("security":{"mode":7,"state":"decrypted","authenticated":true,)"
                                     R"("extension":"10"},)"} +
                             gas_meter_records));
    CHECK(contains(air_text(gas_meter_with_adapter, plain_sequence_key),
                   "ell        form 3  bidirectional  access number 117\n"
                   "to         33445566  XYZ  communication controller  version 10\n"
                   "afl        counter 2739  MAC AF5D74DF73A600D9\n"
                   "status     ok\n"
                   "security   mode 7  decrypted  authenticated\n"));
    const auto xml = air_xml(gas_meter_with_adapter, plain_sequence_key);
    CHECK(contains(
        xml, R"(<ell form="3" control="128" access_number="117"><flag>bidirectional</flag>)"
             R"(<receiver id="33445566" manufacturer="XYZ" version="10" device_type="49" )"
             R"(medium="communication_controller"/></ell><afl counter="2739" mac="AF5D74DF73A600D9"/>)"));
    CHECK(contains(xml, R"(<security mode="7" state="decrypted" authenticated="true" extension="10"/>)"));

    auto forged = std::string{gas_meter_with_adapter};
    forged.replace(forged.find("AF5D"), 4, "AF5E");
    CHECK(member(air_json(forged, plain_sequence_key), "security") ==
          R"({"extension":"10","mode":7,"state":"mac_mismatch"})");
}

TEST_CASE("records behind the encrypted part are said to be unprotected") {
    CHECK(contains(air_text(heat_cost_allocator, plain_sequence_key),
                   "security   mode 5  decrypted  the last 7 octets are not protected\n"));
    CHECK(contains(air_xml(heat_cost_allocator, plain_sequence_key),
                   R"(<security mode="5" state="decrypted" plain_rest="7"/>)"));
    const auto rows = air_csv(heat_cost_allocator, plain_sequence_key);
    CHECK(contains(rows, ",4,decrypted,,instantaneous,0,0,0,heat_cost_allocation,HCA,1234,"));
    CHECK(contains(rows, ",4,decrypted,,instantaneous,1,0,0,heat_cost_allocation,HCA,23456,"));
    CHECK(contains(rows, ",4,plain,,instantaneous,0,0,0,customer_location,,12345678,"));
    CHECK(member(air_json(heat_cost_allocator), "security") == R"({"mode":5,"state":"no_key"})");
    // What is cut off behind the encrypted part is as little protected.
    const auto cut_off = "2F" + std::string{heat_cost_allocator.substr(2, heat_cost_allocator.size() - 4)};
    CHECK(contains(air_csv(cut_off, plain_sequence_key), ",4,plain,,,,,,,,,,truncated,,,0CFD10785634\r\n"));
}

TEST_CASE("a MAC that does not hold closes a message without header and is told") {
    // AFL with key information, counter and a MAC of 8 octets.
    const auto hex = stripped("90 0F 002C 25 01000000 0011223344556677 78 02132A00");
    const auto json = air_json(hex, plain_sequence_key);
    INFO(json);
    CHECK(member(json, "security") == R"({"state":"mac_mismatch"})");
    CHECK(member(json, "encrypted_data") == R"("02132A00")");
    CHECK(member(json, "records") == "[]");
    CHECK(contains(air_text(hex, plain_sequence_key), "security   mac mismatch  4 octets encrypted\n"));
    CHECK(contains(air_xml(hex, plain_sequence_key),
                   R"(<security state="mac_mismatch"/><encrypted_data>02132A00</encrypted_data>)"));
    CHECK(air_csv(hex, plain_sequence_key).empty());
    // Without a key nobody has looked.
    CHECK(member(air_json(hex), "security") == R"({"state":"plain"})");
    CHECK(contains(air_text(hex), "security   plain\n"));
    CHECK(contains(air_csv(hex), ",plain,,instantaneous,0,0,0,volume,m3,0.042,"));
}

TEST_CASE("mode 10 shows its tag and is authenticated by it") {
    const auto json = air_json(mode_10_meter, mode_10_key);
    CHECK(contains(json, R"("security":{"mode":10,"state":"decrypted","authenticated":true,)"
                         R"("extension":"10018C570E00","tag":"BB8928114D60788A"},"records":[{)"));
    CHECK(contains(json, R"("quantity":"date_time","unit":"","value":"2025-12-01T00:00")"));
    CHECK(
        contains(air_xml(mode_10_meter),
                 R"(<security mode="10" state="no_key" extension="10018C570E00" tag="BB8928114D60788A"/>)"));
}

TEST_CASE("an extended link layer that is opened says so beside a message without header") {
    const auto json = air_json(ell_meter, ell_key);
    CHECK(contains(
        json, R"("ell":{"form":2,"control":{"raw":32,"flags":["synchronised"]},"access_number":233,)"
              R"("session":{"raw":537934432,"minutes":66470,"number":0}},"ci":120,"message":"records",)"));
    CHECK(contains(json,
                   R"("access_number":233,"security":{"state":"decrypted","ell":"aes_ctr"},"records":[{)"));
    CHECK(contains(json, R"("quantity":"reactive_energy","unit":"varh","value":327900,)"));
    CHECK(contains(air_text(ell_meter, ell_key),
                   "ell        form 2  synchronised  access number 233  minute 66470  "
                   "session 0\nsecurity   link layer encrypted  decrypted\n"));
    CHECK(contains(air_csv(ell_meter, ell_key),
                   "27343111,KAM,electricity,233,,decrypted,,instantaneous,0,0,0,energy,Wh,0,"));
}

TEST_CASE("an extended link layer that stays closed leaves the sender and all encrypted octets") {
    CHECK(
        between(air_json(ell_meter), R"("number":0}},)", "}") ==
        R"("meter":{"id":"27343111","manufacturer":"KAM","version":51,"device_type":2,"medium":"electricity"},)"
        R"("access_number":233,"security":{"state":"no_key","ell":"aes_ctr"},"encrypted_data":)"
        R"("08C67C819AAE99B4DE753AA136EF64917ED9D8B2E2D35840BDEA173B8FE14CCE3F1406B7CF","errors":[])");
    CHECK(member(air_json(ell_meter, oms_key), "security") == R"({"ell":"aes_ctr","state":"wrong_key"})");
    CHECK(air_text(ell_meter) ==
          "meter      27343111  KAM  electricity  version 51\n"
          "telegram   snd_nr  without CRC  access number 233\n"
          "ell        form 2  synchronised  access number 233  minute 66470  session 0\n"
          "security   link layer encrypted  no key  37 octets encrypted\n");
    CHECK(air_csv(ell_meter).empty());
    CHECK(contains(air_xml(ell_meter),
                   R"(<session raw="537934432" minutes="66470" number="0"/></ell><meter )"));
    CHECK(contains(air_xml(ell_meter), R"(<security state="no_key" ell="aes_ctr"/><encrypted_data>08C6)"));
}

TEST_CASE("a session that is not known stays closed") {
    const auto json = air_json(stripped("8D 20 01 00000060 1234 780401"));
    CHECK(member(json, "security") == R"({"ell":"reserved","state":"unsupported"})");
    CHECK(member(json, "encrypted_data") == R"("1234780401")");
}

TEST_CASE("every flag of the extended link layer has a name") {
    CHECK(contains(air_json(stripped("8C FF 01 78")),
                   R"("control":{"raw":255,"flags":["bidirectional","fast_response","synchronised","hop",)"
                   R"("priority","accessible","repeated_access","extended_delay"]})"));
}

TEST_CASE("a telegram of a maker's own keeps its octets") {
    const auto json = air_json(stripped("A2 0102030405"));
    CHECK(contains(json, R"("ci":162,"message":"manufacturer_specific","meter":{"id":"12345678",)"));
    CHECK(contains(json, R"("application_data":"0102030405","errors":[]})"));
    CHECK(contains(air_text(stripped("A2 0102030405")), "data       0102030405\n"));
    CHECK(contains(air_xml(stripped("A2 0102030405")), "<application_data>0102030405</application_data>"));
}

TEST_CASE("an address that a maker reverses is no other sender") {
    const auto json = air_json("0C44 A511 01 07 78563412 A0 0102");
    CHECK(member(json, "link") == R"({"c":68,"frame_format":"stripped","function":"snd_nr"})");
    CHECK(contains(
        json,
        R"("meter":{"id":"12345678","manufacturer":"DME","version":1,"device_type":7,"medium":"water"})"));
}

TEST_CASE("a compact frame reads as the full frame once its format is known") {
    const auto full = stripped("78 0202D204 02152E16 022A3423");
    const auto format = stripped("69 08 313B 02020215022A");
    const auto compact = stripped("79 313B 42A6 D204 2E16 3423");
    const auto records = between(air_json(full), R"("records":)", R"(,"errors")");
    CHECK(contains(records, R"("unit":"Wh","value":123.4,)"));
    for (const auto& teacher : {full, format}) {
        tpl::format_cache formats;
        const auto unknown = air_json(compact, {}, {}, {&formats});
        CHECK(contains(unknown, R"("ci":121,"message":"compact_frame",)"));
        CHECK(contains(unknown, R"("application_data":"313B42A6D2042E163423",)"));
        CHECK(contains(unknown, R"("errors":[{"layer":"tpl","code":"signature_unknown","offset":11,)"));
        CHECK(contains(air_json(teacher, {}, {}, {&formats}), R"("errors":[]})"));
        const auto known = air_json(compact, {}, {}, {&formats});
        CHECK(contains(known, R"("ci":121,"message":"compact_frame",)"));
        CHECK(between(known, R"("records":)", R"(,"errors")") == records);
        CHECK(contains(known, R"("errors":[]})"));
    }
}

TEST_CASE("a fragment is kept until the message is whole") {
    const auto last = stripped("90 02 0200 132A00");
    CHECK(contains(air_json(last), R"("afl":{"fragment":2,"more_fragments":false},)"));
    CHECK(contains(air_json(last),
                   R"("rest":"132A00","errors":[{"layer":"tpl","code":"fragment_unexpected",)"));

    tpl::fragment_collector fragments;
    const auto begun = air_json(stripped("90 05 0170 00 0500 7802"), {}, {}, {nullptr, &fragments});
    CHECK(contains(begun, R"("afl":{"fragment":1,"more_fragments":true,"message_length":5},)"));
    CHECK(contains(begun, R"("rest":"7802","errors":[]})"));
    const auto whole = air_json(last, {}, {}, {nullptr, &fragments});
    CHECK(contains(whole, R"("reassembled":true)"));
    CHECK(contains(whole, R"("value":0.042,)"));
    CHECK(contains(whole, R"("errors":[]})"));
}

TEST_CASE("the octets of the network layer are shown") {
    const auto hex = stripped("81 1D 78 02132A00");
    CHECK(contains(air_json(hex), R"("network_layer":"811D","ci":120,)"));
    CHECK(contains(air_text(hex), "network    811D\n"));
    CHECK(contains(air_xml(hex), "<network_layer>811D</network_layer><message "));
    CHECK(contains(air_csv(hex), "volume,m3,0.042,"));
}

TEST_CASE("a link function that is not known is left out") {
    CHECK(
        contains(air_json(stripped("78 02132A00", "7F")), R"("link":{"frame_format":"stripped","c":127},)"));
    CHECK(contains(air_text(stripped("78 02132A00", "7F")), "telegram   C 7F  without CRC  records\n"));
    CHECK(contains(air_xml(stripped("78 02132A00", "7F")), R"(<link frame_format="stripped" c="127"/>)"));
}

TEST_CASE("fields of the authentication layer are shown as far as they are there") {
    const auto hex = stripped("90 0E 003A 60 1205 01000000 0500 DEADBE 7802132A00");
    CHECK(member(air_json(hex), "afl") ==
          R"({"counter":1,"key":{"derivation":1,"id":2,"version":5},"message_length":5})");
    CHECK(contains(air_text(hex), "afl        key 2 version 5  counter 1\n"));
    CHECK(contains(air_xml(hex),
                   R"(<afl counter="1" message_length="5"><key id="2" version="5" derivation="1"/></afl>)"));
}

TEST_CASE("octets that cannot be read are kept beside the reason") {
    const auto cut_off = stripped("7A 2A00");
    CHECK(contains(air_json(cut_off),
                   R"("rest":"7A2A00","errors":[{"layer":"tpl","code":"truncated","offset":13,)"));
    CHECK(contains(air_text(cut_off),
                   "rest       7A2A00\nerror      tpl: the input ends inside a field at offset 13\n"));
    CHECK(contains(air_xml(cut_off),
                   R"(<rest>7A2A00</rest><errors><error layer="tpl" code="truncated" offset="13")"));
    const auto form_5 = stripped("86 0102");
    CHECK(member(air_json(form_5), "rest") == R"("860102")");
    CHECK(contains(air_json(form_5), R"("errors":[{"layer":"wmbus","code":"ci_unexpected","offset":10,)"));
}

TEST_CASE("a record that cannot be read stands behind the problems of the layers") {
    const auto json = air_json(stripped("78 02132A00 0C13 2A"));
    CHECK(contains(json, R"("value":0.042,)"));
    CHECK(contains(json, R"("errors":[{"layer":"apl","code":"truncated","offset":18,)"));
    CHECK(contains(json, R"("raw":"0C132A"}]})"));
}

TEST_CASE("octets that are no telegram are an error") {
    for (const std::string_view hex : {"", "2E", "2E44", "05 44 2440 7856"}) {
        const auto reading = nlohmann::json::parse(air_json(hex));
        INFO(reading.dump());
        CHECK(reading["source"] == "wmbus");
        CHECK(!reading["errors"].empty());
        CHECK(!reading.contains("meter"));
        CHECK(contains(air_text(hex), "error      wmbus: "));
        CHECK(contains(air_xml(hex), R"(<errors><error layer="wmbus" )"));
        CHECK(air_csv(hex).empty());
    }
}

TEST_CASE("every truncation of a telegram is a reading") {
    const auto whole = from_hex(gas_meter_with_adapter);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto hex = to_hex(bytes_view{whole}.first(size));
        INFO(hex);
        const auto reading = nlohmann::json::parse(air_json(hex, plain_sequence_key));
        CHECK(!reading["errors"].empty());
        CHECK(
            reading["errors"].size() ==
            nlohmann::json::parse(air_json(hex, plain_sequence_key, {{}, {}, {}, "roof"}))["errors"].size());
    }
}

TEST_CASE("telegrams that are changed anywhere still give valid JSON in every state of their layers") {
    std::mt19937 random{20260329};
    std::set<std::string> states;
    for (int round = 0; round < 4000; ++round) {
        const auto& [hex, key] = examples[random() % examples.size()];
        auto changed = from_hex(hex);
        for (auto changes = random() % 3; changes > 0; --changes)
            changed[1 + random() % (changed.size() - 1)] = static_cast<std::uint8_t>(random() % 256);
        const auto as_hex = to_hex(changed);
        INFO(as_hex);
        const auto reading =
            nlohmann::json::parse(air_json(as_hex, random() % 2 == 0 ? key : ""), nullptr, false);
        REQUIRE(!reading.is_discarded());
        if (reading.contains("security"))
            states.insert(reading["security"]["state"]);
        CHECK(reading.contains("meter") == reading["link"].contains("c"));
    }
    CHECK(states ==
          std::set<std::string>{"plain", "decrypted", "no_key", "wrong_key", "mac_mismatch", "unsupported"});
}

TEST_CASE("the text of a meter on the air commands no terminal and breaks no document") {
    const auto hex = stripped("78 0D FD11 04 1B 22 3C 41");
    CHECK(contains(air_json(hex), R"("value":"A<\"\u001B")"));
    CHECK(contains(air_text(hex), R"(A<"\x1B)"));
    CHECK(contains(air_xml(hex), "A&lt;&quot;\xEF\xBF\xBD</value>"));
    CHECK(contains(air_csv(hex), R"("A<""\x1B")"));
}

TEST_CASE("a wired message that was opened reads like one that was plain") {
    const auto frame = from_hex("68 2C 2C 68 08 FD 72 88776655 9344 55 08 00 04 1005 "
                                "00DFE2A782146D1513581CD2F83F3904 0CFD1078563412 0C7844332211 26 16");
    const auto telegram = parsed(frame);
    crypto::single_key keys{crypto::key::parse(plain_sequence_key).value()};
    std::array<std::uint8_t, 256> room{};
    const auto& closed = *telegram.message();
    std::string json;
    format::append_json(json,
                        telegram.with_message(tpl::open_payload(
                            closed, {tpl::meter_address::from(*closed.long_header()), {}}, keys, room)));
    CHECK(contains(json, R"("security":{"mode":5,"state":"decrypted","plain_rest":13},"records":[{)"));
    CHECK(contains(json, R"("unit":"HCA","value":23456,)"));
    CHECK(contains(json, R"("quantity":"fabrication_number","unit":"","value":11223344)"));
}
