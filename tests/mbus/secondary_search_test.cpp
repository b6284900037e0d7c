#include <meterlink/mbus/secondary_search.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <random>
#include <type_traits>
#include <vector>

#include "meter_park.hpp"
#include "support/catch.hpp"
#include "talking.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;
using meterlink::test::bcd;
using meterlink::test::park_meter;

static_assert(session<secondary_search>);
static_assert(std::is_same_v<session_event_t<secondary_search>, search_event>);

namespace {

struct outcome {
    std::vector<found_meter> meters{};
    std::vector<search_conflict> conflicts{};
    std::vector<search_finished> ends{};
    std::size_t progress = 0;
    std::size_t probes = 0;
    instant end{};

    [[nodiscard]] std::size_t count(const secondary_address& address) const {
        std::size_t out = 0;
        for (const auto& each : meters)
            out += each.address == address ? 1U : 0U;
        return out;
    }
};

outcome run(
    simulated_line& line, secondary_search& search, outcome out = {},
    const std::function<void(const search_event&)>& also = [](const auto&) {}) {
    search.start(out.end);
    out.end = test::run_on(
        line, search,
        [&](const search_event& event, instant) {
            if (const auto* found = std::get_if<meter_found>(&event)) {
                CHECK(parse_frame(found->telegram));
                out.meters.push_back(found->meter);
            } else if (const auto* conflict = std::get_if<search_conflict>(&event)) {
                out.conflicts.push_back(*conflict);
            } else if (const auto* progress = std::get_if<search_progress>(&event)) {
                ++out.progress;
                out.probes = progress->probes;
                CHECK(progress->meters == out.meters.size());
            } else if (const auto* end = std::get_if<search_finished>(&event)) {
                out.ends.push_back(*end);
            }
            also(event);
        },
        out.end);
    return out;
}

/// 250 meters: most with random numbers, and those that are hard to find.
struct park {
    std::vector<secondary_address> singles;
    secondary_address twins{0x55555555, 0x4024, 1, 7}; // two with all fields equal

    park() {
        std::mt19937 random{7};
        for (std::uint32_t i = 0; i < 10; ++i) { // they differ in the last digit
            singles.push_back({0x30000010 + i, 0x1593, 1, 7});
        }
        singles.push_back({0x44444444, 0x1593, 3, 4}); // one number, two makers
        singles.push_back({0x44444444, 0x4024, 3, 4});
        singles.push_back({0x66666666, 0x2C2D, 3, 4}); // one number, the makers differ in the last letter
        singles.push_back({0x66666666, 0x2C2E, 3, 4});
        while (singles.size() < 248)
            singles.push_back({bcd(static_cast<std::uint32_t>(random() % 100'000'000)), 0x2C2D, 1, 6});
    }
    void fill(simulated_line& line) const {
        std::uint8_t primary = 0;
        for (const auto& each : singles)
            line.add(park_meter(++primary, each));
        line.add(park_meter(249, twins));
        line.add(park_meter(250, twins));
    }
    [[nodiscard]] std::vector<secondary_address> all() const {
        auto out = singles;
        out.push_back(twins);
        out.push_back(twins);
        return out;
    }
};

/// An ideal search, walked here on its own with the list of meters at hand: it asks every value of a digit or
/// field below every mask that several meters fit, and nothing else. It spends only what the line demands:
/// the frames themselves, the 33 bit times in which the simulated meters answer, 330 bit times and 50 ms for
/// silence (asked `silences` times), 33 bit times of idle line behind a collision, one character between
/// frames. SND_NKE, pauses and confirmations count as nothing.
struct ideal_search {
    std::uint32_t baud = 2400;
    std::size_t silences = 1;
    std::size_t probes = 0;
    session_clock::duration time{};

    static constexpr std::size_t selection_size = 17;
    static constexpr std::size_t telegram_size = 24; // of park_meter

