#include <meterlink/mbus/simulated_line.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <meterlink/mbus/command.hpp>

#include "octets.hpp"
#include "support/catch.hpp"
#include "talking.hpp"
#include "virtual_line.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

namespace {

/// A meter with one volume.
slave meter(primary_address address, const secondary_address& secondary, std::uint8_t volume = 1,
            slave_options options = {}) {
    auto description = slave_description::of(address, secondary);
    apl::record_list list;
    list.records.push_back(apl::record::parse(std::vector<std::uint8_t>{0x01, 0x13, volume}).value());
    REQUIRE(description.add(list));
    return slave::make(description, options).value();
}

secondary_address identity(std::uint32_t id) { return {id, 0x4024, 1, 7}; }

secondary_address any_of(std::uint32_t mask, std::uint16_t manufacturer = 0xFFFF) {
    return {mask, manufacturer, 0xFF, 0xFF};
}

/// A line and somebody who asks on it.
struct bench {
    simulated_line line;
    test::plain_master master{};
    test::virtual_line<test::plain_master> joined{master, line};

    explicit bench(line_options options = {}) : line{std::move(options)} {}
    bench(const bench&) = delete;

    /// What comes back until the line is quiet.
    std::vector<std::uint8_t> ask(std::vector<std::uint8_t> request) {
        master.heard.clear();
        master.send(std::move(request));
        joined.run(3s);
        joined.wait(500ms); // also where nothing came: a master waits before it asks again
        return master.heard;
    }
    template <class Frame>
    std::vector<std::uint8_t> ask(const Frame& frame) {
        return ask(to_bytes(frame));
    }

    std::string events() {
        std::string out;
        while (const auto event = line.poll_event()) {
            out += (out.empty() ? "" : " ");
            out += event->fault != line_fault::none
                       ? std::string{name(event->fault)}
                       : std::to_string(event->slave) + "." + std::string{name(event->what.kind)};
        }
        return out;
    }
};

const auto ack_octets = "E5"_octets;

bool is_response_of(bytes_view octets, std::uint32_t id) {
    const auto telegram = telegram_view::parse(octets);
    return telegram && telegram->message() && telegram->message()->long_header() &&
           telegram->message()->long_header()->identification == id;
}

std::size_t count_of(const std::vector<std::uint8_t>& octets, bytes_view part) {
    std::size_t count = 0;
    for (auto at = octets.begin();; ++at, ++count) {
        at = std::search(at, octets.end(), part.begin(), part.end());
        if (at == octets.end())
            return count;
    }
}

} // namespace

static_assert(session<simulated_line>);

TEST_CASE("a request and its answer take their time on the line") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    CHECK(on.ask(command::snd_nke(1)) == ack_octets);
    // five characters, 33 bits of rest, one character
    const auto expected = character_time(5, 2400) + bit_time(33, 2400) + character_time(1, 2400);
    CHECK((on.master.first_at - instant{} - expected < 10us &&
           expected - (on.master.first_at - instant{}) < 10us));
    CHECK(on.joined.octets_sent() == 5);
    CHECK(on.joined.octets_heard() == 1);
}

TEST_CASE("characters come one by one unless the converter collects them") {
    for (const std::size_t packet : {1U, 7U, 1000U}) {
        line_options options;
        options.packet_size = packet;
        bench on{options};
        on.line.add(meter(1, identity(0x11111111)));
        const auto answer = on.ask(command::req_ud2(1, true));
        CHECK(is_response_of(answer, 0x11111111));
        const auto time = on.master.last_at - on.master.first_at;
        if (packet == 1)
            CHECK(time > character_time(answer.size() - 2, 2400));
        if (packet == 1000)
            CHECK(time == 0ns);
    }
}

TEST_CASE("latency delays what the master hears") {
    line_options options;
    options.latency = 70ms;
    bench slow{options};
    bench quick;
    for (auto* on : {&slow, &quick}) {
        on->line.add(meter(1, identity(0x11111111)));
        CHECK(on->ask(command::snd_nke(1)) == ack_octets);
    }
    CHECK(slow.master.first_at - quick.master.first_at == 70ms);
}

