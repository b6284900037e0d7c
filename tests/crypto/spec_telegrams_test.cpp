// Telegrams that the standards print, taken apart and built again octet by octet.

#include <meterlink/wmbus/owned_telegram.hpp>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/tpl/initial_vector.hpp>
#include <meterlink/wmbus/ell_security.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "crypto/rebuilt_telegram.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;
using tpl::security_state;

namespace {

constexpr std::string_view oms_key = "0102030405060708090A0B0C0D0E0F11";
constexpr std::string_view counting_key = "000102030405060708090A0B0C0D0E0F";
constexpr std::string_view session_key = "0102030405060708090A0B0C0D0E0F10";
constexpr std::string_view ccm_key = "BF902DD6DFADAFE83E4AE6832B5FA14C";

const auto gas_plain = "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00 "
                       "2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F 2F"_octets;

crypto::single_key key_of(std::string_view digits) {
    return crypto::single_key{crypto::key::parse(digits).value()};
}

std::string hex(bytes_view octets) { return to_hex(octets); }

/// Decodes `air`, and builds it again with the same key.
void check_both_ways(const std::vector<std::uint8_t>& air, std::string_view key_digits, frame_format format,
                     const std::vector<std::uint8_t>& application) {
    auto key = key_of(key_digits);
    telegram_decoder decoder{key};
    const auto& received = decoder.decode(air);
    INFO(hex(air));
    REQUIRE(received.problems.empty());
    CHECK(received.format == format);
    CHECK(received.security() == security_state::decrypted);
    REQUIRE(received.message);
    CHECK(hex(received.message->application_octets()) == hex(application));
    const auto sent = rebuilt(received);
    REQUIRE(sent);
    const auto built = sent->to_frame(format, key.cipher());
    REQUIRE(built);
    CHECK(hex(*built) == hex(air));
}

} // namespace

TEST_CASE("the gas meter of OMS volume 2 annex N under mode 5 reads and is built in both frame formats") {
    check_both_ways("2E 44 93 15 78 56 34 12 33 03 33 63 7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B "
                    "C2 AD 01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 55 B2 9D 6D 69 EB F3 EC 8A"_octets,
                    oms_key, frame_format::a, gas_plain);
    check_both_ways("30 44 93 15 78 56 34 12 33 03 7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B "
                    "01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA 6D EF C9 9D 6D 69 EB F3 B8 53"_octets,
                    oms_key, frame_format::b, gas_plain);
}

TEST_CASE("the partly encrypted heat cost allocator of OMS volume 2 annex N reads and is built") {
    const auto stripped = "30 44 93 44 44 33 22 11 55 37 8C 00 75 72 88 77 66 55 93 44 55 08 00 04 10 05 "
                          "00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 0C FD 10 78 56 34 12"_octets;
    const auto plain = "0B 6E 34 12 00 42 6C FE 04 4B 6E 56 34 02 0C FD 10 78 56 34 12"_octets;
    check_both_ways(stripped, counting_key, frame_format::stripped, plain);
    check_both_ways(
        "30 44 93 44 44 33 22 11 55 37 A3 52 8C 00 75 72 88 77 66 55 93 44 55 08 00 04 10 05 1B 2F "
        "00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 D7 57 0C FD 10 78 56 34 12 FB 35"_octets,
        counting_key, frame_format::a, plain);
}

TEST_CASE("the gas meter with radio adapter of OMS volume 2 annex N under mode 7 reads and is built") {
    const auto air =
        "53 08 24 48 44 33 22 11 03 37 8E 80 75 3A 63 66 55 44 33 0A 31 90 0F 00 2C 25 B3 0A 00 00 "
        "AF 5D 74 DF 73 A6 00 D9 72 78 56 34 12 93 15 33 03 75 00 20 07 10 90 58 47 5F 4B C9 1D F8 "
        "78 B8 0A 1B 0F 98 B6 29 02 4A AC 72 79 42 BF C5 49 23 3C 01 40 82 9B 93"_octets;
    check_both_ways(air, counting_key, frame_format::stripped, gas_plain);

    auto key = key_of(counting_key);
    telegram_decoder decoder{key};
    const auto& received = decoder.decode(air);
    CHECK(received.message->security().is_authenticated);
    CHECK(received.ell->receiver->identification == 0x33445566);
    CHECK(received.afl->counter == 0x0AB3U);

    const tpl::key_derivation_input input{0x0AB3, 0x12345678, tpl::key_direction::from_meter};
    CHECK(hex(tpl::derive_key(key.cipher(), input, tpl::key_purpose::encryption)) ==
          "ECCF39D475D730B8284FDFDC1995D52F");
    CHECK(hex(tpl::derive_key(key.cipher(), input, tpl::key_purpose::authentication)) ==
          "C9CD19FF5A9AAD5A6BBDA13BD2C4C7AD");
    CHECK(hex(tpl::message_mac(key.cipher(), input, *received.afl,
                               bytes_view{air}.subspan(received.message_offset))) ==
          "AF5D74DF73A600D954CB202A808F07DB");
}