    void ask(const std::vector<secondary_address>& meters, int field) {
        ++probes;
        const auto select = wire_time(selection_size, baud);
        const auto answer_delay = bit_times(33, baud);
        if (meters.empty()) {
            time += silences * (select + minimum_response_timeout(baud) - wire_time(1, baud));
            return;
        }
        time += select + answer_delay + wire_time(1, baud);
        if (meters.size() == 1) {
            time += wire_time(1, baud) + wire_time(5, baud) + answer_delay + wire_time(telegram_size, baud) +
                    wire_time(1, baud);
            return;
        }
        time += idle_time(baud);
        separate(meters, field);
    }
    void separate(const std::vector<secondary_address>& meters, int field) {
        if (field == 12) { // the fabrication number, which nobody has
            ask({}, field + 1);
            return;
        }
        const unsigned limit = field < 8 ? 10 : field == 10 ? 0x40 : 255;
        for (unsigned value = 0; value < limit; ++value) {
            if ((field == 8 && (value >> 2U < 1 || value >> 2U > 26)) ||
                (field == 9 && ((value & 0x1FU) < 1 || (value & 0x1FU) > 26)))
                continue;
            std::vector<secondary_address> fitting;
            for (const auto& each : meters)
                if (part(each, field) == value)
                    fitting.push_back(each);
            ask(fitting, field + 1);
        }
    }
    static unsigned part(const secondary_address& of, int field) {
        if (field < 8)
            return of.id >> (28 - 4 * field) & 0xFU;
        if (field == 8)
            return of.manufacturer >> 8U;
        if (field == 9)
            return of.manufacturer & 0xFFU;
        return field == 10 ? of.device_type : of.version;
    }
};

/// Runs a search against somebody who answers each frame by `reply`; empty is silence. Only what is told.
template <class Reply>
std::vector<search_event> converse(secondary_search& search, Reply&& reply) {
    std::vector<search_event> out;
    instant now{};
    search.start(now);
    for (std::size_t steps = 0; steps < 10'000; ++steps) {
        while (const auto event = search.poll_event())
            out.push_back(*event);
        if (const auto octets = search.poll_transmit()) {
            const bytes_view question = *octets;
            const std::vector<std::uint8_t> answer = reply(question);
            if (!answer.empty()) {
                now += wire_time(question.size() + answer.size(), 2400) + bit_times(33, 2400);
                search.handle_input(answer, now);
                continue;
            }
        }
        const auto next = search.poll_timeout();
        if (!next)
            break;
        now = std::max(now, *next);
        search.handle_timeout(now);
    }
    return out;
}

double seconds(session_clock::duration time) { return std::chrono::duration<double>(time).count(); }

void check_park(secondary_search_options how, std::size_t silences) {
    const park meters;
    simulated_line line;
    meters.fill(line);
    REQUIRE(line.size() == 250);
    secondary_search search{how};
    const auto got = run(line, search);
    ideal_search ideal{2400, silences};
    ideal.ask(meters.all(), 0);
    std::cout << "250 meters, " << silences << " question(s) per silence: " << got.probes << " probes (ideal "
              << ideal.probes << "), " << seconds(got.end - instant{}) << " s (ideal " << seconds(ideal.time)
              << " s, ratio " << seconds(got.end - instant{}) / seconds(ideal.time) << ")\n";
    CHECK(got.meters.size() == 248);
    for (const auto& each : meters.singles)
        CHECK(got.count(each) == 1);
    REQUIRE(got.conflicts.size() == 1);
    CHECK(got.conflicts[0].kind == conflict_kind::equal);
    CHECK(got.conflicts[0].mask.address == meters.twins);
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::complete);
    CHECK(got.ends[0].probes == got.probes);
    CHECK(got.progress == got.probes);
    // three leaves are confirmed, and the fabrication number of the twins is asked for twice
    CHECK(got.probes >= ideal.probes);
    CHECK(got.probes <= ideal.probes + ideal.probes / 50);
    CHECK(seconds(got.end - instant{}) <= 1.1 * seconds(ideal.time));
}

} // namespace

