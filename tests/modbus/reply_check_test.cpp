#include <meterlink/modbus/reply_check.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

/// Why `reply` is no answer to `request`.
error objection(const octets& request, const octets& reply) {
    const auto checked = check_reply(request, reply);
    return checked ? no_error : checked.error();
}

struct exchange {
    octets request;
    octets reply;
};

const exchange exchanges[] = {
    {"01 00 13 00 13"_octets, "01 03 CD 6B 05"_octets},
    {"02 00 C4 00 16"_octets, "02 03 AC DB 35"_octets},
    {"03 00 6B 00 03"_octets, "03 06 02 2B 00 00 00 64"_octets},
    {"04 00 08 00 01"_octets, "04 02 00 0A"_octets},
    {"05 00 AC FF 00"_octets, "05 00 AC FF 00"_octets},
    {"06 00 01 00 03"_octets, "06 00 01 00 03"_octets},
    {"07"_octets, "07 6D"_octets},
    {"08 00 00 A5 37"_octets, "08 00 00 A5 37"_octets},
    {"08 00 0B 00 00"_octets, "08 00 0B 12 34"_octets},
    {"0B"_octets, "0B FF FF 01 08"_octets},
    {"0C"_octets, "0C 08 00 00 01 08 01 21 20 00"_octets},
    {"0F 00 13 00 0A 02 CD 01"_octets, "0F 00 13 00 0A"_octets},
    {"10 00 01 00 02 04 00 0A 01 02"_octets, "10 00 01 00 02"_octets},
    {"11"_octets, "11 03 42 FF 01"_octets},
    {"14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02"_octets,
     "14 0C 05 06 0D FE 00 20 05 06 33 CD 00 40"_octets},
    {"15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets,
     "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets},
    {"16 00 04 00 F2 00 25"_octets, "16 00 04 00 F2 00 25"_octets},
    {"17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF"_octets,
     "17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF"_octets},
    {"18 04 DE"_octets, "18 00 06 00 02 01 B8 12 84"_octets},
    {"2B 0E 01 00"_octets, "2B 0E 01 01 00 00 02 00 02 41 42 01 01 43"_octets},
    {"2B 0E 04 01"_octets, "2B 0E 04 81 00 00 01 01 01 43"_octets},
    {"2B 0D 01 02"_octets, "2B 0D FF"_octets},
    {"41 01 02"_octets, "41"_octets},
};

/// An answer to a function that this library does not take apart, so that no length of it is wrong.
bool is_opaque(const octets& request) {
    return request[0] == 0x41 || (request[0] == 0x2B && request[1] == 0x0D);
}

} // namespace

TEST_CASE("the answers of the standard fit their requests") {
    for (const auto& [request, reply] : exchanges) {
        CAPTURE(request, reply);
        CHECK(objection(request, reply) == no_error);
    }
}

TEST_CASE("an exception response fits a request of its function and no other") {
    for (const auto& [request, reply] : exchanges)
        for (unsigned code = 0; code <= 0xFF; ++code) {
            const auto own = static_cast<std::uint8_t>(request[0] | 0x80);
            const auto reason = static_cast<std::uint8_t>(code);
            CHECK(objection(request, {own, reason}) == no_error);
            const auto other = static_cast<std::uint8_t>(own ^ 0x01);
            CHECK(objection(request, {other, reason}) ==
                  modbus_error(errc::function_unexpected, 0, request[0], other));
        }
    CHECK(objection("03 00 6B 00 03"_octets, "83"_octets) == modbus_error(errc::truncated, 1));
    CHECK(objection("03 00 6B 00 03"_octets, "83 02 00"_octets) == modbus_error(errc::pdu_length, 2, 2, 3));
}

TEST_CASE("no answer fits when it is cut anywhere or has an octet too many") {
    for (const auto& [request, reply] : exchanges) {
        if (is_opaque(request))
            continue;
        CAPTURE(request, reply);
        for (std::size_t size = 0; size < reply.size(); ++size)
            CHECK(objection(request, {reply.begin(), reply.begin() + static_cast<std::ptrdiff_t>(size)}) ==
                  modbus_error(errc::truncated, size));
        CHECK(objection(request, followed_by(reply, 0)).code == errc::pdu_length);
    }
}

TEST_CASE("the answer to another function is none") {
    for (const auto& asked : exchanges)
        for (const auto& [request, reply] : exchanges)
            if (request[0] != asked.request[0])
                CHECK(objection(asked.request, reply) ==
                      modbus_error(errc::function_unexpected, 0, asked.request[0], reply[0]));
}

