// Any octets, cuts, times and changes of the connection: a server never stalls, what it sends is a frame, and
// an exception or a possible answer to what was asked. However TCP is cut, it says the same. The input is the
// settings, and then a list of actions: an octet says which, others its arguments.

#include <meterlink/modbus/server.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <meterlink/modbus/ascii_frame.hpp>
#include <meterlink/modbus/pdu_size.hpp>
#include <meterlink/modbus/reply_check.hpp>
#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

#include "require.hpp"
#include "source.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::modbus;

using octets = std::vector<std::uint8_t>;

using meterlink::fuzzing::require;
using meterlink::fuzzing::source;

void furnish(register_space& space) {
    auto& device = space.unit(1);
    require(bool(device.add({register_table::holding_registers, 0, 20})));
    require(bool(device.add({register_table::holding_registers, 20, 200}, access::writable)));
    require(bool(device.add({register_table::holding_registers, 65535, 1}, access::writable)));
    require(bool(device.add({register_table::coils, 0, 2100}, access::writable)));
    require(bool(device.add({register_table::discrete_inputs, 3, 30},
                            served_bits{[](std::uint16_t start, std::span<bool> out) -> refusal {
                                out.back() = true;
                                return start == 4 ? refusal{exception_code::server_device_busy} : refusal{};
                            }})));
    require(bool(device.add(
        {register_table::holding_registers, 220, 40},
        served_registers{[](std::uint16_t, std::span<std::uint16_t> out) -> refusal {
                             out.front() = 7;
                             return {};
                         },
                         [](std::uint16_t start, std::span<const std::uint16_t> values) -> refusal {
                             require(start >= 220 && start + values.size() <= 260);
                             return {};
                         }})));
    require(bool(device.identification.set(device_object_id::vendor_name, "maker")));
    require(bool(device.identification.set(device_object_id::model_name, std::string(200, 'x'))));
    require(bool(device.identification.set(static_cast<device_object_id>(0x90), std::string(100, 'y'))));
    auto& services = device.services;
    services.server_id = {1, 2};
    services.exception_status = [] { return std::uint8_t{3}; };
    services.diagnostic_register = [] { return std::uint16_t{4}; };
    services.read_fifo = [](std::uint16_t pointer, std::vector<std::uint16_t>& queue) -> refusal {
        queue.resize(pointer % 40U);
        return {};
    };
    services.read_file = [](std::uint16_t, std::uint16_t, std::span<std::uint16_t>) { return refusal{}; };
    services.write_file = [](std::uint16_t, std::uint16_t, std::span<const std::uint16_t>) {
        return refusal{};
    };
    require(bool(space.unit(2).add({register_table::input_registers, 0, 10})));
}

/// The PDU of the frame at the beginning of `wire`, which is shortened by it.
bytes_view next_pdu(framing which, bytes_view& wire) {
    if (which == framing::tcp) {
        const auto size = tcp_frame_view::announced_size(wire);
        require(size.has_value() && *size <= wire.size());
        const auto out = wire.first(*size).subspan(tcp_frame_view::header_size);
        wire = wire.subspan(*size);
        return out;
    }
    // On a line the end of a frame is that of its PDU; that of an echo is only told by silence.
    const auto content = wire.subspan(1);
    const bool is_echo = content[0] == to_octet(function::diagnostics);
    const auto size = is_echo ? result<std::size_t>{content.size() - 2} : response_size(content);
    require(size.has_value() && *size + 2 <= content.size());
    require(rtu_frame_view::parse(wire.first(*size + 3)).has_value());
    wire = wire.subspan(*size + 3);
    return content.first(*size);
}

/// Drives a server, and looks at what it says.
class owner {
public:
    explicit owner(source& input) : input_{input}, server_{space_, settings(input)} { furnish(space_); }

