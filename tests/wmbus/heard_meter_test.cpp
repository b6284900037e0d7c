#include <meterlink/wmbus/heard_meter.hpp>

#include <chrono>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1h};
constexpr tpl::meter_address water{{0x1593}, 0x12345678, 0x33, tpl::device_type::water};

} // namespace

TEST_CASE("a meter is never heard until it is") {
    heard_meter meter{water, true};
    CHECK(meter.address() == water);
    CHECK(meter.is_expected());
    CHECK(meter.state() == meter_state::never_heard);
    CHECK_FALSE(meter.is_readable());
    CHECK_FALSE(meter.last_heard());
    CHECK_FALSE(meter.last_read());
    CHECK(meter.telegrams() == 0);
    CHECK(meter.lost() == 0);
}

TEST_CASE("the state of a meter is that of its latest telegram") {
    const auto [security, state] = GENERATE(table<tpl::security_state, meter_state>({
        {tpl::security_state::plain, meter_state::ok},
        {tpl::security_state::decrypted, meter_state::ok},
        {tpl::security_state::no_key, meter_state::no_key},
        {tpl::security_state::wrong_key, meter_state::wrong_key},
        {tpl::security_state::mac_mismatch, meter_state::mac_mismatch},
        {tpl::security_state::unsupported, meter_state::unsupported},
    }));
    heard_meter meter{water, false};
    meter.on_telegram(meter_state::ok, 1, start, {});
    meter.on_telegram(meter_state_after(security, true), 2, start + 60s, {});
    CHECK(meter.state() == state);
    CHECK(meter.is_readable() == (state == meter_state::ok));
    CHECK(meter.last_read() == (state == meter_state::ok ? start + 60s : start));
    CHECK(meter.telegrams() == 2);
}

TEST_CASE("a telegram that nothing closes and that cannot be read is not ok") {
    for (const auto security : {tpl::security_state::plain, tpl::security_state::decrypted})
        CHECK(meter_state_after(security, false) == meter_state::unreadable);
    CHECK(meter_state_after(tpl::security_state::no_key, false) == meter_state::no_key);
    heard_meter meter{water, false};
    meter.on_telegram(meter_state::ok, 1, start, {});
    meter.on_telegram(meter_state::unreadable, 2, start + 60s, {});
    CHECK_FALSE(meter.is_readable());
    CHECK(meter.last_read() == start);
    CHECK(meter.telegrams() == 2);
}

TEST_CASE("every state has a name of its own") {
    std::set<std::string_view> names;
    for (const auto state : {meter_state::never_heard, meter_state::ok, meter_state::no_key,
                             meter_state::wrong_key, meter_state::mac_mismatch, meter_state::unsupported,
                             meter_state::unreadable, meter_state::downgraded, meter_state::replayed})
        names.insert(name(state));
    CHECK(names.size() == meter_state_count);
    CHECK(names == std::set<std::string_view>{"never_heard", "ok", "no_key", "wrong_key", "mac_mismatch",
                                              "unsupported", "unreadable", "downgraded", "replayed"});
}

TEST_CASE("what a meter says in the clear is doubted once a key has opened it") {
    constexpr telegram_proof clear{.is_opened = false, .is_clear = true, .counter = {}, .session = {}};
    constexpr telegram_proof opened{.is_opened = true, .is_clear = false, .counter = {}, .session = {}};
    heard_meter meter{water, false};
    meter.on_telegram(meter_state::ok, 1, start, {}, clear);
    CHECK(meter.state() == meter_state::ok);
    CHECK(meter.last_read() == start);
    meter.on_telegram(meter_state::ok, 2, start + 1s, {}, opened);
    CHECK(meter.was_opened());
    meter.on_telegram(meter_state::ok, 9, start + 2s, {}, clear);
    CHECK(meter.state() == meter_state::downgraded);
    CHECK(is_doubtful(meter.state()));
    CHECK(meter.last_read() == start + 1s);
    CHECK(meter.access().last() == std::uint8_t{2}); // whose number 9 is nobody knows
    CHECK(meter.lost() == 0);
    CHECK(meter.telegrams() == 3);
    meter.on_telegram(meter_state::ok, 3, start + 3s, {}); // which says nothing, in the clear
    CHECK(meter.state() == meter_state::ok);
    CHECK(meter.last_read() == start + 1s);
    meter.on_telegram(meter_state::ok, 4, start + 4s, {}, opened);
    CHECK(meter.state() == meter_state::ok);
    CHECK(meter.last_read() == start + 4s);
}

