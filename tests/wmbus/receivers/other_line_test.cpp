#include <meterlink/wmbus/receivers/other_line.hpp>

#include <string_view>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

TEST_CASE("lines that people cannot read are garbage and others text") {
    CHECK(other_line("a\tb~") == receiver_event{receiver_text{"a\tb~"}});
    for (const char c : {'\0', '\x1B', '\x7F', '\xC3'})
        CHECK(other_line(std::string_view{&c, 1}) ==
              receiver_event{garbage{1, link_error(errc::line_syntax, 0)}});
}
