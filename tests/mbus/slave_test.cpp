#include <meterlink/mbus/slave.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

namespace {

/// 12345678 PAD version 1 water at address 2, access number 85.
const auto water =
    "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 "
    "04 37 18 02 18 16"_octets;

slave_description water_meter() { return slave_description::from(water).value(); }

/// Three telegrams of one record each; each telegram but the last says that more follows.
slave_description in_three_parts() {
    auto out = slave_description::of(5, {0x01020304, 0x4024, 1, 4});
    for (const auto& record : {"01 13 01"_octets, "01 13 02"_octets, "01 13 03"_octets}) {
        apl::record_list list;
        list.records.push_back(apl::record::parse(record).value());
        REQUIRE(out.add(list));
    }
    out.fabrication_number = 0x01020304;
    return out;
}

std::string part(int access_number, const std::string& records) {
    std::vector<std::uint8_t> body = "08 05 72 04 03 02 01 24 40 01 04 00 00 00 00"_octets;
    body[11] = static_cast<std::uint8_t>(access_number);
    const auto octets = operator""_octets(records.data(), records.size());
    body.insert(body.end(), octets.begin(), octets.end());
    return spelled(framed(body));
}

const auto select_water = "68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16"_octets;
const auto req_ud2_fcb_selected = "10 7B FD 78 16"_octets;

} // namespace

static_assert(session<slave>);

TEST_CASE("a slave answers with the frame that was recorded") {
    talk to{water_meter()};
    CHECK(to("10 5B 02 5D 16"_octets) == spelled(water));
}

TEST_CASE("a slave acknowledges a link reset at its own address and at 254 but not at others") {
    talk to{water_meter()};
    CHECK(to("10 40 02 42 16"_octets) == "E5");
    CHECK(to("10 40 FE 3E 16"_octets) == "E5");
    CHECK(to("10 40 01 41 16"_octets).empty());
    CHECK(to("10 40 00 40 16"_octets).empty());
    CHECK(to("10 40 FF 3F 16"_octets).empty());
    CHECK(to("10 40 FD 3D 16"_octets).empty());
}

TEST_CASE("an unconfigured slave answers at address 0") {
    auto description = water_meter();
    description.address = 0;
    talk to{description};
    CHECK(to("10 40 00 40 16"_octets) == "E5");
    CHECK(to("10 40 02 42 16"_octets).empty());
}

TEST_CASE("an answer to 254 carries the own address of the slave") {
    talk to{water_meter()};
    CHECK(to("10 7B FE 79 16"_octets) == spelled(water));
}

TEST_CASE("the answer begins after the delay and not before") {
    const auto answered_after = [](slave_options options, std::chrono::nanoseconds delay) {
        talk to{water_meter(), options};
        to.slave.handle_input("10 40 02 42 16"_octets, to.now);
        to.slave.handle_timeout(to.now + delay - 1ns);
        CHECK_FALSE(to.slave.poll_transmit());
        CHECK(to.slave.poll_timeout() == to.now + delay);
        to.slave.handle_timeout(to.now + delay);
        const auto octets = to.slave.poll_transmit();
        CHECK((octets && spelled(*octets) == "E5"));
        CHECK_FALSE(to.slave.poll_transmit());
    };
    answered_after({}, 13'750'000ns); // 33 bits at 2400 Bd
    answered_after({.answer_bits = 11}, 4'583'333ns);
    answered_after({.answer_bits = 330, .answer_pause = 50ms}, 187'500'000ns);
    answered_after({.answer_bits = 330, .answer_pause = 50ms, .baud = 300}, 1'150'000'000ns);
}

TEST_CASE("delays and rates that the bus does not know are refused") {
    const auto refused = [](slave_options options) {
        return slave::make(water_meter(), options).error().code == errc::value_out_of_range;
    };
    CHECK(refused({.answer_bits = 10}));
    CHECK(refused({.answer_bits = 331}));
    CHECK(refused({.answer_pause = 51ms}));
    CHECK(refused({.baud = 1800}));
    auto description = water_meter();
    description.address = 251;
    CHECK(slave::make(description).error() == link_error(errc::value_out_of_range, 0, 250, 251));
}

TEST_CASE("a request cut anywhere is understood") {
    const auto request = "10 7B FE 79 16"_octets;
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        talk to{water_meter()};
        to.slave.handle_input(bytes_view{request}.first(cut), to.now);
        to.now += 10ms;
        to.slave.handle_input(bytes_view{request}.subspan(cut), to.now);
        CHECK(to.wait(1s) == spelled(water));
    }
}

