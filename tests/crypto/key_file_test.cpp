#include <meterlink/crypto/key_file.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/crypto/key_ring.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

namespace {

constexpr std::string_view header = "Address, Key, Manufacturer, DeviceType, Version\n";
constexpr std::string_view some_key = "FFEEDDCCBBAA99887766554433221100";

// the example of the requirements, its first key short by two digits
constexpr std::string_view example = "address, key, manufacturer, deviceType, version\n"
                                     "-1, AAAABBBBCCCCDDDEEEFFFFF1112222, *, -1, -1\n"
                                     "13360079, A1B2C3D4E5F6A1B2C3D4E5F678910111, ELV, -1, -1\n"
                                     "-1, FFEEDDCCBBAA99887766554433221100, *, -1, -1\n"
                                     "-1, AAAA1111BBBB2222CCCC3333DDDD4444, ACA, -1, -1\n"
                                     "-1, 9999AAAA8888BBBB7777CCCC6666DDDD, ELV, -1, 2\n";

key_file read(std::string_view text) { return key_file::parse(text).value(); }

/// The one good row of a file that has no other.
key_entry read_row(const std::string& row) {
    const auto file = read(std::string{header} + row);
    REQUIRE(file.problems.empty());
    REQUIRE(file.entries.size() == 1);
    return file.entries.front();
}

std::string complaint(const std::string& row) {
    const auto file = read(std::string{header} + row);
    CHECK(file.entries.empty());
    REQUIRE(file.problems.size() == 1);
    return to_string(file.problems.front());
}

void check_first_entry(const key_file& file) {
    REQUIRE(file.problems.empty());
    REQUIRE(file.entries.size() == 1);
    const auto& entry = file.entries.front();
    CHECK(entry.identification == 0x13360079U);
    CHECK(entry.key == key::parse(some_key).value());
    CHECK(entry.manufacturer == tpl::manufacturer::parse("ELV").value());
    CHECK(entry.device_type == tpl::device_type::gas);
    CHECK(entry.version == std::uint8_t{2});
    CHECK_FALSE(entry.is_linked);
}

error header_error(std::size_t offset) { return {errc::key_file_header, layer::crypto, offset}; }

} // namespace

TEST_CASE("the example of a key file is read and its short key refused with line and column") {
    const auto file = read(example);
    REQUIRE(file.problems.size() == 1);
    CHECK(file.problems[0] == key_file_problem{2, 35, errc::key_syntax, key_column::key, 30});
    CHECK(to_string(file.problems[0]) ==
          "line 2, column 35: Key: a key is 32 hexadecimal digits, this has 30 characters");
    REQUIRE(file.entries.size() == 4);
    CHECK(file.entries[0].identification == 0x13360079U);
    CHECK(file.entries[0].manufacturer == tpl::manufacturer::parse("ELV").value());
    CHECK_FALSE((file.entries[0].device_type || file.entries[0].version));
    CHECK(file.entries[0].key == key::parse("A1B2C3D4E5F6A1B2C3D4E5F678910111").value());
    CHECK(file.entries[1].precedence() == 0);
    CHECK(file.entries[2].manufacturer == tpl::manufacturer::parse("ACA").value());
    CHECK_FALSE(file.entries[2].identification);
    CHECK(file.entries[3].version == std::uint8_t{2});
    CHECK(key_ring{file.entries}.size() == 4);
}

TEST_CASE("a key file is read with any delimiter and line end") {
    const std::string row = "13360079," + std::string{some_key} + ",ELV,3,2";
    const std::string plain = "Address,Key,Manufacturer,DeviceType,Version\n" + row;
    for (const char delimiter : {',', ';', '\t'})
        for (const auto* const end : {"\n", "\r\n", "\n\n", "\r\n\r\n  \r\n,,,,\r\n"})
            for (const auto* const mark : {"", "\xEF\xBB\xBF"}) {
                std::string text = mark;
                for (const char c : plain)
                    if (c == '\n')
                        text += end;
                    else
                        text += c;
                for (auto& c : text)
                    if (c == ',')
                        c = delimiter;
                check_first_entry(read(text));
                check_first_entry(read("\r\n \n" + text.substr(std::string_view{mark}.size()) + "\n"));
            }
}

