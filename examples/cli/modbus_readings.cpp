#include "modbus_readings.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include <meterlink/core/quantity.hpp>
#include <meterlink/core/unit.hpp>

#include "modbus_values.hpp"

namespace meterlink::cli {

namespace {

/// The hour in UTC with milliseconds: `2026-03-29T12:05:30.250Z`.
std::string utc_now() {
    const auto now = std::chrono::system_clock::now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(now - seconds).count();
    const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
#ifdef _WIN32
    gmtime_s(&parts, &time);
#else
    gmtime_r(&time, &parts);
#endif
    std::array<char, 24> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.", &parts);
    const auto digits = std::to_string(1000 + rest);
    return std::string{text.data(), size} + digits.substr(1) + 'Z';
}

std::string quantity_text(const modbus::point& p) {
    return p.quantity == quantity::unknown ? std::string{} : std::string{name(p.quantity)};
}

/// Why there is no value, by its name; empty where there is one. A real can be finite as it was sent and
/// beyond all doubles when it is scaled: none of the formats has a number for that.
std::string missing(const modbus_reading& reading) {
    if (!reading.failure.empty())
        return reading.failure;
    if (const auto* none = std::get_if<modbus::invalid>(&reading.value))
        return std::string{name(none->reason)};
    if (const auto* sent = std::get_if<modbus::real>(&reading.value))
        if (!sent->shortest() && !std::isfinite(sent->to_double()))
            return std::string{name(modbus::invalid_reason::too_large)};
    return {};
}

std::string with_blanks(std::string text) {
    std::ranges::replace(text, '_', ' ');
    return text;
}

std::string address_of_point(const modbus::point& p) { return std::to_string(p.address.offset); }

} // namespace

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string csv_text(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string{text};
    std::string out{'"'};
    for (const auto each : text)
        out.append(each == '"' ? 2 : 1, each);
    return out + '"';
}

std::string aligned_table(const std::vector<std::string>& headings,
                          std::vector<std::vector<std::string>> rows, std::size_t numbers) {
    const auto before_point = [](const std::string& text) { return std::min(text.find('.'), text.size()); };
    std::size_t whole = 0;
    for (const auto& row : rows)
        if (!row[numbers].empty() && row[numbers].find_first_not_of("-0123456789.e+") == std::string::npos)
            whole = std::max(whole, before_point(row[numbers]));
    for (auto& row : rows)
        if (!row[numbers].empty() && row[numbers].find_first_not_of("-0123456789.e+") == std::string::npos)
            row[numbers].insert(0, whole - before_point(row[numbers]), ' ');
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < headings.size(); ++column) {
        std::size_t width = 0;
        for (const auto& row : rows)
            width = std::max(width, row[column].size());
        widths.push_back(width == 0 ? 0 : std::max(width, headings[column].size()));
    }
    std::string out;
    const auto add_line = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t column = 0; column < cells.size(); ++column)
            if (widths[column] != 0)
                line += cells[column] +
                        std::string(widths[column] - std::min(widths[column], cells[column].size()) + 2, ' ');
        line.resize(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    };
    add_line(headings);
    for (const auto& row : rows)
        add_line(row);
    return out;
}

modbus_readings::modbus_readings(const std::string& format, output& out, std::string device, bool is_repeated)
    : out_{out}, device_{std::move(device)}, is_repeated_{is_repeated} {
    format_ = !format.empty() ? format : out.is_terminal() ? "table" : "json";
    if (format_ == "csv")
        out_.text() += std::string{is_repeated_ ? "time," : ""} +
                       "unit_id,name,table,address,quantity,unit,value,invalid\n";
}

bool modbus_readings::write(std::uint8_t unit, const std::vector<modbus_reading>& readings) {
    if (format_ == "json")
        write_json(unit, readings);
    else if (format_ == "csv")
        write_csv(unit, readings);
    else
        write_table(unit, readings);
    return out_.flush();
}

void modbus_readings::write_table(std::uint8_t unit, const std::vector<modbus_reading>& readings) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& each : readings) {
        const auto why = missing(each);
        const auto value = why.empty() ? modbus_value_text(each.value) : '(' + with_blanks(why) + ')';
        rows.push_back({without_controls(each.point->name), with_blanks(quantity_text(*each.point)),
                        without_controls(value),
                        why.empty() ? std::string{symbol(each.point->unit)} : std::string{}});
    }
    if (!std::exchange(is_first_, false))
        out_.text() += '\n';
    out_.text() += "unit " + std::to_string(unit) +
                   (device_.empty() ? "" : "  " + without_controls(device_)) +
                   (is_repeated_ ? "  " + utc_now() : "") + "\n\n" +
                   aligned_table({"point", "quantity", "value", "unit"}, std::move(rows), 2);
}

void modbus_readings::write_json(std::uint8_t unit, const std::vector<modbus_reading>& readings) {
    auto& text = out_.text();
    text += R"({"source":"modbus")" + (is_repeated_ ? R"(,"time":")" + utc_now() + '"' : std::string{}) +
            R"(,"unit_id":)" + std::to_string(unit) +
            (device_.empty() ? std::string{} : R"(,"device":)" + json_text(device_)) + R"(,"points":[)";
    for (const auto& each : readings) {
        const auto& p = *each.point;
        text += (&each == &readings.front() ? "" : ",") + std::string{R"({"name":)"} + json_text(p.name) +
                R"(,"table":")" + std::string{name(p.address.table)} + R"(","address":)" +
                address_of_point(p);
        if (const auto what = quantity_text(p); !what.empty())
            text += R"(,"quantity":")" + what + '"';
        if (p.unit != unit::none)
            text += R"(,"unit":")" + std::string{symbol(p.unit)} + '"';
        text += R"(,"value":)";
        if (const auto why = missing(each); !why.empty())
            text += R"(null,"invalid":)" + json_text(why);
        else
            text += is_number(each.value) ? modbus_value_text(each.value)
                                          : json_text(modbus_value_text(each.value));
        text += '}';
    }
    text += "]}\n";
}

void modbus_readings::write_csv(std::uint8_t unit, const std::vector<modbus_reading>& readings) {
    const auto time = is_repeated_ ? utc_now() + ',' : std::string{};
    for (const auto& each : readings) {
        const auto& p = *each.point;
        const auto why = missing(each);
        out_.text() +=
            time + std::to_string(unit) + ',' + csv_text(p.name) + ',' + std::string{name(p.address.table)} +
            ',' + address_of_point(p) + ',' + quantity_text(p) + ',' + std::string{symbol(p.unit)} + ',' +
            (why.empty() ? csv_text(modbus_value_text(each.value)) : std::string{}) + ',' + why + '\n';
    }
}

} // namespace meterlink::cli
