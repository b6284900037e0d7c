#pragma once

/// The meters that the simulator has without a file.

#include <vector>

#include <meterlink/mbus/slave_description.hpp>

namespace meterlink::cli {

/// A dozen meters of different kinds and makers, with the primary addresses 1 to 12. Two of them have the
/// same identification number, as it happens: only their manufacturers tell them apart.
[[nodiscard]] std::vector<mbus::slave_description> builtin_meters();

} // namespace meterlink::cli
