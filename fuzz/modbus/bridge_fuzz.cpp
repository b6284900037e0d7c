// Any clients, requests, replies, octets and times: every request that is taken is answered at most once, to
// the connection that asked, and everything comes to an end. The input is a list of actions: an octet says
// which, others its arguments.

#include <meterlink/modbus/bridge.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

#include "require.hpp"
#include "source.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::modbus;

using meterlink::fuzzing::require;
using meterlink::fuzzing::source;

/// Drives a bridge and keeps account of what its clients ask.
class town {
public:
    explicit town(source& input) : input_{input}, bridge_{settings(input)} {}

    void run() {
        while (!input_.is_empty()) {
            act();
            settle();
        }
        for (int steps = 0; const auto due = bridge_.poll_timeout(); ++steps) {
            require(steps < 1'000'000);
            now_ = std::max(now_, *due);
            bridge_.handle_timeout(now_);
            settle();
        }
        require(bridge_.unfinished() == 0);
        for (const auto& [who, client] : clients_)
            require(!client.is_proper || bridge_.wants_close(who) || client.open.empty());
    }

private:
    struct client {
        std::map<std::uint16_t, unit_id> open; // transactions that wait, and the unit that they ask
        std::uint16_t last = 0;
        bool is_proper = true; // has sent nothing but frames
    };

    static bridge_options settings(source& input) {
        bridge_options how;
        const auto bits = input.u8();
        how.line.framing = (bits & 1U) != 0 ? framing::tcp : framing::rtu;
        how.line.window = 1U + input.u8() % 4U;
        how.line.retries = (bits >> 1U) % 3;
        how.line.degradation.failures = (bits >> 3U) % 4;
        how.line.degradation.first_pause = std::chrono::milliseconds{50};
        how.units = unit_mapping::offset(input.u8() % 4);
        how.most_waiting = 1U + input.u8() % 8U;
        how.longest_wait = std::chrono::milliseconds{input.u8() * 16};
        how.most_output = 10'000;
        return how;
    }

    void act() {
        switch (input_.u8() % 10) {
        case 0:
            if (clients_.size() < 5)
                clients_[bridge_.connect()];
            break;
        case 1:
            if (const auto who = someone()) {
                bridge_.disconnect(*who);
                clients_.erase(*who);
            }
            break;
        case 2:
        case 3: ask(); break;
        case 4: answer(); break;
        case 5: bridge_.handle_input(input_.some(input_.u8() % 32U), now_); break;
        case 6: now_ += std::chrono::milliseconds{input_.u8()}; break;
        case 7: bridge_.handle_timeout(now_); break;
        case 8:
            if (const auto who = someone()) {
                clients_[*who].is_proper = false;
                bridge_.handle_upstream_input(*who, input_.some(input_.u8() % 32U), now_);
            }
            break;
        default: bridge_.handle_link(input_.u8() % 4 != 0, now_); break;
        }
    }

    std::optional<upstream_id> someone() {
        if (clients_.empty())
            return std::nullopt;
        return std::next(clients_.begin(), input_.u8() % clients_.size())->first;
    }

    void ask() {
        const auto who = someone();
        const auto unit = static_cast<unit_id>(input_.u8() % 8U);
        const auto content = input_.some(1U + input_.u8() % 12U);
        if (!who || content.empty() || bridge_.wants_close(*who))
            return;
        auto& from = clients_[*who];
        std::array<std::uint8_t, tcp_frame_view::max_size> wire{};
        const auto size = tcp_frame::write(wire, ++from.last, unit, content).value();
        from.open[from.last] = unit;
        bridge_.handle_upstream_input(*who, bytes_view{wire}.first(size), now_);
    }

    /// What a device could say to what was sent last.
    void answer() {
        const auto content = input_.some(1U + input_.u8() % 16U);
        if (asked_.empty() || content.empty())
            return;
        std::array<std::uint8_t, tcp_frame_view::max_size> wire{};
        const bool is_tcp = bridge_.settings().line.framing == framing::tcp;
        const auto number = static_cast<std::uint16_t>(asked_[0] << 8 | asked_[1]);
        const auto size = is_tcp ? tcp_frame::write(wire, number, asked_[6], content)
                                 : rtu_frame::write(wire, asked_[0], content);
        bridge_.handle_input(bytes_view{wire}.first(size.value()), now_);
    }

    void settle() {
        while (const auto out = bridge_.poll_transmit())
            asked_.assign(out->begin(), out->end());
        while (const auto event = bridge_.poll_event())
            if (const auto* ready = std::get_if<upstream_ready>(&*event))
                collect(ready->which);
    }

    void collect(upstream_id who) {
        require(clients_.contains(who));
        auto& to = clients_[who];
        while (const auto out = bridge_.poll_upstream_transmit(who))
            for (auto rest = *out; !rest.empty();) {
                const auto size = tcp_frame_view::announced_size(rest);
                require(size.has_value() && *size <= rest.size());
                const auto frame = tcp_frame_view::parse(rest.first(*size)).value();
                rest = rest.subspan(*size);
                if (!to.is_proper)
                    continue;
                const auto found = to.open.find(frame.transaction());
                require(found != to.open.end() && found->second == frame.unit());
                to.open.erase(found);
            }
    }

    source& input_;
    bridge bridge_;
    std::map<upstream_id, client> clients_;
    std::vector<std::uint8_t> asked_;
    instant now_{std::chrono::hours{1}};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    source input{{data, size}};
    town{input}.run();
    return 0;
}
