#include <meterlink/format/text.hpp>

#include <string>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

std::string text_of(const octets& frame, format::text_options options = {}) {
    std::string out;
    format::append_text(out, parsed(frame), options);
    return out;
}
std::string text_of(std::string_view hex) { return text_of(from_hex(hex)); }

/// The table alone.
std::string table_of(std::string_view hex) { return between(text_of(with_records(hex)), "none\n\n", ""); }

} // namespace

TEST_CASE("the table of the variable data structure aligns decimal points") {
    CHECK(
        "\n" +
            text_of("68 1F 1F 68 08 02 72 78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301 8B 60 04 "
                    "371802 18 16") ==
        R"(
meter      12345678  PAD  water  version 1
telegram   RSP_UD  address 2  records  access number 85
status     ok
security   none

storage  tariff  subunit  function       quantity          value  unit
      0       0        0  instantaneous  volume           12.565  m3
      5       0        0  maximum        volume flow       0.113  m3/h
      0       2        1  instantaneous  energy       218370      Wh
)");
}

TEST_CASE("columns that say nothing are left out") {
    CHECK("\n" + table_of("0C14 27048502 046D 32371F15 02FD17 4000 02 93 3B 0100") == R"(
quantity                value  unit  modifiers
volume              28504.27   m3
date time    2008-05-31T23:50
error flags              0x40
volume                  0.001  m3    positive contributions
)");
}

TEST_CASE("the fixed data structure in a table") {
    CHECK("\n" + text_of("68 13 13 68 08 05 73 78563412 0A 00 E9 7E 01000000 35010000 3C 16") == R"(
meter      12345678  water
telegram   RSP_UD  address 5  fixed data  access number 10
status     ok

storage  quantity  value  unit  modifiers
      0  volume    0.001  m3
      1  volume    0.135  m3    stored value
)");
}

TEST_CASE("telegrams without records are a few lines") {
    CHECK(text_of("E5") == "telegram   acknowledgement\n");
    CHECK(text_of("10 7B FD 78 16") == "telegram   REQ_UD2  address 253\n");
    CHECK(text_of("10 00 05 05 16") == "telegram   C 00  address 5\n");
    CHECK(text_of("68 04 04 68 08 05 70 08 85 16") == "telegram   RSP_UD  address 5  application error\n"
                                                      "refused    application busy  (0x08)\n");
    CHECK(text_of("68 04 04 68 08 05 71 03 81 16") == "telegram   RSP_UD  address 5  alarm\nalarm      03\n");
    CHECK(text_of("68 03 03 68 53 01 BD 11 16") ==
          "telegram   SND_UD  address 1  set baud rate\nchanges to 9600 Bd\n");
    CHECK(text_of("68 11 11 68 53 FD 52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01 40 16") ==
          "telegram   SND_UD  address 253  selection\n"
          "selects    12345678  FFFF  any  version 255\n"
          "by records 0C7804030201\n");
}

TEST_CASE("status flags and encryption are spelt out") {
    const auto text =
        text_of("68 2C 2C 68 08 FD 72 88776655 9344 55 08 00 04 1005 00DFE2A782146D1513581CD2F83F3904 "
                "0CFD1078563412 0C7844332211 26 16");
    CHECK(text.find("status     power low  (0x04)\nsecurity   mode 5  no key  16 octets encrypted\n\n") !=
          text.npos);
}

TEST_CASE("widths count characters, not octets of UTF-8") {
    CHECK("\n" + table_of("0D FD11 04 FCF6E441 02 7C 02 43 B0 0100 02 7C 02 4346 0100") == R"(
quantity    value  unit
customer     Aäöü
plain text      1  °C
plain text      1  FC
)");
}

TEST_CASE("long octets are cut short, the manufacturer's are not") {
    const auto text =
        text_of(with_records("0D FD3B 11 0102030405060708090A0B0C0D0E0F1011 0F "
                             "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20"));
    CHECK(text.find("0102030405060708090A0B0C0D0E0F10\xE2\x80\xA6 (17 octets)\n") != text.npos);
    CHECK(text.find("\nmaker data 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n         "
                    "  20\n") != text.npos);
}

TEST_CASE("what is wrong stands at the end, with its offset and octets") {
    const auto text = text_of(with_records("01 7A 08 02 13 01"));
    CHECK(between(text, "address       8\n", "") ==
          "error      apl: the input ends inside a field at offset 25\n           021301\n");
    CHECK(text_of(with_records("1F")).find("\nmore records follow in the next telegram\n") != text.npos);
}

TEST_CASE("colour is for terminals alone") {
    const auto frame = with_records("02 13 0080");
    CHECK(text_of(frame).find('\x1B') == std::string::npos);
    const auto coloured = text_of(frame, {.colour = true});
    CHECK(coloured.find("\x1B[31m(no value)\x1B[0m") != coloured.npos);
    // Without the sequences it is the same text.
    std::string plain;
    for (std::size_t i = 0; i < coloured.size(); ++i)
        if (coloured[i] == '\x1B')
            i = coloured.find('m', i);
        else
            plain += coloured[i];
    CHECK(plain == text_of(frame));
}
