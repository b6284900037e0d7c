// Requests that are wrong, and connections that carry them: the right exception, or the end of the
// connection, at once and without a pause; and where the connection stays, the good request behind is
// answered.

#include <meterlink/modbus/server.hpp>

#include <string>
#include <vector>

#include "server_bench.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

namespace {

const auto good_request = "03 00 07 00 02"_octets;
const auto good_answer = "03 04 00 07 00 08"_octets;

struct probe {
    const char* what;
    const char* request;
    const char* answer;
};

const std::vector<probe> probes{
    {"FC1 quantity 0", "01 00 00 00 00", "81 03"},
    {"FC1 quantity 2001", "01 00 00 07 D1", "81 03"},
    {"FC1 quantity 65535", "01 00 00 FF FF", "81 03"},
    {"FC2 quantity 2001", "02 00 00 07 D1", "82 03"},
    {"FC3 quantity 0", "03 00 00 00 00", "83 03"},
    {"FC3 quantity 126", "03 00 00 00 7E", "83 03"},
    {"FC4 quantity 126", "04 00 00 00 7E", "84 03"},
    {"FC3 quantity 0 before an address that there is not", "03 FF FF 00 00", "83 03"},
    {"FC3 65535 + 2", "03 FF FF 00 02", "83 02"},
    {"FC3 65535 + 1", "03 FF FF 00 01", "83 02"},
    {"FC3 just behind the end", "03 00 C7 00 02", "83 02"},
    {"FC1 65535 + 2", "01 FF FF 00 02", "81 02"},
    {"FC3 without quantity", "03 00 00", "83 03"},
    {"FC3 with two more octets", "03 00 00 00 01 00 00", "83 03"},
    {"FC3 with nothing", "03", "83 03"},
    {"FC5 value 1234", "05 00 00 12 34", "85 03"},
    {"FC5 value 1234 before an address that there is not", "05 FF FF 12 34", "85 03"},
    {"FC5 value FF01", "05 00 00 FF 01", "85 03"},
    {"FC5 address", "05 FF FF FF 00", "85 02"},
    {"FC6 address", "06 FF FF 00 00", "86 02"},
    {"FC6 without value", "06 00 64", "86 03"},
    {"FC15 byte count too small", "0F 00 00 00 0A 01 FF", "8F 03"},
    {"FC15 byte count too big", "0F 00 00 00 0A 03 FF 03 00", "8F 03"},
    {"FC15 byte count lies", "0F 00 00 00 0A 02 FF", "8F 03"},
    {"FC15 quantity 0", "0F 00 00 00 00 00", "8F 03"},
    {"FC15 quantity 1969", "0F 00 00 07 B1 F7", "8F 03"},
    {"FC15 byte count before the address", "0F FF FF 00 0A 01 FF", "8F 03"},
    {"FC15 address", "0F FF FF 00 0A 02 FF 03", "8F 02"},
    {"FC16 byte count odd", "10 00 64 00 01 03 00 00 00", "90 03"},
    {"FC16 byte count lies", "10 00 64 00 02 04 00 00", "90 03"},
    {"FC16 quantity 0", "10 00 64 00 00 00", "90 03"},
    {"FC16 quantity 124", "10 00 64 00 7C F8", "90 03"},
    {"FC16 address", "10 FF FF 00 02 04 00 00 00 00", "90 02"},
    {"FC16 byte count before the address", "10 FF FF 00 02 02 00 00", "90 03"},
    {"FC16 without anything", "10", "90 03"},
    {"FC22 too short", "16 00 64 00 00", "96 03"},
    {"FC23 read quantity 126", "17 00 00 00 7E 00 64 00 01 02 00 00", "97 03"},
    {"FC23 write quantity 122", "17 00 00 00 01 00 64 00 7A F4", "97 03"},
    {"FC23 read address before the write quantity", "17 FF FF 00 02 00 64 00 00 00", "97 03"},
    {"FC23 read address before the byte count", "17 FF FF 00 02 00 64 00 01 04 00 00", "97 03"},
    {"FC23 read address", "17 FF FF 00 02 00 64 00 01 02 00 00", "97 02"},
    {"FC23 write address", "17 00 00 00 01 FF FF 00 02 04 00 00 00 00", "97 02"},
    {"unknown function", "63 00 00 00 01", "E3 01"},
    {"function 0", "00 00 00 00 01", "80 01"},
    {"a function with the flag of exceptions", "83 02", "83 01"},
};

} // namespace

