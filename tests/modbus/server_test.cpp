#include <meterlink/modbus/server.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "server_bench.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

static_assert(session<server>);

namespace {

constexpr auto holding = register_table::holding_registers;

struct furnished : server_bench {
    explicit furnished(server_options how = {}) : server_bench{std::move(how)} { furnish(space); }
};

server_options framed_as(framing which) {
    server_options how;
    how.framing = which;
    return how;
}

} // namespace

TEST_CASE("tables are read in every framing") {
    for (const auto which : {framing::tcp, framing::rtu, framing::ascii}) {
        furnished line{framed_as(which)};
        CHECK(line.ask("03 00 62 00 04"_octets) == "03 08 00 62 00 63 00 64 00 65"_octets);
        CHECK(line.ask("04 00 08 00 02"_octets) == "04 04 A0 08 A0 09"_octets);
        CHECK(line.ask("02 00 00 00 0A"_octets) == "02 02 49 02"_octets);
        CHECK(line.ask("01 00 00 00 28"_octets) == "01 05 00 00 00 00 00"_octets);
        CHECK(line.events.empty());
    }
}

TEST_CASE("what is written is stored and told") {
    for (const auto which : {framing::tcp, framing::rtu, framing::ascii}) {
        furnished line{framed_as(which)};
        CHECK(line.ask("06 00 64 12 34"_octets) == "06 00 64 12 34"_octets);
        CHECK(line.ask("10 00 65 00 02 04 00 0A 01 02"_octets) == "10 00 65 00 02"_octets);
        CHECK(line.ask("03 00 64 00 03"_octets) == "03 06 12 34 00 0A 01 02"_octets);
        CHECK(line.ask("16 00 64 00 F2 00 25"_octets) == "16 00 64 00 F2 00 25"_octets);
        CHECK(line.ask("05 00 0C FF 00"_octets) == "05 00 0C FF 00"_octets);
        CHECK(line.ask("0F 00 13 00 0A 02 CD 01"_octets) == "0F 00 13 00 0A"_octets);
        CHECK(line.ask("01 00 00 00 20"_octets) == "01 04 00 10 68 0E"_octets);
        CHECK(line.ask("17 00 62 00 04 00 64 00 01 02 AA BB"_octets) ==
              "17 08 00 62 00 63 AA BB 00 0A"_octets);
        REQUIRE(line.events.size() == 6);
        const auto& first = std::get<values_written>(line.events[0]);
        CHECK(first.unit == 1);
        CHECK(first.where == table_range{holding, 100, 1});
        CHECK(first.registers()[0] == 0x1234);
        CHECK(std::get<values_written>(line.events[1]).where == table_range{holding, 101, 2});
        CHECK(std::get<values_written>(line.events[2]).registers()[0] == 0x0035);
        const auto& bits = std::get<values_written>(line.events[4]);
        CHECK(bits.where == table_range{register_table::coils, 19, 10});
        CHECK(bits.bits().size() == 10);
        CHECK(bits.bits()[0]);
        CHECK_FALSE(bits.bits()[1]);
    }
}

TEST_CASE("nothing can be written that was not said to be writable") {
    furnished line;
    CHECK(line.ask("06 00 63 00 01"_octets) == "86 02"_octets);
    CHECK(line.ask("10 00 63 00 02 04 00 01 00 02"_octets) == "90 02"_octets);
    CHECK(line.ask("16 00 05 00 00 00 00"_octets) == "96 02"_octets);
    CHECK(line.ask("17 00 64 00 01 00 05 00 01 02 00 00"_octets) == "97 02"_octets);
    CHECK(line.space.unit(1).register_at({holding, 99}).value() == 99);
    REQUIRE(line.events.size() == 4);
    CHECK(std::get<request_refused>(line.events[0]).code == exception_code::illegal_data_address);

    REQUIRE(line.space.unit(2).add({holding, 0, 10}));
    for (const auto* request :
         {"06 00 00 00 01", "10 00 00 00 01 02 00 00", "16 00 00 00 00 00 00",
          "17 00 00 00 01 00 00 00 01 02 00 00", "05 00 00 FF 00", "0F 00 00 00 01 01 00"}) {
        const auto pdu = from_hex(request);
        CHECK(line.ask(pdu, 2) == octets{static_cast<std::uint8_t>(pdu[0] | 0x80), 1});
    }
}

