// Any requests, octets, times and changes of the link: every request ends with exactly one event, nothing is
// said without end, and a reply that is taken answers its request. The input is a list of actions: an octet
// says which, others its arguments.

#include <meterlink/modbus/client.hpp>

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

#include <meterlink/modbus/reply_check.hpp>

#include "require.hpp"
#include "source.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::modbus;
using namespace std::chrono_literals;

using meterlink::fuzzing::require;
using meterlink::fuzzing::source;

/// Drives a client and keeps account of its requests.
class owner {
public:
    explicit owner(source& input) : input_{input}, client_{settings(input)} {}

    void run() {
        while (!input_.is_empty()) {
            act();
            settle();
        }
        // Silence brings everything to its end, but for what waits for a degraded unit: that is tried again.
        for (std::size_t steps = 0; const auto due = client_.poll_timeout(); ++steps) {
            require(steps < most_steps);
            now_ = std::max(now_, *due);
            client_.handle_timeout(now_);
            settle();
        }
        for (const auto& [id, finals] : finals_)
            require(finals == 1);
        require(client_.unfinished() == 0);
    }

private:
    static constexpr std::size_t most_steps = 1'000'000;

    static client_options settings(source& input) {
        client_options how;
        const auto bits = input.u8();
        how.framing = static_cast<framing>(bits % 3);
        how.echo = (bits & 0x10U) != 0;
        how.timing = (bits & 0x20U) != 0 ? line_timing::network() : line_timing{9600};
        how.degradation.requests = (bits & 0x40U) != 0 ? degraded_request::wait : degraded_request::refuse;
        how.degradation.failures = input.u8() % 4;
        how.degradation.first_pause = std::chrono::milliseconds{input.u8()};
        how.retries = input.u8() % 4;
        how.window = input.u8() % 32;
        how.pause_between_requests = std::chrono::milliseconds{input.u8() % 64};
        how.pause_after_connect = std::chrono::milliseconds{input.u8() % 64};
        return how;
    }

    void act() {
        switch (input_.u8() % 10) {
        case 0:
        case 1: submit(); break;
        case 2: client_.handle_input(input_.some(input_.u8()), now_); break;
        case 3: now_ += std::chrono::milliseconds{input_.u8()}; break;
        case 4:
            if (const auto due = client_.poll_timeout())
                now_ = std::max(now_, *due);
            client_.handle_timeout(now_);
            break;
        case 5:
        case 6: answer(); break;
        case 7: cancel(); break;
        case 8: client_.handle_link(input_.u8() % 2 == 0, now_); break;
        default: client_.handle_timeout(now_); break;
        }
    }

    void submit() {
        if (finals_.size() == 200)
            return;
        request_options how;
        const auto bits = input_.u8();
        how.priority = static_cast<priority>(bits % 3);
        if ((bits & 0x10U) != 0)
            how.response_timeout = std::chrono::milliseconds{input_.u8()};
        if ((bits & 0x20U) != 0)
            how.retries = input_.u8() % 3;
        if ((bits & 0x40U) != 0)
            how.response_size = input_.u8();
        const unit_id unit = input_.u8() % 4;
        const auto id = (bits & 0x80U) != 0
                            ? client_.submit(unit, input_.some(input_.u8()), now_, how)
                            : client_.read_holding_registers(unit, input_.u8(), input_.u8() % 127, now_, how);
        if (id)
            require(finals_.emplace(*id, 0).second);
    }

    /// What a server could say.
    void answer() {
        const auto kind = input_.u8();
        if (asked_.empty())
            return;
        const auto& asked = asked_[kind % asked_.size()];
        auto content = input_.some(input_.u8() % 16U);
        std::vector<std::uint8_t> out{content.begin(), content.end()};
        if ((kind & 0x80U) != 0 && asked.pdu.size() == 5) {
            out.assign(2U + 2U * asked.pdu[4], kind);
            out[0] = asked.pdu[0];
            out[1] = static_cast<std::uint8_t>(2 * asked.pdu[4]);
        }
        if (out.empty() || out.size() > max_pdu_size)
            return;
        std::array<std::uint8_t, ascii_frame_view::max_size> wire{};
        const auto which = client_.settings().framing;
        const auto size = which == framing::tcp   ? tcp_frame::write(wire, asked.number, asked.unit, out)
                          : which == framing::rtu ? rtu_frame::write(wire, asked.unit, out)
                                                  : ascii_frame::write(wire, asked.unit, out);
        client_.handle_input(bytes_view{wire}.first(size.value()), now_);
    }

    void cancel() {
        if (finals_.empty())
            return;
        auto which = finals_.begin();
        std::advance(which, input_.u8() % finals_.size());
        const bool was_unfinished = which->second == 0;
        require(client_.cancel(which->first) == was_unfinished);
    }

    /// What every owner does behind each call.
    void settle() {
        for (std::size_t steps = 0;; ++steps) {
            require(steps < most_steps);
            const auto out = client_.poll_transmit();
            if (!out)
                break;
            keep(*out);
        }
        while (const auto event = client_.poll_event()) {
            if (const auto* good = std::get_if<reply>(&*event))
                require(check_reply(good->request, good->response).has_value());
            if (const auto id = id_of(*event); id != request_id::none)
                require(++finals_.at(id) == 1);
            else
                require(std::get<garbage>(*event).count > 0);
        }
    }

    struct question {
        std::uint16_t number = 0;
        unit_id unit = 0;
        std::vector<std::uint8_t> pdu;
    };

    /// What the client has said is a frame.
    void keep(bytes_view wire) {
        question out;
        pdu text;
        bytes_view content;
        switch (client_.settings().framing) {
        case framing::tcp: {
            const auto frame = tcp_frame_view::parse(wire);
            require(frame.has_value());
            out.number = frame->transaction();
            out.unit = frame->unit();
            content = frame->pdu();
            break;
        }
        case framing::rtu: {
            const auto frame = rtu_frame_view::parse(wire);
            require(frame.has_value());
            out.unit = frame->unit();
            content = frame->pdu();
            break;
        }
        case framing::ascii: {
            const auto frame = ascii_frame_view::parse(wire);
            require(frame.has_value());
            out.unit = frame->unit();
            text = frame->pdu();
            content = text;
        }
        }
        out.pdu.assign(content.begin(), content.end());
        if (asked_.size() == 32)
            asked_.erase(asked_.begin());
        asked_.push_back(std::move(out));
    }

    source& input_;
    client client_;
    instant now_{1h};
    std::map<request_id, int> finals_;
    std::vector<question> asked_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    source input{{data, size}};
    owner{input}.run();
    return 0;
}