TEST_CASE("a request torn apart by an idle line is not answered") {
    talk to{water_meter()};
    CHECK(to("10 7B FE"_octets).empty());
    CHECK(to("79 16"_octets).empty());
    CHECK(to("10 7B FE 79 16"_octets) == spelled(water));
}

TEST_CASE("broken frames and frames of slaves are ignored") {
    talk to{water_meter()};
    CHECK(to("10 40 02 43 16"_octets).empty());             // checksum
    CHECK(to("10 40 02 42 17"_octets).empty());             // stop
    CHECK(to("68 03 04 68 53 02 BD 12 16"_octets).empty()); // lengths
    CHECK(to("68 03 03 68 53 02 BD 13 16"_octets).empty()); // checksum
    CHECK(to("E5"_octets).empty());                         //
    CHECK(to(water).empty());                               // a response
    CHECK(to("10 53 02 55 16"_octets).empty());             // user data without data
    CHECK(to("68 03 03 68 5B 02 50 AD 16"_octets).empty()); // a request with data
    CHECK(to("10 49 02 4B 16"_octets).empty());             // REQUEST STATUS of other buses
    CHECK(to("FF 00 10 10 40 02 42 16"_octets) == "E5");    // noise before a frame
}

TEST_CASE("the same frame count bit has the last answer sent again and a toggled one a new answer") {
    talk to{water_meter()};
    const auto first = to("10 7B 02 7D 16"_octets);
    CHECK(first == spelled(water));
    CHECK(to("10 7B 02 7D 16"_octets) == first);
    auto second = water;
    second[15] = 0x56;
    second[second.size() - 2] = 0x19;
    CHECK(to("10 5B 02 5D 16"_octets) == spelled(second));
    CHECK(to("10 5B 02 5D 16"_octets) == spelled(second));
    CHECK(to.slave.meter().access_number() == 0x57);
}

TEST_CASE("a request without a valid frame count bit is always new") {
    talk to{water_meter()};
    const auto first = to("10 4B 02 4D 16"_octets);
    CHECK(first == spelled(water));
    CHECK(to("10 4B 02 4D 16"_octets) != first);
}

TEST_CASE("the link reset makes the slave forget the frame count bit") {
    talk to{in_three_parts()};
    CHECK(to("10 7B 05 80 16"_octets) == part(0, "01 13 01 1F"));
    CHECK(to("10 5B 05 60 16"_octets) == part(1, "01 13 02 1F"));
    CHECK(to("10 40 05 45 16"_octets) == "E5");
    CHECK(to("10 7B 05 80 16"_octets) == part(2, "01 13 01 1F"));
    CHECK(to("10 40 05 45 16"_octets) == "E5");
    CHECK(to("10 7B 05 80 16"_octets) == part(3, "01 13 01 1F"));
}

TEST_CASE("several telegrams follow one another and start over after the last") {
    talk to{in_three_parts()};
    const auto fcb_set = "10 7B 05 80 16"_octets;
    const auto fcb_clear = "10 5B 05 60 16"_octets;
    CHECK(to(fcb_set) == part(0, "01 13 01 1F"));
    CHECK(to(fcb_set) == part(0, "01 13 01 1F")); // the answer was lost
    CHECK(to(fcb_clear) == part(1, "01 13 02 1F"));
    CHECK(to(fcb_set) == part(2, "01 13 03"));
    CHECK(to(fcb_clear) == part(3, "01 13 01 1F"));
}