TEST_CASE("the application answers for its own registers and bits") {
    furnished line;
    auto& device = line.space.unit(1);
    std::vector<std::uint16_t> taken;
    REQUIRE(device.add(
        {holding, 200, 10},
        served_registers{[](std::uint16_t start, std::span<std::uint16_t> out) -> refusal {
                             for (auto& each : out)
                                 each = static_cast<std::uint16_t>(0xC000U | start++);
                             return {};
                         },
                         [&](std::uint16_t start, std::span<const std::uint16_t> values) -> refusal {
                             if (start == 209)
                                 return exception_code::illegal_data_value;
                             taken.assign(values.begin(), values.end());
                             return {};
                         }}));
    CHECK(line.ask("03 00 C6 00 04"_octets) == "03 08 00 C6 00 C7 C0 C8 C0 C9"_octets);
    CHECK(line.ask("10 00 C7 00 02 04 00 0A 00 0B"_octets) == "10 00 C7 00 02"_octets);
    CHECK(taken == std::vector<std::uint16_t>{0x0B});
    CHECK(device.register_at({holding, 199}).value() == 0x0A);
    CHECK(line.ask("06 00 D1 00 00"_octets) == "86 03"_octets);

    std::vector<bool> switched;
    REQUIRE(device.add({register_table::coils, 40, 16},
                       served_bits{[](std::uint16_t, std::span<bool>) -> refusal {
                                       return exception_code::server_device_busy;
                                   },
                                   [&](std::uint16_t, std::span<const bool> values) -> refusal {
                                       switched.assign(values.begin(), values.end());
                                       return {};
                                   }}));
    CHECK(line.ask("01 00 28 00 01"_octets) == "81 06"_octets);
    CHECK(line.ask("0F 00 28 00 03 01 05"_octets) == "0F 00 28 00 03"_octets);
    CHECK(switched == std::vector<bool>{true, false, true});
}

TEST_CASE("bits of several ranges stand one behind the other") {
    furnished line;
    auto& device = line.space.unit(1);
    REQUIRE(device.add({register_table::discrete_inputs, 10, 30},
                       served_bits{[](std::uint16_t start, std::span<bool> out) -> refusal {
                           for (auto& each : out)
                               each = start++ % 2 == 0;
                           return {};
                       }}));
    CHECK(line.ask("02 00 09 00 12"_octets) == "02 03 AB AA 02"_octets);
    CHECK(line.ask("02 00 02 00 10"_octets) == "02 02 92 55"_octets);
    CHECK(line.ask("02 00 0A 00 1E"_octets) == "02 04 55 55 55 15"_octets);
    CHECK(line.ask("02 00 0A 00 1F"_octets) == "82 02"_octets);
}

TEST_CASE("requests of one segment are answered in their order and together") {
    furnished line;
    octets all;
    octets expected;
    for (std::uint16_t i = 0; i < 40; ++i) {
        const auto value = static_cast<std::uint8_t>(i);
        const auto request = framed(framing::tcp, {i, 1, {3, 0, value, 0, 1}});
        const auto answer = framed(framing::tcp, {i, 1, {3, 2, 0, value}});
        all.insert(all.end(), request.begin(), request.end());
        expected.insert(expected.end(), answer.begin(), answer.end());
    }
    line.server.handle_input(all, line.now);
    const auto out = line.server.poll_transmit();
    REQUIRE(out);
    CHECK(octets(out->begin(), out->end()) == expected);
    CHECK_FALSE(line.server.poll_transmit());

    // However the input is cut.
    octets pieces;
    for (const auto octet : all) {
        const auto some = line.send(octets{octet});
        pieces.insert(pieces.end(), some.begin(), some.end());
    }
    CHECK(pieces == expected);
}

TEST_CASE("over TCP units 0 and 255 are the device itself") {
    furnished line;
    CHECK(line.ask("03 00 07 00 01"_octets, 0) == "03 02 00 07"_octets);
    CHECK(line.ask("03 00 07 00 01"_octets, 255) == "03 02 00 07"_octets);
    REQUIRE(line.space.unit(255).add({holding, 0, 10}));
    CHECK(line.ask("03 00 07 00 01"_octets, 255) == "03 02 00 00"_octets);

    server_options how;
    how.device = 9;
    furnished other{how};
    REQUIRE(other.space.unit(9).add({register_table::input_registers, 0, 1}));
    CHECK(other.ask("04 00 00 00 01"_octets, 0) == "04 02 00 00"_octets);
}

