#pragma once

/// Meters to be simulated, from files: telegrams that real ones sent, or a description of them.

#include <string>
#include <vector>

#include <meterlink/mbus/slave_description.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// Appends the meters of the file at `path`: JSON where its name ends in `.json`, telegrams as hex otherwise.
/// False where there is none in it, or anything is wrong with it; what, has been said then.
[[nodiscard]] bool load_meters(const std::string& path, std::vector<mbus::slave_description>& to,
                               complaints& errors);

} // namespace meterlink::cli
