#include <meterlink/modbus/pdu_size.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

using measure = result<std::size_t> (*)(bytes_view);

/// Known from the first `needed` octets of `wire`, and `wire` is that long.
void check_size(measure size_of, const octets& wire, std::size_t needed) {
    CAPTURE(wire);
    for (std::size_t size = 0; size <= wire.size(); ++size) {
        const auto announced = size_of(bytes_view{wire}.first(size));
        if (size < needed) {
            REQUIRE_FALSE(announced);
            CHECK(announced.error() == modbus_error(errc::truncated, size));
        } else
            CHECK(announced == wire.size());
    }
    CHECK(size_of(followed_by(wire, 0xFF)) == wire.size());
}

} // namespace

TEST_CASE("the length of each request is known from its beginning") {
    for (const auto& wire :
         {"01 00 13 00 13"_octets, "02 00 C4 00 16"_octets, "03 00 6B 00 03"_octets, "04 00 08 00 01"_octets,
          "05 00 AC FF 00"_octets, "06 00 01 00 03"_octets, "07"_octets, "08 00 00 A5 37"_octets, "0B"_octets,
          "0C"_octets, "11"_octets, "16 00 04 00 F2 00 25"_octets, "18 04 DE"_octets})
        check_size(request_size, wire, 1);
    check_size(request_size, "0F 00 13 00 0A 02 CD 01"_octets, 6);
    check_size(request_size, "10 00 01 00 02 04 00 0A 01 02"_octets, 6);
    check_size(request_size, "14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02"_octets, 2);
    check_size(request_size, "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets, 2);
    check_size(request_size, "17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF"_octets, 10);
    check_size(request_size, "2B 0E 01 00"_octets, 2);
}

TEST_CASE("the length of each response is known from its beginning") {
    for (const auto& wire :
         {"05 00 AC FF 00"_octets, "06 00 01 00 03"_octets, "07 6D"_octets, "08 00 00 A5 37"_octets,
          "0B FF FF 01 08"_octets, "0F 00 13 00 0A"_octets, "10 00 01 00 02"_octets,
          "16 00 04 00 F2 00 25"_octets, "81 02"_octets, "AB 01"_octets, "C1 01"_octets})
        check_size(response_size, wire, 1);
    for (const auto& wire :
         {"01 03 CD 6B 05"_octets, "02 03 AC DB 35"_octets, "03 06 02 2B 00 00 00 64"_octets,
          "04 02 00 0A"_octets, "0C 08 00 00 01 08 01 21 20 00"_octets, "11 03 42 FF 01"_octets,
          "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40"_octets,
          "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets, "17 04 00 FE 0A CD"_octets})
        check_size(response_size, wire, 2);
    check_size(response_size, "18 00 06 00 02 01 B8 12 84"_octets, 3);
    check_size(response_size, "2B 0E 01 01 00 00 00"_octets, 7);
    check_size(response_size, "2B 0E 01 01 00 00 02 00 02 41 42 01 01 43"_octets, 13);
}

TEST_CASE("the lengths of functions that are not known here are the caller's") {
    CHECK(request_size("41 05"_octets).error() == modbus_error(errc::function_unexpected, 0, -1, 0x41));
    CHECK(response_size("41 05"_octets).error() == modbus_error(errc::function_unexpected, 0, -1, 0x41));
    CHECK(request_size("83 02"_octets).error() == modbus_error(errc::function_unexpected, 0, -1, 0x83));
    CHECK(request_size("2B 0D 01"_octets).error() == modbus_error(errc::function_unexpected, 1, 0x0E, 0x0D));
    CHECK(response_size("2B 0D 01"_octets).error() == modbus_error(errc::function_unexpected, 1, 0x0E, 0x0D));
}

TEST_CASE("a count that no PDU can hold is no length") {
    CHECK(request_size("10 00 01 00 7B F7"_octets) == max_pdu_size);
    CHECK(request_size("10 00 01 00 7B F8"_octets).error() == modbus_error(errc::byte_count, 5, 247, 248));
    CHECK(request_size("17 00 03 00 06 00 0E 00 7A F4"_octets).error() ==
          modbus_error(errc::byte_count, 9, 243, 244));
    CHECK(request_size("14 FC"_octets).error() == modbus_error(errc::byte_count, 1, 251, 252));
    CHECK(response_size("03 FB"_octets) == max_pdu_size);
    CHECK(response_size("03 FC"_octets).error() == modbus_error(errc::byte_count, 1, 251, 252));
    CHECK(response_size("18 00 FA"_octets) == max_pdu_size);
    CHECK(response_size("18 01 00"_octets).error() == modbus_error(errc::byte_count, 1, 250, 256));
    CHECK(response_size("2B 0E 01 01 00 00 01 00 F5"_octets).error() ==
          modbus_error(errc::byte_count, 8, -1, 0xF5));
}
