// Whatever is sent to a slave and whenever: its answers are intact frames of a slave, and there is at most
// one for each intact frame that it heard, within the time that it has.

#include <meterlink/mbus/slave.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/mbus/frame.hpp>

#include "mbus/slave_fuzzing.hpp"

namespace {

using namespace meterlink;
using fuzzing::require;
using namespace std::chrono_literals;

struct bench {
    mbus::slave slave;
    std::size_t answered = 0;
    instant now{};
    instant last_input{};

    void collect() {
        while (const auto octets = slave.poll_transmit()) {
            const auto frame = mbus::parse_frame(*octets);
            require(frame.has_value());
            const auto c = mbus::c(*frame);
            require(!c || c->service() == mbus::link_service::rsp_ud);
            if (const auto a = mbus::address(*frame))
                require(a->is_assignable());
            require(now - last_input <= 1150ms);
            ++answered;
        }
        require(!slave.poll_transmit());
        while (slave.poll_event()) {
        }
    }

    void run(instant until) {
        for (auto due = slave.poll_timeout(); due && *due <= until; due = slave.poll_timeout()) {
            require(*due >= now);
            now = *due;
            slave.handle_timeout(now);
            collect();
        }
        now = until;
        slave.handle_timeout(now);
        collect();
    }
};

/// How many intact frames of a master stand in `octets`, wherever they begin.
std::size_t requests_in(bytes_view octets) {
    std::size_t count = 0;
    for (; !octets.empty(); octets = octets.subspan(1)) {
        const auto size = mbus::announced_frame_size(octets);
        if (!size || *size > octets.size())
            continue;
        const auto frame = mbus::parse_frame(octets.first(*size));
        const auto c = frame ? mbus::c(*frame) : std::nullopt;
        count += c && c->prm() ? 1U : 0U;
    }
    return count;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzzing::script script{{data, size}};
    mbus::slave_options options;
    const auto how = script.octet();
    options.trusts_frame_count_bit = (how & 1U) != 0;
    options.answer_bits = (how & 2U) != 0 ? 330 : 11;
    if ((how & 4U) != 0)
        options.answer_pause = 50ms;
    options.baud = (how & 8U) != 0 ? 300 : 2400;
    bench on{fuzzing::make_slave((how & 0x10U) != 0 ? std::uint8_t{1} : std::uint8_t{0}, options)};
    if ((how & 0x20U) != 0)
        on.slave.raise_alarm(how);
    std::vector<std::uint8_t> all;
    while (const auto step = script.next()) {
        on.run(on.now + step->pause);
        on.last_input = on.now;
        all.insert(all.end(), step->octets.begin(), step->octets.end());
        on.slave.handle_input(step->octets, on.now);
        on.collect();
    }
    on.run(on.now + 10min);
    require(on.answered <= requests_in(all));
    return 0;
}
