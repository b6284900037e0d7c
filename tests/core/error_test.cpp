#include <meterlink/core/error.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <system_error>

#include "support/catch.hpp"

using namespace meterlink;

TEST_CASE("every error code has one row, in ascending order, with a name fit for JSON and a message") {
    const auto& rows = detail::errc_rows;
    CHECK(std::is_sorted(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.code < b.code; }));
    std::set<std::string_view> names;
    std::set<errc> codes;
    for (const auto& row : rows) {
        CHECK(names.insert(row.name).second);
        CHECK(codes.insert(row.code).second);
        CHECK(std::all_of(row.name.begin(), row.name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        }));
        CHECK_FALSE(row.message.empty());
        CHECK(name(row.code) == row.name);
        CHECK(message(row.code) == row.message);
    }
}

TEST_CASE("codes and layers have stable names, and unknown ones do no harm") {
    STATIC_REQUIRE(name(errc::truncated) == "truncated");
    STATIC_REQUIRE(name(errc::checksum) == "checksum");
    STATIC_REQUIRE(name(layer::core) == "core");
    STATIC_REQUIRE(name(layer::apl) == "apl");
    STATIC_REQUIRE(name(layer::tpl) == "tpl");
    STATIC_REQUIRE(name(layer::mbus) == "mbus");
    CHECK(name(static_cast<errc>(65535)) == "unknown");
    CHECK(message(static_cast<errc>(65535)) == "unknown error");
    CHECK(name(static_cast<layer>(255)) == "unknown");
}

TEST_CASE("an error prints its layer, what, where, and the octets that differ") {
    CHECK(to_string(error{errc::checksum, layer::mbus, 9, 0x18, 0x19}) ==
          "mbus: wrong checksum at offset 9 (expected 18, found 19)");
    CHECK(to_string(error{errc::hex_digit, layer::core, 3, -1, 'G'}) ==
          "core: not a hexadecimal digit at offset 3 (found 47)");
    CHECK(to_string(error{errc::truncated, layer::apl, 42, -1, -1}) ==
          "apl: the input ends inside a field at offset 42");
    CHECK(to_string(error{errc::length_mismatch, layer::mbus, 2, 0x0, 0x1A2}) ==
          "mbus: the two length fields differ at offset 2 (expected 00, found 01A2)");
}

TEST_CASE("an error moves with the piece of input it was found in, and stays otherwise equal") {
    constexpr error inner{errc::bcd_digit, layer::core, 3, -1, 0xA};
    STATIC_REQUIRE(inner.shifted(4) == error{errc::bcd_digit, layer::core, 7, -1, 0xA});
    STATIC_REQUIRE(inner.shifted(0) == inner);
    STATIC_REQUIRE_FALSE(inner.shifted(1) == inner);
}

TEST_CASE("an error code is a std::error_code of the category meterlink") {
    const std::error_code code = errc::stop_byte;
    CHECK(code.category().name() == std::string{"meterlink"});
    CHECK(code.message() == std::string{message(errc::stop_byte)});
    CHECK(code == errc::stop_byte);
    CHECK_FALSE(code == std::error_code{errc::start_byte});
    CHECK(static_cast<bool>(std::error_code{errc::truncated})); // no code is zero: zero is success
    CHECK(&error_category() == &code.category());
}
