// The table of receivers in docs/wireless.md has a row for each of them, with its bit rate.

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <meterlink/wmbus/receivers/receiver_choice.hpp>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

namespace {

std::string page() {
    std::ifstream input{METERLINK_SOURCE_DIR "/docs/wireless.md"};
    return {std::istreambuf_iterator<char>{input}, {}};
}

} // namespace

TEST_CASE("every receiver stands in the documentation with its bit rate") {
    const auto text = page();
    REQUIRE_FALSE(text.empty());
    for (const auto& kind : receiver_kinds) {
        INFO(kind.name);
        const auto at = text.find("\n| `" + std::string{kind.name} + "` |");
        REQUIRE(at != text.npos);
        const auto row = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
        CHECK(row.ends_with(kind.baud == 0 ? "| |" : "| " + std::to_string(kind.baud) + " |"));
    }
}