TEST_CASE("what becomes of a wrong unit is an option") {
    const auto answers = [](framing which, wrong_unit policy) {
        server_options how;
        how.framing = which;
        how.wrong_units = policy;
        furnished line{how};
        return line.ask("03 00 07 00 01"_octets, 17);
    };
    CHECK(answers(framing::tcp, wrong_unit::refuse) == "83 0B"_octets);
    CHECK(answers(framing::tcp, wrong_unit::ignore).empty());
    CHECK(answers(framing::tcp, wrong_unit::answer) == "03 02 00 07"_octets);
    CHECK(answers(framing::rtu, wrong_unit::refuse).empty());
    CHECK(answers(framing::rtu, wrong_unit::ignore).empty());
    CHECK(answers(framing::rtu, wrong_unit::answer) == "03 02 00 07"_octets);
    server_bench empty;
    CHECK(empty.ask("03 00 07 00 01"_octets, 0) == "83 0B"_octets);
}

TEST_CASE("a broadcast on a line is carried out by all and answered by none") {
    furnished line{framed_as(framing::rtu)};
    REQUIRE(line.space.unit(2).add({holding, 100, 1}, access::writable));
    CHECK(line.ask("06 00 64 00 2A"_octets, 0).empty());
    CHECK(line.space.unit(1).register_at({holding, 100}).value() == 42);
    CHECK(line.space.unit(2).register_at({holding, 100}).value() == 42);
    REQUIRE(line.events.size() == 2);
    CHECK(std::get<values_written>(line.events[1]).unit == 2);
    CHECK(line.ask("03 00 64 00 01"_octets) == "03 02 00 2A"_octets);
}

TEST_CASE("an answer on a line keeps its distance from the request") {
    auto how = framed_as(framing::rtu);
    how.timing = line_timing{9600};
    furnished line{how};
    line.server.handle_input(framed(framing::rtu, {0, 1, "03 00 07 00 01"_octets}), line.now);
    CHECK_FALSE(line.server.poll_transmit());
    REQUIRE(line.server.poll_timeout() == line.now + how.timing.between_frames());
    line.server.handle_timeout(line.now + how.timing.between_frames() - 1ns);
    CHECK_FALSE(line.server.poll_transmit());
    line.server.handle_timeout(line.now + how.timing.between_frames());
    CHECK(line.server.poll_transmit());
    CHECK_FALSE(line.server.poll_timeout());
    how.response_delay = 0ns;
    furnished quick{how};
    quick.server.handle_input(framed(framing::rtu, {0, 1, "03 00 07 00 01"_octets}), quick.now);
    CHECK(quick.server.poll_transmit());
}

TEST_CASE("broken frames on a line are skipped and told") {
    for (const auto which : {framing::rtu, framing::ascii}) {
        furnished line{framed_as(which)};
        auto broken = framed(which, {0, 1, "03 00 07 00 01"_octets});
        broken[4] ^= 1;
        CHECK(line.send(broken).empty());
        CHECK(line.sent(2s).empty());
        CHECK_FALSE(line.events.empty());
        CHECK_FALSE(line.server.wants_close());
        CHECK(line.ask("03 00 07 00 01"_octets) == "03 02 00 07"_octets);
        CHECK(line.server.counters().of(diagnostic::bus_communication_error_count).value() > 0);
    }
}

TEST_CASE("a client that may not is refused before anything is looked up") {
    std::vector<std::string> asked;
    server_options how;
    how.authorise = [&](const access_request& request) {
        asked.emplace_back(request.role.value_or("nobody"));
        if (request.write)
            return request.role == "operator" && request.write->start >= 110;
        return !request.read || request.read->start < 50;
    };
    furnished line{how};
    CHECK(line.ask("03 00 00 00 01"_octets) == "03 02 00 00"_octets);
    CHECK(line.ask("03 00 32 00 01"_octets) == "83 01"_octets);
    CHECK(line.ask("03 FF 00 00 01"_octets) == "83 01"_octets);
    CHECK(line.ask("06 00 70 00 01"_octets) == "86 01"_octets);
    line.server.set_role("operator");
    CHECK(line.ask("06 00 70 00 01"_octets) == "06 00 70 00 01"_octets);
    CHECK(line.ask("06 00 64 00 01"_octets) == "86 01"_octets);
    CHECK(line.ask("17 00 00 00 01 00 70 00 01 02 00 00"_octets) == "17 02 00 00"_octets);
    CHECK(line.ask("03 00 00 00 00"_octets) == "83 03"_octets);
    CHECK(asked == std::vector<std::string>{"nobody", "nobody", "nobody", "nobody", "operator", "operator",
                                            "operator"});
}

