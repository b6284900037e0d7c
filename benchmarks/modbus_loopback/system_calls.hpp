#pragma once

/// How many system calls a process and its child make, counted by strace.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace meterlink::bench {

struct call_counts {
    std::size_t of_client = 0; ///< The process itself.
    std::size_t of_server = 0; ///< Its child.
};

/// Runs a program to its end. None where strace is not installed or may not trace, or the program fails.
[[nodiscard]] std::optional<call_counts> count_system_calls(std::vector<std::string> command);

} // namespace meterlink::bench
