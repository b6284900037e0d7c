#pragma once

/// Meters that a search has found, written one by one.

#include <string>

#include <meterlink/mbus/search_event.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// Writes meters as they are found: as `table`, `json` or `csv`; as a table for people and JSON for programs
/// where `format` is empty.
class found_meters {
public:
    /// `has_lines`: each meter is written with its line.
    found_meters(const std::string& format, output& out, bool has_lines = false);

    /// False once nobody reads any more. `line` is the URL of its line.
    bool write(const mbus::found_meter& meter, const std::string& line = {});

private:
    void write_json(const mbus::found_meter& meter, const std::string& line);
    void write_csv(const mbus::found_meter& meter, const std::string& line);
    void write_row(const mbus::found_meter& meter, const std::string& line);

    output& out_;
    std::string format_;
    bool has_lines_;
    bool is_first_ = true;
};

} // namespace meterlink::cli
