#include "found_meters.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

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

} // namespace

found_meters::found_meters(const std::string& format, output& out) : out_{out} {
    format_ = !format.empty() ? format : out.is_terminal() ? "table" : "json";
    if (format_ == "csv")
        out_.text() = "address,fabrication_number,primary_address,baud,medium\n";
}

bool found_meters::write(const mbus::found_meter& meter) {
    if (format_ == "json")
        write_json(meter);
    else if (format_ == "csv")
        write_csv(meter);
    else
        write_row(meter);
    return out_.flush();
}

void found_meters::write_json(const mbus::found_meter& meter) {
    const auto address = mbus::to_string(meter.address);
    auto& text = out_.text();
    text += "{\"address\":\"" + address + "\",\"id\":\"" + address.substr(0, 8) + '"';
    if (meter.fabrication_number)
        text += ",\"fabrication_number\":\"" + eight_digits(*meter.fabrication_number) + '"';
    text += ",\"primary_address\":" + std::to_string(meter.primary.raw()) +
            ",\"baud\":" + std::to_string(meter.baud) + ",\"medium\":\"" + medium_of(meter) + "\"}\n";
}

void found_meters::write_csv(const mbus::found_meter& meter) {
    out_.text() += mbus::to_string(meter.address) + ',' +
                   (meter.fabrication_number ? eight_digits(*meter.fabrication_number) : "") + ',' +
                   std::to_string(meter.primary.raw()) + ',' + std::to_string(meter.baud) + ',' +
                   medium_of(meter) + '\n';
}

void found_meters::write_row(const mbus::found_meter& meter) {
    if (std::exchange(is_first_, false))
        out_.text() += padded("ADDRESS", 22) + padded("PRIMARY", 9) + padded("BIT/S", 7) + "MEDIUM\n";
    out_.text() +=
        padded(mbus::to_string(meter.address), 22) + padded(std::to_string(meter.primary.raw()), 9) +
        padded(std::to_string(meter.baud), 7) + medium_of(meter) +
        (meter.fabrication_number ? ", fabrication number " + eight_digits(*meter.fabrication_number) : "") +
        '\n';
}

} // namespace meterlink::cli
