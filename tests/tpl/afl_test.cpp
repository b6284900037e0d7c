#include <meterlink/tpl/afl.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto authenticated = "90 0F 00 2C 25 B3 0A 00 00 21 92 4D 4F 2F B6 6E 01"_octets;
const auto whole = "90 13 00 3E 75 12 34 04 03 02 01 A0 A1 A2 A3 A4 A5 A6 A7 10 00 AA BB"_octets;

std::vector<std::uint8_t> octets(bytes_view view) { return {view.begin(), view.end()}; }

} // namespace

TEST_CASE("the layer before an authenticated message has control counter and MAC") {
    auto wire = authenticated;
    wire.insert(wire.end(), {0x7A, 0x75});
    const auto view = afl_view::parse(wire);
    REQUIRE(view);
    CHECK(view->fragment_id == 0);
    CHECK_FALSE(view->is_fragment());
    CHECK(view->control == message_control{0x25});
    CHECK(view->control->is_cmac());
    CHECK_FALSE(view->key);
    CHECK(view->counter == 0x00000AB3U);
    CHECK_FALSE(view->message_length);
    CHECK(octets(view->mac()) == "21 92 4D 4F 2F B6 6E 01"_octets);
    CHECK(octets(view->content()) == "7A 75"_octets);
    CHECK(view->wire().size() == authenticated.size());
    CHECK(view->unknown().empty());
    CHECK(octets(view->mac_input_head().view()) == "25 B3 0A 00 00"_octets);
}

TEST_CASE("all fields stand in their order") {
    const auto view = afl_view::parse(whole);
    REQUIRE(view);
    CHECK(view->control == message_control{0x75});
    CHECK(view->key == key_information{0x3412});
    CHECK(view->key->version() == 0x34);
    CHECK(view->key->key_id() == 2);
    CHECK(view->key->derivation() == key_derivation::kdf_a);
    CHECK(view->counter == 0x01020304U);
    CHECK(view->mac().size() == 8);
    CHECK(view->message_length == 16);
    CHECK(octets(view->content()) == "AA BB"_octets);
    CHECK(octets(view->mac_input_head().view()) == "75 12 34 04 03 02 01 10 00"_octets);
}

TEST_CASE("a fragment has a number and may carry the MAC without its control field") {
    const auto middle_wire = "90 02 02 40 11 22 33"_octets;
    const auto middle = afl_view::parse(middle_wire);
    REQUIRE(middle);
    CHECK(middle->is_fragment());
    CHECK(middle->fragment_id == 2);
    CHECK(middle->more_fragments);
    CHECK(middle->mac_input_head().empty());
    CHECK(middle->content().size() == 3);
    const auto last_wire = "90 06 03 04 A0 A1 A2 A3 99"_octets;
    const auto last = afl_view::parse(last_wire);
    REQUIRE(last);
    CHECK_FALSE(last->more_fragments);
    CHECK(octets(last->mac()) == "A0 A1 A2 A3"_octets);
    const auto both = afl_view::parse("90 06 03 14 A0 A1 09 00"_octets);
    REQUIRE(both);
    CHECK(both->mac().size() == 2);
    CHECK(both->message_length == 9);
    CHECK(afl_view::parse("90 05 03 04 A0 A1 A2"_octets).error() == tpl_error(errc::mac_length, 4));
    CHECK(afl_view::parse("90 03 03 14 A0"_octets).error() == tpl_error(errc::mac_length, 4));
    CHECK(afl_view::parse("90 02 03 04"_octets).error() == tpl_error(errc::mac_length, 4));
}

TEST_CASE("the fragmentation control field announces each field with a bit") {
    using fcl = fragmentation_control;
    afl_fields fields;
    CHECK(fields.announcement(false) == fcl{0x0000});
    CHECK(fields.announcement(true) == fcl{0x0400});
    fields.fragment_id = 3;
    CHECK(fields.announcement(false) == fcl{0x0003});
    CHECK(fcl{0x0003}.is_fragment());
    CHECK(fcl{0x0003}.fragment_id() == 3);
    CHECK(fcl{fcl::more_bit}.is_fragment());
    CHECK_FALSE(fcl{0x3E00}.is_fragment());
    fields = {0, true, message_control{0x25}, std::nullopt, std::nullopt, std::nullopt};
    CHECK(fields.announcement(false) == fcl{0x6000});
    fields = {0, false, std::nullopt, key_information{1}, std::nullopt, 5};
    CHECK(fields.announcement(false) == fcl{0x1200});
    fields = {0, false, std::nullopt, std::nullopt, 5U, std::nullopt};
    CHECK(fields.announcement(false) == fcl{0x0800});
}

