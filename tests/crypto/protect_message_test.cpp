// The examples that standards print, built; and any other message, built and opened again.

#include <meterlink/tpl/encryption.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <meterlink/tpl/decryption.hpp>

#include "crypto/listed_keys.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

constexpr std::string_view oms_key = "0102030405060708090A0B0C0D0E0F11";
constexpr std::string_view counting_key = "000102030405060708090A0B0C0D0E0F";

const auto gas = "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00"_octets;

crypto::aes cipher_of(std::string_view text) { return crypto::aes{crypto::key::parse(text).value()}; }

std::vector<std::uint8_t> protect(const unprotected_message& message, const protection& how,
                                  std::string_view key) {
    auto cipher = cipher_of(key);
    std::vector<std::uint8_t> out(protected_size(message, how).value());
    REQUIRE(protect_message(message, how, cipher, out) == out.size());
    return out;
}

struct only_key {
    crypto::aes& only;

    template <class Use>
    bool for_each(const meter_address&, Use&& use) {
        return use(only);
    }
};

long_header gas_meter(std::uint8_t access_number, std::uint16_t configuration) {
    return {0x12345678, {0x1593}, 0x33, device_type::gas, {access_number, {}, {configuration}}};
}

} // namespace

TEST_CASE("the derived keys of the standard's example come out as printed") {
    auto key = cipher_of(counting_key);
    const key_derivation_input input{0x00000AB3, 0x12345678};
    CHECK(to_hex(derive_key(key, input, key_purpose::encryption)) == "ECCF39D475D730B8284FDFDC1995D52F");
    CHECK(to_hex(derive_key(key, input, key_purpose::authentication)) == "C9CD19FF5A9AAD5A6BBDA13BD2C4C7AD");
}

TEST_CASE("the standard's example of mode 5 is built octet by octet") {
    CHECK(protect({{0x7A}, gas_meter(0x2A, 0x2000), gas}, {5}, oms_key) ==
          "7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 "
          "9D 6D 69 EB F3"_octets);
    const auto allocator = "0B 6E 34 12 00 42 6C FE 04 4B 6E 56 34 02 0C FD 10 78 56 34 12"_octets;
    const long_header header{0x55667788, {0x4493}, 0x55, device_type::heat_cost_allocator, {0, {4}, {}}};
    CHECK(protect({{0x72}, header, allocator}, {5, 7}, counting_key) ==
          "72 88 77 66 55 93 44 55 08 00 04 10 05 00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 0C FD 10 "
          "78 56 34 12"_octets);
}

TEST_CASE("the standard's examples of mode 7 and their MAC are built octet by octet") {
    protection how{7};
    how.extension = {0x10, std::nullopt, std::nullopt};
    how.counter = 0x00000AB3;
    auto cipher = cipher_of(counting_key);
    const key_derivation_input input{0x00000AB3, 0x12345678};
    afl_fields fields;
    fields.control = message_control{0x05};
    fields.counter = how.counter;

    const auto with_short = protect({{0x7A}, gas_meter(0x75, 0), gas}, how, counting_key);
    CHECK(with_short == "7A 75 00 20 07 10 90 58 47 5F 4B C9 1D F8 78 B8 0A 1B 0F 98 B6 29 02 4A AC 72 79 42 "
                        "BF C5 49 23 3C 01 40 82 9B 93"_octets);
    CHECK(to_bytes(authenticate(fields, with_short, cipher, input).value()) ==
          "90 0F 00 2C 25 B3 0A 00 00 21 92 4D 4F 2F B6 6E 01"_octets);

    const auto with_long = protect({{0x72}, gas_meter(0x75, 0), gas}, how, counting_key);
    CHECK(to_bytes(authenticate(fields, with_long, cipher, input).value()) ==
          "90 0F 00 2C 25 B3 0A 00 00 AF 5D 74 DF 73 A6 00 D9"_octets);
}

