#pragma once

/// A client in virtual time, joined to a server that answers as a test tells it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/modbus/ascii_decoder.hpp>
#include <meterlink/modbus/ascii_frame.hpp>
#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/rtu_decoder.hpp>
#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/tcp_decoder.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

namespace meterlink::test {

using octets = std::vector<std::uint8_t>;

/// An ADU, kept.
struct kept_adu {
    std::uint16_t transaction = 0;
    modbus::unit_id unit = 0;
    octets pdu;

    friend bool operator==(const kept_adu&, const kept_adu&) = default;
};

/// The octets of `adu` in a framing.
inline octets framed(modbus::framing how, const kept_adu& adu) {
    switch (how) {
    case modbus::framing::rtu: return to_bytes(modbus::rtu_frame::make(adu.unit, adu.pdu).value());
    case modbus::framing::ascii: return to_bytes(modbus::ascii_frame::make(adu.unit, adu.pdu).value());
    case modbus::framing::tcp: break;
    }
    return to_bytes(modbus::tcp_frame::make(adu.transaction, adu.unit, adu.pdu).value());
}

/// The ADU that `wire` is.
inline kept_adu unframed(modbus::framing how, bytes_view wire) {
    const auto keep = [](bytes_view pdu) { return octets{pdu.begin(), pdu.end()}; };
    if (how == modbus::framing::rtu) {
        const auto frame = modbus::rtu_frame_view::parse(wire).value();
        return {0, frame.unit(), keep(frame.pdu())};
    }
    if (how == modbus::framing::ascii) {
        const auto frame = modbus::ascii_frame_view::parse(wire).value();
        return {0, frame.unit(), keep(frame.pdu())};
    }
    const auto frame = modbus::tcp_frame_view::parse(wire).value();
    return {frame.transaction(), frame.unit(), keep(frame.pdu())};
}

/// An event, with its PDUs copied.
struct seen_event {
    modbus::client_event what;
    octets request;
    octets response;
    instant at;

    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&what);
    }
};

/// Steps a client in virtual time.
class bench {
public:
    using duration = session_clock::duration;
    /// What becomes of a request: whoever answers calls `deliver`.
    using server = std::function<void(bench&, const kept_adu&)>;

    explicit bench(const modbus::client_options& how, server answer = {})
        : client{how}, framing{how.framing}, answer_{std::move(answer)} {}

    /// Octets that come after a while.
    void deliver(octets what, duration after = std::chrono::milliseconds{5}) {
        on_the_way_.emplace(now + after, std::move(what));
    }
    void deliver(const kept_adu& adu, duration after = std::chrono::milliseconds{5}) {
        deliver(framed(framing, adu), after);
    }
    void forget_deliveries() { on_the_way_.clear(); }

    /// Does what a driver does behind each call.
    void settle() {
        while (const auto out = client.poll_transmit()) {
            sent.push_back(unframed(framing, *out));
            sent_at.push_back(now);
            if (answer_)
                answer_(*this, sent.back());
        }
        while (const auto event = client.poll_event()) {
            seen_event copy{*event, {}, {}, now};
            if (const auto* good = std::get_if<modbus::reply>(&*event)) {
                copy.request.assign(good->request.begin(), good->request.end());
                copy.response.assign(good->response.begin(), good->response.end());
            }
            (std::holds_alternative<modbus::garbage>(*event) ? noise : events).push_back(std::move(copy));
        }
    }

    /// The next thing that happens until `limit`; false when there is none.
    bool step(instant limit) {
        settle();
        auto next = client.poll_timeout();
        const bool is_input = !on_the_way_.empty() && (!next || on_the_way_.begin()->first <= *next);
        if (is_input)
            next = on_the_way_.begin()->first;
        if (!next || *next > limit)
            return false;
        now = std::max(now, *next);
        if (is_input) {
            const auto arrived = std::move(on_the_way_.begin()->second);
            on_the_way_.erase(on_the_way_.begin());
            client.handle_input(arrived, now);
        } else {
            client.handle_timeout(now);
        }
        settle();
        return true;
    }

    /// Lets time pass.
    void run_for(duration how_long) {
        const auto limit = now + how_long;
        for (std::size_t steps = 0; step(limit); ++steps)
            if (steps > 100'000)
                throw std::string{"the client does not come to rest"};
        now = limit;
    }

    /// Runs until a request has ended; its event.
    seen_event outcome(modbus::request_id id, duration limit = std::chrono::hours{1}) {
        const auto end = now + limit;
        for (;;) {
            settle();
            for (const auto& event : events)
                if (modbus::id_of(event.what) == id)
                    return event;
            if (!step(end))
                throw std::string{"the request has not ended"};
        }
    }

    modbus::client client;
    modbus::framing framing;
    instant now{std::chrono::hours{1}};
    std::vector<kept_adu> sent;
    std::vector<instant> sent_at;
    std::vector<seen_event> events;
    std::vector<seen_event> noise;

private:
    server answer_;
    std::multimap<instant, octets> on_the_way_;
};

/// The PDU that answers a read of registers: register r of unit u holds `value_of(u, r)`.
inline std::uint16_t value_of(modbus::unit_id unit, unsigned at) {
    return static_cast<std::uint16_t>(0x1000U * unit + 7U * at + 3U);
}

inline octets registers_reply(const kept_adu& asked) {
    const unsigned start = 256U * asked.pdu.at(1) + asked.pdu.at(2);
    const unsigned count = 256U * asked.pdu.at(3) + asked.pdu.at(4);
    octets out{asked.pdu[0], static_cast<std::uint8_t>(2 * count)};
    for (unsigned i = 0; i < count; ++i) {
        const auto value = value_of(asked.unit, start + i);
        out.push_back(static_cast<std::uint8_t>(value >> 8U));
        out.push_back(static_cast<std::uint8_t>(value));
    }
    return out;
}

/// A server that answers every read of registers rightly.
inline void answer_rightly(bench& line, const kept_adu& asked) {
    line.deliver(kept_adu{asked.transaction, asked.unit, registers_reply(asked)});
}

} // namespace meterlink::test
