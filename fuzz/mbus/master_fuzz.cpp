// Any requests, octets and times: every request ends with exactly one final event, nothing is said without
// end, and what events lend is bounded. The input is a list of actions: an octet says which, others its
// arguments.

#include <meterlink/mbus/master.hpp>

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

#include <meterlink/mbus/command.hpp>

#include "require.hpp"
#include "source.hpp"

namespace {

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

using meterlink::fuzzing::require;
using meterlink::fuzzing::source;

/// Drives a master and keeps account of its requests.
class owner {
public:
    explicit owner(source& input) : input_{input}, line_{settings(input)} {}

    void run() {
        while (!input_.is_empty()) {
            act();
            settle();
        }
        // Silence brings everything to its end.
        for (std::size_t steps = 0; const auto due = line_.poll_timeout(); ++steps) {
            require(steps < most_steps);
            now_ = std::max(now_, *due);
            line_.handle_timeout(now_);
            settle();
        }
        for (const auto& [id, finals] : finals_)
            require(finals == 1);
        require(line_.unfinished() == 0 && !line_.active());
    }

private:
    static constexpr std::size_t most_steps = 1'000'000;

    static master::options settings(source& input) {
        master::options how;
        how.timing = timing_profile::standard(2400);
        how.timing.readout_retries = input.u8() % 4;
        how.timing.select_retries = input.u8() % 4;
        how.timing.wait_after_initialisation = std::chrono::milliseconds{input.u8()};
        how.timing.wait_between_communications = std::chrono::milliseconds{input.u8() % 64};
        how.timing.collision_recovery = std::chrono::milliseconds{input.u8()};
        how.telegram_limit = input.u8() % 16;
        return how;
    }

    void act() {
        const auto what = input_.u8();
        switch (what % 8) {
        case 0:
        case 1: submit(); break;
        case 2: line_.handle_input(input_.some(input_.u8()), now_); break;
        case 3: now_ += std::chrono::milliseconds{input_.u8()}; break;
        case 4:
            if (const auto due = line_.poll_timeout())
                now_ = std::max(now_, *due);
            line_.handle_timeout(now_);
            break;
        case 5: answer(); break;
        case 6: cancel(); break;
        default: line_.handle_timeout(now_); break;
        }
    }

    void submit() {
        if (finals_.size() == 200)
            return;
        if (const auto what = make_request()) {
            const auto id = line_.submit(*what, now_);
            require(finals_.emplace(id, 0).second);
        }
    }

    std::optional<request> make_request() {
        const auto optional = [](const result<request>& made) {
            return made ? std::optional{*made} : std::nullopt;
        };
        const auto how = options();
        const primary_address address{input_.u8()};
        secondary_address mask{input_.u8() * 0x01010101U, 0xFFFF, input_.u8(), 0xFF};
        const auto to = input_.u8() % 2 == 0 ? destination{address} : destination{mask};
        switch (input_.u8() % 10) {
        case 0: return optional(request::normalise(address, how));
        case 1: return request::select(selection::enhanced(mask, 0x12345678), how);
        case 2: return optional(request::poll_alarm(to, how));
        case 3: return optional(request::set_baud_rate(to, 300U << (input_.u8() % 9), how));
        case 4: return optional(request::set_primary_address(to, input_.u8(), how));
        case 5: return optional(request::send(to, input_.some(input_.u8()), how));
        case 6:
            return optional(
                request::raw(input_.some(input_.u8()), static_cast<raw_answer>(input_.u8() % 3), how));
        default: return optional(request::read(to, how));
        }
    }

    request_options options() {
        request_options how;
        const auto bits = input_.u8();
        how.priority = static_cast<priority>(bits % 3);
        how.initialisation = static_cast<initialisation>(bits / 3 % 3);
        if ((bits & 0x10U) != 0)
            how.application_reset = input_.u8();
        if ((bits & 0x20U) != 0)
            how.baud = 300U << (input_.u8() % 8);
        if ((bits & 0x40U) != 0)
            how.minimum_interval = std::chrono::milliseconds{input_.u8() * 16};
        if ((bits & 0x80U) != 0) {
            how.multi_telegram = multi_telegram::limit(input_.u8() % 4);
            how.deselects = false;
            how.is_collision_final = true;
        }
        return how;
    }

    /// What a slave could say.
    void answer() {
        const auto kind = input_.u8();
        const auto e5 = std::array{ack_view::octet};
        if (kind % 4 == 0)
            return line_.handle_input(e5, now_);
        constexpr std::array<std::uint8_t, 4> cis{0x72, 0x78, 0x70, 0x71};
        const auto ci = cis[kind / 4U % 4U];
        const auto address = kind % 4 == 1 ? last_address_ : input_.u8();
        const auto frame =
            long_frame::make(c_field::rsp_ud(), address, ci, input_.some(input_.u8() % 64U)).value();
        const auto octets = to_bytes(frame);
        line_.handle_input(octets, now_);
    }

    void cancel() {
        if (finals_.empty())
            return;
        auto which = finals_.begin();
        std::advance(which, input_.u8() % finals_.size());
        const bool was_unfinished = which->second == 0;
        require(line_.cancel(which->first) == was_unfinished);
    }

    /// What every owner does behind each call.
    void settle() {
        for (std::size_t steps = 0;; ++steps) {
            require(steps < most_steps);
            const auto out = line_.poll_transmit();
            if (!out)
                break;
            require(!out->empty() && out->size() <= max_frame_size);
            last_address_ = out->size() == 5 ? (*out)[2] : out->size() > 5 ? (*out)[5] : std::uint8_t{0};
        }
        while (const auto event = line_.poll_event()) {
            std::visit([](const auto& what) { check(what); }, event->outcome);
            if (event->id != request_id::none && event->is_final())
                require(++finals_.at(event->id) == 1);
        }
    }

    template <class T>
    static void check(const T& what) {
        if constexpr (requires { what.telegrams; }) {
            require(what.telegrams.size() <= 16);
            for (const auto& each : what.telegrams)
                require(parse_frame(each).has_value());
        }
        if constexpr (requires { what.octets; })
            require(what.octets.size() <= max_frame_size &&
                    std::all_of(what.octets.begin(), what.octets.end(), [](unsigned o) { return o < 256; }));
        if constexpr (requires { what.telegram; })
            require(parse_frame(what.telegram).has_value());
    }

    source& input_;
    master line_;
    instant now_{1h};
    std::map<request_id, int> finals_;
    std::uint8_t last_address_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    source input{{data, size}};
    owner{input}.run();
    return 0;
}
