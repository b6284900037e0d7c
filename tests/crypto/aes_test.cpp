#include <meterlink/crypto/aes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "openssl_reference.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::crypto;
using namespace meterlink::test;

namespace {

using octets = std::vector<std::uint8_t>;

tpl::aes_block block(std::string_view hex) {
    tpl::aes_block out{};
    std::ranges::copy(from_hex(hex), out.begin());
    return out;
}

// key and plaintext of NIST SP 800-38A, appendix F, and of RFC 4493
const auto nist_key = key::parse("2B7E151628AED2A6ABF7158809CF4F3C").value();
const auto nist_plain = "6BC1BEE22E409F96E93D7E117393172A AE2D8A571E03AC9C9EB76FAC45AF8E51"
                        "30C81C46A35CE411E5FBC1191A0A52EF F69F2445DF4F9B17AD2B417BE66C3710"_octets;

class random_octets {
public:
    octets take(std::size_t size) {
        octets out(size);
        for (auto& each : out)
            each = static_cast<std::uint8_t>(engine_());
        return out;
    }
    tpl::aes_block take_block() {
        tpl::aes_block out{};
        std::ranges::copy(take(16), out.begin());
        return out;
    }
    std::size_t below(std::size_t limit) { return engine_() % limit; }

private:
    std::mt19937 engine_{7};
};

octets encrypt_cbc(aes& with, const tpl::aes_block& iv, const octets& in) {
    octets out(in.size());
    with.encrypt_cbc(iv, in, out);
    return out;
}

octets decrypt_cbc(aes& with, const tpl::aes_block& iv, const octets& in) {
    octets out(in.size());
    with.decrypt_cbc(iv, in, out);
    return out;
}

octets apply_ctr(aes& with, const tpl::aes_block& counter, const octets& in) {
    octets out(in.size());
    with.apply_ctr(counter, in, out);
    return out;
}

octets encrypt_ccm(aes& with, const octets& nonce, const octets& additional, const octets& in,
                   std::size_t tag_size) {
    octets out(in.size() + tag_size);
    with.encrypt_ccm(nonce, additional, in, bytes_span{out}.first(in.size()), bytes_span{out}.last(tag_size));
    return out;
}

bytes_view first(const octets& of, std::size_t size) { return bytes_view{of}.first(size); }

} // namespace

TEST_CASE("CBC is that of SP 800-38A F.2.1 and F.2.2") {
    const auto iv = block("000102030405060708090A0B0C0D0E0F");
    const auto cipher_text = "7649ABAC8119B246CEE98E9B12E9197D 5086CB9B507219EE95DB113A917678B2"
                             "73BED6B8E3C1743B7116E69E22229516 3FF1CAA1681FAC09120ECA307586E1A7"_octets;
    aes cipher{nist_key};
    for (int again = 0; again < 3; ++again) { // each message begins anew
        CHECK(encrypt_cbc(cipher, iv, nist_plain) == cipher_text);
        CHECK(decrypt_cbc(cipher, iv, cipher_text) == nist_plain);
    }
    auto in_place = nist_plain;
    cipher.encrypt_cbc(iv, in_place, in_place);
    CHECK(in_place == cipher_text);
    cipher.decrypt_cbc(iv, in_place, in_place);
    CHECK(in_place == nist_plain);
}

TEST_CASE("CBC leaves what is no whole block alone") {
    aes cipher{nist_key};
    for (std::size_t size = 0; size <= 64; ++size) {
        octets out(64, 0xEE);
        const auto whole = size / 16 * 16;
        cipher.encrypt_cbc({}, first(nist_plain, size), out);
        octets back(64, 0xEE);
        cipher.decrypt_cbc({}, first(out, size), back);
        CHECK(
            std::equal(back.begin(), back.begin() + static_cast<std::ptrdiff_t>(whole), nist_plain.begin()));
        for (std::size_t i = whole; i < 64; ++i)
            CHECK((out[i] == 0xEE && back[i] == 0xEE));
    }
}

