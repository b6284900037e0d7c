#include <meterlink/wmbus/receivers/hex_lines.hpp>

#include <chrono>
#include <string>
#include <variant>

#include <meterlink/core/hex.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

const auto digits = to_hex(plain_telegram);

hex_receiver reader() { return hex_receiver{{"roof", {}}}; }

const auto as_heard = heard(plain_telegram, {});

events read(const std::string& line) { return listen(reader(), text(line)); }

} // namespace

TEST_CASE("lines of hexadecimal text are a session") { STATIC_REQUIRE(session<hex_receiver>); }

TEST_CASE("a telegram in hexadecimal text may be spelled in many ways") {
    CHECK(read(digits + "\n") == events{as_heard});
    CHECK(read(to_hex(plain_telegram, ' ') + "  # a gas meter\n") == events{as_heard});
    CHECK(read("0x" + digits + "\r\n") == events{as_heard});
    CHECK(read("|" + digits.substr(0, 20) + "|" + digits.substr(20, 30) + "_" + digits.substr(50) + "|\n") ==
          events{as_heard});
    CHECK(read("telegram=|" + digits.substr(0, 30) + "_" + digits.substr(30) + "|+123\n") ==
          events{as_heard});
    CHECK(read("telegram=" + digits) == events{as_heard}); // the end of a file ends a line
}

TEST_CASE("the CRCs of a telegram in hexadecimal text stay in it") {
    CHECK(read(to_hex(telegram_a)) == events{heard(telegram_a, {})});
    CHECK(read(to_hex(telegram_b)) == events{heard(telegram_b, {})});
}

TEST_CASE("comments and empty lines are no telegrams") { CHECK(read("# 2E44\n\n   \n| |\r\n").empty()); }

TEST_CASE("lines that hold no telegram are garbage and say why") {
    CHECK(read("hello\n") == events{garbage{5, {errc::hex_digit, layer::core, 0, -1, 'h'}}});
    CHECK(read("2E449\n") == events{garbage{5, {errc::hex_odd_digits, layer::core, 0}}});
    CHECK(read("dead beef\n") == events{garbage{9, link_error(errc::truncated, 9)}});
    CHECK(read("telegram=\n") == events{garbage{9, link_error(errc::truncated, 9)}});
    CHECK(read("telegram=xx\n") == events{garbage{11, {errc::hex_digit, layer::core, 9, -1, 'x'}}});
    CHECK(read(std::string(2 * max_air_size + 2, 'A')) ==
          events{garbage{2 * max_air_size + 2, {errc::buffer_too_small, layer::core, 2 * max_air_size}}});
}

TEST_CASE("a line that is too long is skipped to its end") {
    const std::string endless(100'000, '1');
    CHECK(read(endless + "\n" + digits + "\n") ==
          events{garbage{100'000, link_error(errc::line_syntax, line_buffer::capacity)}, as_heard});
}

TEST_CASE("how hexadecimal text is cut makes no difference") {
    CHECK(is_same_however_cut(reader(),
                              text("\xFFnoise\n" + digits + "\r\n\r\r" + to_hex(telegram_a, ' ') + "\n" +
                                   std::string(5000, 'A') + "\n#\n" + digits + "\n" + digits)));
}
