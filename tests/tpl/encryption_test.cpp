#include <meterlink/tpl/encryption.hpp>

#include <algorithm>
#include <initializer_list>
#include <vector>

#include <meterlink/tpl/decryption.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto records = "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00"_octets; // 17 octets

unprotected_message message(std::uint8_t ci = 0x7A) {
    return {{ci}, {0x12345678, {0x1593}, 0x33, device_type::gas, {0x2A, {}, {0xE00C}}}, records};
}

std::vector<std::uint8_t> protect(const unprotected_message& from, const protection& how) {
    fake_cipher key{9};
    std::vector<std::uint8_t> out(protected_size(from, how).value());
    CHECK(protect_message(from, how, key, out) == out.size());
    return out;
}

errc refusal(const unprotected_message& from, const protection& how) {
    fake_cipher key{9};
    std::vector<std::uint8_t> out(300);
    const auto size = protected_size(from, how);
    const auto written = protect_message(from, how, key, out);
    REQUIRE_FALSE(size);
    REQUIRE_FALSE(written);
    CHECK(size.error() == written.error());
    return size.error().code;
}

configuration_extension extension(std::uint16_t raw, std::optional<std::uint32_t> counter = std::nullopt,
                                  std::optional<std::uint8_t> version = std::nullopt) {
    return {raw, counter, version};
}

} // namespace

TEST_CASE("a protected message says its mode and length and keeps the other bits") {
    const auto mode_5 = protect(message(), {5});
    REQUIRE(mode_5.size() == 5 + 32);
    CHECK(mode_5[3] == 0x2C);
    CHECK(mode_5[4] == 0xE5);
    const auto mode_7 = protect(message(0x72), {7, 0, extension(0x10, 4)});
    REQUIRE(mode_7.size() == 13 + 5 + 32);
    CHECK(mode_7[11] == 0x2C);
    CHECK(mode_7[12] == 0xE7); // bits 15 and 14 are kept, bit 13 is the counter
    CHECK(protect(message(0x72), {7, 0, extension(0x10), 4})[12] == 0xC7);
    const auto mode_10 = protect(message(), {10, 0, extension(0x0210, 4, 7)});
    REQUIRE(mode_10.size() == 5 + 7 + 17 + 12);
    CHECK(mode_10[3] == 0xFF);
    CHECK(mode_10[5] == 0x50); // and bit V
    CHECK(protect(message(), {10, 10, extension(0x0210, 4)})[3] == 7);
}

TEST_CASE("what was protected is opened again") {
    for (const auto ci : std::initializer_list<std::uint8_t>{0x7A, 0x72, 0x5B, 0x76})
        for (const auto& how :
             {protection{5}, protection{5, 17}, protection{5, 3}, protection{7, 0, extension(0x10, 77)},
              protection{7, 0, extension(0x50, 77, 2)}, protection{7, 4, extension(0x00)},
              protection{10, 0, extension(0x0110, 77)}, protection{10, 5, extension(0x0310, 77)},
              protection{10, 0, extension(0x0000, 77)}}) {
            CAPTURE(int{ci}, int{how.mode}, how.plain_octets);
            const auto from = message(ci);
            const auto wire = protect(from, how);
            const auto closed = message_view::parse(wire, medium_access::wireless);
            REQUIRE(closed);
            CHECK(closed->security().state == security_state::no_key);
            CHECK(closed->security().plain.size() == how.plain_octets);
            std::vector<std::uint8_t> buffer(wire.size());
            fake_keys keys{{1, 9}, {}};
            const security_context context{meter_address::from(from.header), std::nullopt};
            const auto open = open_payload(*closed, context, keys, buffer);
            REQUIRE(open.security().state == security_state::decrypted);
            const auto octets = open.application_octets();
            const auto closed_size = static_cast<std::ptrdiff_t>(records.size() - how.plain_octets);
            REQUIRE(octets.size() >= records.size());
            CHECK(std::equal(records.begin(), records.begin() + closed_size, octets.begin()));
            CHECK(std::equal(records.begin() + closed_size, records.end(),
                             octets.end() - static_cast<std::ptrdiff_t>(how.plain_octets)));
            CHECK(std::all_of(octets.begin() + closed_size,
                              octets.end() - static_cast<std::ptrdiff_t>(how.plain_octets),
                              [](std::uint8_t filler) { return filler == 0x2F; }));
        }
}

