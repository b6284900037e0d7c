#include <meterlink/crypto/keyed_ciphers.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

namespace {

key numbered(std::uint32_t number) {
    tpl::aes_block octets{};
    for (std::size_t i = 0; i < 4; ++i)
        octets[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return key{octets};
}

/// What tells ciphers apart without looking at their keys.
tpl::aes_block sign(aes& cipher) { return cipher.cmac({}, {}); }

tpl::aes_block sign(const key& secret) {
    aes cipher{secret};
    return sign(cipher);
}

} // namespace

TEST_CASE("every matching key comes as its cipher in the order of the ring") {
    key_ring ring;
    ring.add({{}, {}, {}, {}, numbered(1), false});
    ring.add({0x12345678U, {}, {}, {}, numbered(2), false});
    ring.add({0x12345678U, {}, {}, {}, numbered(3), true});
    ring.add({0x87654321U, {}, {}, {}, numbered(4), false});
    for (const std::size_t kept : {0U, 1U, 2U, 64U}) {
        keyed_ciphers ciphers{ring, kept};
        CHECK(&ciphers.ring() == &ring);
        for (int again = 0; again < 2; ++again) {
            std::vector<tpl::aes_block> signs;
            CHECK_FALSE(ciphers.for_each({{}, 0x12345678, 0, {}}, [&](aes& cipher) {
                signs.push_back(sign(cipher));
                return false;
            }));
            CHECK(signs ==
                  std::vector<tpl::aes_block>{sign(numbered(3)), sign(numbered(2)), sign(numbered(1))});
        }
        CHECK(ciphers.for_each({{}, 0x87654321, 0, {}}, [](aes&) { return true; }));
    }
}

TEST_CASE("a meter without key is offered no cipher") {
    key_ring ring;
    ring.add({0x12345678U, {}, {}, {}, numbered(2), false});
    keyed_ciphers ciphers{ring};
    CHECK_FALSE(ciphers.for_each({{}, 0x12345679, 0, {}}, [](aes&) { return true; }));
}

TEST_CASE("more keys than ciphers are kept all work") {
    key_ring ring;
    for (std::uint32_t i = 0; i < 100; ++i)
        ring.add({i, {}, {}, {}, numbered(i), false});
    keyed_ciphers ciphers{ring, 4};
    for (int again = 0; again < 2; ++again)
        for (std::uint32_t i = 0; i < 100; ++i)
            CHECK(ciphers.for_each({{}, i, 0, {}},
                                   [&](aes& cipher) { return sign(cipher) == sign(numbered(i)); }));
}

TEST_CASE("a key that was added to the ring later is offered too") {
    key_ring ring;
    keyed_ciphers ciphers{ring};
    CHECK_FALSE(ciphers.for_each({}, [](aes&) { return true; }));
    ring.add({{}, {}, {}, {}, numbered(1), false});
    CHECK(ciphers.for_each({}, [](aes& cipher) { return sign(cipher) == sign(numbered(1)); }));
}

TEST_CASE("the ciphers of one source derive into one") {
    key_ring ring;
    ring.add({{}, {}, {}, {}, numbered(1), false});
    ring.add({{}, {}, {}, {}, numbered(2), false});
    keyed_ciphers ciphers{ring};
    std::vector<const aes*> working;
    ciphers.for_each({}, [&](aes& cipher) {
        const auto before = sign(cipher);
        auto& derived = cipher.derived(numbered(9).octets());
        CHECK(sign(derived) == sign(numbered(9)));
        CHECK(sign(cipher) == before);
        working.push_back(&derived);
        return false;
    });
    REQUIRE(working.size() == 2);
    CHECK(working[0] == working[1]);
}