TEST_CASE("blanks and quotation marks around fields do not matter") {
    check_first_entry(read("  \"Address\" ;\tKey\t;\" manufacturer \";DEVICETYPE;version\n"
                           " 13360079 ; \"" +
                           std::string{some_key} + "\" ;\"ELV\";\t\"3\";2 \n"));
    check_first_entry(read("\"Address\"\t Key\tManufacturer\tDeviceType\tVersion\n"
                           "\"13360079\"\t" +
                           std::string{some_key} + " \tELV\t 3\t2\n"));
}

TEST_CASE("columns come in any order and others are ignored") {
    check_first_entry(read("version,Remark,KEY,devicetype,,MANUFACTURER,address\n"
                           "2,\"in the cellar, \"\"left\"\", behind\"," +
                           std::string{some_key} + ",3,,elv,13360079\n"));
}

TEST_CASE("empty fields behind the last column are no problem but others are") {
    const auto row = "13360079," + std::string{some_key} + ",ELV,3,2";
    check_first_entry(read(std::string{header} + row + ",, ,"));
    CHECK(complaint(row + ",,7") == "line 2, column 52: a row has another number of columns than the header");
    CHECK(complaint("13360079," + std::string{some_key} + ",ELV,3") ==
          "line 2, column 48: a row has another number of columns than the header");
}

TEST_CASE("excluded criteria stay empty") {
    const auto text = std::string{some_key};
    for (const auto& row :
         {"-1," + text + ",*,-1,-1", "-00000001," + text + ",-1,*,*", "*," + text + ",*,-01,-1"}) {
        const auto entry = read_row(row);
        CHECK_FALSE((entry.identification || entry.manufacturer || entry.device_type || entry.version));
    }
}

TEST_CASE("a short address is filled with zeros in front") {
    const auto rest = "," + std::string{some_key} + ",*,-1,-1";
    CHECK(read_row("79" + rest).identification == 0x79U);
    CHECK(read_row("00000000" + rest).identification == 0U);
    CHECK(read_row("0" + rest).identification == 0U);
    CHECK(read_row("99999999" + rest).identification == 0x99999999U);
    CHECK(read_row("12345678" + rest).identification == 0x12345678U);
}

TEST_CASE("numbers are decimal and fit an octet") {
    const auto row = [](const std::string& type, const std::string& version) {
        return "-1," + std::string{some_key} + ",*," + type + "," + version;
    };
    CHECK(read_row(row("16", "255")).device_type == tpl::device_type{0x10});
    CHECK(read_row(row("0", "255")).version == std::uint8_t{255});
    CHECK(read_row(row("007", "000")).device_type == tpl::device_type::water);
    for (const auto* const wrong :
         {"256", "-2", "0x10", "1.0", "", "A", "+1", "-", "-0", "1000", "--1", "1 2"}) {
        CHECK(complaint(row(wrong, "1")) ==
              "line 2, column 39: DeviceType: expected a number from 0 to 255, or -1 for every device type");
        CHECK(complaint(row("12", wrong)) ==
              "line 2, column 42: Version: expected a number from 0 to 255, or -1 for every version");
    }
}

TEST_CASE("a wrong address or manufacturer is named") {
    for (const auto* const wrong : {"123456789", "1234567A", "-2", "", "-11", "1 2", "-"})
        CHECK(complaint(wrong + ("," + std::string{some_key}) + ",*,-1,-1") ==
              "line 2, column 1: Address: expected up to 8 decimal digits, or -1 for every meter");
    for (const auto* const wrong : {"EL", "ELVE", "E1V", "", "**", "-"})
        CHECK(complaint("-1," + std::string{some_key} + ", " + wrong + ",-1,-1").substr(0, 28) ==
              "line 2, column 38: Manufactu");
}