TEST_CASE("250 meters are found in little more than the time of an ideal search", "[secondary_search]") {
    check_park(secondary_search_options::fast(2400), 1);
}

TEST_CASE("250 meters are found in little more than the ideal time when silence is asked twice",
          "[secondary_search]") {
    auto how = secondary_search_options::fast(2400);
    how.timing.select_retries = 1;
    check_park(how, 2);
}

TEST_CASE("an empty line costs one probe and ends", "[secondary_search]") {
    simulated_line line;
    secondary_search search{secondary_search_options::fast(2400)};
    const auto got = run(line, search);
    CHECK(got.probes == 1);
    CHECK(got.meters.empty());
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::complete);
    CHECK_FALSE(search.is_running());
}

TEST_CASE("meters with equal addresses are told apart by their fabrication numbers", "[secondary_search]") {
    const secondary_address same{0x11112222, 0x4024, 1, 7};
    simulated_line line;
    line.add(park_meter(1, same, 0x00000071));
    line.add(park_meter(2, same, 0x00000072));
    line.add(park_meter(3, {0x31112222, 0x4024, 1, 7}));
    secondary_search search{secondary_search_options::fast(2400)};
    const auto got = run(line, search);
    CHECK(got.conflicts.empty());
    REQUIRE(got.meters.size() == 3);
    CHECK(got.meters[0] == found_meter{same, 0x00000071, 1, 2400, false});
    CHECK(got.meters[1] == found_meter{same, 0x00000072, 2, 2400, false});
    CHECK(got.meters[2].primary == primary_address{3});
    CHECK(got.meters[2].mask() == search_mask{{0x31112222, 0x4024, 1, 7}, std::nullopt});
}

TEST_CASE("a search below a mask finds those below it alone", "[secondary_search]") {
    simulated_line line;
    for (std::uint8_t i = 0; i < 9; ++i)
        line.add(park_meter(i, {bcd(10'000'000U * i + i), 0x4024, 1, 7}));
    line.add(park_meter(10, {0x49999999, 0x4024, 1, 7}));
    auto how = secondary_search_options::fast(2400);
    how.start.address.id = 0x4FFFFFFF;
    secondary_search search{how};
    const auto got = run(line, search);
    CHECK(got.meters.size() == 2);
    CHECK(got.probes == 11);
}

TEST_CASE("a search ends with as many meters or probes as were wanted", "[secondary_search]") {
    simulated_line line;
    for (std::uint8_t i = 0; i < 9; ++i)
        line.add(park_meter(i, {bcd(10'000'000U * i), 0x4024, 1, 7}));
    auto how = secondary_search_options::fast(2400);
    how.meter_limit = 3;
    secondary_search few{how};
    auto got = run(line, few);
    CHECK(got.meters.size() == 3);
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::meter_limit);
    CHECK(got.ends[0].meters == 3);
    how.meter_limit = 0;
    how.probe_limit = 5;
    secondary_search short_one{how};
    outcome later;
    later.end = got.end;
    got = run(line, short_one, later);
    CHECK(got.probes == 5);
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::probe_limit);
}

