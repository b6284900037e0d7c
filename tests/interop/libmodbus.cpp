/// libmodbus in both roles, over TCP and over a serial line.

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <modbus/modbus.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "interop/device.hpp"
#include "interop/exercise.hpp"
#include "interop/pty_pair.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test;

namespace {

struct context_deleter {
    void operator()(modbus_t* context) const {
        modbus_close(context);
        modbus_free(context);
    }
};
struct mapping_deleter {
    void operator()(modbus_mapping_t* mapping) const { modbus_mapping_free(mapping); }
};
using context_ptr = std::unique_ptr<modbus_t, context_deleter>;
using mapping_ptr = std::unique_ptr<modbus_mapping_t, mapping_deleter>;

mapping_ptr device_mapping() {
    mapping_ptr out{modbus_mapping_new(device::bits, device::bits, device::registers, device::registers)};
    for (unsigned i = 0; i < device::bits; ++i) {
        out->tab_bits[i] = device::coil(i) ? 1 : 0;
        out->tab_input_bits[i] = device::discrete_input(i) ? 1 : 0;
    }
    for (unsigned i = 0; i < device::registers; ++i) {
        out->tab_registers[i] = device::holding(i);
        out->tab_input_registers[i] = device::input(i);
    }
    return out;
}

/// A server of libmodbus for one client, in a thread of its own.
class their_server {
public:
    /// Over TCP.
    their_server() : context_{modbus_new_tcp("127.0.0.1", 0)} {
        listening_ = modbus_tcp_listen(context_.get(), 1);
        sockaddr_in address{};
        socklen_t size = sizeof address;
        REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] {
            if (modbus_tcp_accept(context_.get(), &listening_) >= 0)
                serve();
        }};
    }
    /// On a serial line.
    explicit their_server(const std::string& path)
        : context_{modbus_new_rtu(path.c_str(), 19200, 'E', 8, 1)} {
        modbus_set_slave(context_.get(), 1);
        REQUIRE(modbus_connect(context_.get()) == 0);
        thread_ = std::thread{[this] { serve(); }};
    }
    their_server(const their_server&) = delete;
    their_server& operator=(const their_server&) = delete;
    ~their_server() {
        is_over_ = true;
        if (listening_ >= 0)
            ::shutdown(listening_, SHUT_RDWR);
        thread_.join();
        if (listening_ >= 0)
            ::close(listening_);
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    void serve() {
        modbus_set_indication_timeout(context_.get(), 0, 100000);
        std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> query{};
        while (!is_over_) {
            const int size = modbus_receive(context_.get(), query.data());
            if (size > 0)
                modbus_reply(context_.get(), query.data(), size, mapping_.get());
            else if (size < 0 && (errno == ECONNRESET || errno == EBADF))
                return;
        }
    }

    context_ptr context_;
    mapping_ptr mapping_ = device_mapping();
    int listening_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

/// Every function that the client of libmodbus has.
void exercise_us(modbus_t* them) {
    modbus_set_slave(them, 1);
    modbus_set_response_timeout(them, 5, 0);
    REQUIRE(modbus_connect(them) == 0);
    std::array<std::uint8_t, 20> bits{};
    std::array<std::uint16_t, 125> registers{};

    REQUIRE(modbus_read_bits(them, 3, 20, bits.data()) == 20);
    for (unsigned i = 0; i < 20; ++i)
        CHECK((bits[i] == 1) == device::coil(3 + i));
    REQUIRE(modbus_read_input_bits(them, 80, 20, bits.data()) == 20);
    for (unsigned i = 0; i < 20; ++i)
        CHECK((bits[i] == 1) == device::discrete_input(80 + i));
    for (const int count : {1, 125}) {
        REQUIRE(modbus_read_registers(them, 7, count, registers.data()) == count);
        for (unsigned i = 0; i < unsigned(count); ++i)
            CHECK(registers[i] == device::holding(7 + i));
        REQUIRE(modbus_read_input_registers(them, 75, count, registers.data()) == count);
        for (unsigned i = 0; i < unsigned(count); ++i)
            CHECK(registers[i] == device::input(75 + i));
    }

    CHECK(modbus_write_bit(them, 10, 1) == 1);
    REQUIRE(modbus_read_bits(them, 10, 1, bits.data()) == 1);
    CHECK(bits[0] == 1);
    std::array<std::uint8_t, 20> pattern{};
    for (std::size_t i = 0; i < pattern.size(); ++i)
        pattern[i] = i % 5 == 0 ? 1 : 0;
    CHECK(modbus_write_bits(them, 30, 20, pattern.data()) == 20);
    REQUIRE(modbus_read_bits(them, 30, 20, bits.data()) == 20);
    CHECK(bits == pattern);

    CHECK(modbus_write_register(them, 150, 0x12) == 1);
    CHECK(modbus_mask_write_register(them, 150, 0xF2, 0x25) == 1);
    REQUIRE(modbus_read_registers(them, 150, 1, registers.data()) == 1);
    CHECK(registers[0] == 0x17);
    const std::array<std::uint16_t, 3> values{5, 6, 7};
    CHECK(modbus_write_registers(them, 160, 3, values.data()) == 3);
    const std::array<std::uint16_t, 2> more{333, 444};
    REQUIRE(modbus_write_and_read_registers(them, 162, 2, more.data(), 160, 4, registers.data()) == 4);
    CHECK(std::vector(registers.begin(), registers.begin() + 4) ==
          std::vector<std::uint16_t>{5, 6, 333, 444});

    std::array<std::uint8_t, 64> id{};
    REQUIRE(modbus_report_slave_id(them, int(id.size()), id.data()) == 7);
    CHECK(std::string(id.begin(), id.begin() + 7) == "\x42\xFFmeter");

    CHECK(modbus_read_registers(them, 250, 1, registers.data()) == -1);
    CHECK(errno == EMBXILADD);
    CHECK(modbus_write_bit(them, 250, 1) == -1);
    CHECK(errno == EMBXILADD);
    // What it has no name for is sent as it is: read exception status.
    const std::array<std::uint8_t, 2> raw{1, 0x07};
    std::array<std::uint8_t, MODBUS_MAX_ADU_LENGTH> reply{};
    REQUIRE(modbus_send_raw_request(them, raw.data(), int(raw.size())) > 0);
    CHECK(modbus_receive_confirmation(them, reply.data()) > 0);
}

/// libmodbus answers functions 07, 08, 0B, 0C, 14, 15, 18 and 2B with an exception or not at all.
const missing_functions not_theirs{{0x07, 0x08, 0x0B, 0x0C, 0x14, 0x15, 0x18, 0x2B}};

} // namespace

TEST_CASE("libmodbus asks our server over TCP") {
    const our_server server{"tcp-listen://127.0.0.1:0"};
    const context_ptr them{modbus_new_tcp("127.0.0.1", server.port())};
    exercise_us(them.get());
}

TEST_CASE("libmodbus asks our server on a serial line") {
    const pty_pair line;
    const our_server server{"serial:" + line.one()};
    const context_ptr them{modbus_new_rtu(line.other().c_str(), 19200, 'E', 8, 1)};
    exercise_us(them.get());
}

TEST_CASE("our client asks libmodbus over TCP") {
    const their_server server;
    io::modbus_bus bus{io::endpoint::parse("tcp://127.0.0.1:" + std::to_string(server.port())).value()};
    CHECK(exercise{bus, not_theirs}.run() == std::vector<std::string>{});
}

TEST_CASE("our client asks libmodbus on a serial line") {
    const pty_pair line;
    const their_server server{line.one()};
    io::modbus_bus bus{io::endpoint::parse("serial:" + line.other(), io::usual_modbus_line).value()};
    CHECK(exercise{bus, not_theirs}.run() == std::vector<std::string>{});
}
