#pragma once

/// Our client at whichever server of the device: every function that the server has.

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/io/modbus_bus.hpp>
#include <meterlink/modbus/mask_write_register.hpp>
#include <meterlink/modbus/read_write_multiple_registers.hpp>

#include "interop/device.hpp"
#include "support/octets.hpp"

namespace meterlink::test {

/// What a server does not have, or not well.
struct missing_functions {
    std::vector<std::uint8_t> codes{};

    [[nodiscard]] bool has(std::uint8_t code) const {
        return std::find(codes.begin(), codes.end(), code) == codes.end();
    }
};

/// Asks a server, and gathers what was not as it should be.
class exercise {
public:
    exercise(io::modbus_bus& bus, missing_functions missing) : bus_{bus}, missing_{std::move(missing)} {}

    std::vector<std::string> run() {
        read_bits();
        read_registers();
        write_bits();
        write_registers();
        refuse();
        tell_about_itself();
        return failures_;
    }

private:
    using answer = result<io::modbus_answer>;

    void expect(bool holds, std::string_view what) {
        if (!holds)
            failures_.emplace_back(what);
    }
    bool is_reply(const answer& got, std::string_view what) {
        const bool good = got && *got;
        expect(good, std::string{what} + ": " +
                         (got ? std::string{io::name(got->how)} : std::string{message(got.error().code)}));
        return good;
    }

    template <class View, class Value>
    void expect_bits(const answer& got, unsigned start, Value value, std::string_view what) {
        if (!is_reply(got, what))
            return;
        const auto view = got->template as<View>();
        for (unsigned i = 0; i < 20; ++i)
            expect(view->bits()[i] == value(start + i), what);
    }
    template <class View, class Value>
    void expect_registers(const answer& got, unsigned start, unsigned count, Value value,
                          std::string_view what) {
        if (!is_reply(got, what))
            return;
        const auto view = got->template as<View>();
        expect(view->registers().size() == count, what);
        for (unsigned i = 0; i < count; ++i)
            expect(view->registers()[i] == value(start + i), what);
    }
    void expect_holding(unsigned at, std::uint16_t value, std::string_view what) {
        expect_registers<modbus::read_holding_registers_response_view>(
            bus_.read_holding_registers(1, static_cast<std::uint16_t>(at), 1), at, 1,
            [value](unsigned) { return value; }, what);
    }

    void read_bits() {
        for (const auto start : std::array<std::uint16_t, 3>{0, 3, 80}) {
            expect_bits<modbus::read_coils_response_view>(bus_.read_coils(1, start, 20), start, device::coil,
                                                          "01 read coils");
            expect_bits<modbus::read_discrete_inputs_response_view>(bus_.read_discrete_inputs(1, start, 20),
                                                                    start, device::discrete_input,
                                                                    "02 read discrete inputs");
        }
    }

    void read_registers() {
        for (const auto count : std::array<std::uint16_t, 3>{1, 2, 125}) {
            expect_registers<modbus::read_holding_registers_response_view>(
                bus_.read_holding_registers(1, 7, count), 7, count, device::holding,
                "03 read holding registers");
            expect_registers<modbus::read_input_registers_response_view>(
                bus_.read_input_registers(1, 75, count), 75, count, device::input, "04 read input registers");
        }
    }

    void write_bits() {
        for (const bool value : {true, false}) {
            is_reply(bus_.write_single_coil(1, 10, value), "05 write single coil");
            const auto back = bus_.read_coils(1, 10, 1);
            expect(back && *back && back->as<modbus::read_coils_response_view>()->bits()[0] == value,
                   "05 write single coil, read again");
        }
        std::array<bool, 20> values{};
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = i % 5 == 0;
        is_reply(bus_.write_multiple_coils(1, 30, values), "0F write multiple coils");
        expect_bits<modbus::read_coils_response_view>(
            bus_.read_coils(1, 30, 20), 0, [](unsigned i) { return i % 5 == 0; },
            "0F write multiple coils, read again");
    }

    void write_registers() {
        is_reply(bus_.write_single_register(1, 150, 0xBEEF), "06 write single register");
        expect_holding(150, 0xBEEF, "06 write single register, read again");
        std::array<std::uint16_t, 40> values{};
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<std::uint16_t>(3 * i);
        is_reply(bus_.write_multiple_registers(1, 152, values), "10 write multiple registers");
        expect_registers<modbus::read_holding_registers_response_view>(
            bus_.read_holding_registers(1, 152, 40), 0, 40,
            [](unsigned i) { return static_cast<std::uint16_t>(3 * i); },
            "10 write multiple registers, read again");
        if (missing_.has(0x16)) {
            is_reply(bus_.write_single_register(1, 140, 0x12), "06 write single register");
            is_reply(bus_.ask(1, modbus::mask_write_register_request{140, 0xF2, 0x25}),
                     "16 mask write register");
            expect_holding(140, 0x17, "16 mask write register, read again");
        }
        if (missing_.has(0x17)) {
            const std::array<std::uint16_t, 2> three{333, 444};
            const auto request = modbus::read_write_multiple_registers_request::make(141, 3, 142, three);
            expect(request.has_value(), "17 read and write registers cannot be asked");
            const auto got = bus_.ask(1, *request);
            if (is_reply(got, "17 read and write registers"))
                expect(got->response.view().size() == 8 && got->response[6] == 444U >> 8U &&
                           got->response[7] == (444U & 0xFFU),
                       "17 read and write registers: values");
        }
    }

    /// Exceptions come as what they are.
    void refuse() {
        const auto outside = bus_.read_holding_registers(1, 250, 1);
        expect(outside && outside->how == io::modbus_ending::exception &&
                   outside->exception == modbus::exception_code::illegal_data_address,
               "03 outside of the registers");
        const auto beyond = bus_.read_coils(1, 90, 20);
        expect(beyond && beyond->how == io::modbus_ending::exception &&
                   beyond->exception == modbus::exception_code::illegal_data_address,
               "01 beyond the coils");
    }

    void tell_about_itself() {
        using namespace literals;
        for (const auto& [request, what] : {
                 std::pair{"07"_octets, "07 read exception status"},
                 std::pair{"08 00 00 A5 37"_octets, "08 diagnostics: return query data"},
                 std::pair{"08 00 0B 00 00"_octets, "08 diagnostics: bus message count"},
                 std::pair{"0B"_octets, "0B get comm event counter"},
                 std::pair{"0C"_octets, "0C get comm event log"},
                 std::pair{"11"_octets, "11 report server id"},
                 std::pair{"14 07 06 00 01 00 02 00 03"_octets, "14 read file record"},
                 std::pair{"15 09 06 00 01 00 02 00 01 12 34"_octets, "15 write file record"},
                 std::pair{"18 00 05"_octets, "18 read FIFO queue"},
                 std::pair{"2B 0E 01 00"_octets, "2B 0E read device identification"},
             })
            if (missing_.has(request[0])) {
                modbus::pdu pdu;
                pdu.append(request);
                is_reply(bus_.perform({1, pdu}), what);
            }
    }

    io::modbus_bus& bus_;
    missing_functions missing_;
    std::vector<std::string> failures_;
};

} // namespace meterlink::test
