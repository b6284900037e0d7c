#include <meterlink/mbus/c_field.hpp>

#include <initializer_list>

#include "support/catch.hpp"

using namespace meterlink::mbus;

TEST_CASE("the C field of every service has the standard's code") {
    STATIC_REQUIRE(c_field::snd_nke().raw() == 0x40);
    STATIC_REQUIRE(c_field::snd_ud().raw() == 0x53);
    STATIC_REQUIRE(c_field::snd_ud(true).raw() == 0x73);
    STATIC_REQUIRE(c_field::req_ud1(false).raw() == 0x5A);
    STATIC_REQUIRE(c_field::req_ud1(true).raw() == 0x7A);
    STATIC_REQUIRE(c_field::req_ud2(false).raw() == 0x5B);
    STATIC_REQUIRE(c_field::req_ud2(true).raw() == 0x7B);
    STATIC_REQUIRE(c_field::rsp_ud().raw() == 0x08);
    STATIC_REQUIRE(c_field::rsp_ud(true).raw() == 0x28);
    STATIC_REQUIRE(c_field::rsp_ud(false, true).raw() == 0x18);
    STATIC_REQUIRE(c_field::rsp_ud(true, true).raw() == 0x38);
}

TEST_CASE("the service is recognised with and without a counted frame") {
    const auto service = [](std::uint8_t raw) { return c_field{raw}.service(); };
    CHECK(service(0x40) == link_service::snd_nke);
    for (const auto raw : std::initializer_list<std::uint8_t>{0x43, 0x53, 0x73})
        CHECK(service(raw) == link_service::snd_ud);
    for (const auto raw : std::initializer_list<std::uint8_t>{0x4A, 0x5A, 0x7A})
        CHECK(service(raw) == link_service::req_ud1);
    for (const auto raw : std::initializer_list<std::uint8_t>{0x4B, 0x5B, 0x7B})
        CHECK(service(raw) == link_service::req_ud2);
    for (const auto raw : std::initializer_list<std::uint8_t>{0x08, 0x18, 0x28, 0x38})
        CHECK(service(raw) == link_service::rsp_ud);
}

TEST_CASE("an unknown C field keeps its raw octet") {
    for (const auto raw :
         std::initializer_list<std::uint8_t>{0x00, 0x50, 0x44, 0x0B, 0x03, 0xC8, 0xC0, 0xFF}) {
        CHECK(c_field{raw}.service() == link_service::unknown);
        CHECK(c_field{raw}.raw() == raw);
    }
}

TEST_CASE("bits 5 and 4 mean FCB and FCV from a master, ACD and DFC from a slave") {
    constexpr c_field master{0x7B};
    STATIC_REQUIRE(master.prm());
    STATIC_REQUIRE(master.fcb());
    STATIC_REQUIRE(master.fcv());
    STATIC_REQUIRE_FALSE(master.acd());
    STATIC_REQUIRE_FALSE(master.dfc());
    STATIC_REQUIRE(master.function() == 0x0B);
    constexpr c_field slave{0x38};
    STATIC_REQUIRE_FALSE(slave.prm());
    STATIC_REQUIRE(slave.acd());
    STATIC_REQUIRE(slave.dfc());
    STATIC_REQUIRE_FALSE(slave.fcb());
    STATIC_REQUIRE_FALSE(slave.fcv());
    STATIC_REQUIRE_FALSE(c_field{0x5B}.fcb());
    STATIC_REQUIRE_FALSE(c_field{0x4B}.fcv());
    STATIC_REQUIRE(c_field{0x28}.acd());
    STATIC_REQUIRE_FALSE(c_field{0x28}.dfc());
}

TEST_CASE("counting a frame sets FCV and the given FCB in a master's field only") {
    STATIC_REQUIRE(c_field{0x53}.with_fcb(true) == c_field{0x73});
    STATIC_REQUIRE(c_field{0x73}.with_fcb(false) == c_field{0x53});
    STATIC_REQUIRE(c_field{0x43}.with_fcb(true) == c_field{0x73});
    STATIC_REQUIRE(c_field{0x08}.with_fcb(true) == c_field{0x08});
}

TEST_CASE("services carry the names of the standard") {
    CHECK(name(link_service::snd_nke) == "SND_NKE");
    CHECK(name(link_service::snd_ud) == "SND_UD");
    CHECK(name(link_service::req_ud1) == "REQ_UD1");
    CHECK(name(link_service::req_ud2) == "REQ_UD2");
    CHECK(name(link_service::rsp_ud) == "RSP_UD");
    CHECK(name(link_service::unknown) == "unknown");
}
