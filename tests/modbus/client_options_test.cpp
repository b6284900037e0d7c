#include <meterlink/modbus/client_options.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

TEST_CASE("the silence that ends a frame follows from framing and bit rate unless it is given") {
    client_options how;
    how.framing = framing::rtu;
    how.timing = line_timing{9600};
    CHECK(frame_silence_of(how) == how.timing.between_frames() + 50ms);
    how.timing = line_timing{115'200};
    CHECK(frame_silence_of(how) == 51'750us);
    how.framing = framing::ascii;
    CHECK(frame_silence_of(how) == 1s);
    how.frame_silence = 7ms;
    CHECK(frame_silence_of(how) == 7ms);
}
