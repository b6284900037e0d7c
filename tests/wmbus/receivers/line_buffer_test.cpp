#include <meterlink/wmbus/receivers/line_buffer.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> split(const std::string& input, std::size_t cut) {
    line_buffer buffer;
    std::vector<std::string> lines;
    const auto keep = [&](const text_line& line) {
        lines.push_back(line.is_too_long ? std::to_string(line.size) : std::string{line.text});
    };
    for (std::size_t at = 0; at < input.size(); at += cut)
        buffer.feed(text(input.substr(at, cut)), start, keep);
    buffer.handle_timeout(start + 1min, keep);
    return lines;
}

} // namespace

TEST_CASE("lines end with CR or LF or both however they are cut") {
    const std::string longest(line_buffer::capacity, 'x');
    const auto input =
        "a\r\n\r\nb\nc\rd\n\n" + longest + "\n" + longest + "y\n" + longest + longest + "\r\ne";
    for (const std::size_t cut : {1U, 2U, 3U, 1000U, 100'000U})
        CHECK(split(input, cut) ==
              std::vector<std::string>{"a", "b", "c", "d", longest, "2049", "4096", "e"});
}

TEST_CASE("a line that is not continued ends after its time") {
    line_buffer buffer{2s};
    std::vector<std::string> lines;
    instant time{};
    const auto keep = [&](const text_line& line) {
        lines.emplace_back(line.text);
        time = line.time;
    };
    CHECK_FALSE(buffer.poll_timeout());
    buffer.feed(text("ab"), start, keep);
    buffer.feed(text("c"), start + 1s, keep);
    buffer.feed({}, start + 2s, keep); // nothing came, so nothing changes
    REQUIRE(buffer.poll_timeout() == start + 3s);
    buffer.handle_timeout(start + 2999ms, keep);
    CHECK(lines.empty());
    buffer.feed(text("de\n"), start + 3s, keep);
    CHECK(lines == std::vector<std::string>{"abc", "de"});
    CHECK(time == start + 3s);
    CHECK_FALSE(buffer.poll_timeout());
    buffer.feed(text("f"), start + 4s, keep);
    buffer.handle_timeout(start + 9s, keep);
    CHECK(lines.back() == "f");
    CHECK(time == start + 4s);
}
