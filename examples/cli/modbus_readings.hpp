#pragma once

/// Values of points, written as table, JSON or CSV.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/modbus/point.hpp>
#include <meterlink/modbus/register_value.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

/// A point that was read, or was to be.
struct modbus_reading {
    const modbus::point* point = nullptr;
    modbus::register_value value = modbus::invalid{};
    std::string failure{}; ///< Why it could not be read: a name for programs; empty where it was.
};

/// Writes readings of one unit at a time: as `table`, `json` or `csv`; as a table for people and JSON for
/// programs where `format` is empty.
class modbus_readings {
public:
    /// `is_repeated`: the same is read again and again, so each reading has its time.
    modbus_readings(const std::string& format, output& out, std::string device, bool is_repeated);

    /// False once nobody reads any more.
    bool write(std::uint8_t unit, const std::vector<modbus_reading>& readings);

private:
    void write_table(std::uint8_t unit, const std::vector<modbus_reading>& readings);
    void write_json(std::uint8_t unit, const std::vector<modbus_reading>& readings);
    void write_csv(std::uint8_t unit, const std::vector<modbus_reading>& readings);

    output& out_;
    std::string format_;
    std::string device_;
    bool is_repeated_;
    bool is_first_ = true;
};

/// Lines of columns below their headings, as wide as they need to be; empty columns are left out. Those of
/// `numbers` are aligned at their decimal point.
[[nodiscard]] std::string aligned_table(const std::vector<std::string>& headings,
                                        std::vector<std::vector<std::string>> rows, std::size_t numbers);

/// `text` as JSON writes it.
[[nodiscard]] std::string json_text(std::string_view text);
/// `text` as CSV writes it.
[[nodiscard]] std::string csv_text(std::string_view text);

} // namespace meterlink::cli
