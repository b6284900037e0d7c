#include <meterlink/wmbus/receivers/rtl_wmbus.hpp>

#include <string>
#include <variant>

#include <meterlink/core/hex.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

namespace {

const auto digits = to_hex(plain_telegram);

std::string line(std::string_view flags, std::string_view hex = digits) {
    return std::string{flags} + ";2020-01-31 10:11:12.000;97;148;12345678;0x" + std::string{hex};
}

rtl_wmbus_receiver program() { return rtl_wmbus_receiver{{"roof", mode::s1}}; }

const auto as_heard = heard(plain_telegram, frame_format::stripped, mode::t1);

} // namespace

TEST_CASE("rtl-wmbus is a session") { STATIC_REQUIRE(session<rtl_wmbus_receiver>); }

TEST_CASE("a line of rtl-wmbus says mode and telegram") {
    CHECK(listen(program(), text(line("T1;1;1") + "\n")) == events{as_heard});
    auto c = as_heard;
    c.mode = mode::c1;
    CHECK(listen(program(), text(line("C1;1;1") + "\r\n")) == events{c});
}

TEST_CASE("a line of rtl-wmbus may hold two telegrams") {
    CHECK(listen(program(), text(line("T1;1;1") + ";0x" + digits + "\n")) == events{as_heard, as_heard});
}

TEST_CASE("what rtl-wmbus calls wrong is rejected with the reason") {
    CHECK(listen(program(), text(line("T1;0;1") + "\n" + line("T1;1;0") + "\n" + line("T1;0;0") + "\n")) ==
          events{rejected{as_heard, link_error(errc::block_crc, 0)},
                 rejected{as_heard, link_error(errc::chip_code, 0)},
                 rejected{as_heard, link_error(errc::chip_code, 0)}});
    auto nothing = as_heard;
    nothing.telegram.clear();
    CHECK(listen(program(), text(line("T1;0;1", "2E4") + "\n")) ==
          events{rejected{nothing, link_error(errc::block_crc, 0)}});
}

TEST_CASE("a telegram of rtl-wmbus that was cut is garbage") {
    const auto hex_at = line("T1;1;1").find("0x") + 2;
    const auto cut = digits.substr(0, digits.size() - 2);
    CHECK(listen(program(), text(line("T1;1;1", cut))) ==
          events{garbage{cut.size() + 2, link_error(errc::frame_length, hex_at, 45, 0x2E)}});
    CHECK(listen(program(), text(line("T1;1;1", "2E44Z3"))) ==
          events{garbage{8, {errc::hex_digit, layer::core, hex_at + 4, -1, 'Z'}}});
    CHECK(std::get<garbage>(listen(program(), text(line("T1;1;1", "")))[0]).count == 2);
}

TEST_CASE("lines of rtl-wmbus without all their fields are garbage") {
    CHECK(listen(program(), text("T1;1;1;now;1;2;3;2E44\nT1;2;1;now;1;2;3;0x2E44\nT1;\n")) ==
          events{garbage{21, link_error(errc::line_syntax, 17)},
                 garbage{23, link_error(errc::line_syntax, 17)},
                 garbage{3, link_error(errc::line_syntax, 3)}});
}

TEST_CASE("other lines of rtl-wmbus are text") {
    CHECK(listen(program(), text("Found 1 device(s):\nT1 is a mode\n\xC3\xA9\n")) ==
          events{receiver_text{"Found 1 device(s):"}, receiver_text{"T1 is a mode"},
                 garbage{2, link_error(errc::line_syntax, 0)}});
}

TEST_CASE("how the lines of rtl-wmbus are cut makes no difference") {
    CHECK(is_same_however_cut(program(),
                              text("noise\x00\n" + line("T1;1;1") + "\r\n" + line("C1;0;1") + "\n\n" +
                                   line("T1;1;1") + ";0x" + digits + "\n" + line("S1;1;1"))));
}

TEST_CASE("rtl-wmbus cannot be asked anything") {
    auto receiver = program();
    CHECK_FALSE(receiver.poll_transmit());
    CHECK_FALSE(receiver.poll_timeout());
}
