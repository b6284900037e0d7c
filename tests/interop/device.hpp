#pragma once

/// The device that every peer of the interoperability tests has, and our server of it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/modbus_line.hpp>
#include <meterlink/io/modbus_server.hpp>
#include <meterlink/modbus/register_space.hpp>

namespace meterlink::test {

/// What stands where at the beginning; unit 1, and all of it but inputs may be written.
struct device {
    static constexpr std::uint16_t bits = 100;
    static constexpr std::uint16_t registers = 200;

    static constexpr bool coil(unsigned at) { return at % 3 == 0; }
    static constexpr bool discrete_input(unsigned at) { return at % 2 == 1; }
    static constexpr std::uint16_t holding(unsigned at) { return static_cast<std::uint16_t>(1000 + at); }
    static constexpr std::uint16_t input(unsigned at) { return static_cast<std::uint16_t>(2000 + at); }
};

/// Whatever `what` yields, or an exception: for what cannot fail.
template <class Result>
void must(const Result& what) {
    if (!what)
        throw std::runtime_error{"a part of the device was refused"};
}

inline void add_services(modbus::served_device& unit) {
    must(unit.identification.set(modbus::device_object_id::vendor_name, "meterlink"));
    must(unit.identification.set(modbus::device_object_id::product_code, "interop"));
    must(unit.identification.set(modbus::device_object_id::major_minor_revision, "1.0"));
    unit.services.server_id = {0x42};
    unit.services.additional_data = {'m', 'e', 't', 'e', 'r'};
    unit.services.exception_status = [] { return std::uint8_t{0x5A}; };
    unit.services.diagnostic_register = [] { return std::uint16_t{0x1234}; };
    unit.services.read_fifo = [](std::uint16_t pointer, std::vector<std::uint16_t>& queue) {
        queue = {pointer, 7, 8, 9};
        return modbus::refusal{};
    };
    unit.services.read_file = [](std::uint16_t file, std::uint16_t record, std::span<std::uint16_t> out) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint16_t>(100U * file + record + i);
        return modbus::refusal{};
    };
    unit.services.write_file = [](std::uint16_t, std::uint16_t, std::span<const std::uint16_t>) {
        return modbus::refusal{};
    };
}

inline void fill(modbus::register_space& space) {
    using modbus::access;
    using modbus::register_table;
    auto& unit = space.unit(1);
    must(unit.add({register_table::coils, 0, device::bits}, access::writable));
    must(unit.add({register_table::discrete_inputs, 0, device::bits}));
    must(unit.add({register_table::holding_registers, 0, device::registers}, access::writable));
    must(unit.add({register_table::input_registers, 0, device::registers}));
    for (std::uint16_t i = 0; i < device::bits; ++i) {
        must(unit.set_bit({register_table::coils, i}, device::coil(i)));
        must(unit.set_bit({register_table::discrete_inputs, i}, device::discrete_input(i)));
    }
    for (std::uint16_t i = 0; i < device::registers; ++i) {
        must(unit.set_register({register_table::holding_registers, i}, device::holding(i)));
        must(unit.set_register({register_table::input_registers, i}, device::input(i)));
    }
    add_services(unit);
}

/// Our server of the device, in a thread of its own.
class our_server {
public:
    explicit our_server(const std::string& where) {
        fill(space_);
        server_.emplace(context_.get_executor(), io::endpoint::parse(where, io::usual_modbus_line).value(),
                        space_);
        if (const auto error = server_->start())
            throw std::runtime_error{"our server: " + error.message()};
        port_ = server_->port();
        // A line is up before anybody asks.
        while (port_ == 0 && server_->clients() == 0)
            context_.run_one();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    our_server(const our_server&) = delete;
    our_server& operator=(const our_server&) = delete;
    ~our_server() {
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    modbus::register_space space_;
    std::optional<io::modbus_server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

} // namespace meterlink::test