TEST_CASE("the size of a MAC is a matter of MCL and else of what is left") {
    const message_control eight{0x05};
    CHECK(mac_size({0x2400}, eight, 3) == std::size_t{8});
    CHECK(mac_size({0x0400}, std::nullopt, 12) == std::size_t{12});
    CHECK(mac_size({0x1400}, std::nullopt, 10) == std::size_t{8});
    for (const std::size_t left : {0U, 1U, 3U, 6U, 10U, 17U})
        CHECK(mac_size({0x0400}, std::nullopt, left).error() == tpl_error(errc::mac_length, 0));
}

TEST_CASE("the authentication type says how long the MAC is") {
    constexpr std::size_t sizes[16] = {0, 0, 0, 2, 4, 8, 12, 16, 12, 16};
    for (unsigned type = 0; type < 16; ++type) {
        const message_control control{static_cast<std::uint8_t>(0x20U | type)};
        CHECK(control.is_cmac() == (type >= 3 && type <= 7));
        std::vector<std::uint8_t> wire{0x90, static_cast<std::uint8_t>(3 + sizes[type]), 0, 0x24,
                                       control.raw};
        wire.resize(wire.size() + sizes[type], 0xEE);
        const auto view = afl_view::parse(wire);
        if (sizes[type] == 0) {
            CHECK(control.mac_size().error() ==
                  error{errc::mac_length, layer::tpl, 0, -1, static_cast<std::int32_t>(type)});
            CHECK(view.error() ==
                  error{errc::mac_length, layer::tpl, 4, -1, static_cast<std::int32_t>(type)});
        } else {
            CHECK(control.mac_size() == sizes[type]);
            REQUIRE(view);
            CHECK(view->mac().size() == sizes[type]);
        }
    }
}

TEST_CASE("octets behind the known fields are kept and not read") {
    const auto wire = "90 04 00 00 AB CD 7A"_octets;
    const auto view = afl_view::parse(wire);
    REQUIRE(view);
    CHECK(octets(view->unknown()) == "AB CD"_octets);
    CHECK(view->content().size() == 1);
    CHECK(afl::from(*view).wire_size() == 4);
}

TEST_CASE("another CI field is another layer") {
    CHECK(afl_view::parse("8C 02 00 00"_octets).error() ==
          error{errc::ci_unexpected, layer::tpl, 0, 0x90, 0x8C});
}

TEST_CASE("the layer cut anywhere is truncated there") {
    for (const auto& wire : {authenticated, whole}) {
        const auto end = std::size_t{2} + wire[1];
        for (std::size_t size = 0; size < end; ++size)
            CHECK(afl_view::parse(bytes_view{wire}.first(size)).error() == tpl_error(errc::truncated, size));
        for (std::size_t length = 0; length < wire[1]; ++length) {
            auto shorter = wire;
            shorter[1] = static_cast<std::uint8_t>(length);
            CHECK(afl_view::parse(shorter).error() == tpl_error(errc::truncated, 2 + length));
        }
    }
}

TEST_CASE("what was parsed is built again") {
    for (const auto& wire : {authenticated, whole, "90 02 02 40"_octets, "90 06 03 14 A0 A1 09 00"_octets}) {
        const auto view = afl_view::parse(wire);
        REQUIRE(view);
        const auto own = afl::from(*view);
        const auto built = to_bytes(own);
        CHECK(built == octets(view->wire()));
        const auto again = afl_view::parse(built);
        REQUIRE(again);
        CHECK(afl::from(*again) == own);
        std::vector<std::uint8_t> small(built.size() - 1);
        CHECK(own.emit(small).error().code == errc::buffer_too_small);
    }
}

TEST_CASE("a MAC of another size than announced is not sent") {
    afl layer;
    layer.control = message_control{0x05};
    layer.mac.append("01 02 03 04"_octets);
    std::vector<std::uint8_t> out(40);
    CHECK(layer.emit(out).error() == error{errc::mac_length, layer::tpl, 4, -1, 5});
    layer.control = message_control{0x00};
    CHECK(layer.emit(out).error() == error{errc::mac_length, layer::tpl, 4, -1, 0});
}

TEST_CASE("a layer put together from fragments has fields and a MAC") {
    afl_fields fields;
    fields.counter = 7;
    const auto mac = "01 02"_octets;
    const afl_view view{fields, mac};
    CHECK(view.counter == 7U);
    CHECK(view.mac().data() == mac.data());
    CHECK(view.wire().empty());
}

TEST_CASE("any octets are a layer or an error, and the parts of a layer make it up") {
    std::mt19937 random{11};
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> wire(random() % 40);
        for (auto& octet : wire)
            octet = static_cast<std::uint8_t>(random());
        if (wire.size() > 1) {
            wire[0] = afl_ci;
            wire[1] = static_cast<std::uint8_t>(random() % wire.size());
        }
        const auto view = afl_view::parse(wire);
        if (!view)
            continue;
        REQUIRE(view->wire().size() + view->content().size() == wire.size());
        REQUIRE(afl::from(*view).wire_size() + view->unknown().size() == view->wire().size());
    }
}
