// Any lines of hexadecimal text.

#include <meterlink/wmbus/receivers/hex_lines.hpp>

#include <cstddef>
#include <cstdint>

#include "wmbus/receiver_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meterlink::wmbus;
    meterlink::fuzz::check(hex_receiver{{"roof", mode::t1}}, data, size);
    return 0;
}