TEST_CASE("an application reset starts the readout over or chooses a telegram") {
    talk to{in_three_parts()};
    CHECK(to("10 7B 05 80 16"_octets) == part(0, "01 13 01 1F"));
    CHECK(to("68 03 03 68 53 05 50 A8 16"_octets) == "E5");
    CHECK(to("10 7B 05 80 16"_octets) == part(1, "01 13 01 1F"));
    CHECK(to("68 04 04 68 53 FE 50 10 B1 16"_octets) == "E5"); // user data: all
    CHECK(to("10 7B 05 80 16"_octets) == part(2, "01 13 01 1F"));
    CHECK(to(framed("73 05 50 02"_octets)) == "E5"); // the second telegram alone
    CHECK(to("10 5B 05 60 16"_octets) == part(3, "01 13 02"));
    CHECK(to("10 7B 05 80 16"_octets) == part(4, "01 13 02"));
    CHECK(to(framed("53 05 50 04"_octets)) == "E5"); // there is no fourth
    CHECK(to("10 5B 05 60 16"_octets) == spelled(framed("08 05 70 00"_octets)));
    CHECK(to("10 7B 05 80 16"_octets) == part(5, "01 13 01 1F"));
    CHECK(to.events() == "application_reset:0 application_reset:16 application_reset:2 refused:0");
}

TEST_CASE("the primary address is set once and the new one is obeyed") {
    talk to{water_meter()};
    CHECK(to("68 06 06 68 53 FE 51 01 7A 08 25 16"_octets) == "E5");
    CHECK(to.slave.address() == 8);
    CHECK(to("68 06 06 68 53 FE 51 01 7A 08 25 16"_octets) == "E5"); // repeated, not done again
    CHECK(to.events() == "primary_address_set:8");
    CHECK(to("10 40 02 42 16"_octets).empty());
    CHECK(to("10 40 08 48 16"_octets) == "E5");
    CHECK(to("10 7B 08 83 16"_octets).substr(0, 20) == "68 1F 1F 68 08 08 72");
}

TEST_CASE("different commands with the same frame count bit are both done unless the bit alone is trusted") {
    const auto to_8 = framed("53 FE 51 01 7A 08"_octets);
    const auto to_9 = framed("53 FE 51 01 7A 09"_octets);
    talk lenient{water_meter()};
    CHECK(lenient(to_8) == "E5");
    CHECK(lenient(to_9) == "E5");
    CHECK(lenient.slave.address() == 9);
    talk strict{water_meter(), {.trusts_frame_count_bit = true}};
    CHECK(strict(to_8) == "E5");
    CHECK(strict(to_9) == "E5");
    CHECK(strict.slave.address() == 8);
}

TEST_CASE("an impossible address is answered with an application error and nothing changes") {
    talk to{water_meter()};
    CHECK(to(framed("53 02 51 01 7A FB"_octets)) == "E5");
    CHECK(to.slave.address() == 2);
    CHECK(to("10 7B 02 7D 16"_octets) == "68 04 04 68 08 02 70 00 7A 16");
    CHECK(to("10 7B 02 7D 16"_octets) == "68 04 04 68 08 02 70 00 7A 16"); // repeated
    CHECK(to("10 5B 02 5D 16"_octets) == spelled(water));
    CHECK(to.events() == "refused:0");
}

TEST_CASE("what a slave does not know is answered with the application error that says so") {
    const auto code_for = [](const std::vector<std::uint8_t>& body) {
        talk to{water_meter()};
        CHECK(to(framed(body)) == "E5");
        const auto answer = to("10 7B 02 7D 16"_octets);
        CHECK(answer.substr(0, 20) == "68 04 04 68 08 02 70");
        return answer.substr(21, 2);
    };
    CHECK(code_for("53 02 54"_octets) == "01");                   // another CI field
    CHECK(code_for("53 02 52 01"_octets) == "01");                // a selection of one slave alone
    CHECK(code_for("53 02 51 04 13 01"_octets) == "04");          // a record cut off
    CHECK(code_for("53 02 51 01 07 01"_octets) == "00");          // a register it has not
    CHECK(code_for("53 02 51 0C 79 AA 00 00 00"_octets) == "00"); // no digits
    CHECK(code_for("53 02 51 04 6D 3C 0E 5D 33"_octets) == "00"); // no time
    CHECK(code_for("53 02 51 08 78"_octets) == "00");             // nothing to select
}

