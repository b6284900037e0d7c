// What a server does beside its tables: diagnostics, identification, files, queues, custom functions.

#include <meterlink/modbus/server.hpp>

#include <chrono>
#include <variant>
#include <vector>

#include "server_bench.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;
namespace modbus = meterlink::modbus;

namespace {

struct line : server_bench {
    explicit line(modbus::framing which = modbus::framing::rtu) : server_bench{options(which)} {
        furnish(space);
    }
    static server_options options(modbus::framing which) {
        server_options how;
        how.framing = which;
        return how;
    }
    device_services& services() { return space.unit(1).services; }
};

} // namespace

TEST_CASE("a device without a service has no such function") {
    line peer{framing::tcp};
    for (const auto* request :
         {"07", "11", "14 07 06 00 01 00 00 00 01", "15 09 06 00 01 00 00 00 01 00 00", "18 00 00",
          "2B 0E 01 00", "2B 0D 00", "41 00", "64", "09", "00", "FF", "83 00"}) {
        const auto pdu = from_hex(request);
        CHECK(peer.ask(pdu) == octets{static_cast<std::uint8_t>(pdu[0] | 0x80), 1});
    }
}

TEST_CASE("query data come back as they were") {
    line peer{framing::tcp};
    CHECK(peer.ask("08 00 00 A5 37"_octets) == "08 00 00 A5 37"_octets);
    CHECK(peer.ask("08 00 00 A5 37 00 01"_octets) == "08 00 00 A5 37 00 01"_octets);
    CHECK(peer.ask("08 00 00 A5"_octets) == "88 03"_octets);
    CHECK(peer.ask("08 00"_octets) == "88 03"_octets);
    CHECK(peer.ask("08 00 03 0A 00"_octets) == "88 01"_octets);
    CHECK(peer.ask("08 00 04 00 00"_octets) == "88 01"_octets); // a network has no line to be silent on
    CHECK(peer.ask("08 00 09 00 00"_octets) == "88 01"_octets);
    CHECK(peer.ask("08 00 0B 00 01"_octets) == "88 03"_octets);
    CHECK(peer.ask("08 00 02 00 00"_octets) == "88 01"_octets);
    peer.services().diagnostic_register = [] { return std::uint16_t{0xBEEF}; };
    CHECK(peer.ask("08 00 02 00 00"_octets) == "08 00 02 BE EF"_octets);
}

TEST_CASE("counters are read and cleared") {
    line peer;
    CHECK(peer.ask("03 00 00 00 01"_octets).size() == 4);
    CHECK(peer.ask("03 10 00 00 01"_octets) == "83 02"_octets);
    CHECK(peer.ask("03 00 00 00 01"_octets, 99).empty());
    CHECK(peer.ask("08 00 0B 00 00"_octets) == "08 00 0B 00 04"_octets);
    CHECK(peer.ask("08 00 0D 00 00"_octets) == "08 00 0D 00 01"_octets);
    CHECK(peer.ask("08 00 0E 00 00"_octets) == "08 00 0E 00 05"_octets);
    CHECK(peer.ask("0B"_octets) == "0B 00 00 00 04"_octets);
    CHECK(peer.ask("0B"_octets) == "0B 00 00 00 04"_octets);
    CHECK(peer.ask("0B 00"_octets).empty()); // one octet too many is a broken frame on a line
    peer.sent(1s);
    const auto log = peer.ask("0C"_octets);
    const auto view = get_comm_event_log_response_view::parse(log).value();
    CHECK(view.event_count() == 4);
    REQUIRE(view.events().size() > 4);
    CHECK(view.events()[0] == 0x80);
    CHECK(peer.ask("08 00 0A 00 00"_octets) == "08 00 0A 00 00"_octets);
    CHECK(peer.ask("08 00 0B 00 00"_octets) == "08 00 0B 00 01"_octets);
}

TEST_CASE("a device that only listens does nothing until it is restarted") {
    line peer;
    CHECK(peer.ask("08 00 04 00 00"_octets).empty());
    CHECK(peer.ask("03 00 00 00 01"_octets).empty());
    CHECK(peer.ask("06 00 64 00 2A"_octets).empty());
    CHECK(peer.ask("06 00 64 00 2A"_octets, 0).empty());
    CHECK(peer.ask("08 00 0B 00 00"_octets).empty());
    CHECK(peer.space.unit(1).register_at({register_table::holding_registers, 100}).value() == 100);
    CHECK(peer.ask("08 00 01 12 34"_octets).empty());
    CHECK(peer.ask("08 00 01 00 00"_octets).empty());
    CHECK(peer.ask("08 00 01 FF 00"_octets) == "08 00 01 FF 00"_octets);
    CHECK(peer.ask("03 00 00 00 01"_octets) == "03 02 00 00"_octets);
}