TEST_CASE("a search that was cancelled goes on from its state without asking or telling anything twice",
          "[secondary_search]") {
    const auto fill = [](simulated_line& line) {
        for (std::uint8_t i = 0; i < 30; ++i)
            line.add(park_meter(i, {bcd(7'654'321U * i), 0x4024, 1, 7}));
    };
    simulated_line whole_line;
    fill(whole_line);
    const auto how = secondary_search_options::fast(2400);
    secondary_search whole{how};
    const auto whole_result = run(whole_line, whole);
    REQUIRE(whole_result.meters.size() == 30);

    simulated_line line;
    fill(line);
    secondary_search first{how};
    std::size_t ends = 0;
    auto got = run(line, first, {}, [&](const search_event& event) {
        if (const auto* progress = std::get_if<search_progress>(&event); progress && progress->probes == 40)
            first.cancel();
        ends += std::holds_alternative<search_finished>(event) ? 1U : 0U;
    });
    CHECK(ends == 1);
    CHECK(got.ends[0].why == search_end::cancelled);
    CHECK(got.probes == 40);
    CHECK_FALSE(first.is_running());
    const search_state kept = first.state();
    secondary_search second{how, kept};
    got.ends.clear();
    got = run(line, second, got);
    CHECK(got.meters == whole_result.meters);
    CHECK(got.probes == whole_result.probes);
    REQUIRE(got.ends.size() == 1);
    CHECK(got.ends[0].why == search_end::complete);
    first.start(got.end); // the one that was cancelled can go on as well
    CHECK(first.is_running());
}