TEST_CASE("a request cut anywhere is heard as one") {
    const auto request = to_bytes(command::req_ud2(1, true));
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
        bench on;
        on.line.add(meter(1, identity(0x11111111)));
        on.line.handle_input(bytes_view{request}.first(cut), on.joined.now());
        on.joined.wait(30ms);
        CHECK(is_response_of(on.ask({request.begin() + static_cast<std::ptrdiff_t>(cut), request.end()}),
                             0x11111111));
    }
}

TEST_CASE("slaves are told apart by their primary addresses") {
    bench on;
    for (std::uint8_t i = 1; i <= 250; ++i)
        on.line.add(meter(i, identity(0x10000000U + i), i));
    for (unsigned i = 1; i <= 250; ++i)
        CHECK(is_response_of(on.ask(command::req_ud2(static_cast<std::uint8_t>(i), true)), 0x10000000 + i));
    CHECK(on.ask(command::req_ud2(0, true)).empty());
    CHECK(on.line.requests() == 251);
    CHECK(on.line.answers() == 250);
}

TEST_CASE("250 acknowledgements at the same moment read as one and their readouts garble") {
    line_options options;
    options.spreads_answers = false;
    bench on{options};
    for (std::uint8_t i = 1; i <= 250; ++i)
        on.line.add(meter(i, identity(0x10000000U + i * 7919U), i));
    CHECK(on.ask(command::select(secondary_address{})) == ack_octets);
    const auto answer = on.ask(command::req_ud2(primary_address::selected, true));
    CHECK_FALSE(answer.empty());
    CHECK_FALSE(telegram_view::parse(answer));
    CHECK(on.ask(command::deselect()) == ack_octets);
    CHECK(on.ask(command::deselect()).empty());
}

TEST_CASE("acknowledgements that are shifted against each other garble") {
    bench on;
    on.line.add(meter(1, identity(0x11111111), 1, {.answer_bits = 33}));
    on.line.add(meter(2, identity(0x22222222), 1, {.answer_bits = 36}));
    const auto answer = on.ask(command::select(secondary_address{}));
    CHECK_FALSE(answer.empty());
    CHECK(answer != ack_octets);
}

TEST_CASE("slaves with the same delay do not answer in step") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    on.line.add(meter(2, identity(0x22222222)));
    const auto answer = on.ask(command::select(secondary_address{}));
    CHECK_FALSE(answer.empty());
    CHECK(answer != ack_octets);
}

TEST_CASE("two telegrams in step may read as an intact one") {
    line_options options;
    options.spreads_answers = false;
    bench on{options};
    on.line.add(meter(0, identity(0x00000000), 0)); // its bits are those that both have
    on.line.add(meter(0, identity(0x00000001), 0));
    const auto answer = on.ask(command::req_ud2(0, true));
    CHECK(is_response_of(answer, 0x00000000));
}

TEST_CASE("acknowledgements one after the other are both heard") {
    bench on;
    on.line.add(meter(1, identity(0x11111111), 1, {.answer_bits = 33}));
    on.line.add(meter(2, identity(0x22222222), 1, {.answer_bits = 70}));
    CHECK(on.ask(command::select(secondary_address{})) == "E5 E5"_octets);
}

TEST_CASE("characters with wrong parity do not come through where the converter drops them") {
    line_options options;
    options.drops_bad_characters = true;
    bench dropping{options};
    bench passing;
    for (auto* on : {&dropping, &passing}) {
        for (std::uint8_t i = 1; i <= 20; ++i)
            on->line.add(meter(i, identity(0x10000000U + i * 7919U), i));
        on->ask(command::select(secondary_address{}));
        on->ask(command::req_ud2(primary_address::selected, true));
    }
    CHECK(dropping.master.heard.size() < passing.master.heard.size());
}

TEST_CASE("equal identification numbers of two makers collide until the maker is named") {
    bench on;
    on.line.add(meter(1, {0x12345678, 0x4024, 1, 7}, 1));
    on.line.add(meter(2, {0x12345678, 0x5068, 1, 7}, 2));
    CHECK_FALSE(on.ask(command::select(any_of(0x12345678))).empty());
    CHECK_FALSE(telegram_view::parse(on.ask(command::req_ud2(primary_address::selected, true))));
    CHECK(on.ask(command::select(any_of(0x12345678, 0x5068))) == ack_octets);
    const auto answer = on.ask(command::req_ud2(primary_address::selected, true));
    REQUIRE(is_response_of(answer, 0x12345678));
    CHECK(answer[5] == 2);
    CHECK_FALSE(on.line.at(0).is_selected());
}

