#include <meterlink/wmbus/owned_telegram.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;

namespace {

const tpl::meter_address meter{{0x0CAE}, 0x12345678, 0x01, tpl::device_type::water};
const auto volume = "0B 13 43 65 87"_octets;

telegram water_meter() {
    telegram out;
    out.sender = meter;
    out.ci = {0x78};
    out.application = volume;
    return out;
}

} // namespace

TEST_CASE("a telegram of format A is built as the standard prints it") {
    CHECK(water_meter().to_frame(frame_format::a) ==
          "0F 44 AE 0C 78 56 34 12 01 07 44 47 78 0B 13 43 65 87 1E 6D"_octets);
}

TEST_CASE("a telegram of format B with an extended link layer is built as the standard prints it") {
    auto out = water_meter();
    out.ell = extended_link_layer{{0x20}, 0x27, {}, {}, 0};
    CHECK(out.to_frame(frame_format::b) ==
          "14 44 AE 0C 78 56 34 12 01 07 8C 20 27 78 0B 13 43 65 87 7A C5"_octets);
}

TEST_CASE("the CI field decides which header is sent") {
    auto out = water_meter();
    out.header = {0x11223344, {0x0CAE}, 2, tpl::device_type::gas, {5, {4}, {}}};
    CHECK(out.to_frame(frame_format::stripped)->size() == 16);
    out.ci = {0x7A};
    CHECK(out.to_frame(frame_format::stripped) ==
          "13 44 AE 0C 78 56 34 12 01 07 7A 05 04 00 00 0B 13 43 65 87"_octets);
    out.ci = {0x72};
    CHECK(out.to_frame(frame_format::stripped) ==
          "1B 44 AE 0C 78 56 34 12 01 07 72 44 33 22 11 AE 0C 02 03 05 04 00 00 0B 13 43 65 87"_octets);
}

TEST_CASE("the payload CRC of a session without encryption comes by itself") {
    auto out = water_meter();
    out.ell = extended_link_layer{{0x20}, 0x27, {}, session_number{0x0000'0010}, 0xFFFF};
    const auto frame = out.to_frame(frame_format::stripped);
    REQUIRE(frame);
    CHECK(payload_crc_holds(bytes_view{*frame}.subspan(17)));
}

TEST_CASE("a telegram that needs a key is not built without one") {
    auto out = water_meter();
    out.ell = extended_link_layer{{0x20}, 0x27, {}, session_number{0x2000'0010}, 0};
    CHECK(out.to_frame(frame_format::a).error().code == errc::key_missing);
    out.ell.reset();
    out.security = tpl::protection{};
    CHECK(out.to_frame(frame_format::a).error().code == errc::key_missing);
    out.security.reset();
    out.authentication = tpl::afl_fields{};
    CHECK(out.to_frame(frame_format::a).error().code == errc::key_missing);
}

TEST_CASE("a counter that the telegram does not carry makes no keys") {
    fake_cipher key{9};
    auto out = water_meter();
    out.ci = {0x7A};
    for (const std::uint8_t mode : {std::uint8_t{7}, std::uint8_t{10}}) {
        out.authentication.reset();
        out.security = tpl::protection{mode};
        out.security->counter = 5; // would be sent nowhere
        CHECK(out.to_frame(frame_format::a, key).error().code == errc::counter_missing);
        out.authentication = tpl::afl_fields{};
        out.authentication->control = tpl::message_control{0x05};
        CHECK(out.to_frame(frame_format::a, key).error().code == errc::counter_missing);
        out.authentication->counter = 5;
        CHECK(out.to_frame(frame_format::a, key).has_value());
    }
    out.security = tpl::protection{5};
    CHECK(out.to_frame(frame_format::a, key).has_value());
    out.authentication->counter.reset();
    CHECK(out.to_frame(frame_format::a, key).error().code == errc::counter_missing);
}

TEST_CASE("an extended link layer is encrypted with AES-CTR or not at all") {
    fake_cipher key{9};
    auto out = water_meter();
    out.ell = extended_link_layer{{0x20}, 0x27, {}, session_number{0x4000'0010}, 0};
    CHECK(out.to_frame(frame_format::a, key).error() ==
          error{errc::security_mode_unsupported, layer::wmbus, 10, -1, 2});
    out.ell->session = session_number{0x2000'0010};
    CHECK(out.to_frame(frame_format::a, key).has_value());
}

TEST_CASE("a telegram has as many octets as its frame format allows and no more") {
    auto out = water_meter();
    out.application.assign(256 - 11, 0x2F);
    CHECK(out.to_frame(frame_format::a)->size() == max_air_size);
    CHECK(out.to_frame(frame_format::stripped)->size() == 256);
    CHECK(out.to_frame(frame_format::b).error().code == errc::value_out_of_range);
    out.application.push_back(0x2F);
    for (const auto format : {frame_format::a, frame_format::b, frame_format::stripped})
        CHECK(out.to_frame(format).error().code == errc::value_out_of_range);
    out.application.assign(252 - 11, 0x2F);
    CHECK(out.to_frame(frame_format::b)->size() == 256);
}

TEST_CASE("a frame does not go into too small a buffer") {
    std::vector<std::uint8_t> room(19);
    CHECK(water_meter().emit(room, frame_format::a).error().code == errc::buffer_too_small);
}