TEST_CASE("every bad row is reported and every good one kept") {
    const auto good = "-1," + std::string{some_key} + ",*,-1,-1\n";
    const auto file = read(std::string{header} + good + "x,y,*,-1,-1\n\n" + good + "-1," +
                           std::string{some_key} + ",*,-1,x\n" + good);
    CHECK(file.entries.size() == 3);
    CHECK(file.problems == std::vector<key_file_problem>{
                               {3, 1, errc::key_file_field, key_column::address},
                               {3, 3, errc::key_syntax, key_column::key, 1},
                               {6, 42, errc::key_file_field, key_column::version},
                           });
}

TEST_CASE("a linked key is one whose row says so") {
    const auto with = [](const std::string& answer) {
        return "Address,Key,Manufacturer,DeviceType,Version,Linked\n13360079," + std::string{some_key} +
               ",*,-1,-1," + answer;
    };
    for (const auto* const yes : {"1", "yes", "TRUE", " true "})
        CHECK(read(with(yes)).entries.at(0).is_linked);
    for (const auto* const no : {"0", "No", "false", ""})
        CHECK_FALSE(read(with(no)).entries.at(0).is_linked);
    const auto wrong = read(with("perhaps"));
    REQUIRE(wrong.problems.size() == 1);
    CHECK(to_string(wrong.problems[0]) ==
          "line 2, column 51: Linked: expected 1, yes or true, or 0, no or false");
}

TEST_CASE("a header without all columns is refused at its end") {
    CHECK(key_file::parse("").error() == header_error(0));
    CHECK(key_file::parse({}).error() == header_error(0));
    CHECK(key_file::parse("\n\r\n").error() == header_error(3));
    CHECK(key_file::parse("\xEF\xBB\xBF").error() == header_error(3));
    CHECK(key_file::parse("Address,Key,Manufacturer,DeviceType\n").error() == header_error(35));
    CHECK(key_file::parse("\nAddress Key Manufacturer DeviceType Version").error() == header_error(44));
    CHECK(key_file::parse("-1,FFEEDDCCBBAA99887766554433221100,*,-1,-1").error() == header_error(43));
    CHECK(to_string(key_file::parse("Address").error()) ==
          "crypto: the header must name the columns address, key, manufacturer, devicetype, version at "
          "offset 7");
}

TEST_CASE("a column named twice is refused where it stands again") {
    CHECK(key_file::parse("Address,Key,Manufacturer,DeviceType,Version,key").error() == header_error(44));
    CHECK(key_file::parse("Linked,Key,linked,DeviceType,Version,address").error() == header_error(11));
    CHECK(key_file::parse("\xEF\xBB\xBF\nKey,Key").error() == header_error(8));
}

TEST_CASE("quotation marks that do not end make a bad row and no more") {
    const auto file = read(std::string{header} + "\"-1," + std::string{some_key} + ",*,-1,-1\n" + "-1," +
                           std::string{some_key} + ",*,-1,-1\n");
    CHECK(file.entries.size() == 1);
    REQUIRE_FALSE(file.problems.empty());
    CHECK(file.problems[0].line == 2);
}

TEST_CASE("no complaint about a key file holds a digit of a key") {
    // keys of one letter that no message has, wrong in every way a row can be
    const std::string secret(32, 'F');
    const auto almost = secret.substr(1);
    const std::vector<std::string> rows{"-1," + almost + ",*,-1,-1",
                                        "-1," + almost + "X,*,-1,-1",
                                        "-1," + secret + "F,*,-1,-1",
                                        secret + ",-1,*,-1,-1",
                                        "-1,-1," + secret + ",-1,-1",
                                        "-1,-1,*," + secret + ",-1",
                                        "-1,-1,*,-1," + secret,
                                        secret,
                                        "-1," + secret + ",*,-1,-1," + secret,
                                        "\"" + secret + ",*,-1,-1",
                                        "-1;" + secret + ";*;-1;-1"};
    for (const auto& row : rows) {
        const auto file = read(std::string{header} + row);
        REQUIRE_FALSE(file.problems.empty());
        for (const auto& problem : file.problems)
            CHECK(to_string(problem).find('F') == std::string::npos);
    }
    CHECK(to_string(key_file::parse(secret).error()).find('F') == std::string::npos);
    CHECK(to_string(key::parse(almost + "X").error()).find('F') == std::string::npos);
}