TEST_CASE("the sweep over the bit rates finds each meter once and leaves the rest", "[secondary_search]") {
    simulated_line line;
    const std::vector<std::uint32_t> bauds{300, 600, 1200, 2400, 4800, 9600, 19'200, 38'400};
    std::uint8_t number = 0;
    for (const auto baud : bauds) {
        slave_options at;
        at.baud = baud;
        at.answer_bits = 60; // at high rates the answer to another slave's octets comes no sooner
        ++number;
        line.add(park_meter(number, {0x10000000U * number, 0x4024, 1, 7}, {}, at));
    }
    auto how = secondary_search_options::fast(2400);
    how.bauds = bauds;
    secondary_search search{how};
    line.set_baud(300); // the first rate needs no change event
    const auto got = run(line, search);
    REQUIRE(got.meters.size() == bauds.size());
    for (std::size_t i = 0; i < bauds.size(); ++i)
        CHECK(got.meters[i].baud == bauds[i]);
    CHECK(got.probes == bauds.size());
    CHECK(search.line_rate() == 38'400);
    // at two rates of a line that serves all of them every meter would answer twice
    simulated_line deaf{[] {
        line_options both;
        both.follows_slaves = true;
        return both;
    }()};
    deaf.add(park_meter(1, {0x12345678, 0x4024, 1, 7}));
    how.bauds = {2400, 9600};
    secondary_search twice{how};
    const auto again = run(deaf, twice);
    CHECK(again.probes == 2);
    REQUIRE(again.meters.size() == 1);
    CHECK(again.meters[0].baud == 2400);
}

TEST_CASE("faults of the line lose no meter and invent none", "[secondary_search]") {
    for (const auto fault : {line_fault::request_lost, line_fault::silence, line_fault::collision}) {
        simulated_line line;
        std::vector<secondary_address> all;
        for (std::uint8_t i = 0; i < 20; ++i)
            all.push_back({bcd(4'812'345U * i + i), 0x4024, 1, 7});
        for (std::uint8_t i = 0; i < 20; ++i)
            line.add(park_meter(i, all[i]));
        line.set_faults(fault_plan::random(5, 40, {fault}));
        auto how = secondary_search_options::fast(2400);
        how.timing.select_retries = 1;
        secondary_search search{how};
        const auto got = run(line, search);
        INFO(static_cast<int>(fault));
        CHECK(got.meters.size() == all.size());
        for (const auto& each : all)
            CHECK(got.count(each) == 1);
        REQUIRE(got.ends.size() == 1);
        CHECK(got.ends[0].why == search_end::complete);
    }
}

TEST_CASE("somebody who acknowledges everything and never answers is reported after two levels",
          "[secondary_search]") {
    secondary_search search{secondary_search_options::fast(2400)};
    const auto events = converse(search, [](bytes_view question) {
        const bool is_read = question.size() == 5 && (question[1] & 0x0FU) == 0x0BU;
        return is_read ? std::vector<std::uint8_t>{} : "E5"_octets;
    });
    std::size_t mute = 0;
    for (const auto& event : events)
        if (const auto* conflict = std::get_if<search_conflict>(&event))
            mute += conflict->kind == conflict_kind::mute ? 1U : 0U;
    CHECK(mute == 10);
    REQUIRE(std::holds_alternative<search_finished>(events.back()));
    CHECK(std::get<search_finished>(events.back()).probes == 11);
}

TEST_CASE("a meter that obeys every selection is found once and marked", "[secondary_search]") {
    auto how = secondary_search_options::fast(2400);
    how.start.address.id = 0x1FFFFFFF;
    secondary_search search{how};
    const auto events = converse(search, [](bytes_view question) {
        if (question.size() != 5 || (question[1] & 0x0FU) != 0x0BU)
            return "E5"_octets;
        return framed("08 05 72 78 56 34 92 24 40 01 07 55 00 00 00 03 13 15 31 00"_octets);
    });
    REQUIRE(search.state().meters.size() == 1);
    CHECK(search.state().meters[0].is_stranger);
    CHECK(search.state().meters[0].address == secondary_address{0x92345678, 0x4024, 1, 7});
    CHECK(search.state().probes == 1);
    CHECK(std::holds_alternative<search_finished>(events.back()));
}

TEST_CASE("a meter whose answers name nobody is found by the number that selects it", "[secondary_search]") {
    secondary_search search{secondary_search_options::fast(2400)};
    bool is_meant = false;
    converse(search, [&](bytes_view question) -> std::vector<std::uint8_t> {
        if (question.size() != 5) {
            const auto frame = long_frame_view::parse(question);
            const auto wanted =
                frame.and_then([](const auto& f) { return selection_view::parse(f.payload()); });
            is_meant = wanted && wanted->address().matches({0x12345678, 0x4024, 1, 7});
            return is_meant ? "E5"_octets : std::vector<std::uint8_t>{};
        }
        if (!is_meant)
            return {};
        if ((question[1] & 0x0FU) != 0x0BU)
            return "E5"_octets;
        return framed("08 05 7A 55 00 00 00 03 13 15 31 00"_octets);
    });
    REQUIRE(search.state().meters.size() == 1);
    CHECK(search.state().meters[0].address.id == 0x12345678);
    CHECK(search.state().meters[0].primary == primary_address{5});
    CHECK(search.state().conflicts.empty());
    CHECK(search.state().probes == 81);
}

TEST_CASE("the search profile of the default asks slowly and finds the same", "[secondary_search]") {
    simulated_line line;
    line.add(park_meter(1, {0x12345678, 0x4024, 1, 7}));
    line.add(park_meter(2, {0x92345678, 0x4024, 1, 7}));
    secondary_search search;
    const auto got = run(line, search);
    CHECK(got.meters.size() == 2);
    CHECK(got.probes == 11);
}

TEST_CASE("an echo and a slow way to the line change nothing but the time", "[secondary_search]") {
    line_options echo;
    echo.has_echo = true;
    line_options slow;
    slow.latency = 100ms;
    slow.packet_size = 64;
    for (const auto& each : {echo, slow}) {
        simulated_line line{each};
        std::vector<secondary_address> all;
        for (std::uint8_t i = 0; i < 30; ++i) {
            all.push_back({bcd(7'654'321U * i), 0x4024, 1, 7});
            line.add(park_meter(i, all.back()));
        }
        secondary_search search{secondary_search_options::fast(2400, each.latency)};
        const auto got = run(line, search);
        CHECK(got.meters.size() == all.size());
        for (const auto& one : all)
            CHECK(got.count(one) == 1);
        CHECK(got.conflicts.empty());
        ideal_search ideal;
        ideal.ask(all, 0);
        CHECK(got.probes == ideal.probes);
    }
}

TEST_CASE("answers that come late invent no meters and hide none from a search", "[secondary_search]") {
    const std::vector<std::vector<std::uint32_t>> parks{{0x11111111, 0x22222222, 0x23222222}, {0x99999999}};
    for (const auto& park : parks)
        for (const int latency : {150, 180, 190, 200, 250, 400, 700, 1500}) {
            line_options late;
            late.latency = std::chrono::milliseconds{latency};
            simulated_line line{late};
            std::uint8_t primary = 0;
            for (const auto id : park)
                line.add(park_meter(++primary, {id, 0x4024, 1, 7}));
            secondary_search search{secondary_search_options::fast(2400)};
            const auto got = run(line, search);
            INFO(park.size() << " meters, " << latency << " ms");
            CHECK(got.meters.size() == park.size());
            for (const auto id : park)
                CHECK(got.count({id, 0x4024, 1, 7}) == 1);
            CHECK(got.conflicts.empty());
            REQUIRE(got.ends.size() == 1);
            CHECK(got.ends[0].why == search_end::complete);
            CHECK((got.ends[0].lateness > session_clock::duration{}) == (latency > 170));
        }
}

TEST_CASE("a meter that answers late after others were in time is no conflict elsewhere",
          "[secondary_search]") {
    // the one with 3… acknowledges when the mask with 4… is asked already
    secondary_search search{secondary_search_options::fast(2400)};
    instant now{};
    std::optional<instant> late;
    std::vector<std::uint8_t> answer;
    bool is_selected = false;
    search.start(now);
    for (int steps = 0; steps < 10'000; ++steps) {
        while (search.poll_event())
            continue;
        if (const auto octets = search.poll_transmit()) {
            const bytes_view question = *octets;
            const auto answer_at = now + wire_time(question.size(), 2400) + 250ms;
            if (question.size() == 5) {
                if (is_selected && (question[1] & 0x0FU) == 0x0BU) {
                    late = answer_at;
                    answer = framed("08 05 72 33 33 33 33 24 40 01 07 55 00 00 00 03 13 15 31 00"_octets);
                }
            } else {
                const auto mask = selection_view::parse(long_frame_view::parse(question)->payload());
                is_selected = mask && mask->address().matches({0x33333333, 0x4024, 1, 7}) &&
                              mask->address().id >> 28U != 0xFU;
                if (is_selected) {
                    late = answer_at;
                    answer = "E5"_octets;
                } else if (mask->address().id == 0xFFFFFFFF) { // of several, at once
                    now += wire_time(question.size() + 2, 2400) + 20ms;
                    search.handle_input("E5 E5"_octets, now);
                }
            }
        }
        const auto next = search.poll_timeout();
        if (!next && !late)
            break;
        if (late && (!next || *late <= *next)) {
            now = std::max(now, *late);
            late.reset();
            search.handle_input(answer, now);
            continue;
        }
        now = std::max(now, *next);
        search.handle_timeout(now);
    }
    REQUIRE(search.state().meters.size() == 1);
    CHECK(search.state().meters[0].address.id == 0x33333333);
    for (const auto& each : search.state().conflicts)
        CHECK(each.kind != conflict_kind::mute);
}

TEST_CASE("a line that answers rubbish to everything is given up soon", "[secondary_search]") {
    secondary_search search{secondary_search_options::fast(2400)};
    const auto events = converse(search, [](bytes_view) { return "00 5A A5"_octets; });
    REQUIRE(std::holds_alternative<search_finished>(events.back()));
    CHECK(std::get<search_finished>(events.back()).why == search_end::probe_limit);
    CHECK(std::get<search_finished>(events.back()).probes == 40);
}

TEST_CASE("a search without a bit rate is one at 300 Bd", "[secondary_search]") {
    line_options at;
    at.baud = 300;
    simulated_line line{at};
    slave_options slow;
    slow.baud = 300;
    line.add(park_meter(1, {0x12345678, 0x4024, 1, 7}, {}, slow));
    secondary_search search{secondary_search_options::fast(0)};
    const auto got = run(line, search);
    REQUIRE(got.meters.size() == 1);
    CHECK(got.meters[0].baud == 300);
}