TEST_CASE("a message of fifteen and more blocks is encrypted whole") {
    const std::vector<std::uint8_t> many(300, 0x2F);
    auto from = message();
    from.application = many;
    CHECK(protect(from, {5})[3] == 0xFC);
    CHECK(protect(from, {5, 15})[3] == 0xFC);
    CHECK(refusal(from, {5, 16}) == errc::value_out_of_range);
    CHECK(refusal(from, {10, 16, extension(0x0110, 1)}) == errc::value_out_of_range);
}

TEST_CASE("what cannot be said is not sent") {
    CHECK(refusal(message(0x78), {5}) == errc::ci_unexpected);
    CHECK(refusal(message(), {9}) == errc::security_mode_unsupported);
    CHECK(refusal(message(), {0}) == errc::security_mode_unsupported);
    CHECK(refusal(message(), {5, 18}) == errc::value_out_of_range);
    CHECK(refusal(message(), {7, 0, extension(0x20)}) == errc::value_out_of_range);
    CHECK(refusal(message(), {10, 17, extension(0x10, 1)}) == errc::value_out_of_range);
}

TEST_CASE("keys and nonces that come from a counter are not made without one") {
    CHECK(refusal(message(), {7}) == errc::counter_missing);
    CHECK(refusal(message(), {10}) == errc::counter_missing);
    CHECK(refusal(message(), {7, 0, extension(0x10)}) == errc::counter_missing);
    CHECK(refusal(message(), {10, 0, extension(0x0100)}) == errc::counter_missing);
    CHECK(protected_size(message(), {5}).has_value());
    CHECK(protected_size(message(), {7, 0, extension(0x00)}).has_value());
    CHECK(protected_size(message(), {7, 0, extension(0x10, 0)}).has_value());
    CHECK(protected_size(message(), {10, 0, extension(0x0100), 0}).has_value());
}

TEST_CASE("the address of a message goes in the order of its CI field") {
    const auto wire = protect(message(0x76), {5});
    CHECK(std::vector<std::uint8_t>(wire.begin(), wire.begin() + 13) ==
          "76 12 34 56 78 15 93 33 03 2A 00 E5 2C"_octets);
}

TEST_CASE("a buffer one octet short takes no message") {
    fake_cipher key{9};
    for (const auto mode : std::initializer_list<std::uint8_t>{5, 7, 10}) {
        const protection how{mode, 0, extension(0x0110, 1)};
        const auto size = protected_size(message(), how);
        REQUIRE(size);
        std::vector<std::uint8_t> out(*size - 1);
        CHECK(protect_message(message(), how, key, out).error() ==
              tpl_error(errc::buffer_too_small, *size - 1));
    }
}

TEST_CASE("the layer of a message has the MAC that it announces") {
    fake_cipher key{9};
    const auto wire = protect(message(), {7, 0, extension(0x10), 77});
    const key_derivation_input input{77, 0x12345678};
    afl_fields fields;
    fields.control = message_control{0x05};
    fields.counter = 77;
    const auto layer = authenticate(fields, wire, key, input);
    REQUIRE(layer);
    CHECK(layer->control == message_control{0x25});
    CHECK(layer->mac.size() == 8);
    fields.key = key_information{0x0110};
    fields.message_length = 0;
    fields.control = message_control{0x07};
    const auto more = authenticate(fields, wire, key, input);
    REQUIRE(more);
    CHECK(more->control == message_control{0x77});
    CHECK(more->message_length == wire.size());
    CHECK(more->mac.size() == 16);
    for (const auto& made : {*layer, *more}) {
        auto octets = to_bytes(made);
        octets.insert(octets.end(), wire.begin(), wire.end());
        const auto view = afl_view::parse(octets);
        REQUIRE(view);
        CHECK(verify_mac(key, input, *view, view->content()));
    }
}

TEST_CASE("a layer without a CMAC is not made") {
    fake_cipher key{9};
    afl_fields fields;
    CHECK(authenticate(fields, records, key, std::nullopt).error() == tpl_error(errc::mac_length, 0));
    fields.control = message_control{0x08};
    CHECK(authenticate(fields, records, key, std::nullopt).error() ==
          error{errc::mac_length, layer::tpl, 0, -1, 8});
}
