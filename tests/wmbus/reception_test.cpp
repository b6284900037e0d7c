#include <meterlink/wmbus/reception.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/wmbus/telegram_decoder.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1h};

tpl::meter_address water(std::uint32_t identification = 0x12345678) {
    return {{0x1593}, identification, 0x33, tpl::device_type::water};
}

/// A telegram in mode 5, or in any other, as a meter sends it: short header, and one block that looks random.
std::vector<std::uint8_t> sent(const tpl::meter_address& meter, std::uint8_t access_number,
                               std::uint32_t content = 0, std::uint8_t c = 0x44) {
    auto out =
        "1E 44 93 15 78 56 34 12 33 03 7A 2A 00 10 05 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"_octets;
    out[1] = c;
    (void)meter.emit(bytes_span{out}.subspan(2, 8));
    out[11] = access_number;
    for (std::size_t i = 0; i < 4; ++i)
        out[20 + i] = static_cast<std::uint8_t>(content >> 8 * i);
    return out;
}

/// The copy that a repeater sends.
std::vector<std::uint8_t> relayed(std::vector<std::uint8_t> telegram) {
    telegram[13] |= 0x01;
    return telegram;
}

struct house {
    reception radio;
    explicit house(reception::options how = {}) : radio{std::move(how)} {}

    reception::outcome hear(bytes_view telegram, const char* receiver, double rssi,
                            session_clock::duration at,
                            tpl::security_state security = tpl::security_state::decrypted) {
        received how;
        how.time = start + at;
        how.telegram = decltype(how.telegram)::from(telegram).value();
        how.rssi_dbm = rssi;
        how.receiver = receiver;
        return radio.on(how, {tpl::meter_address::parse(telegram.subspan(2)).value(), telegram[11], security,
                              how.telegram.view()});
    }
};

} // namespace

TEST_CASE("what is heard is filled from a telegram that was decoded") {
    tpl::no_keys nobody;
    telegram_decoder decoder{nobody};
    const auto octets = "18 44 93 15 78 56 34 12 33 07 8C 00 75 7A 2A 00 00 00 0C 14 27 04 85 02 2F"_octets;
    const auto what = heard::from(decoder.decode(octets));
    REQUIRE(what);
    CHECK(what->meter == water());
    CHECK(what->access_number == 0x75); // that of the extended link layer counts transmissions
    CHECK(what->security == tpl::security_state::plain);
    CHECK(what->is_read);
    CHECK(to_hex(what->content) == to_hex(octets));
    CHECK_FALSE(heard::from(decoder.decode("18 44"_octets)));
}

TEST_CASE("a telegram that could not be read does not make its meter readable") {
    tpl::no_keys nobody;
    telegram_decoder decoder{nobody};
    const auto unreadable = GENERATE(values<std::vector<std::uint8_t>>({
        "0D 44 93 15 78 56 34 12 33 07 86 01 02 03"_octets, // form V of the extended link layer
        "19 44 93 15 78 56 34 12 33 07 8D 20 E9 60 3A 10 00 34 12 78 0C 14 27 04 85 02"_octets, // payload CRC
        "0C 44 93 15 78 56 34 12 33 07 90 0F 00"_octets,                                        // AFL
        "0C 44 93 15 78 56 34 12 33 07 7A 2A 00"_octets,                                        // header
    }));
    INFO(to_hex(unreadable));
    reception radio;
    received how;
    how.receiver = "roof";
    how.time = start;
    const auto& meter = *radio.on(how, *heard::from(decoder.decode(sent(water(), 1)))).meter;
    CHECK(meter.state() == meter_state::no_key);
    const auto what = heard::from(decoder.decode(unreadable));
    REQUIRE(what);
    CHECK_FALSE(what->is_read);
    CHECK(radio.on(how, *what).is_new());
    CHECK(meter.telegrams() == 2);
    CHECK(meter.state() == meter_state::unreadable);
    CHECK_FALSE(meter.last_read());
}