TEST_CASE("status and identification are those of the device") {
    line peer{framing::tcp};
    peer.services().exception_status = [] { return std::uint8_t{0x6D}; };
    peer.services().server_id = {0x55};
    peer.services().additional_data = {1, 2};
    CHECK(peer.ask("07"_octets) == "07 6D"_octets);
    CHECK(peer.ask("07 00"_octets) == "87 03"_octets);
    CHECK(peer.ask("11"_octets) == "11 04 55 FF 01 02"_octets);
    peer.services().additional_data.resize(300);
    CHECK(peer.ask("11"_octets) == "91 04"_octets);

    REQUIRE(peer.space.unit(1).identification.set(device_object_id::vendor_name, "M"));
    REQUIRE(peer.space.unit(1).identification.set(device_object_id::product_code, "P"));
    CHECK(peer.ask("2B 0E 01 00"_octets) == "2B 0E 01 81 00 00 02 00 01 4D 01 01 50"_octets);
    CHECK(peer.ask("2B 0E 04 01"_octets) == "2B 0E 04 81 00 00 01 01 01 50"_octets);
    CHECK(peer.ask("2B 0E 04 05"_octets) == "AB 02"_octets);
    CHECK(peer.ask("2B 0E 05 00"_octets) == "AB 03"_octets);
    CHECK(peer.ask("2B 0E 01"_octets) == "AB 03"_octets);
    CHECK(peer.ask("2B 0D 01"_octets) == "AB 01"_octets);
    CHECK(peer.ask("2B"_octets) == "AB 03"_octets);
}

TEST_CASE("files are read and written by functions of the application") {
    line peer{framing::tcp};
    peer.services().read_file = [](std::uint16_t file, std::uint16_t record,
                                   std::span<std::uint16_t> out) -> refusal {
        if (file != 4 && file != 3)
            return exception_code::illegal_data_address;
        for (auto& each : out)
            each = static_cast<std::uint16_t>(256U * file + record++);
        return {};
    };
    CHECK(peer.ask("14 0E 06 00 04 00 01 00 02 06 00 03 00 09 00 02"_octets) ==
          "14 0C 05 06 04 01 04 02 05 06 03 09 03 0A"_octets);
    CHECK(peer.ask("14 07 06 00 09 00 01 00 02"_octets) == "94 02"_octets);
    CHECK(peer.ask("14 07 05 00 04 00 01 00 02"_octets) == "94 02"_octets); // reference type
    CHECK(peer.ask("14 07 06 00 04 27 10 00 01"_octets) == "94 02"_octets); // record 10000
    CHECK(peer.ask("14 06 06 00 04 00 01 00"_octets) == "94 03"_octets);
    CHECK(peer.ask("14 07 06 00 04 00 01 00 80"_octets) == "94 03"_octets);
    std::vector<std::uint16_t> taken;
    peer.services().write_file = [&](std::uint16_t file, std::uint16_t record,
                                     std::span<const std::uint16_t> values) -> refusal {
        taken.push_back(file);
        taken.push_back(record);
        taken.insert(taken.end(), values.begin(), values.end());
        return {};
    };
    const auto request = "15 0D 06 00 04 00 07 00 03 06 AF 04 BE 10 0D"_octets;
    CHECK(peer.ask(request) == request);
    CHECK(taken == std::vector<std::uint16_t>{4, 7, 0x06AF, 0x04BE, 0x100D});
    CHECK(peer.ask("15 0D 06 00 04 00 07 00 04 06 AF 04 BE 10 0D"_octets) == "95 03"_octets);
}

TEST_CASE("a queue has up to 31 registers") {
    line peer{framing::tcp};
    std::size_t length = 2;
    peer.services().read_fifo = [&](std::uint16_t pointer, std::vector<std::uint16_t>& queue) -> refusal {
        if (pointer != 0x04DE)
            return exception_code::illegal_data_address;
        queue.resize(length, 0x01B8);
        return {};
    };
    CHECK(peer.ask("18 04 DE"_octets) == "18 00 06 00 02 01 B8 01 B8"_octets);
    length = 31;
    CHECK(peer.ask("18 04 DE"_octets).size() == 67);
    length = 32;
    CHECK(peer.ask("18 04 DE"_octets) == "98 03"_octets);
    CHECK(peer.ask("18 00 00"_octets) == "98 02"_octets);
    CHECK(peer.ask("18 00 00 00"_octets) == "98 03"_octets);
}

