// Any lines of rtl-wmbus.

#include <meterlink/wmbus/receivers/rtl_wmbus.hpp>

#include <cstddef>
#include <cstdint>

#include "wmbus/receiver_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meterlink::wmbus;
    meterlink::fuzz::check(rtl_wmbus_receiver{{"roof", mode::t1}}, data, size);
    return 0;
}