TEST_CASE("a water meter under mode 10 of EN 13757-7 reads and is built with its tag") {
    const auto air = "45 44 37 2C 06 03 82 53 3C 16 8C 20 30 7A 30 10 FF 2A 10 01 8C 57 0E 00 "
                     "6D A7 63 24 71 F4 2B 0A 3C EC CD 46 13 53 57 3E D0 2B 87 11 8B C5 FF E9 "
                     "82 F7 F0 0A 02 74 54 3B C5 19 38 F8 B9 C8 BB 89 28 11 4D 60 78 8A"_octets;
    check_both_ways(air, ccm_key, frame_format::stripped,
                    "04 6D 1C 2A 2F 3C 04 15 00 00 00 00 02 FF 25 01 04 06 FF 1B FF FF FF FF FF FF "
                    "44 6D 00 20 21 3C 44 15 00 00 00 00"_octets);
    auto key = key_of(ccm_key);
    telegram_decoder decoder{key};
    const auto& received = decoder.decode(air);
    CHECK(received.message->security().is_authenticated);
    CHECK(hex(tpl::mode_10_nonce(received.link->sender, 0x000E578C)) == "372C060382533C1600000E578C");
}

TEST_CASE("an electricity meter with encrypted extended link layer reads and is built") {
    const auto air = "35 44 2D 2C 11 31 34 27 33 02 8D 20 E9 60 3A 10 20 08 C6 7C 81 9A AE 99 B4 DE 75 3A "
                     "A1 36 EF 64 91 7E D9 D8 B2 E2 D3 58 40 BD EA 17 3B 8F E1 4C CE 3F 14 06 B7 CF"_octets;
    check_both_ways(air, session_key, frame_format::stripped,
                    "04 05 00 00 00 00 04 FB 82 75 CF 0C 00 00 04 85 3C CC 0F 00 00 "
                    "04 FB 82 F5 3C 09 00 00 00 01 FD 17 00"_octets);
    auto key = key_of(session_key);
    telegram_decoder decoder{key};
    const auto& received = decoder.decode(air);
    CHECK(received.ell->payload_crc == 0x21E8);
    CHECK(received.ell->access_number == 0xE9);
    CHECK(hex(ell_counter_block(received.link->sender, *received.ell)) == "2D2C11313427330220603A1020000000");
    auto record = received.records().begin();
    ++record;
    REQUIRE(*record);
    CHECK(std::get<decimal>((*record)->value()) == decimal{3279, 2}); // 327.9 kvarh
}

TEST_CASE("a compact frame in an encrypted extended link layer reads with its format and is built") {
    const auto air = "28 44 2D 2C 78 56 34 12 33 02 8D 20 77 60 77 29 20 CB 5E 3D 5E F7 BA EC 24 E0 CD F4 A4 "
                     "26 54 28 76 3B 57 66 BC 36 6F DE D8"_octets;
    auto key = key_of(session_key);
    tpl::format_cache formats;
    REQUIRE(formats.insert("04 05 04 FB 82 75 04 85 3C 04 FB 82 F5 3C 01 FD 17"_octets) == 0x2274);
    telegram_decoder decoder{key, {&formats, nullptr}};
    const auto& received = decoder.decode(air);
    REQUIRE(received.problems.empty()); // the data's CRC too
    CHECK(received.message->ci().code == 0x79);
    CHECK(received.message->is_expanded());
    CHECK(std::ranges::distance(received.records()) == 5);
    CHECK(hex(rebuilt(received)->to_frame(frame_format::stripped, key.cipher()).value()) == hex(air));
}