TEST_CASE("a counter is proven by what authenticates it") {
    // Mode 7 with a counter in the extension.
    const auto octets =
        "7A 2A 00 20 A7 10 04 03 02 01 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11"_octets;
    telegram_view telegram;
    telegram.message = tpl::message_view::parse(octets, tpl::medium_access::wireless).value();
    REQUIRE(telegram.message->security().state == tpl::security_state::no_key);
    CHECK_FALSE(heard::proof_of(telegram).is_opened);
    CHECK_FALSE(heard::proof_of(telegram).counter);

    const auto open = telegram.message->opened(octets, 10, 16, false);
    telegram.message = open;
    CHECK(heard::proof_of(telegram).is_opened);
    CHECK_FALSE(heard::proof_of(telegram).is_clear);
    CHECK_FALSE(heard::proof_of(telegram).counter); // anybody may have written it
    telegram.message = open.judged(tpl::security_state::decrypted, true, no_error);
    CHECK(heard::proof_of(telegram).counter == 0x01020304U);

    tpl::afl_fields layer;
    layer.counter = 77;
    telegram.afl = tpl::afl_view{layer, {}};
    CHECK(heard::proof_of(telegram).counter == 0x01020304U); // no MAC covers that of the layer
    const auto mac = "01 02 03 04 05 06 07 08"_octets;
    telegram.afl = tpl::afl_view{layer, mac};
    CHECK(heard::proof_of(telegram).counter == 77U);
}

