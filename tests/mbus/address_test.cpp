#include <meterlink/mbus/address.hpp>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("every primary address has one meaning") {
    for (unsigned raw = 0; raw < 256; ++raw) {
        const primary_address address{static_cast<std::uint8_t>(raw)};
        const auto expected = raw == 0     ? address_kind::unconfigured
                              : raw <= 250 ? address_kind::assigned
                              : raw == 251 ? address_kind::repeater
                              : raw == 252 ? address_kind::reserved
                              : raw == 253 ? address_kind::selected
                              : raw == 254 ? address_kind::test
                                           : address_kind::broadcast;
        CHECK(address.kind() == expected);
        CHECK(address.raw() == raw);
        CHECK(address.is_assignable() == (raw <= 250));
        CHECK(address.is_answered() == (raw != 255));
    }
}

TEST_CASE("the addresses with a meaning have constants") {
    STATIC_REQUIRE(primary_address::unconfigured.raw() == 0x00);
    STATIC_REQUIRE(primary_address::repeater.raw() == 0xFB);
    STATIC_REQUIRE(primary_address::selected.raw() == 0xFD);
    STATIC_REQUIRE(primary_address::test.raw() == 0xFE);
    STATIC_REQUIRE(primary_address::broadcast.raw() == 0xFF);
    STATIC_REQUIRE(primary_address{253} == primary_address::selected);
}

TEST_CASE("the kinds of address have stable names") {
    CHECK(name(address_kind::unconfigured) == "unconfigured");
    CHECK(name(address_kind::assigned) == "assigned");
    CHECK(name(address_kind::repeater) == "repeater");
    CHECK(name(address_kind::reserved) == "reserved");
    CHECK(name(address_kind::selected) == "selected");
    CHECK(name(address_kind::test) == "test");
    CHECK(name(address_kind::broadcast) == "broadcast");
}
