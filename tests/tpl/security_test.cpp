#include <meterlink/tpl/security.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::tpl;

namespace {

/// `size` octets 01, 02, 03 …
std::vector<std::uint8_t> counting(std::size_t size) {
    std::vector<std::uint8_t> out(size);
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<std::uint8_t>(i + 1);
    return out;
}

struct sizes {
    std::size_t extension;
    std::size_t encrypted;
    std::size_t plain;
    security_state state;
    std::size_t tag = 0;
    errc problem = errc::none;

    friend bool operator==(const sizes&, const sizes&) = default;
};

/// Splits, and checks that the four parts are the payload, in order and without a gap.
sizes split(std::uint16_t configuration, const std::vector<std::uint8_t>& payload,
            medium_access access = medium_access::wired) {
    const auto parts = split_payload({configuration}, payload, access);
    std::vector<std::uint8_t> joined;
    for (const auto part : {parts.extension, parts.encrypted, parts.plain, parts.tag})
        joined.insert(joined.end(), part.begin(), part.end());
    CHECK(joined == payload);
    CHECK_FALSE(parts.is_authenticated);
    if (parts.problem.code != errc::none)
        CHECK(parts.problem.offset == payload.size());
    return {parts.extension.size(), parts.encrypted.size(), parts.plain.size(), parts.state,
            parts.tag.size(),       parts.problem.code};
}

constexpr auto plain = security_state::plain;
constexpr auto no_key = security_state::no_key;
constexpr auto unsupported = security_state::unsupported;
constexpr auto truncated = errc::truncated;
constexpr auto wireless = medium_access::wireless;

} // namespace

TEST_CASE("a payload is open when it is plain or decrypted") {
    CHECK(is_open(security_state::plain));
    CHECK(is_open(security_state::decrypted));
    for (const auto closed : {security_state::no_key, security_state::wrong_key, security_state::unsupported,
                              security_state::mac_mismatch})
        CHECK_FALSE(is_open(closed));
}

TEST_CASE("mode 0 encrypts nothing, whatever its other bits say") {
    CHECK(split(0x0000, counting(40)) == sizes{0, 0, 40, plain});
    CHECK(split(0xE0F0, counting(40)) == sizes{0, 0, 40, plain});
    CHECK(split(0x0000, {}) == sizes{0, 0, 0, plain});
}

TEST_CASE("mode 5 encrypts the blocks that it announces, and the rest is plain") {
    CHECK(split(0x2520, counting(32)) == sizes{0, 32, 0, no_key});
    CHECK(split(0x0510, counting(23)) == sizes{0, 16, 7, no_key});
    CHECK(split(0x0510, counting(16)) == sizes{0, 16, 0, no_key});
    CHECK(split(0x05E0, counting(240)) == sizes{0, 224, 16, no_key});
}

TEST_CASE("fifteen blocks of mode 5 are all whole blocks") {
    CHECK(split(0x05F0, counting(50)) == sizes{0, 48, 2, no_key});
    CHECK(split(0x05F0, counting(15)) == sizes{0, 0, 15, plain});
    CHECK(split(0x05F0, {}) == sizes{0, 0, 0, plain});
}

TEST_CASE("no blocks of mode 5 are a plain payload") {
    CHECK(split(0x0500, counting(32)) == sizes{0, 0, 32, plain});
}

TEST_CASE("a payload shorter than announced is encrypted to its end") {
    CHECK(split(0x0530, counting(20)) == sizes{0, 20, 0, no_key, 0, truncated});
    CHECK(split(0x0530, {}) == sizes{0, 0, 0, plain});
}

TEST_CASE("a payload that begins with the verification octets was decrypted before") {
    auto payload = counting(32);
    payload[0] = payload[1] = 0x2F;
    CHECK(split(0x2520, payload) == sizes{0, 0, 32, plain});
    payload[1] = 0x2E;
    CHECK(split(0x2520, payload) == sizes{0, 32, 0, no_key});
    payload.resize(1);
    CHECK(split(0x2520, payload) == sizes{0, 1, 0, no_key, 0, truncated});
}

TEST_CASE("mode 7 has an extension, and a counter and key version where its bits say so") {
    auto payload = counting(40);
    payload[0] = 0x10; // KDF-A, no key version
    CHECK(split(0x0710, payload) == sizes{1, 16, 23, no_key});
    CHECK(split(0x2710, payload) == sizes{5, 16, 19, no_key});
    payload[0] = 0x50; // with key version
    CHECK(split(0x0710, payload) == sizes{2, 16, 22, no_key});
    CHECK(split(0x2710, payload) == sizes{6, 16, 18, no_key});
    CHECK(split(0x27F0, payload) == sizes{6, 32, 2, no_key});
    CHECK(split(0x0700, payload) == sizes{2, 0, 38, plain});
}

TEST_CASE("an extension of mode 7 that is cut short takes what there is") {
    auto payload = counting(6);
    payload[0] = 0x50;
    for (std::size_t size = 0; size <= 6; ++size) {
        const std::vector<std::uint8_t> cut(payload.begin(),
                                            payload.begin() + static_cast<std::ptrdiff_t>(size));
        CHECK(split(0x2710, cut) == sizes{size, 0, 0, plain, 0, size < 6 ? truncated : errc::none});
    }
}

