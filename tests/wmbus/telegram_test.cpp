#include <meterlink/wmbus/telegram.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

TEST_CASE("a telegram of which nothing could be read has no meter and no records") {
    const telegram_view nothing;
    CHECK_FALSE(nothing.meter());
    CHECK_FALSE(nothing.is_read());
    CHECK_FALSE(nothing.access_number());
    CHECK(nothing.security() == tpl::security_state::plain);
    CHECK(nothing.records().begin() == nothing.records().end());
}

TEST_CASE("the address of a maker that reverses it is put into order") {
    const auto octets = "0C 44 24 23 86 07 75 03 50 48 A2 11 22"_octets;
    telegram_view telegram;
    telegram.wire = telegram.opened = octets;
    telegram.link = *link_header::parse(octets);
    REQUIRE(telegram.meter());
    CHECK(telegram.meter()->identification == 0x48500375);
    CHECK(telegram.link->sender.identification == 0x03750786);
}

TEST_CASE("the access number is that of the message before that of the link") {
    const auto octets = "7A 2A 00 00 00"_octets;
    telegram_view telegram;
    telegram.ell = extended_link_layer{{}, 0x75, {}, {}, 0};
    CHECK(telegram.access_number() == 0x75);
    telegram.message = *tpl::message_view::parse(octets, tpl::medium_access::wireless);
    CHECK(telegram.access_number() == 0x2A);
    CHECK(telegram.transmission_number() == 0x75);
    telegram.ell.reset();
    CHECK(telegram.transmission_number() == 0x2A);
}

TEST_CASE("encryption of either layer shows in what became of the telegram") {
    using tpl::security_state;
    telegram_view telegram;
    for (const auto state : {security_state::plain, security_state::decrypted, security_state::wrong_key}) {
        telegram.ell_security = state;
        CHECK(telegram.security() == state);
    }
    const auto closed = "7A 2A 00 10 05 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6"_octets;
    telegram.ell_security = security_state::decrypted;
    telegram.message = *tpl::message_view::parse(closed, tpl::medium_access::wireless);
    CHECK(telegram.security() == security_state::no_key);
}