TEST_CASE("two meters with equal identities collide until one is asked by its fabrication number") {
    const auto twin = [](std::uint8_t volume, std::uint32_t fabrication) {
        auto description = slave_description::of(0, identity(0x12345678));
        apl::record_list list;
        list.records.push_back(apl::record::parse(std::vector<std::uint8_t>{0x01, 0x13, volume}).value());
        REQUIRE(description.add(list));
        description.fabrication_number = fabrication;
        return slave::make(description).value();
    };
    bench on;
    on.line.add(twin(1, 0x00000001));
    on.line.add(twin(2, 0x00000002));
    CHECK_FALSE(on.ask(command::select(identity(0x12345678))).empty());
    CHECK_FALSE(telegram_view::parse(on.ask(command::req_ud2(primary_address::selected, true))));
    const auto second = selection::enhanced(identity(0x12345678), 0x00000002);
    CHECK(on.ask(command::select(second)) == ack_octets);
    CHECK(is_response_of(on.ask(command::req_ud2(primary_address::selected, true)), 0x12345678));
}

TEST_CASE("a slave at another bit rate hears noise and the rate changes after the acknowledgement") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    CHECK(on.ask(command::set_baud_rate(1, 9600).value()) == ack_octets);
    CHECK(on.line.at(0).baud() == 9600);
    CHECK(on.ask(command::snd_nke(1)).empty());
    on.line.set_baud(9600);
    CHECK(on.ask(command::snd_nke(1)) == ack_octets);
    CHECK(on.events() == "0.baud_rate_changed");
}

TEST_CASE("a slave that is not followed falls back to its rate") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    CHECK(on.ask(command::set_baud_rate(1, 300).value()) == ack_octets);
    CHECK(on.ask(command::snd_nke(1)).empty());
    on.joined.run(6min);
    CHECK(on.ask(command::snd_nke(1)) == ack_octets);
}

TEST_CASE("a converter that follows its slaves reads them at any rate") {
    line_options options;
    options.follows_slaves = true;
    bench on{options};
    on.line.add(meter(1, identity(0x11111111), 1, {.baud = 300}));
    on.line.add(meter(2, identity(0x22222222), 1, {.baud = 9600}));
    CHECK(is_response_of(on.ask(command::req_ud2(1, true)), 0x11111111));
    CHECK(is_response_of(on.ask(command::req_ud2(2, true)), 0x22222222));
}

TEST_CASE("an answer heard at another bit rate is garbage") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    on.line.handle_input(to_bytes(command::req_ud2(1, true)), on.joined.now());
    on.line.set_baud(4800);
    on.joined.run(3s);
    CHECK_FALSE(on.master.heard.empty());
    CHECK_FALSE(telegram_view::parse(on.master.heard));
}

TEST_CASE("an echo comes before the answer") {
    line_options options;
    options.has_echo = true;
    bench on{options};
    on.line.add(meter(1, identity(0x11111111)));
    CHECK(on.ask(command::snd_nke(1)) == "10 40 01 41 16 E5"_octets);
}

TEST_CASE("noise on an idle line is heard and two bursts at once garble") {
    bench on;
    on.line.send_noise("12 34"_octets, on.joined.now());
    on.joined.run(1s);
    CHECK(on.master.heard == "12 34"_octets);
    on.master.heard.clear();
    on.line.send_noise("FF FF"_octets, on.joined.now() + 1ms);
    on.line.send_noise("F0 0F"_octets, on.joined.now() + 1ms);
    on.joined.run(1s);
    CHECK(on.master.heard == "F0 0F"_octets); // space wins
}

TEST_CASE("a set address moves the slave on the line") {
    bench on;
    on.line.add(meter(1, identity(0x11111111)));
    CHECK(on.ask(command::set_primary_address(1, 77).value()) == ack_octets);
    CHECK(on.ask(command::snd_nke(1)).empty());
    CHECK(on.ask(command::snd_nke(77)) == ack_octets);
    CHECK(on.events() == "0.primary_address_set");
}

