#pragma once

/// How many probes a wildcard search may still take, learnt from those that it has made.

#include <algorithm>
#include <array>
#include <cstddef>

namespace meterlink::mbus {

/// Counts at each depth of the tree how often several slaves answered together, which costs all values of the
/// next wildcard. Meters are numbered in runs as often as by chance, so what is not known of a depth yet is
/// guessed from the depth above it.
class search_forecast {
public:
    /// A probe at `depth` (0: that of everybody) met several slaves, or not.
    constexpr void note(std::size_t depth, bool is_several) noexcept {
        auto& level = levels_[std::min(depth, levels_.size() - 1)];
        ++level.probes;
        level.collisions += is_several ? 1 : 0;
    }

    /// How many probes one value at `depth` is expected to cost, with all that follow from it.
    [[nodiscard]] constexpr double cost(std::size_t depth) const noexcept {
        constexpr double values = 10;  // of a digit
        constexpr double thinning = 4; // from one digit to the next, fewer slaves meet
        constexpr double trust = 2;    // probes that outweigh a guess
        double sum = 1;
        double reached = 1;
        double guess = 1;
        for (std::size_t each = 0; each < levels_.size(); ++each) {
            const auto& level = levels_[each];
            const auto chance = (static_cast<double>(level.collisions) + trust * guess) /
                                (static_cast<double>(level.probes) + trust);
            guess = chance / thinning;
            if (each < depth)
                continue;
            reached *= chance * values;
            if (each + 1 < levels_.size())
                sum += reached;
        }
        return sum;
    }

private:
    struct tally {
        std::size_t probes = 0;
        std::size_t collisions = 0;
    };
    /// Everybody, and eight digits; what is tried behind them is rare, and counted with the last.
    std::array<tally, 9> levels_{};
};

} // namespace meterlink::mbus
