#include <meterlink/wmbus/receivers/line_receiver.hpp>

#include <chrono>
#include <string>
#include <string_view>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

/// Repeats every line.
struct echo {
    explicit echo(receiver_options given) : options{std::move(given)} {}
    void read(std::string_view line, instant, event_queue& events) const {
        events.push(receiver_text{options.name + std::string{line}});
    }
    receiver_options options;
};

using echo_receiver = line_receiver<echo>;

} // namespace

TEST_CASE("a reader of lines becomes a session") {
    STATIC_REQUIRE(session<echo_receiver>);
    echo_receiver receiver{{"> ", {}}};
    receiver.handle_input(text("a\nb"), start);
    CHECK(take_events(receiver) == events{receiver_text{"> a"}});
    CHECK_FALSE(receiver.poll_transmit());
    REQUIRE(receiver.poll_timeout() == start + 1s);
    receiver.handle_timeout(start + 1s);
    CHECK(take_events(receiver) == events{receiver_text{"> b"}});
    CHECK_FALSE(receiver.poll_timeout());
}

TEST_CASE("a reader of lines never sees one that is too long") {
    const std::string longest(line_buffer::capacity, 'x');
    CHECK(listen(echo_receiver{}, text(longest + "\n" + longest + "x\n")) ==
          events{receiver_text{longest},
                 garbage{longest.size() + 1, link_error(errc::line_syntax, longest.size())}});
}
