#include <meterlink/format/xml.hpp>

#include <string>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

std::string xml_of(const octets& frame) {
    std::string out;
    format::append_xml(out, parsed(frame));
    return out;
}
std::string xml_of(std::string_view hex) { return xml_of(from_hex(hex)); }

std::string record_xml(std::string_view hex) {
    return between(xml_of(with_records(hex)), "<records>", "</records>");
}

} // namespace

TEST_CASE("the example of a variable data structure as elements and attributes") {
    CHECK(
        xml_of("68 1F 1F 68 08 02 72 78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301 8B 60 04 "
               "371802 18 16") ==
        R"(<telegram source="mbus"><link frame="long" c="8" address="2" function="RSP_UD"/>)"
        R"(<message ci="114" name="records"/>)"
        R"(<meter id="12345678" manufacturer="PAD" version="1" device_type="7" medium="water"/>)"
        R"(<access_number>85</access_number><status raw="0"></status><security mode="0" state="plain"/>)"
        R"(<records><record function="instantaneous" storage="0" tariff="0" subunit="0" quantity="volume" unit="m3">)"
        R"(<value type="number">12.565</value><raw dib="03" vib="13" data="153100"/></record>)"
        R"(<record function="maximum" storage="5" tariff="0" subunit="0" quantity="volume_flow" unit="m3/h">)"
        R"(<value type="number">0.113</value><raw dib="DA02" vib="3B" data="1301"/></record>)"
        R"(<record function="instantaneous" storage="0" tariff="2" subunit="1" quantity="energy" unit="Wh">)"
        R"(<value type="number">218370</value><raw dib="8B60" vib="04" data="371802"/></record></records>)"
        R"(<more_records_follow>false</more_records_follow><errors></errors></telegram>)");
}

TEST_CASE("telegrams without records as XML") {
    CHECK(xml_of("E5") == R"(<telegram source="mbus"><link frame="ack"/><errors></errors></telegram>)");
    CHECK(between(xml_of("68 04 04 68 08 05 70 08 85 16"), "\"application_error\"/>", "<errors>") ==
          R"(<application_error code="8" name="application_busy"/>)");
    CHECK(between(xml_of("68 03 03 68 53 01 BD 11 16"), "\"set_baud_rate\"/>", "<errors>") ==
          "<baud_rate>9600</baud_rate>");
    CHECK(between(xml_of("68 11 11 68 53 FD 52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01 40 16"),
                  "<selection", "/>") ==
          R"( id="12345678" manufacturer="FFFF" version="255" device_type="255" medium="any")"
          R"( fabrication_number="01020304" records="0C7804030201")");
}

TEST_CASE("text is escaped, and what XML cannot write is replaced") {
    CHECK(
        record_xml("0D FD11 05 22 3E 3C 26 61").find(R"(<value type="text">a&amp;&lt;&gt;&quot;</value>)") !=
        std::string::npos);
    CHECK(record_xml("0D FD11 06 0A 0D 09 00 1B E4")
              .find("<value type=\"text\">\xC3\xA4\xEF\xBF\xBD\xEF\xBF\xBD&#9;&#13;&#10;</value>") !=
          std::string::npos);
    CHECK(record_xml("02 7C 02 3C 22 0100").find(R"(unit="&quot;&lt;")") != std::string::npos);
}

TEST_CASE("text of the meter does not command a terminal that shows the document") {
    CHECK(record_xml("0D FD11 04 7F 9B 1B A0").find(">\xC2\xA0\xEF\xBF\xBD&#155;&#127;</value>") !=
          std::string::npos);
    CHECK(record_xml("02 7C 02 9B 9D 0100").find(R"(unit="&#157;&#155;")") != std::string::npos);
}

TEST_CASE("values of each kind say of which") {
    const auto value = [](std::string_view hex) { return between(record_xml(hex), "<value", "</value>"); };
    CHECK(value("02 6C FE04") == R"( type="date">2007-04-30)");
    CHECK(value("03 6D 3B300B") == R"( type="time">11:48:59)");
    CHECK(value("04 6D 32371F15") == R"( type="date_time">2008-05-31T23:50)");
    CHECK(value("02 FD17 4000") == R"( type="number">64)");
    CHECK(record_xml("02 13 0080").find(R"(unit="m3" invalid="no_value"><raw)") != std::string::npos);
    CHECK(record_xml("04 6D 00A04137").find(R"(summer_time="true")") != std::string::npos);
    CHECK(record_xml("02 93 3B 0100").find("<modifier>positive_contributions</modifier>") !=
          std::string::npos);
}

TEST_CASE("errors, private octets and what follows are elements too") {
    const auto xml = xml_of(with_records("01 7A 08 02 13 01"));
    CHECK(
        xml.find(
            R"(<error layer="apl" code="truncated" offset="25" message="the input ends inside a field" raw="021301"/>)") !=
        xml.npos);
    CHECK(xml_of(with_records("1F 01 02"))
              .find("<manufacturer_data>0102</manufacturer_data><more_records_follow>true<") != xml.npos);
    std::string out;
    format::append_xml(out, error{errc::start_byte, layer::mbus, 0, -1, 0x11});
    CHECK(out == R"(<telegram source="mbus"><errors><error layer="mbus" code="start_byte" offset="0")"
                 R"( message="wrong start byte" found="17"/></errors></telegram>)");
}
