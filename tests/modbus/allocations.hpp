#pragma once

/// How often this program has allocated.

#include <cstddef>

namespace meterlink::test {

/// Calls of `operator new` since the program began.
std::size_t allocations_so_far() noexcept;

} // namespace meterlink::test