    void run() {
        while (!input_.is_empty()) {
            act();
            settle();
        }
        for (int steps = 0; const auto due = server_.poll_timeout(); ++steps) {
            require(steps < 100);
            now_ = std::max(now_, *due);
            server_.handle_timeout(now_);
            settle();
        }
    }

private:
    static server_options settings(source& input) {
        server_options how;
        const auto bits = input.u8();
        how.framing = static_cast<framing>(bits % 3);
        how.wrong_units = static_cast<wrong_unit>((bits >> 2U) % 3);
        how.timing = (bits & 0x20U) != 0 ? line_timing::network() : line_timing{9600};
        if ((bits & 0x40U) != 0)
            how.authorise = [](const access_request& asked) { return asked.unit % 2 == 0 || !asked.changes; };
        how.most_output = std::size_t{64} << (input.u8() % 8U);
        how.most_events = 1U + input.u8() % 8U;
        return how;
    }

    void act() {
        switch (input_.u8() % 6) {
        case 0: send(input_.some(input_.u8())); break;
        case 1:
        case 2: ask(); break;
        case 3: now_ += std::chrono::milliseconds{input_.u8()}; break;
        case 4: server_.handle_timeout(now_); break;
        default:
            if (input_.u8() % 8 == 0)
                server_.handle_link(true, now_);
            break;
        }
    }

    void send(bytes_view wire) { server_.handle_input(wire, now_); }

    /// A request in an intact frame, alone, so that its answer can be judged.
    void ask() {
        const unit_id unit = input_.u8() % 4;
        const auto content = input_.some(1U + input_.u8() % 40U);
        if (content.empty())
            return;
        settle();
        octets wire(ascii_frame_view::max_size);
        const auto how = server_.settings().framing;
        const auto size = how == framing::tcp   ? tcp_frame::write(wire, 77, unit, content)
                          : how == framing::rtu ? rtu_frame::write(wire, unit, content)
                                                : ascii_frame::write(wire, unit, content);
        send(bytes_view{wire}.first(size.value()));
        if (const auto due = server_.poll_timeout(); due && how != framing::tcp)
            server_.handle_timeout(now_ = std::max(now_, *due));
        const auto out = server_.poll_transmit();
        if (out && how == framing::tcp && out->size() > 8 && (*out)[1] == 77) {
            auto rest = *out;
            const auto answer = next_pdu(how, rest);
            // The function of an exception to a request that is no function is without its flag.
            if (rest.empty() && content[0] != 0 && !is_exception(content[0]) && is_known_length(content))
                require(check_reply(content, answer).has_value());
        }
    }

    /// What is asked wrongly is refused, which answers nothing that `check_reply` knows.
    static bool is_known_length(bytes_view content) {
        const auto size = request_size(content);
        return size && *size == content.size();
    }

    void settle() {
        while (const auto out = server_.poll_transmit())
            if (server_.settings().framing != framing::ascii)
                for (auto rest = *out; !rest.empty();)
                    require(!next_pdu(server_.settings().framing, rest).empty());
        for (int count = 0; server_.poll_event(); ++count)
            require(count < 8);
    }

    source& input_;
    register_space space_;
    server server_;
    instant now_{std::chrono::hours{1}};
};

/// What a server says to `wire` when it comes in pieces of `size` octets.
octets said(bytes_view wire, std::size_t size) {
    register_space space;
    furnish(space);
    server peer{space};
    octets out;
    while (!wire.empty()) {
        const auto piece = wire.first(std::min(size, wire.size()));
        wire = wire.subspan(piece.size());
        peer.handle_input(piece, instant{});
        while (const auto some = peer.poll_transmit())
            out.insert(out.end(), some->begin(), some->end());
    }
    out.push_back(peer.wants_close() ? 1 : 0);
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view all{data, size};
    source input{all};
    owner{input}.run();
    const auto whole = said(all, std::max<std::size_t>(size, 1));
    require(said(all, 1) == whole);
    require(said(all, 7) == whole);
    return 0;
}
