#pragma once

// What must hold in a fuzz target.

#include <cstdlib>

namespace meterlink::fuzzing {

/// Ends the program, so that the fuzzer keeps the input.
inline void require(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace meterlink::fuzzing
