#pragma once

/// Telegrams back to back, with nothing around them: what simple modules and transparent modes send.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/c_field.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/receivers/cc1101_rssi.hpp>
#include <meterlink/wmbus/receivers/event_queue.hpp>
#include <meterlink/wmbus/receivers/message_finder.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>

namespace meterlink::wmbus {

/// How a stream of telegrams looks.
struct raw_stream_options {
    /// The one format that there is; any when it is not known.
    std::optional<frame_format> format;
    /// An RSSI octet as of AMBER modules follows every telegram.
    bool has_rssi = false;
    /// A pause that no telegram has in its middle.
    session_clock::duration gap = std::chrono::milliseconds{100};
};

/// Session for a stream of telegrams that begin with L. Formats A and B are found by their CRCs wherever they
/// begin. A stripped telegram has none: one is believed only where a telegram must begin, which is behind
/// another and after a pause, and only with a C field that meters send; and no more once the stream has shown
/// that its telegrams have CRCs. Such telegrams with a wrong CRC may pass for stripped ones in the beginning,
/// unless the format is given.
class raw_receiver {
public:
    explicit raw_receiver(receiver_options options = {}, raw_stream_options stream = {})
        : options_{std::move(options)}, stream_{stream}, finder_{stream.gap} {}

    void handle_input(bytes_view octets, instant now) {
        peer heard{*this};
        finder_.feed(octets, now, heard);
    }

    void handle_timeout(instant now) {
        peer heard{*this};
        finder_.handle_timeout(now, heard);
    }

    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return std::nullopt; }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return finder_.poll_timeout(); }
    [[nodiscard]] std::optional<receiver_event> poll_event() { return events_.pop(); }

private:
    using kind = message_verdict::kind;

    struct peer {
        raw_receiver& session;

        [[nodiscard]] message_verdict judge(bytes_view octets, bool idle) {
            const auto verdict = session.judge(octets, idle);
            if (verdict.is == kind::broken || verdict.is == kind::noise)
                session.in_step_ = false;
            return verdict;
        }
        void message(bytes_view octets, instant time) { session.take(octets, time); }
        void skipped(const garbage& noise) { session.events_.push(noise); }
        void idled() { session.in_step_ = true; }
    };

    [[nodiscard]] bool may_be(frame_format format) const {
        return stream_.format ? *stream_.format == format
                              : format != frame_format::stripped || crc_evidence_ < enough_evidence;
    }

    [[nodiscard]] static bool is_plausible(std::uint8_t c) {
        return c_field{c}.function() != link_function::unknown;
    }

    [[nodiscard]] message_verdict judge(bytes_view octets, bool idle) {
        if (octets[0] < shortest_length)
            return {kind::noise, 1, {errc::frame_length, layer::wmbus, 0, shortest_length, octets[0]}};
        if (may_be(frame_format::a)) {
            if (octets.size() < first_block_size && !idle)
                return {};
            if (is_first_block_intact(octets))
                return judge_as(frame_format::a, octets, idle);
        }
        if (may_be(frame_format::b) || may_be(frame_format::stripped))
            return judge_without_blocks(octets, idle);
        return {kind::noise, 1, {errc::block_crc, layer::wmbus, std::min<std::size_t>(octets.size(), 10)}};
    }

    /// A frame whose format is known but for its CRCs.
    [[nodiscard]] message_verdict judge_as(frame_format format, bytes_view octets, bool idle) {
        const auto size = air_size(format, octets[0]);
        const auto size_with_rssi = size + (stream_.has_rssi ? 1 : 0);
        const bool lacks_rssi_only = idle && octets.size() == size;
        if (octets.size() < size_with_rssi && !lacks_rssi_only) {
            if (!idle)
                return {};
            return {kind::broken, octets.size(), {errc::inter_byte_timeout, layer::wmbus, octets.size()}};
        }
        std::array<std::uint8_t, max_telegram_size> scratch{};
        if (const auto checked = remove_crc(octets.first(size), format, scratch); !checked)
            return {kind::broken, size, checked.error()};
        found_ = format;
        return {kind::message, lacks_rssi_only ? size : size_with_rssi};
    }

    /// Format B, whose CRC comes last, or none.
    [[nodiscard]] message_verdict judge_without_blocks(bytes_view octets, bool idle) {
        const bool may_be_stripped = may_be(frame_format::stripped) && in_step_;
        if (octets.size() > 1 && !may_be(frame_format::b) && !(in_step_ && is_plausible(octets[1])))
            return {kind::noise, 1, {errc::frame_length, layer::wmbus, 1, -1, octets[1]}};
        message_verdict verdict{kind::noise, 1, {errc::frame_length, layer::wmbus, 0, -1, octets[0]}};
        if (may_be(frame_format::b) && is_length(frame_format::b, octets[0])) {
            verdict = judge_as(frame_format::b, octets, idle);
            if (verdict.is == kind::message || verdict.is == kind::unfinished)
                return verdict;
        }
        if (may_be_stripped && (octets.size() < 2 || is_plausible(octets[1])))
            return judge_as(frame_format::stripped, octets, idle);
        if (!in_step_)
            verdict.is = kind::noise; // in a search every octet is a wrong beginning
        return verdict;
    }

    void take(bytes_view octets, instant time) {
        const auto size = air_size(found_, octets[0]);
        received out;
        out.time = time;
        out.telegram.append(octets.first(size));
        if (octets.size() > size)
            out.rssi_dbm = cc1101_rssi_dbm(octets[size]);
        out.mode = options_.mode;
        out.receiver = options_.name;
        out.format = found_;
        events_.push(std::move(out));
        in_step_ = true;
        // One stripped telegram in 65536 looks like format B, so that one alone is no evidence.
        if (found_ == frame_format::a)
            crc_evidence_ = enough_evidence;
        else
            crc_evidence_ = found_ == frame_format::b ? std::min(crc_evidence_ + 1, enough_evidence) : 0;
    }

    static constexpr int enough_evidence = 2;

    receiver_options options_;
    raw_stream_options stream_;
    message_finder<max_air_size + 1> finder_;
    event_queue events_;
    bool in_step_ = true; // a telegram begins here, if the stream is sound
    int crc_evidence_ = 0;
    frame_format found_ = frame_format::stripped; // of the message that was judged last
};

/// Session with an AMBER module in transparent mode (9600 8N1), which is how it is sold: telegrams without
/// CRCs, and an RSSI octet behind them where that is switched on. L is taken not to count the RSSI, which the
/// manual leaves in doubt; where the octet is missing, the telegram comes without it after the pause.
class amber_transparent_receiver : public raw_receiver {
public:
    explicit amber_transparent_receiver(receiver_options options = {}, bool has_rssi = true)
        : raw_receiver{std::move(options), {frame_format::stripped, has_rssi}} {}
};

} // namespace meterlink::wmbus
