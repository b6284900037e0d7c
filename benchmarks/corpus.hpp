#pragma once

/// The telegrams that the benchmarks read.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace meterlink::bench {

/// Frames of a wired bus, all of them good.
struct corpus {
    std::vector<std::vector<std::uint8_t>> frames;
    std::size_t octets = 0;
    std::size_t records = 0; ///< The counters of fixed data structures among them.

    /// Those of the file that METERLINK_CORPUS names in the environment, one JSON object per line, whose
    /// `expect.outcome` is `ok`; without it a few that standards print. A file that cannot be read ends the
    /// program.
    [[nodiscard]] static const corpus& instance();
};

} // namespace meterlink::bench
