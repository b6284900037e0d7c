#include <meterlink/wmbus/ell.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

const std::vector<std::vector<std::uint8_t>> all_forms{
    "8C 00 75"_octets,
    "8D 20 E9 60 3A 10 20 E8 21"_octets,
    "8E 80 75 3A 63 66 55 44 33 0A 31"_octets,
    "8F 84 11 3A 63 66 55 44 33 0A 31 60 3A 10 20 E8 21"_octets,
};

} // namespace

TEST_CASE("every form of the extended link layer is taken apart and built again") {
    for (const auto& wire : all_forms) {
        const auto ell = extended_link_layer::parse(wire);
        REQUIRE(ell);
        CHECK(ell->ci() == wire[0]);
        CHECK(ell->wire_size() == wire.size());
        CHECK(to_bytes(*ell) == wire);
    }
}

TEST_CASE("the forms of the extended link layer are known by their CI fields") {
    for (std::size_t i = 0; i < all_forms.size(); ++i) {
        const auto form = find_ell_form(all_forms[i][0]);
        REQUIRE(form);
        CHECK(static_cast<std::size_t>(form->form) == i + 1);
        CHECK(form->wire_size() == all_forms[i].size());
        CHECK(extended_link_layer::parse(all_forms[i])->form().form == form->form);
    }
    REQUIRE(find_ell_form(0x86));
    CHECK(find_ell_form(0x86)->form == ell_form::v);
    CHECK_FALSE(find_ell_form(0x86)->is_known);
    for (const unsigned ci : {0x81U, 0x85U, 0x87U, 0x8BU, 0x90U})
        CHECK_FALSE(find_ell_form(static_cast<std::uint8_t>(ci)));
}

TEST_CASE("the extended link layer says to whom it goes and how it is encrypted") {
    const auto ell = *extended_link_layer::parse(all_forms[3]);
    CHECK(ell.control.is_bidirectional());
    CHECK(ell.control.is_accessible());
    CHECK_FALSE(ell.control.is_hop());
    CHECK_FALSE(ell.control.is_synchronised());
    CHECK(ell.access_number == 0x11);
    CHECK(ell.receiver == tpl::meter_address{{0x633A}, 0x33445566, 0x0A, tpl::device_type{0x31}});
    REQUIRE(ell.session);
    CHECK(ell.session->encryption() == ell_encryption::aes_ctr);
    CHECK(ell.session->minutes() == 0x1'03A6);
    CHECK(ell.session->session() == 0);
    CHECK(ell.payload_crc == 0x21E8);
    CHECK(ell.is_encrypted());
}

TEST_CASE("a session without encryption has a payload CRC all the same") {
    const auto ell = *extended_link_layer::parse("8D 10 01 13 00 00 00 34 12"_octets);
    CHECK_FALSE(ell.is_encrypted());
    CHECK(ell.control.is_hop());
    CHECK(ell.session->session() == 3);
    CHECK(ell.session->minutes() == 1);
    CHECK(ell.payload_crc == 0x1234);
}

TEST_CASE("an extended link layer cut at any length is truncated there") {
    for (const auto& wire : all_forms)
        for (std::size_t size = 0; size < wire.size(); ++size)
            CHECK(extended_link_layer::parse(bytes_view{wire}.first(size)).error() ==
                  error{errc::truncated, layer::wmbus, size});
}

TEST_CASE("form V and other CI fields are announced or refused by name") {
    CHECK(extended_link_layer::is_announced_by(0x86));
    CHECK(extended_link_layer::is_announced_by(0x8C));
    CHECK(extended_link_layer::is_announced_by(0x8F));
    CHECK_FALSE(extended_link_layer::is_announced_by(0x90));
    CHECK_FALSE(extended_link_layer::is_announced_by(0x7A));
    for (const auto ci : {0x86, 0x7A, 0x8B, 0x90}) {
        const std::vector<std::uint8_t> wire(20, static_cast<std::uint8_t>(ci));
        CHECK(extended_link_layer::parse(wire).error() ==
              error{errc::ci_unexpected, layer::wmbus, 0, -1, ci});
    }
}

TEST_CASE("each bit of the communication control field has its meaning") {
    CHECK(communication_control{0x80}.is_bidirectional());
    CHECK(communication_control{0x40}.is_fast_response());
    CHECK(communication_control{0x20}.is_synchronised());
    CHECK(communication_control{0x10}.is_hop());
    CHECK(communication_control{0x08}.is_priority());
    CHECK(communication_control{0x04}.is_accessible());
    CHECK(communication_control{0x02}.is_repeated_access());
    CHECK(communication_control{0x01}.is_extended_delay());
}