TEST_CASE("CTR is that of SP 800-38A F.5.1 at every length") {
    const auto counter = block("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF");
    const auto cipher_text = "874D6191B620E3261BEF6864990DB6CE 9806F66B7970FDFF8617187BB9FFFDFF"
                             "5AE4DF3EDBD5D35E5B4F09020DB03EAB 1E031DDA2FBE03D1792170A0F3009CEE"_octets;
    aes cipher{nist_key};
    for (std::size_t size = 0; size <= 64; ++size) {
        octets out(size);
        cipher.apply_ctr(counter, first(nist_plain, size), out);
        CHECK(std::ranges::equal(out, first(cipher_text, size)));
    }
    auto in_place = cipher_text;
    cipher.apply_ctr(counter, in_place, in_place);
    CHECK(in_place == nist_plain);
}

TEST_CASE("the counter of CTR carries through all 128 bits") {
    aes cipher{nist_key};
    const octets zeros(16);
    const octets longer(32);
    for (const auto* start : {"000000000000000000000000000000FF", "0000000000000000FFFFFFFFFFFFFFFF",
                              "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}) {
        auto next = block(start);
        for (std::size_t i = 16; i-- > 0 && ++next[i] == 0;) {
        }
        const auto stream = apply_ctr(cipher, block(start), longer);
        const auto second = apply_ctr(cipher, next, zeros);
        CHECK(std::equal(second.begin(), second.end(), stream.begin() + 16));
    }
}

TEST_CASE("CMAC is that of RFC 4493 wherever the message is split") {
    aes cipher{nist_key};
    const std::pair<std::size_t, const char*> examples[] = {{0, "BB1D6929E95937287FA37D129B756746"},
                                                            {16, "070A16B46B4D4144F79BDD9DD04A287C"},
                                                            {40, "DFA66747DE9AE63030CA32611497C827"},
                                                            {64, "51F0BEBF7E3B9D92FC49741779363CFE"}};
    for (const auto& [size, mac] : examples)
        for (std::size_t head = 0; head <= size; ++head)
            CHECK(cipher.cmac(first(nist_plain, head), first(nist_plain, size).subspan(head)) == block(mac));
}

TEST_CASE("CMAC is what OpenSSL says it is at every length") {
    random_octets random;
    for (std::size_t size = 0; size < 600; ++size) {
        const auto secret = random.take_block();
        const auto message = random.take(size);
        aes cipher{key{secret}};
        const auto head = random.below(size + 1);
        CHECK(cipher.cmac(first(message, head), bytes_view{message}.subspan(head)) ==
              openssl_cmac(secret, message));
    }
}

TEST_CASE("CCM is that of RFC 3610 packet vector 1") {
    aes cipher{key::parse("C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF").value()};
    const auto nonce = "00000003020100A0A1A2A3A4A5"_octets;
    const auto additional = "0001020304050607"_octets;
    const auto plain = "08090A0B0C0D0E0F101112131415161718191A1B1C1D1E"_octets;
    const auto sealed = "588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384 17E8D12CFDF926E0"_octets;
    CHECK(encrypt_ccm(cipher, nonce, additional, plain, 8) == sealed);
    octets opened(plain.size());
    CHECK(cipher.decrypt_ccm(nonce, additional, first(sealed, 23), bytes_view{sealed}.last(8), opened));
    CHECK(opened == plain);
}

TEST_CASE("CCM is what OpenSSL says it is and opens again") {
    random_octets random;
    for (std::size_t size = 0; size < 400; ++size)
        for (const std::size_t tag_size : {4U, 8U, 12U, 16U}) {
            const auto secret = random.take_block();
            const auto nonce = random.take(13 - (size % 5 == 0 ? random.below(7) : 0));
            const auto additional = random.take(size % 3 == 0 ? 0 : random.below(300));
            const auto plain = random.take(size);
            aes cipher{key{secret}};
            auto sealed = encrypt_ccm(cipher, nonce, additional, plain, tag_size);
            REQUIRE(sealed == openssl_ccm(secret, nonce, additional, plain, tag_size));
            const auto text = bytes_span{sealed}.first(size);
            REQUIRE(cipher.decrypt_ccm(nonce, additional, text, bytes_view{sealed}.last(tag_size), text));
            REQUIRE(std::ranges::equal(text, plain));
        }
}

TEST_CASE("CCM refuses whatever was changed and leaves zeros") {
    random_octets random;
    aes cipher{nist_key};
    const auto nonce = random.take(13);
    const auto additional = random.take(7);
    const auto plain = random.take(37);
    const auto sealed = encrypt_ccm(cipher, nonce, additional, plain, 8);
    for (std::size_t at = 0; at < 13 + 7 + sealed.size(); ++at) {
        auto all = nonce;
        all.insert(all.end(), additional.begin(), additional.end());
        all.insert(all.end(), sealed.begin(), sealed.end());
        all[at] ^= 0x10;
        const bytes_view wire{all};
        octets opened(plain.size(), 0xEE);
        CHECK_FALSE(cipher.decrypt_ccm(wire.first(13), wire.subspan(13, 7), wire.subspan(20, 37),
                                       wire.last(8), opened));
        CHECK(opened == octets(plain.size()));
    }
}

TEST_CASE("CCM refuses impossible sizes") {
    aes cipher{nist_key};
    const octets many(70'000);
    const auto opens = [&](std::size_t nonce, std::size_t additional, std::size_t message, std::size_t tag) {
        octets sealed(message, 0xEE);
        octets mark(tag, 0xEE);
        cipher.encrypt_ccm(first(many, nonce), first(many, additional), first(many, message), sealed, mark);
        octets opened(message, 0xEE);
        const auto is_open =
            cipher.decrypt_ccm(first(many, nonce), first(many, additional), sealed, mark, opened);
        CHECK(opened == octets(message));
        if (!is_open)
            CHECK((mark == octets(tag) && sealed == octets(message)));
        return is_open;
    };
    CHECK(opens(13, 7, 65'535, 8));
    CHECK_FALSE(opens(13, 7, 65'536, 8));
    CHECK(opens(12, 7, 65'536, 8));
    CHECK(opens(13, 65'279, 5, 16));
    CHECK_FALSE(opens(13, 65'280, 5, 16));
    for (std::size_t nonce = 0; nonce < 20; ++nonce)
        CHECK(opens(nonce, 7, 5, 8) == (nonce >= 7 && nonce <= 13));
    for (std::size_t tag = 0; tag < 20; ++tag)
        CHECK(opens(13, 7, 5, tag) == (tag >= 4 && tag <= 16 && tag % 2 == 0));
}

TEST_CASE("a cipher that changes its key is like a new one") {
    random_octets random;
    const auto message = random.take(80);
    aes changing;
    for (int i = 0; i < 200; ++i) {
        const auto secret = random.take_block();
        const auto iv = random.take_block();
        changing.set_key(secret);
        aes fresh{key{secret}};
        const auto uses = random.below(16); // another set of key schedules is made each time
        if ((uses & 1U) != 0)
            REQUIRE(encrypt_cbc(changing, iv, message) == encrypt_cbc(fresh, iv, message));
        if ((uses & 2U) != 0)
            REQUIRE(decrypt_cbc(changing, iv, message) == decrypt_cbc(fresh, iv, message));
        if ((uses & 4U) != 0)
            REQUIRE(apply_ctr(changing, iv, message) == apply_ctr(fresh, iv, message));
        if ((uses & 8U) != 0)
            REQUIRE(changing.cmac(message, iv) == fresh.cmac(message, iv));
    }
}

TEST_CASE("derived keys leave the key they come from as it is") {
    // the keys of mode 7 in the example of the OMS specification, annex N
    aes master{key::parse("000102030405060708090A0B0C0D0E0F").value()};
    aes other{nist_key, master};
    const auto base = "00 B30A0000 78563412 07070707070707"_octets;
    const auto before = master.cmac(base, {});
    CHECK(before == block("ECCF39D475D730B8284FDFDC1995D52F"));
    auto& derived = master.derived(before);
    const auto expected = aes{key{before}}.cmac(base, {});
    CHECK(derived.cmac(base, {}) == expected);
    CHECK(master.cmac(base, {}) == before);
    CHECK(&other.derived(nist_key.octets()) == &derived);
    CHECK(derived.cmac({}, {}) == block("BB1D6929E95937287FA37D129B756746"));
    CHECK(&derived.derived(before) == &derived);
    CHECK(&aes{nist_key}.derived(before) != &derived);
}

TEST_CASE("a cipher can be moved") {
    aes one{nist_key};
    aes two{std::move(one)};
    CHECK(two.cmac({}, {}) == block("BB1D6929E95937287FA37D129B756746"));
    aes three;
    three = std::move(two);
    CHECK(three.cmac({}, {}) == block("BB1D6929E95937287FA37D129B756746"));
    CHECK(three.derived(tpl::aes_block{}).cmac({}, {}) == aes{}.cmac({}, {}));
}