TEST_CASE("a request that does not end closes the connection") {
    furnished line;
    const auto request = framed(framing::tcp, {1, 1, "03 00 07 00 01"_octets});
    CHECK(line.send(bytes_view{request}.first(5)).empty());
    CHECK(line.sent(20s).empty());
    CHECK_FALSE(line.server.wants_close());
    CHECK(line.sent(20s).empty());
    CHECK(line.server.wants_close());
    REQUIRE(line.events.size() == 1);
    CHECK(std::get<garbage>(line.events[0]).count == 5);
    CHECK(line.send(request).empty());
    line.server.handle_link(true, line.now);
    CHECK_FALSE(line.server.wants_close());
    CHECK(line.send(request).size() == 11);
    CHECK_FALSE(line.server.poll_timeout());
}

TEST_CASE("a server gives up a client that does not take its answers") {
    server_options how;
    how.most_output = 1000;
    furnished line{how};
    for (int i = 0; i < 3; ++i)
        line.server.handle_input(framed(framing::tcp, {1, 1, "03 00 00 00 7D"_octets}), line.now);
    CHECK_FALSE(line.server.wants_close());
    line.server.handle_input(framed(framing::tcp, {1, 1, "03 00 00 00 7D"_octets}), line.now);
    CHECK(line.server.wants_close());
    CHECK_FALSE(line.server.poll_transmit());
}

TEST_CASE("events that nobody takes do not grow without end") {
    server_options how;
    how.most_events = 10;
    furnished line{how};
    for (std::uint8_t i = 0; i < 100; ++i) {
        line.server.handle_input(framed(framing::tcp, {1, 1, {6, 0, 100, 0, i}}), line.now);
        static_cast<void>(line.server.poll_transmit());
    }
    line.sent();
    REQUIRE(line.events.size() == 10);
    CHECK(std::get<values_written>(line.events.front()).registers()[0] == 90);
    CHECK(std::get<values_written>(line.events.back()).registers()[0] == 99);
}

TEST_CASE("what a client asks in vain does not hide what it has written") {
    server_options how;
    how.most_events = 10;
    furnished line{how};
    line.server.handle_input(framed(framing::tcp, {1, 1, "06 00 64 00 2A"_octets}), line.now);
    for (std::uint8_t i = 0; i < 100; ++i) {
        line.server.handle_input(framed(framing::tcp, {1, 1, {3, 0xF0, i, 0, 1}}), line.now);
        static_cast<void>(line.server.poll_transmit());
    }
    line.sent();
    REQUIRE(line.events.size() == 10);
    CHECK(std::get<values_written>(line.events.front()).registers()[0] == 0x2A);
    CHECK(std::holds_alternative<request_refused>(line.events.back()));
}

TEST_CASE("two servers share a space") {
    register_space space;
    furnish(space);
    server one{space};
    server two{space};
    one.handle_input(framed(framing::tcp, {1, 1, "06 00 64 00 2A"_octets}), instant{});
    two.handle_input(framed(framing::tcp, {2, 1, "03 00 64 00 01"_octets}), instant{});
    const auto out = two.poll_transmit();
    REQUIRE(out);
    CHECK(unframed(framing::tcp, *out).pdu == "03 02 00 2A"_octets);
}

namespace {

/// An RTU server of unit 1 on a line with others, with an embedded write of 0xBEEF to its register 100.
struct shared_line : furnished {
    shared_line() : furnished{framed_as(framing::rtu)} {}

    void hear(const octets& wire, session_clock::duration after = 20ms) {
        server.handle_input(wire, now);
        const auto out = sent(after);
        answers.insert(answers.end(), out.begin(), out.end());
    }
    void hear(modbus::unit_id unit, const octets& pdu, session_clock::duration after = 20ms) {
        hear(framed(framing::rtu, {0, unit, pdu}), after);
    }
    [[nodiscard]] bool is_touched() { return space.unit(1).register_at({holding, 100}).value() != 100; }

