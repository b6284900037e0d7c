// Any octets from an AMBER module, while a command waits for its answer; with and without RSSI.

#include <meterlink/wmbus/receivers/amber.hpp>

#include <cstddef>
#include <cstdint>

#include "wmbus/receiver_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meterlink::wmbus;
    amber_receiver receiver{{"roof", mode::t1}, size % 2 == 0};
    meterlink::fuzz::require(receiver.set_mode(mode::s1, {}).has_value());
    meterlink::fuzz::check(receiver, data, size);
    return 0;
}