TEST_CASE("a malformed request gets the exception of the standard and does not harm the next") {
    for (const auto& each : probes) {
        INFO(each.what);
        server_bench line;
        furnish(line.space);
        const auto bad = framed(framing::tcp, {0x0101, 1, from_hex(each.request)});
        const auto good = framed(framing::tcp, {0x0202, 1, good_request});
        auto both = bad;
        both.insert(both.end(), good.begin(), good.end());
        auto expected = framed(framing::tcp, {0x0101, 1, from_hex(each.answer)});
        const auto answer = framed(framing::tcp, {0x0202, 1, good_answer});
        expected.insert(expected.end(), answer.begin(), answer.end());

        line.server.handle_input(both, line.now);
        const auto out = line.server.poll_transmit();
        REQUIRE(out);
        CHECK(octets(out->begin(), out->end()) == expected);
        CHECK_FALSE(line.server.wants_close());
        CHECK_FALSE(line.server.poll_timeout()); // nothing is waited for
    }
}

TEST_CASE("no malformed request changes a value") {
    server_bench line;
    furnish(line.space);
    for (const auto& each : probes)
        line.ask(from_hex(each.request));
    for (std::uint16_t i = 0; i < 200; ++i)
        REQUIRE(line.space.unit(1).register_at({register_table::holding_registers, i}).value() == i);
    for (std::uint16_t i = 0; i < 40; ++i)
        REQUIRE_FALSE(line.space.unit(1).bit_at({register_table::coils, i}).value());
    for (const auto& event : line.events)
        CHECK(std::holds_alternative<request_refused>(event));
}

TEST_CASE("a header that cannot be one ends the connection behind the answers to what came before") {
    for (const auto* wire : {
             "00 01 00 00 00 00 01",                // length 0
             "00 01 00 00 00 01 01 03",             // no PDU
             "00 01 00 00 01 2C 01 03 00 00 00 01", // length 300
             "00 01 00 00 00 FF 01 03 00 00 00 01", // one more than the longest
             "00 01 00 00 FF FF 01 03 00 00 00 01",
             "00 01 00 01 00 06 01 03 00 00 00 01", // protocol 1
             "00 01 80 00 00 06 01 03 00 00 00 01",
             "00 01 00 00 00 06 01 03 00 00 00 01 00 00 00 02 00 00 00 06", // two octets too many
             "16 03 01 02 00 01 00 01 FC 03 03 5A",                         // TLS where there is none
             "47 45 54 20 2F 20 48 54 54 50 2F 31",                         // a browser
         }) {
        INFO(wire);
        server_bench line;
        furnish(line.space);
        const auto before = framed(framing::tcp, {0x0202, 1, good_request});
        auto all = before;
        const auto bad = from_hex(wire);
        all.insert(all.end(), bad.begin(), bad.end());
        const auto out = line.send(all);
        const auto answer = framed(framing::tcp, {0x0202, 1, good_answer});
        REQUIRE(out.size() >= answer.size());
        CHECK(std::equal(answer.begin(), answer.end(), out.begin()));
        CHECK(line.server.wants_close());
        CHECK(line.send(before).empty()); // nothing is answered any more
        REQUIRE_FALSE(line.events.empty());
        CHECK(std::holds_alternative<garbage>(line.events.front()));

        line.server.handle_link(true, line.now);
        CHECK(line.send(before) == answer);
    }
}

TEST_CASE("on a line malformed requests get their exception or silence and the next is answered") {
    for (const auto which : {framing::rtu, framing::ascii})
        for (const auto& each : probes) {
            INFO(each.what);
            server_options how;
            how.framing = which;
            server_bench line{how};
            furnish(line.space);
            auto got = line.send(framed(which, {0, 1, from_hex(each.request)}));
            const auto later = line.sent(std::chrono::seconds{2});
            got.insert(got.end(), later.begin(), later.end());
            if (which == framing::ascii)
                CHECK(got == framed(which, {0, 1, from_hex(each.answer)}));
            else if (!got.empty()) // RTU frames of the wrong length have no intact CRC
                CHECK(got == framed(which, {0, 1, from_hex(each.answer)}));
            CHECK(line.ask(good_request) == good_answer);
        }
}

TEST_CASE("a frame cut anywhere is neither answered nor in the way on a line") {
    for (const auto which : {framing::rtu, framing::ascii}) {
        const auto whole = framed(which, {0, 1, good_request});
        for (std::size_t size = 1; size < whole.size(); ++size) {
            server_options how;
            how.framing = which;
            server_bench line{how};
            furnish(line.space);
            CHECK(line.send(bytes_view{whole}.first(size)).empty());
            CHECK(line.sent(std::chrono::seconds{2}).empty());
            CHECK(line.ask(good_request) == good_answer);
        }
    }
}
