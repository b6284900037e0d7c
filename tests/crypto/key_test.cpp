#include <meterlink/crypto/key.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <ostream>
#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

namespace {

constexpr std::string_view digits = "0102030405060708090A0B0C0D0E0F11";
constexpr tpl::aes_block octets{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0x11};

template <class T>
concept printable = requires(std::ostream& out, const T& value) { out << value; };

error key_error(std::size_t offset) { return {errc::key_syntax, layer::crypto, offset}; }

} // namespace

static_assert(!printable<key>);

TEST_CASE("a key is read from 32 digits of either case") {
    CHECK(key::parse(digits).value().octets() == octets);
    CHECK(key::parse("0102030405060708090a0b0c0d0e0f11").value() == key{octets});
    CHECK(key{}.octets() == tpl::aes_block{});
    CHECK_FALSE(key{} == key{octets});
}

TEST_CASE("a key of any other length is refused where it ends or goes on") {
    for (std::size_t size = 0; size < digits.size(); ++size)
        CHECK(key::parse(digits.substr(0, size)).error() == key_error(size));
    CHECK(key::parse(std::string{digits} + "0").error() == key_error(32));
    CHECK(key::parse(std::string{digits} + " ").error() == key_error(32));
    CHECK(key::parse("AAAABBBBCCCCDDDEEEFFFFF1112222").error() == key_error(30));
}

TEST_CASE("whatever is no digit is refused in its place") {
    for (std::size_t at = 0; at < digits.size(); ++at)
        for (const char wrong : {' ', ':', 'G', 'x', '\0', '\xFF'}) {
            std::string text{digits};
            text[at] = wrong;
            CHECK(key::parse(text).error() == key_error(at));
        }
    CHECK(key::parse("01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:11").error() == key_error(2));
}

TEST_CASE("the error text of a key holds nothing of it") {
    CHECK(to_string(key::parse("FEDCBA98FEDCBA98FEDCBA98FEDCBAxy").error()) ==
          "crypto: a key is 32 hexadecimal digits at offset 30");
}

TEST_CASE("a key is wiped when it ends") {
    alignas(key) unsigned char memory[sizeof(key)];
    auto* const secret = new (memory) key{octets};
    REQUIRE(std::equal(octets.begin(), octets.end(), memory));
    secret->~key();
    const volatile unsigned char* const left = memory;
    for (std::size_t i = 0; i < sizeof(key); ++i)
        CHECK(left[i] == 0);
}
