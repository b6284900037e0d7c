// Modbus in memory: a response taken apart and its registers had as numbers, and whole transactions of client
// and server, for 1, 10 and 125 registers.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>
#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/reply_check.hpp>
#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/server.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

#include "measure.hpp"

namespace {

using namespace meterlink;
using modbus::framing;
using modbus::read_holding_registers_request;
using modbus::read_holding_registers_response;
using modbus::read_holding_registers_response_view;
using std::chrono::milliseconds;

constexpr modbus::unit_id unit = 1;
using numbers = std::array<std::uint16_t, 125>;

numbers some_numbers() {
    numbers out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint16_t>(0x1234 + 257 * i);
    return out;
}

template <class Pdu>
modbus::pdu pdu_of(const Pdu& what) {
    std::array<std::uint8_t, modbus::max_pdu_size> out{};
    modbus::pdu wire;
    wire.append(bytes_view{out}.first(what.emit(out).value()));
    return wire;
}

modbus::pdu request_for(std::size_t count) {
    return pdu_of(read_holding_registers_request{0, static_cast<std::uint16_t>(count)});
}

modbus::pdu response_for(std::size_t count) {
    static const auto values = some_numbers();
    return pdu_of(read_holding_registers_response::make(std::span{values}.first(count)).value());
}

std::vector<std::uint8_t> framed(framing how, bytes_view pdu) {
    std::vector<std::uint8_t> out(300);
    out.resize(how == framing::tcp ? modbus::tcp_frame::write(out, 1, unit, pdu).value()
                                   : modbus::rtu_frame::write(out, unit, pdu).value());
    return out;
}

/// The registers of a response as numbers; how many there are.
std::size_t copy_registers(bytes_view response, numbers& out) {
    const auto view = read_holding_registers_response_view::parse(response);
    if (!view)
        return 0;
    const auto registers = view->registers();
    for (std::size_t i = 0; i < registers.size(); ++i)
        out[i] = registers[i];
    return registers.size();
}

/// Measures `transact`, which says how many registers it got.
template <class Transact>
void measure(benchmark::State& state, Transact transact) {
    const auto count = static_cast<std::size_t>(state.range(0));
    for (int i = 0; i < 3; ++i) // what is allocated once is no part of the measurement
        if (transact() != count)
            return state.SkipWithError("not the registers that were asked for");
    const auto allocations_before = bench::allocation_count();
    for (auto _ : state)
        if (transact() != count)
            return state.SkipWithError("not the registers that were asked for");
    state.counters["allocations"] = static_cast<double>(bench::allocation_count() - allocations_before) /
                                    static_cast<double>(state.iterations());
}

/// A response is checked against its request, and its registers are had as numbers.
template <class Frame>
void parse_response(benchmark::State& state, framing how) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto request = request_for(count);
    auto wire = framed(how, response_for(count));
    numbers out{};
    measure(state, [&] {
        benchmark::DoNotOptimize(wire.data());
        const auto frame = Frame::parse(wire);
        if (!frame || !modbus::check_reply(request, frame->pdu()))
            return std::size_t{0};
        const auto got = copy_registers(frame->pdu(), out);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
        return got;
    });
}

/// From asking a client to the registers as numbers: the request is sent, the response comes, is told, and
/// taken.
void client_transaction(benchmark::State& state, framing how) {
    const auto count = static_cast<std::size_t>(state.range(0));
    modbus::client_options options;
    options.framing = how;
    modbus::client asking{options};
    auto wire = framed(how, response_for(count));
    numbers out{};
    instant now{std::chrono::hours{1}};
    measure(state, [&] {
        now += milliseconds{100};
        if (!asking.read_holding_registers(unit, 0, static_cast<std::uint16_t>(count), now))
            return std::size_t{0};
        const auto sent = asking.poll_transmit();
        if (!sent)
            return std::size_t{0};
        if (how == framing::tcp) {
            wire[0] = (*sent)[0];
            wire[1] = (*sent)[1];
        }
        asking.handle_input(wire, now += milliseconds{100});
        const auto event = asking.poll_event();
        const auto* got = event ? std::get_if<modbus::reply>(&*event) : nullptr;
        const auto size = got == nullptr ? 0 : copy_registers(got->response, out);
        benchmark::DoNotOptimize(out.data());
        return size;
    });
}

/// A request comes to a server with stored registers, and is answered.
void server_transaction(benchmark::State& state, framing how) {
    const auto count = static_cast<std::size_t>(state.range(0));
    modbus::register_space space;
    auto& device = space.unit(unit);
    const auto values = some_numbers();
    if (!device.add({modbus::register_table::holding_registers, 0, 125}) ||
        !device.set_registers({modbus::register_table::holding_registers, 0}, values))
        return state.SkipWithError("no registers to serve");
    modbus::server_options options;
    options.framing = how;
    modbus::server answering{space, options};
    const auto wire = framed(how, request_for(count));
    const auto expected = framed(how, response_for(count));
    instant now{std::chrono::hours{1}};
    measure(state, [&] {
        answering.handle_input(wire, now += milliseconds{100});
        if (how != framing::tcp)
            answering.handle_timeout(now += milliseconds{10});
        const auto sent = answering.poll_transmit();
        return sent && sent->size() == expected.size() && sent->back() == expected.back() ? count : 0;
    });
}

constexpr auto parse_tcp = parse_response<modbus::tcp_frame_view>;
constexpr auto parse_rtu = parse_response<modbus::rtu_frame_view>;

BENCHMARK_CAPTURE(parse_tcp, , framing::tcp)->Name("modbus_codec/parse_tcp")->Arg(1)->Arg(10)->Arg(125);
BENCHMARK_CAPTURE(parse_rtu, , framing::rtu)->Name("modbus_codec/parse_rtu")->Arg(1)->Arg(10)->Arg(125);
BENCHMARK_CAPTURE(client_transaction, , framing::tcp)
    ->Name("modbus_codec/client_tcp")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(client_transaction, , framing::rtu)
    ->Name("modbus_codec/client_rtu")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(server_transaction, , framing::tcp)
    ->Name("modbus_codec/server_tcp")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(server_transaction, , framing::rtu)
    ->Name("modbus_codec/server_rtu")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);

} // namespace
