// Any stream of telegrams; the length of the input chooses what is known of it.

#include <meterlink/wmbus/receivers/raw_stream.hpp>

#include <cstddef>
#include <cstdint>

#include "wmbus/receiver_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meterlink::wmbus;
    if (size % 5 < 3)
        meterlink::fuzz::check(raw_receiver{{"roof", mode::t1}, {static_cast<frame_format>(size % 5)}}, data,
                               size);
    else if (size % 5 == 3)
        meterlink::fuzz::check(raw_receiver{{"roof", mode::t1}}, data, size);
    else
        meterlink::fuzz::check(amber_transparent_receiver{{"roof", mode::t1}}, data, size);
    return 0;
}
