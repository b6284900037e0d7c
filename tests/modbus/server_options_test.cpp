#include <meterlink/modbus/server_options.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

TEST_CASE("the times of a server follow from framing and bit rate unless they are given") {
    server_options how;
    CHECK(response_delay_of(how) == 0ns);
    how.response_delay = 3ms;
    CHECK(response_delay_of(how) == 0ns); // TCP has no line to wait for
    how.response_delay.reset();
    how.framing = framing::rtu;
    how.timing = line_timing{9600};
    CHECK(response_delay_of(how) == how.timing.between_frames());
    CHECK(frame_silence_of(how) == how.timing.between_frames() + 50ms);
    how.timing = line_timing::network();
    CHECK(response_delay_of(how) == 0ns);
    how.response_delay = 3ms;
    CHECK(response_delay_of(how) == 3ms);
    how.framing = framing::ascii;
    how.response_delay.reset();
    CHECK(response_delay_of(how) == 0ns);
    CHECK(frame_silence_of(how) == 1s);
    how.frame_silence = 7ms;
    CHECK(frame_silence_of(how) == 7ms);
}
