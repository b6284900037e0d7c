#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include <modbus/modbus.h>

#include "peers.hpp"

namespace meterlink::bench {

namespace {

using context = std::unique_ptr<modbus_t, decltype(&modbus_free)>;

/// Waits for each answer before it asks again, for it knows no other way.
class libmodbus_client final : public client {
public:
    explicit libmodbus_client(std::uint16_t port) : line_{modbus_new_tcp("127.0.0.1", port), &modbus_free} {
        modbus_set_slave(line_.get(), 1);
        if (modbus_connect(line_.get()) != 0)
            throw std::system_error{errno, std::generic_category(), "connect"};
    }
    ~libmodbus_client() override { modbus_close(line_.get()); }

    void ask(received_answers& answers) override {
        using clock = std::chrono::steady_clock;
        registers got{};
        while (!answers.is_over()) {
            const auto asked = clock::now();
            if (modbus_read_registers(line_.get(), 0, register_count, got.data()) == register_count)
                answers.take(got, (clock::now() - asked) / std::chrono::nanoseconds{1});
            else
                answers.fail();
        }
    }

private:
    context line_;
};

} // namespace

client* connect_libmodbus(std::uint16_t port, std::size_t) { return new libmodbus_client{port}; }

void serve_libmodbus(int listening, void (*accepted)()) {
    const context line{modbus_new_tcp("127.0.0.1", 0), &modbus_free};
    const std::unique_ptr<modbus_mapping_t, decltype(&modbus_mapping_free)> mapping{
        modbus_mapping_new(0, 0, register_count, 0), &modbus_mapping_free};
    const auto values = served_registers();
    std::copy(values.begin(), values.end(), mapping->tab_registers);
    if (modbus_tcp_accept(line.get(), &listening) < 0)
        throw std::system_error{errno, std::generic_category(), "accept"};
    accepted();
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> request{};
    int size = 0;
    while ((size = modbus_receive(line.get(), request.data())) >= 0)
        if (size > 0 && modbus_reply(line.get(), request.data(), size, mapping.get()) < 0)
            break;
    modbus_close(line.get());
}

std::string_view libmodbus_version() { return LIBMODBUS_VERSION_STRING; }

} // namespace meterlink::bench