TEST_CASE("identification number and secondary address are set and then stand in the header") {
    talk to{water_meter()};
    CHECK(to(framed("53 02 51 0C 79 99 00 00 00"_octets)) == "E5");
    CHECK(to("10 7B 02 7D 16"_octets).substr(21, 23) == "99 00 00 00 24 40 01 07");
    CHECK(to("68 0D 0D 68 53 FE 51 07 79 04 03 02 01 24 40 01 04 95 16"_octets) == "E5");
    CHECK(to("10 5B 02 5D 16"_octets).substr(21, 23) == "04 03 02 01 24 40 01 04");
    CHECK(to.events() == "secondary_address_set:153 secondary_address_set:16909060");
}

TEST_CASE("the clock is set and read back") {
    auto description = slave_description::of(1, {0x11111111, 0x4024, 1, 4});
    apl::record_list list;
    list.records.push_back(apl::record::parse("04 6D 32 37 1F 15"_octets).value());
    REQUIRE(description.add(list));
    talk to{description};
    CHECK(to("68 09 09 68 53 01 51 04 6D 05 0E 5D 33 B9 16"_octets) == "E5");
    CHECK(to.events() == "clock_set:4");
    CHECK(to("10 7B 01 7C 16"_octets).find("04 6D 05 0E 5D 33") != std::string::npos);
}

TEST_CASE("a register that the meter has is written") {
    talk to{water_meter()};
    CHECK(to(framed("53 02 51 03 13 01 02 03"_octets)) == "E5");
    CHECK(to("10 7B 02 7D 16"_octets).find("03 13 01 02 03 DA") != std::string::npos);
    CHECK(to.events() == "data_written:3");
}

TEST_CASE("only the selected data are read and then everything again") {
    talk to{water_meter()};
    CHECK(to(framed("53 02 51 08 13"_octets)) == "E5");
    CHECK(to("10 7B 02 7D 16"_octets) ==
          spelled(framed("08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00"_octets)));
    CHECK(to("10 5B 02 5D 16"_octets).size() == spelled(water).size());
    CHECK(to(framed("53 02 51 08 13"_octets)) == "E5");
    CHECK(to(framed("73 02 51 7F"_octets)) == "E5"); // everything, before it was read
    CHECK(to("10 5B 02 5D 16"_octets).size() == spelled(water).size());
    CHECK(to(framed("53 02 51 C8 02 3B"_octets)) == "E5"); // storage 5 but not its maximum: refused
    CHECK(to("10 7B 02 7D 16"_octets) == "68 04 04 68 08 02 70 00 7A 16");
    CHECK(to(framed("53 02 51 D8 02 3B"_octets)) == "E5");
    CHECK(to("10 5B 02 5D 16"_octets).find("00 00 00 DA 02 3B 13 01") != std::string::npos);
}

TEST_CASE("a selected slave is reached at 253 until another is selected") {
    talk to{water_meter()};
    CHECK(to(req_ud2_fcb_selected).empty());
    CHECK(to(select_water) == "E5");
    CHECK(to.slave.is_selected());
    CHECK(to(req_ud2_fcb_selected) == spelled(water));
    CHECK(to(framed("53 FD 52 79 56 34 12 FF FF FF FF"_octets)).empty());
    CHECK(to(req_ud2_fcb_selected).empty());
    CHECK(to.events() == "selected:0 deselected:0");
}

TEST_CASE("a link reset to 253 is acknowledged by the selected slave and ends the selection") {
    talk to{water_meter()};
    CHECK(to(select_water) == "E5");
    CHECK(to("10 40 FD 3D 16"_octets) == "E5");
    CHECK(to("10 40 FD 3D 16"_octets).empty());
    CHECK(to(req_ud2_fcb_selected).empty());
}