TEST_CASE("an answer with more or fewer values than were asked for is none") {
    const auto request = "03 00 6B 00 03"_octets;
    CHECK(objection(request, "03 04 02 2B 00 00"_octets) == modbus_error(errc::byte_count, 1, 6, 4));
    CHECK(objection(request, "03 08 02 2B 00 00 00 64 00 00"_octets) ==
          modbus_error(errc::byte_count, 1, 6, 8));
    CHECK(objection(request, "03 05 02 2B 00 00 00"_octets) == modbus_error(errc::byte_count, 1, 6, 5));
    CHECK(objection(request, "03 0C 02 2B 00 00 00 64"_octets) == modbus_error(errc::byte_count, 1, 6, 12));
    CHECK(objection(request, "03 00"_octets) == modbus_error(errc::byte_count, 1, 6, 0));
    CHECK(objection("04 00 08 00 01"_octets, "04 04 00 0A 00 00"_octets) ==
          modbus_error(errc::byte_count, 1, 2, 4));
    CHECK(objection("01 00 13 00 13"_octets, "01 02 CD 6B"_octets) ==
          modbus_error(errc::byte_count, 1, 3, 2));
    CHECK(objection("02 00 13 00 08"_octets, "02 02 CD 6B"_octets) ==
          modbus_error(errc::byte_count, 1, 1, 2));
    CHECK(objection("17 00 03 00 06 00 0E 00 01 02 00 FF"_octets, "17 02 00 FE"_octets) ==
          modbus_error(errc::byte_count, 1, 12, 2));
}

TEST_CASE("an answer that does not repeat what it has to is none") {
    CHECK(objection("05 00 AC FF 00"_octets, "05 00 AC 00 00"_octets) ==
          modbus_error(errc::reply_mismatch, 3, 0xFF, 0x00));
    CHECK(objection("06 00 01 00 03"_octets, "06 00 02 00 03"_octets) ==
          modbus_error(errc::reply_mismatch, 2, 1, 2));
    CHECK(objection("10 00 01 00 02 04 00 0A 01 02"_octets, "10 00 01 00 01"_octets) ==
          modbus_error(errc::reply_mismatch, 4, 2, 1));
    CHECK(objection("0F 00 13 00 0A 02 CD 01"_octets, "0F 00 14 00 0A"_octets) ==
          modbus_error(errc::reply_mismatch, 2, 0x13, 0x14));
    CHECK(objection("16 00 04 00 F2 00 25"_octets, "16 00 04 00 F2 00 26"_octets) ==
          modbus_error(errc::reply_mismatch, 6, 0x25, 0x26));
    CHECK(objection("08 00 00 A5 37"_octets, "08 00 00 A5 38"_octets) ==
          modbus_error(errc::reply_mismatch, 4, 0x37, 0x38));
    CHECK(objection("08 00 00 A5 37 00 01"_octets, "08 00 00 A5 37"_octets) ==
          modbus_error(errc::truncated, 5));
    CHECK(objection("08 00 0B 00 00"_octets, "08 00 0C 12 34"_octets) ==
          modbus_error(errc::reply_mismatch, 2, 0x0B, 0x0C));
    CHECK(objection("2B 0E 01 00"_octets, "2B 0E 02 01 00 00 00"_octets) ==
          modbus_error(errc::reply_mismatch, 2, 1, 2));
    CHECK(objection("2B 0E 04 01"_octets, "2B 0E 04 81 00 00 01 02 01 43"_octets) ==
          modbus_error(errc::reply_mismatch, 7, 1, 2));
    CHECK(objection("2B 0E 04 01"_octets, "2B 0E 04 81 00 00 00"_octets) ==
          modbus_error(errc::reply_mismatch, 6, 1, 0));
    CHECK(objection("2B 0D 01"_octets, "2B 0E 01 01 00 00 00"_octets) ==
          modbus_error(errc::reply_mismatch, 1, 0x0D, 0x0E));
}

TEST_CASE("records of other lengths than were asked for are no answer") {
    const auto request = "14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02"_octets;
    CHECK(objection(request, "14 0A 05 06 0D FE 00 20 03 06 33 CD"_octets) ==
          modbus_error(errc::byte_count, 8, 5, 3));
    CHECK(objection(request, "14 06 05 06 0D FE 00 20"_octets) == modbus_error(errc::byte_count, 1, -1, 6));
    CHECK(objection(request, "14 10 05 06 0D FE 00 20 05 06 33 CD 00 40 03 06 00 01"_octets) ==
          modbus_error(errc::byte_count, 1, -1, 16));
}

TEST_CASE("a malformed request has no answer but an exception response") {
    CHECK(objection("03 00 6B 00 00"_octets, "03 00"_octets) ==
          modbus_error(errc::quantity_out_of_range, 3, 125, 0));
    CHECK(objection("03 00 6B 00 00"_octets, "83 03"_octets) == no_error);
    CHECK(objection({}, "83 03"_octets) == modbus_error(errc::truncated, 0));
    CHECK(objection("83 02"_octets, "83 02"_octets) == no_error); // a code of its own, known to nobody
}