TEST_CASE("a meter that no key opened is not doubted") {
    heard_meter meter{water, false};
    meter.on_telegram(meter_state::wrong_key, 1, start, {}, {true, false, 7, 7});
    CHECK_FALSE(meter.was_opened());
    CHECK_FALSE(meter.highest_counter());
    meter.on_telegram(meter_state::ok, 2, start, {}, {false, true, {}, {}});
    CHECK(meter.state() == meter_state::ok);
}

TEST_CASE("a counter that is not above the highest is that of a replay") {
    const auto is_session = GENERATE(false, true);
    const auto with = [&](std::uint32_t number) {
        telegram_proof proof;
        proof.is_opened = true;
        (is_session ? proof.session : proof.counter) = number;
        return proof;
    };
    heard_meter meter{water, false};
    const auto highest = [&] { return is_session ? meter.highest_session() : meter.highest_counter(); };
    meter.on_telegram(meter_state::ok, 1, start, {}, with(0xFFFF'FFF0U));
    CHECK(meter.state() == meter_state::ok);
    for (const std::uint32_t old : {0xFFFF'FFF0U, 0xFFFF'FFEFU, 0U}) {
        meter.on_telegram(meter_state::ok, 40, start + 1s, {}, with(old));
        CHECK(meter.state() == meter_state::replayed);
        CHECK(meter.last_read() == start);
        CHECK(meter.access().last() == std::uint8_t{1});
    }
    CHECK(highest() == 0xFFFF'FFF0U);
    meter.on_telegram(meter_state::ok, 2, start + 2s, {}, with(0xFFFF'FFF1U));
    CHECK(meter.state() == meter_state::ok);
    CHECK(meter.last_read() == start + 2s);
    CHECK(highest() == 0xFFFF'FFF1U);
}

TEST_CASE("counter and session number count each on their own") {
    heard_meter meter{water, false};
    meter.on_telegram(meter_state::ok, 1, start, {}, {true, false, 100, {}});
    meter.on_telegram(meter_state::ok, 2, start, {}, {true, false, {}, 5});
    CHECK(meter.state() == meter_state::ok);
    meter.on_telegram(meter_state::ok, 3, start, {}, {true, false, {}, {}}); // mode 5 has neither
    CHECK(meter.state() == meter_state::ok);
    meter.on_telegram(meter_state::ok, 4, start, {}, {true, false, 101, 5});
    CHECK(meter.state() == meter_state::replayed);
    CHECK(meter.highest_counter() == 100U);
}

TEST_CASE("copies count towards the signal and telegrams towards the losses") {
    heard_meter meter{water, false};
    meter.on_copy("roof", false, -60, start, {});
    meter.on_telegram(meter_state::ok, 10, start, {});
    meter.on_copy("cellar", false, -80, start + 1s, {});
    meter.on_repetition();
    CHECK(meter.last_heard() == start + 1s);
    CHECK(meter.last_read() == start);
    CHECK(meter.repetitions() == 1);
    CHECK(meter.signals().all().size() == 2);
    meter.on_telegram(meter_state::ok, 14, start + 60s, {});
    CHECK(meter.lost() == 3);
    meter.on_telegram(meter_state::ok, std::nullopt, start + 60s, {});
    CHECK(meter.lost() == 3);
    CHECK(meter.access().last() == std::uint8_t{14});
}

TEST_CASE("a reinstalled meter forgets its receivers and nothing else") {
    heard_meter meter{water, false};
    meter.on_copy("roof", false, -60, start, {});
    meter.on_telegram(meter_state::ok, 10, start, {});
    meter.reinstall();
    CHECK(meter.signals().best() == nullptr);
    CHECK(meter.telegrams() == 1);
    CHECK(meter.state() == meter_state::ok);
}

TEST_CASE("a found meter becomes an expected one by name") {
    heard_meter meter{water, false};
    CHECK_FALSE(meter.is_expected());
    meter.expect();
    CHECK(meter.is_expected());
}

TEST_CASE("a copy that is told late does not turn the clock back") {
    heard_meter meter{water, false};
    meter.on_copy("roof", false, -60, start, {});
    meter.on_copy("cellar", false, -60, start - 5s, {});
    CHECK(meter.last_heard() == start);
}