TEST_CASE("functions that the library does not know are the application's") {
    line peer;
    peer.services().custom = [](bytes_view request, pdu& response) -> refusal {
        if (request[0] == 0x42)
            return exception_code::acknowledge;
        if (request[0] != 0x43)
            response.append(request);
        return {};
    };
    CHECK(peer.send({0, 1, "41 01 02 03"_octets}).empty()); // its length shows by the silence
    CHECK(peer.sent(100ms) == framed(framing::rtu, {0, 1, "41 01 02 03"_octets}));
    line tcp{framing::tcp};
    tcp.services().custom = peer.services().custom;
    CHECK(tcp.ask("41 01 02 03"_octets) == "41 01 02 03"_octets);
    CHECK(tcp.ask("42"_octets) == "C2 05"_octets);
    CHECK(tcp.ask("43"_octets) == "C3 04"_octets);
    CHECK(tcp.ask("2B 0D 01 02"_octets) == "2B 0D 01 02"_octets);
    CHECK(tcp.ask("83 00"_octets) == "83 01"_octets);
}

TEST_CASE("whoever may decide is told what only reads and which files are meant") {
    std::vector<bool> changes;
    std::vector<file_record_reference> files;
    server_options how;
    how.authorise = [&](const access_request& asked) {
        changes.push_back(asked.changes);
        files.insert(files.end(), asked.files.begin(), asked.files.end());
        return !asked.changes;
    };
    server_bench peer{how};
    furnish(peer.space);
    int done = 0;
    auto& services = peer.space.unit(1).services;
    services.read_file = [](auto, auto, auto) -> refusal { return {}; };
    services.write_file = [&](auto, auto, auto) -> refusal {
        ++done;
        return {};
    };
    services.custom = [&](bytes_view asked, pdu& out) -> refusal {
        ++done;
        out.push_back(asked[0]);
        return {};
    };
    for (const auto* request :
         {"15 09 06 00 04 00 07 00 01 12 34", "41 01", "08 00 0A 00 00", "08 00 01 00 00", "06 00 64 00 01",
          "16 00 64 00 00 00 00", "17 00 00 00 01 00 64 00 01 02 00 00", "05 00 00 FF 00", "2B 0D 00"}) {
        const auto pdu = from_hex(request);
        CHECK(peer.ask(pdu) == octets{static_cast<std::uint8_t>(pdu[0] | 0x80), 1});
    }
    CHECK(done == 0);
    CHECK(changes == std::vector<bool>(9, true));
    CHECK(files == std::vector<file_record_reference>{{4, 7, 1}});
    changes.clear();
    for (const auto* request : {"03 00 00 00 01", "01 00 00 00 01", "08 00 00 12 34", "08 00 0B 00 00", "0B",
                                "14 07 06 00 05 00 00 00 01"})
        CHECK((peer.ask(from_hex(request)).at(0) & 0x80) == 0);
    CHECK(changes == std::vector<bool>(6, false));
    CHECK(files.back() == file_record_reference{5, 0, 1});
}

TEST_CASE("the role goes with the connection") {
    server_options how;
    how.authorise = [](const access_request& asked) { return asked.role == "writer"; };
    server_bench peer{how};
    furnish(peer.space);
    peer.server.handle_link(true, peer.now);
    peer.server.set_role("writer");
    CHECK(peer.ask("06 00 64 00 01"_octets) == "06 00 64 00 01"_octets);
    peer.server.handle_link(false, peer.now);
    peer.server.handle_link(true, peer.now);
    CHECK(peer.ask("06 00 64 00 01"_octets) == "86 01"_octets);
}

TEST_CASE("of a write that the application refuses nothing is stored") {
    line peer{framing::tcp};
    auto& device = peer.space.unit(1);
    REQUIRE(device.add(
        {register_table::holding_registers, 200, 1},
        served_registers{[](auto, auto) -> refusal { return {}; },
                         [](auto, auto) -> refusal { return exception_code::illegal_data_value; }}));
    REQUIRE(
        device.add({register_table::coils, 40, 1},
                   served_bits{[](auto, auto) -> refusal { return {}; },
                               [](auto, auto) -> refusal { return exception_code::server_device_busy; }}));
    CHECK(peer.ask("10 00 C7 00 02 04 AA AA BB BB"_octets) == "90 03"_octets);
    CHECK(device.register_at({register_table::holding_registers, 199}).value() == 199);
    CHECK(peer.ask("0F 00 27 00 02 01 03"_octets) == "8F 06"_octets);
    CHECK(peer.ask("01 00 27 00 01"_octets) == "01 01 00"_octets);
    for (const auto& event : peer.events)
        CHECK_FALSE(std::holds_alternative<values_written>(event));
}
