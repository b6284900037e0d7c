#include <meterlink/tpl/message_opener.hpp>

#include <algorithm>
#include <vector>

#include <meterlink/tpl/encryption.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto full = "02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
const auto format = "08 31 3B 02 02 02 15 02 2A"_octets;
const auto compact = "31 3B 42 A6 D2 04 2E 16 34 23"_octets;

long_header meter(std::uint32_t identification) {
    return {identification, {0x1593}, 0x33, device_type::gas, {0x2A, {}, {}}};
}

std::vector<std::uint8_t> protect(std::uint8_t ci, bytes_view content, std::uint32_t identification = 0x12) {
    fake_cipher key{9};
    const unprotected_message from{{ci}, meter(identification), content};
    const protection how{10, 0, {0x0110, 1, std::nullopt}}; // needs no fillers
    std::vector<std::uint8_t> out(protected_size(from, how).value());
    REQUIRE(protect_message(from, how, key, out));
    return out;
}

std::vector<std::uint8_t> in_the_clear(std::uint8_t ci, bytes_view content) {
    std::vector<std::uint8_t> out(1 + long_header::wire_size());
    out[0] = ci;
    REQUIRE(meter(0x12).emit(bytes_span{out}.subspan(1)));
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

bool starts_with(bytes_view octets, bytes_view start) {
    return octets.size() >= start.size() && std::equal(start.begin(), start.end(), octets.begin());
}

} // namespace

TEST_CASE("a wired message is decrypted with the key of its long header") {
    const auto wire = protect(0x72, full);
    fake_keys keys{{4, 9}, {}};
    message_opener opener{keys};
    const auto open = opener.open(message_view::parse(wire).value());
    CHECK(open.problem == no_error);
    CHECK(open.message.security().state == security_state::decrypted);
    CHECK(starts_with(open.message.application_octets(), full));
    CHECK(keys.asked_for == meter_address::from(meter(0x12)));
}

TEST_CASE("without the key a message stays closed and teaches nothing") {
    format_cache formats;
    const auto wire = protect(0x72, full);
    fake_keys wrong{{4}, {}};
    message_opener with_wrong{wrong, &formats};
    CHECK(with_wrong.open(message_view::parse(wire).value()).message.security().state ==
          security_state::wrong_key);
    no_keys none;
    message_opener without{none, &formats};
    CHECK(without.open(message_view::parse(wire).value()).message.security().state == security_state::no_key);
    CHECK(formats.size() == 0);
}

TEST_CASE("an encrypted compact frame is read after an encrypted full or format frame of its meter") {
    for (const auto& teacher : {protect(0x72, full), protect(0x6B, format)}) {
        format_cache formats;
        fake_keys keys{{9}, {}};
        message_opener opener{keys, &formats};
        const auto wire = protect(0x73, compact);
        const auto early = opener.open(message_view::parse(wire).value());
        CHECK(early.problem.code == errc::signature_unknown);
        CHECK_FALSE(early.message.is_expanded());
        CHECK(opener.open(message_view::parse(teacher).value()).problem == no_error);
        const auto read = opener.open(message_view::parse(wire).value());
        CHECK(read.problem == no_error);
        REQUIRE(read.message.is_expanded());
        CHECK(read.message.security().state == security_state::decrypted);
        CHECK(starts_with(read.message.application_octets(), full));
        const auto other_wire = protect(0x73, compact, 0x13);
        const auto other = opener.open(message_view::parse(other_wire).value());
        CHECK_FALSE(other.message.is_expanded());
        CHECK(other.problem.code == errc::signature_unknown);
    }
}

TEST_CASE("a compact frame without formats is a problem where it stands") {
    no_keys none;
    message_opener opener{none};
    const auto wire = in_the_clear(0x73, compact);
    const auto open = opener.open(message_view::parse(wire).value());
    CHECK(open.message.security().state == security_state::plain);
    CHECK(open.problem == tpl_error(errc::signature_unknown, 13));
}

TEST_CASE("a compact frame in the clear is read after a format frame in the clear") {
    format_cache formats;
    no_keys none;
    message_opener opener{none, &formats};
    const auto lesson = in_the_clear(0x6B, format);
    CHECK(opener.open(message_view::parse(lesson).value()).problem == no_error);
    const auto wire = in_the_clear(0x73, compact);
    const auto open = opener.open(message_view::parse(wire).value());
    CHECK(open.problem == no_error);
    REQUIRE(open.message.is_expanded());
    CHECK(starts_with(open.message.application_octets(), full));
}

TEST_CASE("a bad format frame is a problem and a bad record is none") {
    format_cache formats;
    no_keys none;
    message_opener opener{none, &formats};
    auto wire = in_the_clear(0x6B, format);
    wire[14] ^= 0x01; // the signature
    CHECK(opener.open(message_view::parse(wire).value()).problem.code == errc::signature_mismatch);
    const auto bad = in_the_clear(0x72, "3F"_octets);
    CHECK(opener.open(message_view::parse(bad).value()).problem == no_error);
    CHECK(formats.size() == 0);
}

TEST_CASE("a message longer than any telegram is opened too") {
    const std::vector<std::uint8_t> many(1000, 0x2F);
    const auto wire = protect(0x72, many);
    fake_keys keys{{9}, {}};
    message_opener opener{keys};
    const auto open = opener.open(message_view::parse(wire).value());
    CHECK(open.message.security().state == security_state::decrypted);
    CHECK(starts_with(open.message.application_octets(), many));
}
