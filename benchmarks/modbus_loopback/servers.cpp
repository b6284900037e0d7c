#include <cerrno>
#include <optional>
#include <system_error>

#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <meterlink/io/direct_link.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/server.hpp>

#include "peers.hpp"

namespace meterlink::bench {

namespace {

/// One unit that stores the registers.
modbus::register_space filled_space() {
    modbus::register_space out;
    auto& device = out.unit(1);
    constexpr auto table = modbus::register_table::holding_registers;
    const auto values = bench::served_registers();
    if (!device.add({table, 0, register_count}) || !device.set_registers({table, 0}, values))
        throw std::system_error{EINVAL, std::generic_category(), "registers"};
    return out;
}

int accept_one(int listening, void (*accepted)()) {
    const auto descriptor = ::accept(listening, nullptr, nullptr);
    if (descriptor < 0)
        throw std::system_error{errno, std::generic_category(), "accept"};
    accepted();
    return descriptor;
}

void serve_directly(int listening, void (*accepted)()) {
    auto space = filled_space();
    io::direct_link line{io::direct_socket{accept_one(listening, accepted)}, modbus::server{space}};
    line.run([](const modbus::server_event&) {});
}

void serve_by_driver(int listening, void (*accepted)()) {
    auto space = filled_space();
    asio::io_context context{1};
    asio::ip::tcp::socket connection{context, asio::ip::tcp::v4(), accept_one(listening, accepted)};
    io::driver_options no_retry;
    no_retry.retry.reset();
    io::driver line{io::tcp_connection{std::move(connection)}, modbus::server{space}, no_retry};
    line.on_event([](const auto&) {});
    line.start();
    while (line.state() != io::link_state::closed && context.run_one() > 0) {
    }
}

constexpr server_kind kinds[] = {
    {"direct", serve_directly},
    {"driver", serve_by_driver},
#if defined(METERLINK_HAS_LIBMODBUS)
    {"libmodbus", serve_libmodbus},
#endif
};

} // namespace

std::span<const server_kind> server_kinds() { return kinds; }

} // namespace meterlink::bench
