#pragma once

/// rtl_433, a software receiver for RTL-SDR sticks and many devices, which prints a line of JSON for each.

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/json_line.hpp>
#include <meterlink/wmbus/receivers/line_receiver.hpp>
#include <meterlink/wmbus/receivers/other_line.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// Reads objects with the octets of a telegram, L first, in the member `data`, `raw` or `codes`
/// (`{bits}hex`), and of the others `mode` ("T", "C", "S" …) and `rssi`, which is relative to the full scale
/// of the stick, so that only its differences are dB. Objects of other models than M-Bus, and without
/// telegram, are text.
///
/// The program removes CRCs and leaves L as it was, so L is rewritten where format B counted them (this is
/// what its source says; whatever the length says otherwise is left to whoever decodes it).
class rtl_433_reader {
public:
    explicit rtl_433_reader(receiver_options options) : options_{std::move(options)} {}

    /// Tells by events what a line says; its telegrams came at `now`.
    void read(std::string_view line, instant now, event_queue& events) const {
        if (!line.starts_with('{')) {
            events.push(other_line(line));
            return;
        }
        members found;
        const auto whole = json_line{line}.read([&](const json_member& member) { found.take(member); });
        if (!whole) {
            events.push(garbage{line.size(), whole.error()});
            return;
        }
        const auto digits = found.digits();
        if (digits.empty() || !is_mbus(found.model)) {
            events.push(other_line(line));
            return;
        }
        std::array<std::uint8_t, max_air_size> octets{};
        const auto at = static_cast<std::size_t>(digits.data() - line.data());
        const auto count = parse_hex_strict(digits, octets);
        if (!count)
            events.push(garbage{line.size(), count.error().shifted(at)});
        else if (*count <= shortest_length || octets[0] < shortest_length)
            events.push(
                garbage{line.size(), {errc::frame_length, layer::wmbus, at, shortest_length, octets[0]}});
        else
            take_telegram(bytes_span{octets}.first(*count), found, now, events);
    }

private:
    /// The members that say something about a telegram.
    struct members {
        std::optional<std::string_view> model;
        std::string_view data;
        std::string_view raw;
        std::string_view codes;
        std::string_view mode;
        std::string_view rssi;

        void take(const json_member& member) {
            const auto is_text = member.kind == json_kind::string;
            if (is_text && member.key == "model")
                model = member.value;
            else if (is_text && member.key == "data")
                data = member.value;
            else if (is_text && member.key == "raw")
                raw = member.value;
            else if (is_text && member.key == "codes")
                codes = member.value;
            else if (is_text && member.key == "mode")
                mode = member.value;
            else if (member.kind == json_kind::number && member.key == "rssi")
                rssi = member.value;
        }

        [[nodiscard]] std::string_view digits() const {
            auto text = data;
            if (text.empty())
                text = raw;
            if (text.empty())
                text = codes;
            if (text.starts_with('{') && text.find('}') != text.npos)
                text.remove_prefix(text.find('}') + 1);
            return text;
        }
    };

    /// Names such as `Wireless-MBus` and `M-Bus`, and those that users give to decoders of their own.
    static bool is_mbus(std::optional<std::string_view> model) {
        if (!model)
            return true;
        for (const auto* part : {"bus", "Bus", "BUS"})
            if (model->find(part) != model->npos)
                return true;
        return false;
    }

    static std::optional<wmbus::mode> mode_of(std::string_view text) {
        if (text.size() != 1)
            return parse_mode(text);
        switch (text[0]) {
        case 'S': return mode::s1;
        case 'T': return mode::t1;
        case 'C': return mode::c1;
        case 'N': return mode::n1;
        case 'F': return mode::f2;
        case 'R': return mode::r2;
        default: return std::nullopt;
        }
    }

    /// None where the number is no strength that there can be.
    static std::optional<double> rssi_of(std::string_view text) {
        constexpr double faintest = -200;
        constexpr double loudest = 50;
        double rssi = 0;
        if (text.empty() || std::from_chars(text.data(), text.data() + text.size(), rssi).ec != std::errc{} ||
            !(rssi >= faintest && rssi <= loudest))
            return std::nullopt;
        return rssi;
    }

    void take_telegram(bytes_span octets, const members& found, instant now, event_queue& events) const {
        received out;
        if (octets.size() == air_size(frame_format::a, octets[0])) {
            out.format = frame_format::a;
        } else if (is_length(frame_format::b, octets[0]) &&
                   octets.size() == stripped_size(frame_format::b, octets[0])) {
            octets[0] = static_cast<std::uint8_t>(octets.size() - 1);
            out.format = frame_format::stripped;
        }
        out.time = now;
        out.telegram.append(octets);
        out.rssi_dbm = rssi_of(found.rssi);
        out.mode = mode_of(found.mode);
        if (!out.mode)
            out.mode = options_.mode;
        out.receiver = options_.name;
        events.push(std::move(out));
    }

    receiver_options options_;
};

/// Session with rtl_433: see `rtl_433_reader`.
using rtl_433_receiver = line_receiver<rtl_433_reader>;

} // namespace meterlink::wmbus
