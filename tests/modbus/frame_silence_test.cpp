#include <meterlink/modbus/frame_silence.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace meterlink::modbus;
using namespace std::chrono_literals;

TEST_CASE("the silence that ends a frame follows from framing and bit rate and may be chosen") {
    constexpr line_timing timing{9600};
    CHECK(frame_silence(framing::rtu, timing) == timing.between_frames() + 50ms);
    CHECK(frame_silence(framing::rtu, line_timing::network()) == 500ms);
    CHECK(frame_silence(framing::ascii, timing) == 1s);
    CHECK(frame_silence(framing::ascii, timing, 7ms) == 7ms);
}
