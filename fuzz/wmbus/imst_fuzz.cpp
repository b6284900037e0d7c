// Any octets from an IMST stick, while a command waits for its answer.

#include <meterlink/wmbus/receivers/imst.hpp>

#include <cstddef>
#include <cstdint>

#include "wmbus/receiver_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meterlink::wmbus;
    imst_receiver receiver{{"roof", mode::t1}};
    meterlink::fuzz::require(receiver.set_mode(mode::c1, {}).has_value());
    meterlink::fuzz::check(receiver, data, size);
    return 0;
}