TEST_CASE("the obsolete selection and a malformed one end the selection") {
    for (const auto& body : {"53 FD 56 12 34 56 78 FF FF FF FF"_octets, "53 FD 52 78 56 34"_octets,
                             "53 FD 52 78 56 34 12 FF FF FF FF 0C 78 01"_octets}) {
        talk to{water_meter()};
        CHECK(to(select_water) == "E5");
        CHECK(to(framed(body)).empty());
        CHECK_FALSE(to.slave.is_selected());
    }
}

TEST_CASE("a selection starts the frame count and the readout anew") {
    talk to{in_three_parts()};
    const auto select = framed("53 FD 52 04 03 02 01 FF FF FF FF"_octets);
    CHECK(to(select) == "E5");
    CHECK(to(req_ud2_fcb_selected) == part(0, "01 13 01 1F"));
    CHECK(to(select) == "E5");
    CHECK(to(req_ud2_fcb_selected) == part(1, "01 13 01 1F"));
    CHECK(to("10 5B FD 58 16"_octets) == part(2, "01 13 02 1F"));
}

TEST_CASE("the frame count of 253 is not that of the own address") {
    talk to{water_meter()};
    CHECK(to("10 7B 02 7D 16"_octets) == spelled(water));
    CHECK(to(select_water) == "E5");
    CHECK(to(req_ud2_fcb_selected) != spelled(water));    // a new answer
    CHECK(to("10 7B 02 7D 16"_octets) == spelled(water)); // still the last one at this address
}

TEST_CASE("wildcards select by digits and by octets of the manufacturer") {
    const auto selects = [](const std::vector<std::uint8_t>& mask) {
        talk to{water_meter()};
        auto body = "53 FD 52"_octets;
        body.insert(body.end(), mask.begin(), mask.end());
        return to(framed(body)) == "E5";
    };
    CHECK(selects("FF FF FF FF FF FF FF FF"_octets));
    CHECK(selects("FF FF FF 1F FF FF FF FF"_octets));
    CHECK(selects("7F F6 FF F2 FF FF FF FF"_octets));
    CHECK_FALSE(selects("F7 FF FF FF FF FF FF FF"_octets));
    CHECK(selects("F8 5F 3F F2 FF FF FF FF"_octets));
    CHECK(selects("FF FF FF FF 24 FF FF FF"_octets));
    CHECK(selects("FF FF FF FF FF 40 01 07"_octets));
    CHECK_FALSE(selects("FF FF FF 2F FF FF FF FF"_octets));
    CHECK_FALSE(selects("FF FF FF FF 25 FF FF FF"_octets));
    CHECK_FALSE(selects("FF FF FF FF FF FF 02 FF"_octets));
    CHECK_FALSE(selects("FF FF FF FF FF FF FF 06"_octets));
}

TEST_CASE("enhanced selection asks for the fabrication number or for any other record") {
    const auto selects = [](const slave_description& meter, const std::vector<std::uint8_t>& records) {
        talk to{meter};
        auto body = "53 FD 52 FF FF FF FF FF FF FF FF"_octets;
        body.insert(body.end(), records.begin(), records.end());
        return to(framed(body)) == "E5";
    };
    CHECK(selects(in_three_parts(), "0C 78 04 03 02 01"_octets));
    CHECK(selects(in_three_parts(), "0C 78 F4 FF FF FF"_octets));
    CHECK_FALSE(selects(in_three_parts(), "0C 78 05 03 02 01"_octets));
    CHECK_FALSE(selects(water_meter(), "0C 78 FF FF FF FF"_octets)); // it has none
    CHECK(selects(water_meter(), "8B 60 04 37 18 02"_octets));
    CHECK(selects(water_meter(), "8B 60 04 F7 FF 02"_octets));
    CHECK_FALSE(selects(water_meter(), "8B 60 04 38 18 02"_octets));
    CHECK_FALSE(selects(water_meter(), "0C FD 11 00 00 00 00"_octets));
}