TEST_CASE("decrypted payloads of mode 7 begin with the verification octets behind the extension") {
    auto payload = counting(18);
    payload[0] = 0x10;
    payload[1] = payload[2] = 0x2F;
    CHECK(split(0x0710, payload) == sizes{1, 0, 17, plain});
}

TEST_CASE("mode 10 has an extension of two octets, counts octets, and ends with a tag") {
    auto payload = counting(40);
    payload[0] = 0x10;
    payload[1] = 0x00; // a tag of 4
    CHECK(split(0x0A10, payload) == sizes{2, 16, 18, no_key, 4});
    CHECK(split(0x2A10, payload) == sizes{6, 16, 14, no_key, 4});
    CHECK(split(0x2AFF, payload) == sizes{6, 30, 0, no_key, 4});
    payload[0] = 0x50; // and a key version
    payload[1] = 0x03; // a tag of 16
    CHECK(split(0x2AFF, payload) == sizes{7, 17, 0, no_key, 16});
    CHECK(split(0x2A11, payload) == sizes{7, 17, 0, no_key, 16});
    CHECK(split(0x2A12, payload) == sizes{7, 33, 0, no_key, 0, truncated});
    CHECK(split(0x2A00, payload) == sizes{7, 0, 33, plain});
}

TEST_CASE("mode 10 cut short stays closed") {
    for (std::size_t size = 0; size < 14; ++size) { // an extension of 6, a tag of 8
        auto payload = counting(14);
        payload[0] = 0x10;
        payload.resize(size);
        if (size > 1)
            payload[1] = 0x01;
        const auto extension = std::min<std::size_t>(size, 6);
        CHECK(split(0x2AFF, payload, wireless) ==
              sizes{extension, size - extension, 0, no_key, 0, truncated});
    }
}

TEST_CASE("mode 13 has an extension of one octet and stays closed") {
    CHECK(split(0x0D20, counting(33)) == sizes{1, 32, 0, unsupported});
    CHECK(split(0x0D20, {}) == sizes{0, 0, 0, unsupported});
}

TEST_CASE("modes that the library does not know how to take apart keep their payload closed") {
    for (const unsigned mode : {2U, 3U, 8U, 9U})
        for (const auto access : {medium_access::wired, wireless})
            CHECK(split(static_cast<std::uint16_t>(mode << 8U | 0x20U), counting(33), access) ==
                  sizes{0, 33, 0, unsupported});
}

TEST_CASE("reserved modes are the meaningless signatures of old meters on the wire and closed on the air") {
    auto decrypted = counting(33);
    decrypted[0] = decrypted[1] = 0x2F;
    for (const unsigned mode : {1U, 4U, 6U, 11U, 12U, 14U, 15U, 16U, 31U}) {
        const auto field = static_cast<std::uint16_t>(mode << 8U | 0x20U);
        CHECK(split(field, counting(33)) == sizes{0, 0, 33, plain});
        CHECK(split(field, counting(33), wireless) == sizes{0, 33, 0, unsupported});
        CHECK(split(field, decrypted, wireless) == sizes{0, 0, 33, plain});
    }
}

TEST_CASE("the signature of an old meter announces more than there is, or nothing") {
    const auto is_old = [](std::uint16_t configuration, std::size_t size) {
        return is_old_signature({configuration}, counting(size));
    };
    CHECK(is_old(0x0510, 15));
    CHECK_FALSE(is_old(0x0510, 16));
    CHECK_FALSE(is_old(0x05F0, 5));
    CHECK_FALSE(is_old(0x0500, 5));
    CHECK(is_old(0x0700, 40)); // no extension is taken from the records
    CHECK(is_old(0x0710, 16));
    CHECK_FALSE(is_old(0x0710, 17));
    for (const unsigned mode : {2U, 3U, 8U, 9U, 10U, 13U}) {
        const auto field = [mode](unsigned count) { return static_cast<std::uint16_t>(mode << 8U | count); };
        CHECK(is_old(field(0), 40));
        CHECK(is_old(field(0x30), 47));
        CHECK_FALSE(is_old(field(0x20), 40));
    }
    CHECK(is_old(0x0211, 40)); // no whole blocks of DES
    CHECK_FALSE(is_old(0x0AFF, 40));
    for (const unsigned mode : {0U, 1U, 4U, 6U, 11U, 12U, 14U, 15U, 16U, 31U})
        CHECK_FALSE(is_old(static_cast<std::uint16_t>(mode << 8U | 0xE0U), 5)); // plain without any rule
}

TEST_CASE("every split of every length is in order") {
    for (unsigned mode = 0; mode < 32; ++mode)
        for (std::size_t size = 0; size <= 70; ++size)
            for (const unsigned others : {0x0000U, 0x0030U, 0x20F0U})
                for (const auto access : {medium_access::wired, wireless})
                    split(static_cast<std::uint16_t>(mode << 8U | others), counting(size), access);
}

TEST_CASE("states have stable names") {
    CHECK(name(security_state::plain) == "plain");
    CHECK(name(security_state::decrypted) == "decrypted");
    CHECK(name(security_state::no_key) == "no_key");
    CHECK(name(security_state::wrong_key) == "wrong_key");
    CHECK(name(security_state::unsupported) == "unsupported");
    CHECK(name(security_state::mac_mismatch) == "mac_mismatch");
}
