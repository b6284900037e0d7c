#pragma once

/// rtl-wmbus, a software receiver for RTL-SDR sticks, which prints a line for every telegram.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/line_receiver.hpp>
#include <meterlink/wmbus/receivers/other_line.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// Reads lines `T1;1;1;2020-01-31 10:11:12.000;97;148;12345678;0x2E44…`: mode, CRC right, line code right,
/// time, signal strength of the packet and now, identification, and the telegram without CRCs, its L
/// rewritten. A second telegram may follow as `;0x…`. What the program itself calls wrong is `rejected`;
/// lines that do not begin with a mode are text.
///
/// The signal strength has no unit that would be documented, and so it is no `rssi_dbm`.
class rtl_wmbus_reader {
public:
    explicit rtl_wmbus_reader(receiver_options options) : options_{std::move(options)} {}

    /// Tells by events what a line says; its telegrams came at `now`.
    void read(std::string_view line, instant now, event_queue& events) const {
        const auto mode = parse_mode(line.substr(0, 2));
        if (!mode || line.substr(2, 1) != ";") {
            events.push(other_line(line));
            return;
        }
        auto rest = line;
        std::array<std::string_view, header_fields> header;
        for (auto& field : header)
            field = take_field(rest);
        if (!is_flag(header[1]) || !is_flag(header[2]) || !rest.starts_with("0x")) {
            events.push(garbage{line.size(), {errc::line_syntax, layer::wmbus, offset(line, rest)}});
            return;
        }
        received out;
        out.time = now;
        out.mode = mode;
        out.receiver = options_.name;
        out.format = frame_format::stripped;
        while (rest.starts_with("0x")) {
            const auto field = take_field(rest);
            take_telegram(field.substr(2), out, header, offset(line, field) + 2, events);
        }
    }

private:
    static constexpr std::size_t header_fields = 7;

    static std::string_view take_field(std::string_view& rest) {
        const auto size = rest.find(';');
        const auto field = rest.substr(0, size);
        rest.remove_prefix(size == rest.npos ? rest.size() : size + 1);
        return field;
    }

    static bool is_flag(std::string_view field) { return field == "0" || field == "1"; }

    static std::size_t offset(std::string_view line, std::string_view part) {
        return static_cast<std::size_t>(part.data() - line.data());
    }

    static void take_telegram(std::string_view digits, received out,
                              const std::array<std::string_view, header_fields>& header, std::size_t at,
                              event_queue& events) {
        std::array<std::uint8_t, max_air_size> octets{};
        const auto count = parse_hex_strict(digits, octets);
        if (count)
            out.telegram.append(bytes_view{octets}.first(*count));
        if (header[2] == "0")
            events.push(rejected{std::move(out), {errc::chip_code, layer::wmbus, 0}});
        else if (header[1] == "0")
            events.push(rejected{std::move(out), {errc::block_crc, layer::wmbus, 0}});
        else if (!count)
            events.push(garbage{digits.size() + 2, count.error().shifted(at)});
        else if (*count <= shortest_length || octets[0] != *count - 1)
            events.push(garbage{
                digits.size() + 2,
                {errc::frame_length, layer::wmbus, at, static_cast<std::int32_t>(*count) - 1, octets[0]}});
        else
            events.push(std::move(out));
    }

    receiver_options options_;
};

/// Session with rtl-wmbus: see `rtl_wmbus_reader`.
using rtl_wmbus_receiver = line_receiver<rtl_wmbus_reader>;

} // namespace meterlink::wmbus