TEST_CASE("a slave without an alarm acknowledges the poll for alarms") {
    talk to{water_meter()};
    CHECK(to("10 5A 02 5C 16"_octets) == "E5");
}

TEST_CASE("an alarm is repeated while the frame count bit stays and cleared when it toggles") {
    auto description = water_meter();
    description.address = 5;
    talk to{description};
    to.slave.raise_alarm(0x03);
    CHECK(to("10 7B 05 80 16"_octets).substr(12, 5) == "28 05"); // access demand
    CHECK(to("10 5A 05 5F 16"_octets) == "68 04 04 68 08 05 71 03 81 16");
    CHECK(to("10 5A 05 5F 16"_octets) == "68 04 04 68 08 05 71 03 81 16");
    CHECK(to("10 7A 05 7F 16"_octets) == "E5");
    CHECK(to("10 7B 05 80 16"_octets).substr(12, 5) == "08 05");
    CHECK(to.events() == "alarm_cleared:0");
}

TEST_CASE("the broadcast address is obeyed in silence") {
    talk to{water_meter()};
    CHECK(to(framed("53 FF 51 01 7A 09"_octets)).empty());
    CHECK(to.slave.address() == 9);
    CHECK(to(framed("53 FF 5C"_octets)).empty());
    CHECK(to(framed("53 FF BD"_octets)).empty()); // nobody could acknowledge it
    CHECK(to("10 7B FF 7A 16"_octets).empty());
    CHECK(to.slave.baud() == 2400);
    CHECK(to.events() == "primary_address_set:9 synchronised:0");
}

TEST_CASE("the bit rate changes once the acknowledgement is out") {
    auto description = water_meter();
    description.address = 1;
    talk to{description};
    to.slave.handle_input("68 03 03 68 53 01 BD 11 16"_octets, to.now);
    const auto due = to.now + 13'750'000ns;
    to.slave.handle_timeout(due);
    const auto octets = to.slave.poll_transmit();
    CHECK((octets && spelled(*octets) == "E5"));
    CHECK(to.slave.baud() == 2400);
    CHECK(to.slave.poll_timeout() == due + 4'583'333ns); // the character E5
    to.slave.handle_timeout(due + 4'583'333ns);
    CHECK(to.slave.baud() == 9600);
    CHECK(to.events() == "baud_rate_changed:9600");
}

TEST_CASE("a slave falls back to the old rate unless it hears an intact frame at the new one") {
    auto description = water_meter();
    description.address = 1;
    const auto change = "68 03 03 68 53 01 BD 11 16"_octets;
    talk deserted{description};
    CHECK(deserted(change) == "E5");
    CHECK(deserted("10 40 01 42 16"_octets).empty()); // noise proves nothing
    CHECK(deserted.wait(4min).empty());
    CHECK(deserted.slave.baud() == 9600);
    CHECK(deserted.wait(1min).empty());
    CHECK(deserted.slave.baud() == 2400);
    CHECK(deserted.events() == "baud_rate_changed:9600 baud_rate_fallen_back:2400");
    talk followed{description};
    CHECK(followed(change) == "E5");
    CHECK(followed("10 40 01 41 16"_octets) == "E5");
    CHECK(followed.wait(60min).empty());
    CHECK(followed.slave.baud() == 9600);
}

TEST_CASE("a new request takes the place of one that is not answered yet") {
    talk to{water_meter()};
    auto both = "10 7B 02 7D 16"_octets;
    const auto reset = "10 40 02 42 16"_octets;
    both.insert(both.end(), reset.begin(), reset.end());
    CHECK(to(both) == "E5");
}

TEST_CASE("a request that comes while the slave is sending is not heard") {
    talk to{water_meter()};
    to.slave.handle_input("10 7B 02 7D 16"_octets, to.now);
    to.now += 20ms; // the answer takes 170 ms
    to.slave.handle_input("10 40 02 42 16"_octets, to.now);
    const auto octets = to.slave.poll_transmit();
    CHECK((octets && spelled(*octets) == spelled(water)));
    CHECK(to.wait(10s).empty());
}