    octets answers;
    octets embedded = framed(framing::rtu, {0, 1, "06 00 64 BE EF"_octets});
};

octets behind(octets first, const octets& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

} // namespace

TEST_CASE("a frame within the reply of another device is not carried out") {
    const shared_line model;
    const auto reply = framed(framing::rtu, {0, 5, behind("03 08"_octets, model.embedded)});
    const auto request = framed(framing::rtu, {0, 5, "03 00 00 00 04"_octets});

    shared_line whole;
    whole.hear(request);
    whole.hear(reply);
    CHECK_FALSE(whole.is_touched());
    CHECK(whole.answers.empty());
    CHECK(whole.ask("03 00 07 00 01"_octets) == "03 02 00 07"_octets);

    shared_line at_once;
    at_once.hear(behind(request, reply));
    CHECK_FALSE(at_once.is_touched());

    shared_line torn; // as an adapter does
    torn.hear(request);
    torn.hear(octets{reply.begin(), reply.begin() + 3}, 15ms);
    torn.hear(octets{reply.begin() + 3, reply.end()});
    CHECK_FALSE(torn.is_touched());

    shared_line late; // its request was not heard
    late.hear(reply);
    CHECK_FALSE(late.is_touched());

    shared_line broken;
    broken.hear(request);
    auto wrong = reply;
    wrong.back() ^= 1;
    broken.hear(wrong, 200ms);
    CHECK_FALSE(broken.is_touched());
    CHECK(broken.answers.empty());
    CHECK(broken.ask("03 00 07 00 01"_octets) == "03 02 00 07"_octets);
}

TEST_CASE("what another device answers does not hold up the next request") {
    const octets right = framed(framing::rtu, {0, 1, "03 02 00 07"_octets});
    for (const bool is_request_heard : {true, false}) {
        shared_line line;
        for (int i = 0; i < 10; ++i) {
            if (is_request_heard)
                line.hear(5, "10 00 00 00 01 02 00 07"_octets);
            line.hear(5, "10 00 00 00 01"_octets);
            line.answers.clear();
            line.hear(1, "03 00 07 00 01"_octets);
            CHECK(line.answers == right);
        }
    }
    shared_line torn; // and where it is cut by silence
    torn.hear(5, "10 00 00 00 01 02 00 07"_octets);
    torn.hear("05 10 00"_octets, 200ms);
    torn.hear(1, "03 00 07 00 01"_octets);
    CHECK(torn.answers == right);
}

TEST_CASE("on a line only the request that came last is answered") {
    const auto first = framed(framing::rtu, {0, 1, "06 00 64 00 01"_octets});
    const auto second = framed(framing::rtu, {0, 1, "03 00 07 00 01"_octets});
    shared_line line;
    line.hear(behind(first, second));
    CHECK(line.answers == framed(framing::rtu, {0, 1, "03 02 00 07"_octets}));
    CHECK_FALSE(line.is_touched());

    shared_line other;
    other.hear(behind(second, framed(framing::rtu, {0, 5, "03 00 07 00 01"_octets})));
    CHECK(other.answers.empty());

    shared_line slow; // a stalled driver
    slow.server.handle_input(second, slow.now);
    slow.server.handle_timeout(slow.now + 2s);
    CHECK_FALSE(slow.server.poll_transmit());

    shared_line noisy; // drivers that are switched make octets
    noisy.hear(behind(second, "00 FF"_octets));
    CHECK(noisy.answers == framed(framing::rtu, {0, 1, "03 02 00 07"_octets}));
}

TEST_CASE("a broadcast does nothing but write or begin anew") {
    shared_line line;
    int called = 0;
    line.space.unit(1).services.custom = [&](bytes_view, pdu&) -> refusal {
        ++called;
        return {};
    };
    line.hear(0, "41 01"_octets, 200ms);
    line.hear(0, "03 00 00 00 01"_octets);
    line.hear(0, "08 00 04 00 00"_octets);
    CHECK(called == 0);
    CHECK(line.events.empty());
    CHECK(line.ask("03 00 07 00 01"_octets) == "03 02 00 07"_octets);
    CHECK(line.server.counters().events() > 0);
    line.hear(0, "08 00 0A 00 00"_octets);
    CHECK(line.server.counters().events() == 0);
    line.hear(0, "06 00 64 00 01"_octets);
    CHECK(line.is_touched());
}

TEST_CASE("an echo on a line may be longer than one field") {
    for (const auto* text : {"08 00 00 12 34", "08 00 00 01 02 03 04", "08 00 00 01 02 03 04 05 06"}) {
        shared_line line;
        line.hear(1, from_hex(text), 200ms);
        CHECK(line.answers == framed(framing::rtu, {0, 1, from_hex(text)}));
    }
}
