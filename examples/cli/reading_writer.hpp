#pragma once

/// Readings in the formats that the command prints.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "reading.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// One way of writing telegrams, and what stands around all of them.
struct reading_writer {
    std::string beginning;
    std::string ending;
    std::function<void(output&, const reading&)> write;
};

/// Adds --format to `command`.
void add_format_option(CLI::App& command, std::string& format);

/// `chosen`; without a choice `table` for people and `json` for programs.
[[nodiscard]] std::string format_for(const std::string& chosen, const output& out);

/// Writes `table`, `json`, `csv` or `xml`.
[[nodiscard]] reading_writer make_reading_writer(const std::string& format, bool expand_profiles = false);

} // namespace meterlink::cli
