#include "meter_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <meterlink/format/value_text.hpp>
#include <meterlink/tpl/device_type.hpp>

#include "input.hpp"
#include "meter_name.hpp"

namespace meterlink::cli {

namespace {

constexpr std::size_t most_values = 3;
constexpr std::size_t column_count = 9;

using cells = std::array<std::string, column_count>;

/// Aligned to the right, for numbers.
constexpr std::array<bool, column_count> is_right_aligned{false, false, false, false, true,
                                                          false, true,  true,  false};

const cells& header() {
    static const cells names{"METER", "MAKER", "MEDIUM", "STATE", "DBM", "HEARD", "COUNT", "LOST", "VALUES"};
    return names;
}

/// Characters that UTF-8 text takes on a terminal, each one column.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The first `columns` characters.
std::string cut(std::string text, std::size_t columns) {
    if (columns == 0 || width_of(text) <= columns)
        return text;
    std::size_t at = 0;
    for (std::size_t count = 0; count < columns; ++count)
        for (++at; at < text.size() && (text[at] & 0xC0) == 0x80;)
            ++at;
    text.resize(at);
    return text;
}

/// A name of the tables as people write it.
std::string in_words(std::string_view name) {
    std::string out{name};
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

/// `volume 12.565 m3`; empty for a record that is nothing to show.
std::string value_of(const apl::record_view& record) {
    std::string value;
    format::append_value(value, record.value());
    if (value.empty())
        return value;
    auto out = in_words(name(record.measurement().quantity));
    out += ' ' + value;
    std::string unit;
    format::append_unit(unit, record);
    return unit.empty() ? out : out + ' ' + unit;
}

/// The first present values: neither of a due date nor the highest of a month, nor the meter's clock.
std::string values_of(const wmbus::telegram_view& telegram) {
    std::string out;
    std::size_t count = 0;
    for (const auto& record : telegram.records()) {
        if (!record || record->dib().storage != 0 ||
            record->dib().function != apl::function_field::instantaneous ||
            record->measurement().quantity == quantity::date_time)
            continue;
        const auto value = value_of(*record);
        if (value.empty())
            continue;
        out += (out.empty() ? "" : ", ") + value;
        if (++count == most_values)
            break;
    }
    return without_controls(std::move(out));
}

std::string signal_of(const wmbus::heard_meter& meter) {
    const auto* best = meter.signals().best();
    if (best == nullptr || !best->rssi_dbm)
        return "";
    return std::to_string(std::lround(*best->rssi_dbm));
}

std::string laid_out(const cells& texts, const std::array<std::size_t, column_count>& widths,
                     std::size_t columns) {
    std::string out;
    for (std::size_t i = 0; i < column_count; ++i) {
        const std::string blanks(widths[i] - width_of(texts[i]), ' ');
        out += is_right_aligned[i] ? blanks + texts[i] : texts[i] + blanks;
        out += "  ";
    }
    out.erase(out.find_last_not_of(' ') + 1);
    return cut(std::move(out), columns);
}

} // namespace

void meter_table::on(const wmbus::heard_meter& meter, const wmbus::telegram_view& telegram,
                     std::string time) {
    auto& known = rows_[&meter];
    known.time = std::move(time);
    if (wmbus::is_doubtful(meter.state()))
        return;
    if (auto values = values_of(telegram); !values.empty())
        known.values = std::move(values);
}

std::vector<std::string> meter_table::lines(const wmbus::meter_list& meters, size room) const {
    constexpr std::size_t beside_meters = 3; // header, what has no room, and the line of the cursor
    const auto shown = room.rows == 0              ? meters.size()
                       : room.rows > beside_meters ? std::min(meters.size(), room.rows - beside_meters)
                                                   : 1;
    std::vector<cells> texts{header()};
    for (const auto& meter : meters) {
        if (texts.size() > shown)
            break;
        const auto known = rows_.find(&meter);
        const auto& address = meter.address();
        texts.push_back({identification_of(address), manufacturer_of(address),
                         in_words(tpl::name(address.device_type)), in_words(name(meter.state())),
                         signal_of(meter), known == rows_.end() ? "" : known->second.time,
                         std::to_string(meter.telegrams()), std::to_string(meter.lost()),
                         known == rows_.end() ? "" : known->second.values});
    }
    std::array<std::size_t, column_count> widths{};
    for (const auto& line : texts)
        for (std::size_t i = 0; i < column_count; ++i)
            widths[i] = std::max(widths[i], width_of(line[i]));
    std::vector<std::string> out;
    out.reserve(texts.size() + 1);
    for (const auto& line : texts)
        out.push_back(laid_out(line, widths, room.columns));
    if (meters.size() > shown)
        out.push_back(cut("and " + std::to_string(meters.size() - shown) + " more", room.columns));
    return out;
}

void live_view::draw(std::string& out, const std::vector<std::string>& lines) {
    if (drawn_ != 0)
        out += "\x1b[" + std::to_string(drawn_) + 'A';
    auto is_header = true;
    for (const auto& line : lines) {
        out += '\r';
        out += has_colour_ && is_header ? "\x1b[1m" + line + "\x1b[0m" : line;
        out += "\x1b[K\n";
        is_header = false;
    }
    out += "\x1b[J";
    drawn_ = lines.size();
}

void live_view::erase(std::string& out) {
    if (drawn_ != 0)
        out += "\x1b[" + std::to_string(drawn_) + "A\r\x1b[J";
    drawn_ = 0;
}

} // namespace meterlink::cli
