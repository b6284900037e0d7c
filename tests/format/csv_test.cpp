#include <meterlink/format/csv.hpp>

#include <algorithm>
#include <random>
#include <string>

#include "support/catch.hpp"
#include "telegrams.hpp"

using namespace meterlink;
using namespace telegrams;

namespace {

std::string csv_of(const octets& frame, format::csv_options options = {}) {
    std::string out;
    format::append_csv(out, parsed(frame), options);
    return out;
}

/// Cells per row, as a reader that obeys RFC 4180 counts them; -1 where rows differ or are not ended.
int cells_per_row(const std::string& csv) {
    int expected = 0;
    int cells = 1;
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        if (csv[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && csv[i] == ',') {
            ++cells;
        } else if (!quoted && csv[i] == '\r') {
            if (++i == csv.size() || csv[i] != '\n' || (expected != 0 && expected != cells))
                return -1;
            expected = cells;
            cells = 1;
        } else if (csv[i] == '\n') {
            return -1;
        }
    }
    return quoted || cells != 1 ? -1 : expected;
}

} // namespace

TEST_CASE("the header names the columns") {
    std::string out;
    format::append_csv_header(out);
    CHECK(out == "id,manufacturer,medium,access_number,status,security,authenticated,function,storage,"
                 "tariff,subunit,quantity,unit,value,modifiers,invalid,raw_dib,raw_vib,raw_data\r\n");
    out.clear();
    format::append_csv_header(out, {.separator = ';'});
    CHECK(out.substr(0, 23) == "id;manufacturer;medium;");
}

TEST_CASE("one row for each record") {
    CHECK(csv_of(from_hex(
              "68 1F 1F 68 08 02 72 78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301 8B 60 04 "
              "371802 18 16")) ==
          "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,volume,m3,12.565,,,03,13,153100\r\n"
          "12345678,PAD,water,85,0,plain,,maximum,5,0,0,volume_flow,m3/h,0.113,,,DA02,3B,1301\r\n"
          "12345678,PAD,water,85,0,plain,,instantaneous,0,2,1,energy,Wh,218370,,,8B60,04,371802\r\n");
    CHECK(csv_of(from_hex("68 13 13 68 08 05 73 78563412 0A 00 E9 7E 01000000 35010000 3C 16")) ==
          "12345678,,water,10,0,plain,,instantaneous,0,0,0,volume,m3,0.001,,,,,01000000\r\n"
          "12345678,,water,10,0,plain,,instantaneous,1,0,0,volume,m3,0.135,stored_value,,,,35010000\r\n");
}

TEST_CASE("values as in JSON, and reasons in a column of their own") {
    CHECK(csv_of(with_records("02 FD17 4000")) ==
          "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,error_flags,,64,,,02,FD17,4000\r\n");
    CHECK(csv_of(with_records("02 9316 1234")) == "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,volume,"
                                                  "m3,,data_overflow,record_error,02,9316,1234\r\n");
    CHECK(csv_of(with_records("0D FD3B 01 07")) ==
          "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,wireless_container,,,,,0D,FD3B,0107\r\n");
    CHECK(csv_of(with_records("02 93 BB 3E 0100")) ==
          "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,volume,m3,0.001,"
          "positive_contributions at_base_conditions,,02,93BB3E,0100\r\n");
}

TEST_CASE("text with quotes, separators and control characters stays in one cell of one line") {
    const auto text = [](std::string_view hex, char separator = ',') {
        return between(csv_of(with_records(hex), {separator}),
                       std::string{"customer"} + separator + separator,
                       std::string{separator} + separator + separator + "0D");
    };
    CHECK(text("0D FD11 02 4241") == "AB");
    CHECK(text("0D FD11 03 42 2C 41") == R"("A,B")");
    CHECK(text("0D FD11 03 42 2C 41", ';') == "A,B");
    CHECK(text("0D FD11 03 42 3B 41", ';') == R"("A;B")");
    CHECK(text("0D FD11 03 42 22 41") == R"("A""B")");
    CHECK(text("0D FD11 05 42 0D 0A 00 41") == R"(A\x00\x0A\x0DB)");
    CHECK(text("0D FD11 02 42 20") == R"(" B")");
    CHECK(text("0D FD11 01 E4") == "\xC3\xA4");
}

TEST_CASE("text of the meter never becomes a formula, numbers stay numbers") {
    CHECK(csv_of(with_records("0D FD11 05 29 31 2B 31 3D")).find(",'=1+1),") != std::string::npos);
    CHECK(csv_of(with_records("0D FD11 02 31 2D")).find(",'-1,") != std::string::npos);
    CHECK(csv_of(with_records("0D FD11 02 31 40")).find(",'@1,") != std::string::npos);
    CHECK(csv_of(with_records("02 7C 02 41 2B 0100")).find(",'+A,1,") != std::string::npos);
    CHECK(csv_of(with_records("01 13 FF")).find(",m3,-0.001,") != std::string::npos);
}

TEST_CASE("a record that cannot be read has a row, and a telegram without records has none") {
    CHECK(csv_of(with_records("01 7A 08 02 13 01")) ==
          "12345678,PAD,water,85,0,plain,,instantaneous,0,0,0,address,,8,,,01,7A,08\r\n"
          "12345678,PAD,water,85,0,plain,,,,,,,,,,truncated,,,021301\r\n");
    CHECK(csv_of(from_hex("E5")).empty());
    CHECK(csv_of(from_hex("68 04 04 68 08 05 70 08 85 16")).empty());
    CHECK(csv_of(framed(from_hex("78 01 7A 08"))) ==
          ",,,,,plain,,instantaneous,0,0,0,address,,8,,,01,7A,08\r\n");
}

TEST_CASE("any octets give rows of nineteen cells") {
    std::mt19937 random{17};
    for (int round = 0; round < 1000; ++round) {
        octets records(random() % 200);
        for (auto& octet : records)
            octet = static_cast<std::uint8_t>(random() % 256);
        const auto start = from_hex(round % 2 == 0 ? "0D 7C" : "0D FD 11 50");
        records.insert(records.begin(), start.begin(), start.end());
        const auto csv = csv_of(with_records(records));
        CHECK(cells_per_row(csv) == (csv.empty() ? 0 : 19));
    }
}
