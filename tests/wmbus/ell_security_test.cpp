#include <meterlink/wmbus/ell_security.hpp>

#include <algorithm>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;
using tpl::security_state;

namespace {

/// Adds a constant to each octet instead of a key stream: enough to see what is asked of a cipher.
struct shift_cipher {
    std::uint8_t shift;
    tpl::aes_block counter{};

    void decrypt_cbc(const tpl::aes_block&, bytes_view, bytes_span) noexcept { FAIL("not asked for"); }
    void apply_ctr(const tpl::aes_block& block, bytes_view in, bytes_span out) noexcept {
        counter = block;
        for (std::size_t i = 0; i < in.size(); ++i)
            out[i] = in[i] ^ shift;
    }
};

/// Offers its ciphers to everybody.
struct shift_keys {
    std::vector<shift_cipher> ciphers;
    tpl::meter_address asked{};

    template <class Use>
    bool for_each(const tpl::meter_address& meter, Use&& use) {
        asked = meter;
        for (auto& cipher : ciphers)
            if (use(cipher))
                return true;
        return false;
    }
};

const tpl::meter_address sender{{0x2C2D}, 0x27343111, 0x33, tpl::device_type::electricity};
const auto encrypted = *extended_link_layer::parse("8D 32 E9 60 3A 10 20 00 00"_octets);
const auto plain = "E8 21 78 04 05 00 00 00 00 04 FB 82 75 CF 0C 00 00 04 85 3C CC 0F 00 00 04 FB 82 F5 "
                   "3C 09 00 00 00 01 FD 17 00"_octets;

std::vector<std::uint8_t> shifted(std::vector<std::uint8_t> octets, std::uint8_t shift) {
    for (auto& octet : octets)
        octet ^= shift;
    return octets;
}

} // namespace

TEST_CASE("the counter block is the sender and the session without what repeaters change") {
    const auto block = ell_counter_block(sender, encrypted);
    CHECK(std::vector<std::uint8_t>(block.begin(), block.end()) ==
          "2D 2C 11 31 34 27 33 02 20 60 3A 10 20 00 00 00"_octets);
}

TEST_CASE("the payload CRC tells a payload from any change of it") {
    CHECK(payload_crc_holds(plain));
    for (std::size_t i = 0; i < plain.size(); ++i) {
        auto changed = plain;
        changed[i] ^= 0x10;
        CHECK_FALSE(payload_crc_holds(changed));
    }
    CHECK_FALSE(payload_crc_holds({}));
    CHECK_FALSE(payload_crc_holds("E8"_octets));
}

TEST_CASE("the key that makes the payload CRC hold opens the layer") {
    shift_keys keys{{{1}, {2}, {3}}};
    std::vector<std::uint8_t> out(plain.size());
    CHECK(open_ell(sender, encrypted, shifted(plain, 2), keys, out) == security_state::decrypted);
    CHECK(out == plain);
    CHECK(keys.asked == sender);
    CHECK(keys.ciphers[1].counter == ell_counter_block(sender, encrypted));
}

TEST_CASE("a layer that no key opens stays as it was sent and says why") {
    std::vector<std::uint8_t> out(plain.size());
    const auto closed = shifted(plain, 9);
    shift_keys wrong{{{1}, {2}}};
    CHECK(open_ell(sender, encrypted, closed, wrong, out) == security_state::wrong_key);
    CHECK(out == closed);
    shift_keys none;
    CHECK(open_ell(sender, encrypted, closed, none, out) == security_state::no_key);
    CHECK(out == closed);
}

TEST_CASE("a payload that is plain already asks for no key") {
    shift_keys keys{{{1}}};
    std::vector<std::uint8_t> out(plain.size());
    CHECK(open_ell(sender, encrypted, plain, keys, out) == security_state::plain);
    CHECK(out == plain);
    CHECK(keys.asked == tpl::meter_address{});
    const auto unencrypted = *extended_link_layer::parse("8D 32 E9 60 3A 10 00 00 00"_octets);
    CHECK(open_ell(sender, unencrypted, shifted(plain, 1), keys, out) == security_state::plain);
    CHECK(out == shifted(plain, 1));
}

TEST_CASE("reserved ways to encrypt are recognised and left closed") {
    shift_keys keys{{{1}}};
    std::vector<std::uint8_t> out(plain.size());
    const auto reserved = *extended_link_layer::parse("8D 32 E9 60 3A 10 40 00 00"_octets);
    CHECK(open_ell(sender, reserved, shifted(plain, 1), keys, out) == security_state::unsupported);
    CHECK(out == shifted(plain, 1));
}

TEST_CASE("a payload is opened without a link layer CRC behind it where only then its own holds") {
    tpl::no_keys nobody;
    const auto ell = *extended_link_layer::parse("8D 20 E9 60 3A 10 00 00 00"_octets);
    auto payload = "00 00 78 0C 14 27 04 85 02"_octets;
    const auto crc = crc16_en13757::of(bytes_view{payload}.subspan(2));
    payload[0] = static_cast<std::uint8_t>(crc & 0xFFU);
    payload[1] = static_cast<std::uint8_t>(crc >> 8);
    const auto opened = [&](const std::vector<std::uint8_t>& closed) {
        std::vector<std::uint8_t> out(closed.size());
        const auto result = open_ell_perhaps_with_link_crc({}, ell, closed, nobody, out);
        CHECK(result.state == tpl::security_state::plain);
        CHECK(
            std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(result.size), closed.begin()));
        return result;
    };
    CHECK(opened(payload).size == payload.size());
    CHECK(opened(payload).is_right);
    auto longer = payload;
    longer.insert(longer.end(), {0x12, 0x34});
    CHECK(opened(longer).size == payload.size());
    CHECK(opened(longer).is_right);
    longer[3] ^= 0x01;
    CHECK(opened(longer).size == longer.size());
    CHECK_FALSE(opened(longer).is_right);
    CHECK_FALSE(opened({0x12, 0x34}).is_right);
}
