#pragma once

/// The version of the library. This file is the source: the build system reads the numbers from here.

#include <string_view>

namespace meterlink {

/// Incompatible changes (semantic versioning; while it is 0, the minor number plays its part).
inline constexpr int version_major = 0;
/// Additions that leave existing programs as they are.
inline constexpr int version_minor = 1;
/// Corrections only.
inline constexpr int version_patch = 0;

/// The three numbers as text, `major.minor.patch`.
inline constexpr std::string_view version_string = "0.1.0";

} // namespace meterlink