TEST_CASE("a session number is proven by what it decrypts") {
    const auto octets = "78 0C 14 27 04 85 02"_octets;
    telegram_view telegram;
    telegram.ell.emplace().session = session_number{0x2000'0123};
    telegram.message = tpl::message_view::parse(octets, tpl::medium_access::wireless).value();
    CHECK(heard::proof_of(telegram).is_clear);
    CHECK_FALSE(heard::proof_of(telegram).session);
    telegram.ell_security = tpl::security_state::decrypted;
    CHECK(heard::proof_of(telegram).is_opened);
    CHECK_FALSE(heard::proof_of(telegram).is_clear);
    CHECK(heard::proof_of(telegram).session == 0x2000'0123U);
}

TEST_CASE("records in the clear of a meter that was opened are not ok") {
    tpl::no_keys nobody;
    telegram_decoder decoder{nobody};
    house building;
    auto& meter = *building.hear(sent(water(), 1), "roof", -60, 0s).meter;
    meter.on_telegram(meter_state::ok, 1, start, {}, {true, false, {}, {}});
    const auto forged = "14 44 93 15 78 56 34 12 33 03 7A 2B 00 00 00 0C 14 27 04 85 02"_octets;
    received how;
    how.receiver = "roof";
    how.time = start + 60s;
    auto what = *heard::from(decoder.decode(forged));
    CHECK(what.proof.is_clear);
    what.meter = water();
    CHECK(building.radio.on(how, what).is_new());
    CHECK(meter.state() == meter_state::downgraded);
    CHECK(meter.last_read() == start);
    // A telegram without a message is not: meters send such ones as a sign of life.
    CHECK_FALSE(
        heard::from(decoder.decode("0E 47 93 15 78 56 34 12 33 03 7A 2C 00 00 00"_octets))->proof.is_clear);
}

TEST_CASE("two receivers and a repeater hear one telegram once") {
    house building;
    const auto telegram = sent(water(), 1);
    const auto first = building.hear(telegram, "cellar", -92, 0s);
    CHECK(first.is_new());
    CHECK(first.is_best_receiver);
    REQUIRE(first.meter != nullptr);
    CHECK(first.meter->address() == water());

    const auto second = building.hear(telegram, "roof", -66, 1s);
    CHECK(second.result == reception_result::repetition);
    CHECK(second.is_best_receiver);
    CHECK(second.meter == first.meter);

    const auto third = building.hear(relayed(telegram), "cellar", -40, 5s);
    CHECK(third.result == reception_result::repetition);
    CHECK_FALSE(third.is_best_receiver);

    const auto& meter = *first.meter;
    CHECK(meter.telegrams() == 1);
    CHECK(meter.repetitions() == 2);
    CHECK(meter.lost() == 0);
    CHECK(meter.signals().best()->receiver == "roof");
    CHECK(*meter.signals().best()->rssi_dbm == -66.0);
    CHECK(meter.signals().alternatives().size() == 2);
    CHECK(meter.last_heard() == start + 5s);
    CHECK(building.hear(sent(water(), 2), "cellar", -92, 60s).is_new());
}

TEST_CASE("a copy after the window is a new telegram that loses nothing") {
    house building;
    const auto telegram = sent(water(), 1);
    CHECK(building.hear(telegram, "roof", -60, 0s).is_new());
    CHECK_FALSE(building.hear(telegram, "roof", -60, 60s).is_new());
    const auto late = building.hear(telegram, "roof", -60, 60s + 1ns);
    CHECK(late.is_new());
    CHECK(late.meter->telegrams() == 2);
    CHECK(late.meter->lost() == 0);
}

TEST_CASE("the state follows the latest new telegram") {
    house building;
    const auto& meter = *building.hear(sent(water(), 1), "roof", -60, 0s).meter;
    CHECK(meter.state() == meter_state::ok);
    (void)building.hear(sent(water(), 2), "roof", -60, 60s, tpl::security_state::wrong_key);
    CHECK(meter.state() == meter_state::wrong_key);
    CHECK(meter.last_read() == start);
    (void)building.hear(sent(water(), 2), "cellar", -60, 61s, tpl::security_state::no_key);
    CHECK(meter.state() == meter_state::wrong_key);
    (void)building.hear(sent(water(), 3), "roof", -60, 120s, tpl::security_state::plain);
    CHECK(meter.is_readable());
    CHECK(meter.last_read() == start + 120s);
}

TEST_CASE("lost telegrams are counted over the wrap of the access number") {
    house building;
    const auto& meter = *building.hear(sent(water(), 0xFE), "roof", -60, 0s).meter;
    (void)building.hear(sent(water(), 0x01), "roof", -60, 60s);
    CHECK(meter.lost() == 2);
}

TEST_CASE("answers carry the number of the request and lose nothing") {
    house building;
    const auto& meter = *building.hear(sent(water(), 10), "roof", -60, 0s).meter;
    CHECK(building.hear(sent(water(), 77, 0, 0x08), "roof", -60, 1s).is_new());
    CHECK(building.hear(sent(water(), 78, 0, 0x18), "roof", -60, 2s).is_new());
    CHECK(building.hear(sent(water(), 11), "roof", -60, 60s).is_new());
    CHECK(meter.lost() == 0);
    CHECK(meter.telegrams() == 4);
}

TEST_CASE("what is sent to a meter makes no meter") {
    house building;
    for (const unsigned c : {0x40U, 0x43U, 0x45U, 0x53U, 0x73U, 0x5AU, 0x7AU, 0x5BU, 0x7BU, 0x06U}) {
        const auto outcome = building.hear(sent(water(), 1, 0, static_cast<std::uint8_t>(c)), "roof", -60,
                                           std::chrono::seconds{c});
        CHECK(outcome.result == reception_result::not_from_meter);
        CHECK(outcome.meter == nullptr);
    }
    CHECK(building.radio.meters().size() == 0);
    for (const unsigned c : {0x44U, 0x46U, 0x47U, 0x48U, 0x00U, 0x08U})
        CHECK(
            building
                .hear(sent(water(), 1, 0, static_cast<std::uint8_t>(c)), "roof", -60, std::chrono::seconds{c})
                .is_new());
}

TEST_CASE("a list that is full or not scanned takes no meter in") {
    house small{{.repetitions = {},
                 .access = {},
                 .signals = {},
                 .meters = {.capacity = 1, .reserved = 0, .is_scanning = true, .filters = {}}}};
    CHECK(small.hear(sent(water(1), 1), "roof", -60, 0s).is_new());
    const auto refused = small.hear(sent(water(2), 1), "roof", -60, 0s);
    CHECK(refused.result == reception_result::list_full);
    CHECK(refused.meter == nullptr);

    house closed{{.repetitions = {},
                  .access = {},
                  .signals = {},
                  .meters = {.capacity = 9, .reserved = 0, .is_scanning = false, .filters = {}}}};
    CHECK(closed.hear(sent(water(1), 1), "roof", -60, 0s).result == reception_result::not_listed);
    const auto* expected = closed.radio.meters().expect(water(1));
    CHECK(expected->state() == meter_state::never_heard);
    CHECK(closed.hear(sent(water(1), 1), "roof", -60, 1s).is_new());
    CHECK(expected->state() == meter_state::ok);
}

TEST_CASE("a meter that was taken off the list and comes back is new to it") {
    house building;
    const auto telegram = sent(water(), 1);
    (void)building.hear(telegram, "roof", -60, 0s);
    CHECK(building.radio.meters().remove(water()));
    const auto again = building.hear(telegram, "cellar", -60, 1s);
    CHECK(again.is_new());
    CHECK(again.meter->state() == meter_state::ok);
}

TEST_CASE("a meter that was moved is reinstalled and finds its new receiver at once") {
    house building;
    const auto& meter = *building.hear(sent(water(), 1), "roof", -50, 0s).meter;
    CHECK_FALSE(building.radio.reinstall(water(7)));
    CHECK(building.radio.reinstall(water()));
    CHECK(meter.signals().best() == nullptr);
    CHECK(building.hear(sent(water(), 2), "cellar", -90, 60s).is_best_receiver);
    CHECK(meter.signals().best()->receiver == "cellar");
    building.radio.reinstall();
    CHECK(meter.signals().all().empty());
    CHECK(meter.telegrams() == 2);
}

TEST_CASE("a receiver that falls silent gives way to the next best") {
    house building;
    const auto& meter = *building.hear(sent(water(), 1), "roof", -50, 0s).meter;
    (void)building.hear(sent(water(), 1), "cellar", -90, 0s);
    for (std::uint8_t minute = 1; minute <= 60; ++minute)
        CHECK_FALSE(building
                        .hear(sent(water(), static_cast<std::uint8_t>(1 + minute)), "cellar", -90,
                              std::chrono::minutes{minute})
                        .is_best_receiver);
    CHECK(building.hear(sent(water(), 62), "cellar", -90, 61min).is_best_receiver);
    CHECK(meter.signals().alternatives()[0].last_heard == start);
}

TEST_CASE("octets too short for a link header are no reason to read beyond them") {
    reception radio;
    received how;
    how.receiver = "roof";
    const std::vector<std::uint8_t> stub{0x44};
    CHECK(radio.on(how, {water(), std::nullopt, tpl::security_state::plain, stub}).is_new());
    CHECK(radio.on(how, {water(), std::nullopt, tpl::security_state::plain, {}}).is_new());
    CHECK(radio.on(how, {water(), std::nullopt, tpl::security_state::plain, {}}).result ==
          reception_result::repetition);
}

TEST_CASE("every outcome has a name of its own") {
    std::set<std::string_view> names;
    for (const auto result :
         {reception_result::new_telegram, reception_result::repetition, reception_result::not_from_meter,
          reception_result::not_listed, reception_result::list_full})
        names.insert(name(result));
    CHECK(names == std::set<std::string_view>{"new_telegram", "repetition", "not_from_meter", "not_listed",
                                              "list_full"});
}

TEST_CASE("a hundred thousand copies in a noisy street are sorted as a plain model sorts them") {
    struct model_meter {
        unsigned sent = 0; // the true count of transmissions, FF to 00 included
        std::optional<unsigned> first;
        std::set<unsigned> heard;
        std::uint64_t repetitions = 0;
        tpl::security_state latest = tpl::security_state::plain;
        std::map<std::pair<std::string, bool>, double> signal;
    };
    std::mt19937 generator{1};
    const auto random = [&](unsigned below) { return static_cast<unsigned>(generator() % below); };
    constexpr const char* receivers[] = {"roof", "cellar", "gate"};
    constexpr std::size_t meters = 40;
    house street;
    std::vector<model_meter> model(meters);
    // What is in the air: copies of a telegram, up to 20 s after it.
    struct copy {
        session_clock::duration at;
        std::size_t meter;
        unsigned number;
        unsigned receiver;
        bool is_relayed;
        tpl::security_state security;
    };
    std::vector<copy> air;
    std::size_t wrong = 0;
    std::size_t copies = 0;
    for (auto now = 0s; copies < 100'000; now += 1s) {
        for (std::size_t i = 0; i < meters; ++i) {
            if ((now.count() + static_cast<long>(i)) % 30 != 0)
                continue;
            const auto number = ++model[i].sent;
            const auto security =
                random(5) == 0 ? tpl::security_state::wrong_key : tpl::security_state::decrypted;
            for (unsigned receiver = 0; receiver < 3; ++receiver)
                for (const bool is_relayed : {false, true})
                    if (random(4) == 0)
                        air.push_back({now + (is_relayed ? std::chrono::seconds{1 + random(20)} : 0s), i,
                                       number, receiver, is_relayed, security});
        }
        for (const auto& each : air) {
            if (each.at != now)
                continue;
            ++copies;
            auto& expected = model[each.meter];
            const auto address = water(static_cast<std::uint32_t>(each.meter));
            auto telegram = sent(address, static_cast<std::uint8_t>(each.number), each.number);
            if (each.is_relayed)
                telegram = relayed(std::move(telegram));
            const double rssi = -40.0 - random(60);
            const bool is_new = expected.heard.insert(each.number).second;
            const auto outcome = street.hear(telegram, receivers[each.receiver], rssi, now, each.security);
            wrong += outcome.is_new() == is_new ? 0U : 1U;
            expected.repetitions += is_new ? 0U : 1U;
            if (!expected.first)
                expected.first = each.number;
            if (is_new)
                expected.latest = each.security;
            const std::pair<std::string, bool> path{receivers[each.receiver], each.is_relayed};
            const auto [known, is_first] = expected.signal.emplace(path, rssi);
            if (!is_first)
                known->second += (rssi - known->second) / 4;
            // The loudest direct path; none of them is ever silent for an hour.
            const auto best = std::max_element(
                expected.signal.begin(), expected.signal.end(), [](const auto& a, const auto& b) {
                    return std::pair{!a.first.second, a.second} < std::pair{!b.first.second, b.second};
                });
            const auto& chosen = *outcome.meter->signals().best();
            wrong += chosen.rssi_dbm == best->second && chosen.is_relayed == best->first.second ? 0U : 1U;
            wrong += outcome.is_best_receiver == (chosen.receiver == receivers[each.receiver]) ? 0U : 1U;
        }
        std::erase_if(air, [&](const copy& each) { return each.at <= now; });
    }
    CHECK(wrong == 0);
    REQUIRE(street.radio.meters().size() == meters);
    for (std::size_t i = 0; i < meters; ++i) {
        const auto& meter = *street.radio.meters().find(water(static_cast<std::uint32_t>(i)));
        CHECK(meter.telegrams() == model[i].heard.size());
        CHECK(meter.repetitions() == model[i].repetitions);
        CHECK(meter.state() == meter_state_after(model[i].latest, true));
        // Those heard only through a repeater may come before the first.
        const auto counted = static_cast<std::uint64_t>(
            std::distance(model[i].heard.lower_bound(*model[i].first), model[i].heard.end()));
        CHECK(meter.lost() == *model[i].heard.rbegin() - *model[i].first + 1 - counted);
        CHECK(meter.access().restarts() == 0);
    }
}
