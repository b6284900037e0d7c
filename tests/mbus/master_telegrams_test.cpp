#include <meterlink/mbus/master.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "master_requests.hpp"
#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

TEST_CASE("all telegrams that are announced are read", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 3));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams ==
          many{telegram(5, 1, 1, true), telegram(5, 1, 2, true), telegram(5, 1, 3)});
    CHECK(line.outcome().as<reading>().is_complete);
}

TEST_CASE("a lost telegram in the middle is repeated and none is lost or doubled", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(5, false));
    line.expect(req_ud2(5, false)).reply(with_wrong_checksum(telegram(5, 1, 2, true)));
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 3));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams ==
          many{telegram(5, 1, 1, true), telegram(5, 1, 2, true), telegram(5, 1, 3)});
}

TEST_CASE("a telegram that never comes leaves those before it", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, false));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().is<no_answer>());
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
}

TEST_CASE("a late copy of the first telegram is not taken for the second", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true), 300ms); // after the timeout
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true), 100ms);
    line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2), 150ms);
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true), telegram(5, 1, 2)});
}

TEST_CASE("multi-telegram off and a limit end a readout and the next starts over", "[master]") {
    for (const auto& [wanted, count] : {std::pair{multi_telegram::off(), 1}, {multi_telegram::limit(2), 2}}) {
        scripted_line line{fast()};
        line.expect(nke(5)).reply(e5);
        line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
        if (count == 2)
            line.expect(req_ud2(5, false)).reply(telegram(5, 1, 2, true));
        line.expect(nke(5)).reply(e5);
        line.expect(req_ud2(5, true)).reply(telegram(5, 1, 4));
        request_options how;
        how.multi_telegram = wanted;
        line.submit(read(5, how));
        line.submit(read(5));
        line.run();
        REQUIRE(line.outcomes().size() == 2);
        CHECK(line.outcomes()[0].telegrams.size() == static_cast<std::size_t>(count));
        CHECK_FALSE(line.outcomes()[0].as<reading>().is_complete);
        CHECK(line.outcomes()[1].as<reading>().is_complete);
    }
}

TEST_CASE("a slave that announces telegrams without end is stopped", "[master]") {
    auto how = fast();
    how.telegram_limit = 7;
    scripted_line line{how};
    line.expect(nke(5)).reply(e5);
    for (std::uint8_t i = 0; i < 7; ++i)
        line.expect(req_ud2(5, i % 2 == 0)).reply(telegram(5, 1, i, true));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams.size() == 7);
    CHECK_FALSE(line.outcome().as<reading>().is_complete);
}

TEST_CASE("a slave that repeats one telegram for ever is read once", "[master]") {
    scripted_line line{fast()};
    line.expect(nke(5)).reply(e5);
    line.expect(req_ud2(5, true)).reply(telegram(5, 1, 1, true));
    for (int i = 0; i < 3; ++i)
        line.expect(req_ud2(5, false)).reply(telegram(5, 1, 1, true));
    line.submit(read(5));
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
    CHECK_FALSE(line.outcome().as<reading>().is_complete);
}

TEST_CASE("what a failed readout lends stays good while the slave is deselected", "[master]") {
    auto how = fast();
    how.timing.readout_retries = 0;
    scripted_line line{how};
    line.expect(select_frame(meter(1))).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(5, 1, 1, true));
    line.expect(req_ud2(253, false)).reply(telegram(5, 1, 1, true));
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(meter(1)).value());
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(5, 1, 1, true)});
}

TEST_CASE("a second telegram is not taken from another slave", "[master]") {
    scripted_line line{fast()};
    const secondary_address any{};
    line.expect(select_frame(any)).reply(e5);
    line.expect(req_ud2(253, true)).reply(telegram(1, 0x11111111, 1, true));
    line.expect(req_ud2(253, false))
        .reply(telegram(1, 0x22222222, 1), 20ms)
        .reply(telegram(1, 0x11111111, 2), 180ms);
    line.expect(nke(253)).reply(e5);
    line.submit(request::read(any).value());
    line.run();
    CHECK(line.outcome().telegrams == many{telegram(1, 0x11111111, 1, true), telegram(1, 0x11111111, 2)});
    CHECK(line.outcome().as<reading>().was_disturbed);
}