TEST_CASE("a telegram of mode 10 is built octet by octet") {
    const auto plain = "04 6D 1C 2A 2F 3C 04 15 00 00 00 00 02 FF 25 01 04 06 FF 1B FF FF FF FF FF FF 44 6D "
                       "00 20 21 3C 44 15 00 00 00 00"_octets;
    const long_header header{0x53820306, {0x2C37}, 0x3C, static_cast<device_type>(0x16), {0x30, {0x10}, {}}};
    protection how{10};
    how.extension = {0x0110, 0x000E578C, std::nullopt};
    CHECK(protect({{0x7A}, header, plain}, how, "BF902DD6DFADAFE83E4AE6832B5FA14C") ==
          "7A 30 10 FF 2A 10 01 8C 57 0E 00 6D A7 63 24 71 F4 2B 0A 3C EC CD 46 13 53 57 3E D0 2B 87 11 8B "
          "C5 FF E9 82 F7 F0 0A 02 74 54 3B C5 19 38 F8 B9 C8 BB 89 28 11 4D 60 78 8A"_octets);
}

TEST_CASE("any message under any key, built and opened again, is the same") {
    std::mt19937 random{23};
    const auto octet = [&] { return static_cast<std::uint8_t>(random()); };
    for (int round = 0; round < 3'000; ++round) {
        std::vector<std::uint8_t> content(random() % 120);
        std::generate(content.begin(), content.end(), octet);
        aes_block secret{};
        std::generate(secret.begin(), secret.end(), octet);
        crypto::aes cipher{crypto::key{secret}};
        constexpr std::uint8_t modes[] = {5, 7, 10};
        constexpr std::uint8_t codes[] = {0x7A, 0x72, 0x5A, 0x5B};
        const long_header header{static_cast<std::uint32_t>(random()),
                                 {static_cast<std::uint16_t>(random())},
                                 octet(),
                                 static_cast<device_type>(octet()),
                                 {octet(), {octet()}, {}}};
        protection how{modes[random() % 3]};
        how.plain_octets = how.mode == 10 ? 0 : std::min<std::size_t>(random() % 10, content.size());
        const auto counter = static_cast<std::uint32_t>(random());
        how.counter = counter;
        how.extension.raw = static_cast<std::uint16_t>((random() & 0x0300U) | (random() & 0x1FU));
        if (how.mode == 10 || random() % 2 == 0)
            how.extension.counter = how.counter;
        const unprotected_message from{{codes[random() % 4]}, header, content};
        std::vector<std::uint8_t> wire(protected_size(from, how).value());
        REQUIRE(protect_message(from, how, cipher, wire));

        const bool derives = how.extension.derivation() == key_derivation::kdf_a;
        const key_derivation_input input{counter, header.identification, direction_of(from.ci)};
        afl_fields fields;
        fields.control = message_control{static_cast<std::uint8_t>(3 + random() % 5)};
        fields.counter = how.counter;
        if (random() % 2 == 0)
            fields.message_length = 0;
        const auto layer = authenticate(fields, wire, cipher,
                                        how.mode == 5 || derives ? std::optional{input} : std::nullopt);
        REQUIRE(layer);
        const auto layer_wire = to_bytes(*layer);

        only_key keys{cipher};
        std::vector<std::uint8_t> buffer(wire.size());
        const auto closed = message_view::parse(wire, medium_access::wireless);
        REQUIRE(closed);
        const auto open = open_payload(
            *closed, {meter_address::from(header), afl_view::parse(layer_wire).value()}, keys, buffer);
        REQUIRE(open.security().state ==
                (how.mode == 10 && content.empty() ? open.security().state : security_state::decrypted));
        const bool has_tag = how.mode == 10 && how.plain_octets == 0;
        // a MAC of two octets proves nothing
        if (!content.empty())
            REQUIRE(open.security().is_authenticated == (layer->mac.size() > 2 || has_tag));
        const auto octets = open.application_octets();
        const auto front = static_cast<std::ptrdiff_t>(content.size() - how.plain_octets);
        REQUIRE(octets.size() >= content.size());
        REQUIRE(std::equal(content.begin(), content.begin() + front, octets.begin()));
        REQUIRE(std::equal(content.begin() + front, content.end(),
                           octets.end() - static_cast<std::ptrdiff_t>(how.plain_octets)));
    }
}
