#pragma once

/// Answers of meters on a wired bus, written as readings.

#include <string>

#include <CLI/CLI.hpp>

#include <meterlink/io/bus_answer.hpp>

#include "reading.hpp"
#include "reading_writer.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

struct bus_reading_options {
    std::string format;
    reading_options reading{telegram_kind::mbus, {}, {}};
};

/// Adds --format, --key, --keys and --formats to `command`.
void add_bus_reading_options(CLI::App& command, bus_reading_options& options);

/// Writes readings as they come. `options` have to outlive it.
class bus_readings {
public:
    bus_readings(const bus_reading_options& options, colour_choice colour, complaints& errors);

    /// Reads the files that the options name. False when one of them cannot be used; why has been said then.
    [[nodiscard]] bool load() { return reader_.load(errors_); }
    /// Writes the telegrams of an answer of `whom`, and complains about what is wrong with them.
    void write(const std::string& whom, const io::bus_answer& answer);
    /// Writes what stands at the end, and keeps what was learned of formats.
    void finish();

    /// True when nobody reads any more.
    [[nodiscard]] bool is_closed() const { return is_closed_; }

private:
    complaints& errors_;
    output out_;
    telegram_reader reader_;
    reading_writer writer_;
    bool is_closed_ = false;
};

} // namespace meterlink::cli
