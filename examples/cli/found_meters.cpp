#include "found_meters.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include <meterlink/mbus/secondary_address_text.hpp>
#include <meterlink/tpl/device_type.hpp>

namespace meterlink::cli {

namespace {

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string medium_of(const mbus::found_meter& meter) {
    return std::string{name(static_cast<tpl::device_type>(meter.address.device_type))};
}

std::string eight_digits(std::uint32_t number) {
    return mbus::to_string(mbus::secondary_address{number}).substr(0, 8);
}

/// A field of CSV with whatever is in it.
std::string quoted(const std::string& text) {
    std::string out{'"'};
    for (const auto each : text)
        out += each == '"' ? std::string{"\"\""} : std::string{each};
    return out + '"';
}

} // namespace

found_meters::found_meters(const std::string& format, output& out, bool has_lines)
    : out_{out}, has_lines_{has_lines} {
    format_ = !format.empty() ? format : out.is_terminal() ? "table" : "json";
    if (format_ == "csv")
        out_.text() += std::string{"address,fabrication_number,primary_address,baud,medium"} +
                       (has_lines_ ? ",line\n" : "\n");
}

bool found_meters::write(const mbus::found_meter& meter, const std::string& line) {
    if (format_ == "json")
        write_json(meter, line);
    else if (format_ == "csv")
        write_csv(meter, line);
    else
        write_row(meter, line);
    return out_.flush();
}

void found_meters::write_json(const mbus::found_meter& meter, const std::string& line) {
    const auto address = mbus::to_string(meter.address);
    auto& text = out_.text();
    text += "{\"address\":\"" + address + "\",\"id\":\"" + address.substr(0, 8) + '"';
    if (meter.fabrication_number)
        text += ",\"fabrication_number\":\"" + eight_digits(*meter.fabrication_number) + '"';
    text += ",\"primary_address\":" + std::to_string(meter.primary.raw()) +
            ",\"baud\":" + std::to_string(meter.baud) + ",\"medium\":\"" + medium_of(meter) + '"' +
            (has_lines_ ? ",\"line\":" + nlohmann::json(line).dump() : "") + "}\n";
}

void found_meters::write_csv(const mbus::found_meter& meter, const std::string& line) {
    out_.text() += mbus::to_string(meter.address) + ',' +
                   (meter.fabrication_number ? eight_digits(*meter.fabrication_number) : "") + ',' +
                   std::to_string(meter.primary.raw()) + ',' + std::to_string(meter.baud) + ',' +
                   medium_of(meter) + (has_lines_ ? ',' + quoted(line) : "") + '\n';
}

void found_meters::write_row(const mbus::found_meter& meter, const std::string& line) {
    if (std::exchange(is_first_, false))
        out_.text() += padded("ADDRESS", 22) + padded("PRIMARY", 9) + padded("BIT/S", 7) +
                       (has_lines_ ? padded("MEDIUM", 22) + "LINE\n" : "MEDIUM\n");
    out_.text() +=
        padded(mbus::to_string(meter.address), 22) + padded(std::to_string(meter.primary.raw()), 9) +
        padded(std::to_string(meter.baud), 7) +
        (has_lines_ ? padded(medium_of(meter), 22) + line : medium_of(meter)) +
        (meter.fabrication_number ? ", fabrication number " + eight_digits(*meter.fabrication_number) : "") +
        '\n';
}

} // namespace meterlink::cli
