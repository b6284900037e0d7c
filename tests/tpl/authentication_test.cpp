#include <meterlink/tpl/authentication.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto body = "7A 75 00 20 07 10 01 02 03"_octets;

afl_fields fields() {
    afl_fields out;
    out.control = message_control{0x25};
    out.counter = 5;
    return out;
}

} // namespace

TEST_CASE("a MAC covers the fields of its layer and the message") {
    fake_cipher key{3};
    const auto head = fields().mac_input_head();
    CHECK(message_mac(key, std::nullopt, fields(), body) == key.cmac(head.view(), body));
    const key_derivation_input input{5, 0x12345678};
    auto derived = key.derived(derive_key(key, input, key_purpose::authentication));
    CHECK(message_mac(key, input, fields(), body) == derived.cmac(head.view(), body));
    CHECK(message_mac(key, input, fields(), body) != message_mac(key, std::nullopt, fields(), body));
}

TEST_CASE("a MAC holds for its message, its fields and its key only") {
    fake_cipher key{3};
    fake_cipher other{4};
    const key_derivation_input input{5, 0x12345678};
    const auto whole = message_mac(key, input, fields(), body);
    const auto mac = bytes_view{whole}.first(8);
    const afl_view layer{fields(), mac};
    CHECK(has_cmac(layer));
    CHECK(verify_mac(key, input, layer, body));
    CHECK_FALSE(verify_mac(other, input, layer, body));
    CHECK_FALSE(verify_mac(key, std::nullopt, layer, body));
    CHECK_FALSE(verify_mac(key, input, layer, bytes_view{body}.first(8)));
    auto later = fields();
    later.counter = 6;
    CHECK_FALSE(verify_mac(key, input, afl_view{later, mac}, body));
}

TEST_CASE("what is no CMAC of the announced size is never right") {
    fake_cipher key{3};
    auto of_type = [&](std::uint8_t control, std::size_t size) {
        auto changed = fields();
        changed.control = message_control{control};
        const auto whole = message_mac(key, std::nullopt, changed, body);
        const afl_view layer{changed, bytes_view{whole}.first(size)};
        CHECK(has_cmac(layer) == verify_mac(key, std::nullopt, layer, body));
        return has_cmac(layer);
    };
    CHECK(of_type(0x25, 8));
    CHECK(of_type(0x23, 2));
    CHECK_FALSE(of_type(0x25, 4));
    CHECK_FALSE(of_type(0x25, 0));
    CHECK_FALSE(of_type(0x28, 12)); // GMAC
    CHECK_FALSE(of_type(0x20, 8));
    afl_fields none;
    CHECK_FALSE(has_cmac(afl_view{none, body}));
}

TEST_CASE("the key of a MAC is as KI says and else as the extension says") {
    const auto counter_of = [](const afl_fields& layer,
                               const std::optional<configuration_extension>& extension) {
        const auto made = mac_derivation(layer, extension, {0x7A}, 0x12345678);
        REQUIRE(made);
        return *made ? std::optional{(*made)->counter} : std::nullopt;
    };
    const configuration_extension persistent{0x00, 9, std::nullopt};
    const configuration_extension derived{0x10, 9, std::nullopt};
    CHECK(counter_of(fields(), std::nullopt) == 5U);
    CHECK(counter_of(fields(), derived) == 5U);
    CHECK(counter_of(fields(), persistent) == std::nullopt);
    auto with_key = fields();
    with_key.key = key_information{0x0110};
    CHECK(counter_of(with_key, persistent) == 5U);
    with_key.key = key_information{0x0100};
    CHECK(counter_of(with_key, derived) == std::nullopt);
    CHECK(counter_of(with_key, std::nullopt) == std::nullopt);
    with_key.key = key_information{0x0020};
    CHECK(mac_derivation(with_key, derived, {0x7A}, 1).error() ==
          error{errc::value_out_of_range, layer::tpl, 0, -1, 2});
}

TEST_CASE("without a counter in its layer a MAC takes that of the extension") {
    auto layer = fields();
    layer.counter.reset();
    const configuration_extension derived{0x10, 9, std::nullopt};
    CHECK(mac_derivation(layer, derived, {0x7A}, 1).value()->counter == 9);
    CHECK(mac_derivation(layer, std::nullopt, {0x7A}, 1).error() == tpl_error(errc::counter_missing, 0));
}