TEST_CASE("an alarm on the line is asked for") {
    bench on;
    const auto number = on.line.add(meter(5, identity(0x11111111)));
    CHECK(on.ask(command::req_ud1(5, true)) == ack_octets);
    on.line.raise_alarm(number, 0x03);
    CHECK(on.ask(command::req_ud1(5, false)) == "68 04 04 68 08 05 71 03 81 16"_octets);
}

TEST_CASE("a fault hits one exchange and the next is good") {
    const auto healthy = [] {
        bench on;
        on.line.add(meter(1, identity(0x11111111)));
        return on.ask(command::req_ud2(1, true));
    }();
    const auto with = [&](line_fault fault) {
        line_options options;
        options.faults = fault_plan::script({fault});
        bench on{options};
        on.line.add(meter(1, identity(0x11111111)));
        on.line.add(meter(2, identity(0x22222222)));
        const auto answer = on.ask(command::req_ud2(1, true));
        CHECK(on.events() == name(fault));
        on.joined.wait(2s);
        CHECK(is_response_of(on.ask(command::req_ud2(1, false)), 0x11111111));
        return answer;
    };
    CHECK(with(line_fault::request_lost).empty());
    CHECK(with(line_fault::silence).empty());
    CHECK(with(line_fault::late) == healthy);
    CHECK(with(line_fault::pause) == healthy);
    CHECK(with(line_fault::ack_instead) == ack_octets);
    CHECK(is_response_of(with(line_fault::other_meter), 0x22222222));
    CHECK(is_response_of(with(line_fault::other_address), 0x11111111));
    CHECK(count_of(with(line_fault::duplicate), healthy) == 2);
    CHECK(count_of(with(line_fault::echo), to_bytes(command::req_ud2(1, true))) == 1);
    CHECK(count_of(with(line_fault::echo), healthy) == 1);
    CHECK(count_of(with(line_fault::noise_before), healthy) == 1);
    CHECK(count_of(with(line_fault::noise_after), healthy) == 1);
    CHECK(with(line_fault::truncated).size() < healthy.size());
    CHECK(with(line_fault::dropped_octet).size() == healthy.size() - 1);
    CHECK(with(line_fault::doubled_octet).size() == healthy.size() + 1);
    for (const auto fault : {line_fault::noise_instead, line_fault::wrong_checksum, line_fault::wrong_stop,
                             line_fault::wrong_start, line_fault::wrong_length, line_fault::flipped_bit,
                             line_fault::collision}) {
        const auto answer = with(fault);
        CHECK_FALSE(answer.empty());
        CHECK_FALSE(parse_frame(answer));
    }
}

TEST_CASE("a late answer and a paused one come later") {
    for (const auto fault : {line_fault::late, line_fault::pause}) {
        line_options options;
        options.faults = fault_plan::script({fault, line_fault::none});
        options.lateness = 700ms;
        bench on{options};
        on.line.add(meter(1, identity(0x11111111)));
        on.ask(command::req_ud2(1, true));
        CHECK(on.master.last_at - instant{} > 700ms);
    }
}

TEST_CASE("a digit search finds 250 meters on the line") {
    bench on;
    std::vector<std::uint32_t> wanted;
    for (unsigned i = 0; i < 250; ++i) {
        // decimal digits: pairs that differ in the last digit alone
        const auto number = (i / 2) * 79'193U + i % 2;
        std::uint32_t id = 0;
        auto rest = number;
        for (unsigned digit = 0; digit < 8; ++digit, rest /= 10)
            id |= (rest % 10) << (4 * digit);
        wanted.push_back(id);
        on.line.add(meter(0, identity(id), static_cast<std::uint8_t>(i)));
    }
    std::vector<std::uint32_t> found;
    const auto search = [&](auto&& self, std::uint32_t mask, unsigned shift) -> void {
        if (on.ask(command::select(any_of(mask))).empty())
            return;
        const auto telegram = telegram_view::parse(on.ask(command::req_ud2(primary_address::selected, true)));
        if (telegram) {
            found.push_back(telegram->message()->long_header()->identification);
            return;
        }
        REQUIRE(shift >= 4);
        for (std::uint32_t digit = 0; digit < 10; ++digit)
            self(self, (mask & ~(0xFU << (shift - 4))) | digit << (shift - 4), shift - 4);
    };
    search(search, 0xFFFFFFFF, 32);
    std::sort(found.begin(), found.end());
    std::sort(wanted.begin(), wanted.end());
    CHECK(found == wanted);
}
