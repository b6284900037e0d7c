#pragma once

/// Files that are read, or written, as a whole.

#include <string>

namespace meterlink::cli {

/// Appends what stands in the file at `path`. Returns 0, or the `errno` that kept it from being read;
/// `EFBIG` beyond 256 MiB.
[[nodiscard]] int read_whole_file(const std::string& path, std::string& to);

/// Writes a file anew, so that a reader finds the old one or the new one and never half of it. Returns 0, or
/// an `errno`.
[[nodiscard]] int write_whole_file(const std::string& path, const std::string& content);

} // namespace meterlink::cli
