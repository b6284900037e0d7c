#pragma once

/// A server in virtual time, and who asks it.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/core/session.hpp>
#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/server.hpp>

#include "modbus_peer.hpp"
#include "support/octets.hpp"

namespace meterlink::test {

/// Asks a server, and keeps what it says.
class server_bench {
public:
    explicit server_bench(modbus::server_options how = {}) : framing{how.framing}, server{space, how} {}

    /// Octets arrive; all that is sent until the server has nothing more to wait for.
    octets send(bytes_view wire) {
        server.handle_input(wire, now);
        return sent();
    }
    octets send(const kept_adu& adu) { return send(framed(framing, adu)); }

    /// Lets the server do what is due within `how_long`; what it sends.
    octets sent(session_clock::duration how_long = std::chrono::milliseconds{10}) {
        octets out;
        const auto end = now + how_long;
        for (;;) {
            while (const auto some = server.poll_transmit())
                out.insert(out.end(), some->begin(), some->end());
            while (auto event = server.poll_event())
                events.push_back(std::move(*event));
            const auto due = server.poll_timeout();
            if (!due || *due > end)
                break;
            now = std::max(now, *due);
            server.handle_timeout(now);
        }
        now = end;
        return out;
    }

    /// The PDU that answers `pdu`; empty without an answer.
    octets ask(const octets& pdu, modbus::unit_id unit = 1) {
        const kept_adu request{++transaction_, unit, pdu};
        const auto wire = send(request);
        if (wire.empty())
            return {};
        const auto answer = unframed(framing, wire);
        if (answer.unit != unit || (framing == modbus::framing::tcp && answer.transaction != transaction_))
            throw std::string{"the answer is for another request"};
        return answer.pdu;
    }

    modbus::register_space space;
    modbus::framing framing;
    modbus::server server;
    instant now{std::chrono::hours{1}};
    std::vector<modbus::server_event> events;

private:
    std::uint16_t transaction_ = 0x1100;
};

/// Space for requests of all kinds: unit 1 has holding registers 0 to 199 (i at i), of which those from 100
/// on may be written, input registers 0 to 9, coils 0 to 39 that may be written, and discrete inputs 0 to 9,
/// each third one set.
inline void furnish(modbus::register_space& space) {
    using modbus::register_table;
    auto& device = space.unit(1);
    const auto must = [](const result<void>& done) {
        if (!done)
            throw to_string(done.error());
    };
    must(device.add({register_table::holding_registers, 0, 100}));
    must(device.add({register_table::holding_registers, 100, 100}, modbus::access::writable));
    must(device.add({register_table::input_registers, 0, 10}));
    must(device.add({register_table::coils, 0, 40}, modbus::access::writable));
    must(device.add({register_table::discrete_inputs, 0, 10}));
    for (std::uint16_t i = 0; i < 200; ++i)
        must(device.set_register({register_table::holding_registers, i}, i));
    for (std::uint16_t i = 0; i < 10; ++i) {
        must(device.set_register({register_table::input_registers, i},
                                 static_cast<std::uint16_t>(0xA000 + i)));
        must(device.set_bit({register_table::discrete_inputs, i}, i % 3 == 0));
    }
}

} // namespace meterlink::test
