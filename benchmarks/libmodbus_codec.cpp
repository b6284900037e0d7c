// The same transactions by libmodbus, for comparison. Its calls of the system for one descriptor end here
// instead, in a line that is all memory: what is measured is libmodbus alone.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <meterlink/core/crc.hpp>
#include <modbus/modbus.h>

namespace {

constexpr int line_descriptor = 1000; // below FD_SETSIZE, and hardly open

/// What libmodbus reads and writes.
struct memory_line {
    std::array<std::uint8_t, 300> input{};
    std::size_t input_size = 0;
    std::size_t taken = 0;
    std::size_t sent = 0;
    bool answers = false; ///< Input begins anew when something is sent, with its transaction.

    ssize_t give(void* room, std::size_t size) {
        const auto count = std::min(size, input_size - taken);
        std::copy_n(input.data() + taken, count, static_cast<std::uint8_t*>(room));
        taken += count;
        return static_cast<ssize_t>(count);
    }

    ssize_t take(const void* octets, std::size_t size, bool has_transaction) {
        sent = size;
        if (answers) {
            taken = 0;
            if (has_transaction)
                std::copy_n(static_cast<const std::uint8_t*>(octets), 2, input.data());
        }
        return static_cast<ssize_t>(size);
    }
};

memory_line line;

} // namespace

extern "C" {

ssize_t send(int descriptor, const void* octets, std::size_t size, int flags) {
    if (descriptor == line_descriptor)
        return line.take(octets, size, true);
    return ::syscall(SYS_sendto, descriptor, octets, size, flags, nullptr, 0);
}

ssize_t recv(int descriptor, void* room, std::size_t size, int flags) {
    if (descriptor == line_descriptor)
        return line.give(room, size);
    return ::syscall(SYS_recvfrom, descriptor, room, size, flags, nullptr, nullptr);
}

ssize_t write(int descriptor, const void* octets, std::size_t size) {
    if (descriptor == line_descriptor)
        return line.take(octets, size, false);
    return ::syscall(SYS_write, descriptor, octets, size);
}

ssize_t read(int descriptor, void* room, std::size_t size) {
    if (descriptor == line_descriptor)
        return line.give(room, size);
    return ::syscall(SYS_read, descriptor, room, size);
}

int select(int count, fd_set* in, fd_set* out, fd_set* except, timeval* patience) {
    if (count == line_descriptor + 1)
        return 1;
    return static_cast<int>(::syscall(SYS_select, count, in, out, except, patience));
}

} // extern "C"

namespace {

using context = std::unique_ptr<modbus_t, decltype(&modbus_free)>;

context new_context(bool is_tcp) {
    context out{is_tcp ? modbus_new_tcp("127.0.0.1", 502) : modbus_new_rtu("/dev/null", 19200, 'N', 8, 1),
                &modbus_free};
    modbus_set_slave(out.get(), 1);
    modbus_set_socket(out.get(), line_descriptor);
    return out;
}

/// Puts a frame into the input: header, PDU of which `pdu` are the first octets and `size` is the size, CRC.
void put_frame(bool is_tcp, std::initializer_list<std::uint8_t> pdu, std::size_t size) {
    line = {};
    auto* out = line.input.data();
    if (is_tcp)
        out = std::copy_n(
            std::array<std::uint8_t, 6>{0, 1, 0, 0, 0, static_cast<std::uint8_t>(size + 1)}.begin(), 6, out);
    *out++ = 1;
    std::copy(pdu.begin(), pdu.end(), out);
    out += size;
    if (!is_tcp) {
        const auto crc = meterlink::crc16_modbus::of(meterlink::bytes_view{line.input}.first(1 + size));
        *out++ = static_cast<std::uint8_t>(crc);
        *out++ = static_cast<std::uint8_t>(crc >> 8);
    }
    line.input_size = static_cast<std::size_t>(out - line.input.data());
}

void client_transaction(benchmark::State& state, bool is_tcp) {
    const auto count = static_cast<int>(state.range(0));
    const auto octets = 2U * static_cast<unsigned>(count);
    const auto asking = new_context(is_tcp);
    put_frame(is_tcp, {3, static_cast<std::uint8_t>(octets)}, 2 + octets);
    line.answers = true;
    std::array<std::uint16_t, 125> out{};
    for (auto _ : state) {
        if (modbus_read_registers(asking.get(), 0, count, out.data()) != count)
            return state.SkipWithError("not the registers that were asked for");
        benchmark::DoNotOptimize(out.data());
    }
    modbus_set_socket(asking.get(), -1);
}

void server_transaction(benchmark::State& state, bool is_tcp) {
    const auto count = static_cast<int>(state.range(0));
    const auto answering = new_context(is_tcp);
    const std::unique_ptr<modbus_mapping_t, decltype(&modbus_mapping_free)> registers{
        modbus_mapping_new(0, 0, 125, 0), &modbus_mapping_free};
    put_frame(is_tcp, {3, 0, 0, 0, static_cast<std::uint8_t>(count)}, 5);
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> request{};
    for (auto _ : state) {
        line.taken = 0;
        const auto size = modbus_receive(answering.get(), request.data());
        if (size <= 0 || modbus_reply(answering.get(), request.data(), size, registers.get()) <= 0)
            return state.SkipWithError("not answered");
    }
    modbus_set_socket(answering.get(), -1);
}

BENCHMARK_CAPTURE(client_transaction, , true)
    ->Name("modbus_codec/libmodbus_client_tcp")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(client_transaction, , false)
    ->Name("modbus_codec/libmodbus_client_rtu")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(server_transaction, , true)
    ->Name("modbus_codec/libmodbus_server_tcp")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);
BENCHMARK_CAPTURE(server_transaction, , false)
    ->Name("modbus_codec/libmodbus_server_rtu")
    ->Arg(1)
    ->Arg(10)
    ->Arg(125);

} // namespace
