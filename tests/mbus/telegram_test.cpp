#include <meterlink/mbus/telegram.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/hex.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using mbus::telegram_view;

namespace {

using octets = std::vector<std::uint8_t>;

octets from_hex(const std::string& hex) { return *parse_hex_strict(hex); }

/// The worked example of a variable data structure in the M-Bus documentation.
const octets water_meter =
    from_hex("681F1F680802727856341224400107550000000313153100DA023B13018B60043718021816");

/// Appends checksum and stop byte to a long frame that lacks them.
octets sealed(octets frame) {
    std::uint8_t sum = 0;
    for (std::size_t i = 4; i < frame.size(); ++i)
        sum = static_cast<std::uint8_t>(sum + frame[i]);
    frame.push_back(sum);
    frame.push_back(0x16);
    return frame;
}

} // namespace

TEST_CASE("a telegram is read from the start byte to the last record") {
    const auto telegram = telegram_view::parse(water_meter);
    REQUIRE(telegram);
    CHECK(mbus::kind(telegram->frame()) == mbus::frame_kind::long_frame);
    const auto& message = telegram->message();
    REQUIRE(message);
    const auto meter = message->long_header();
    REQUIRE(meter);
    CHECK(meter->identification == 0x12345678);
    CHECK(meter->common.access_number == 0x55);
    CHECK(telegram->records_offset() == 19);
    std::vector<std::string> values;
    for (const auto& record : telegram->records()) {
        REQUIRE(record);
        values.push_back(to_string(std::get<decimal>(record->value())) +
                         std::string{symbol(record->measurement().unit)});
    }
    CHECK(values == std::vector<std::string>{"12.565m3", "0.113m3/h", "218370Wh"});
}

TEST_CASE("a frame that a decoder found becomes a telegram without being judged again") {
    const auto frame = mbus::parse_frame(water_meter);
    REQUIRE(frame);
    const auto telegram = telegram_view::from(*frame);
    REQUIRE(telegram);
    CHECK(mbus::wire(telegram->frame()).data() == water_meter.data());
    CHECK(telegram->records().octets().size() ==
          telegram_view::parse(water_meter)->records().octets().size());

    const auto without_header = sealed(from_hex("68040468080172AA"));
    const auto cut = telegram_view::from(*mbus::parse_frame(without_header));
    REQUIRE_FALSE(cut);
    CHECK(cut.error() == telegram_view::parse(without_header).error());
}

TEST_CASE("frames without a message have no records") {
    for (const auto* hex : {"E5", "1040014116"}) {
        const auto wire = from_hex(hex);
        const auto telegram = telegram_view::parse(wire);
        REQUIRE(telegram);
        CHECK_FALSE(telegram->message());
        CHECK(telegram->records().begin() == telegram->records().end());
        CHECK(telegram->records_offset() == 0);
    }
}

TEST_CASE("link errors come first, header errors with their offset in the frame") {
    auto broken = water_meter;
    broken[20] ^= 1U;
    CHECK(telegram_view::parse(broken).error().code == errc::checksum);
    const auto short_header = sealed(from_hex("68080868080272785634122"
                                              "4"));
    const auto refused = telegram_view::parse(short_header);
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == error{errc::truncated, layer::tpl, 12});
}

TEST_CASE("a telegram cut at any length is refused at its end") {
    for (std::size_t size = 0; size < water_meter.size(); ++size) {
        const auto refused = telegram_view::parse(bytes_view{water_meter}.first(size));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::truncated);
        CHECK(refused.error().offset == size);
    }
}

TEST_CASE("a bad record does not take the telegram with it") {
    // 4 octets of volume are announced, 2 are there.
    const auto wire = sealed(from_hex("68161668080272785634122440010755000000"
                                      "017A08"
                                      "04131531"));
    REQUIRE(wire[1] + 6U == wire.size() + 0U);
    const auto telegram = telegram_view::parse(wire);
    REQUIRE(telegram);
    auto it = telegram->records().begin();
    REQUIRE(*it);
    ++it;
    REQUIRE_FALSE(*it);
    CHECK(it->error().offset + telegram->records_offset() == wire.size() - 2);
    ++it;
    CHECK(it == telegram->records().end());
}

TEST_CASE("a telegram takes over a message that was opened") {
    // The encrypted meter of the OMS specification, in a wired frame.
    const auto wire = from_hex("6826266808057288776655934455080004100500DFE2A782146D1513581CD2F83F39"
                               "040CFD10785634120016");
    const auto closed = telegram_view::parse(wire);
    REQUIRE(closed);
    REQUIRE(closed->message()->security().state == tpl::security_state::no_key);
    const auto offset = closed->message()->application_offset();
    const auto sent = closed->message()->wire();
    const auto plain = from_hex("2F2F0B6E341200426CFE044B6E563402");
    octets open{sent.begin(), sent.end()};
    const auto begin = open.size() - 7 - plain.size(); // before the plain rest
    std::copy(plain.begin(), plain.end(), open.begin() + static_cast<std::ptrdiff_t>(begin));
    const auto opened =
        closed->with_message(closed->message()->opened(open, begin + 2, open.size() - begin - 2, false));
    CHECK(opened.message()->security().state == tpl::security_state::decrypted);
    CHECK(opened.records_offset() == telegram_view::message_offset + begin + 2);
    CHECK(offset == begin + plain.size());
    auto record = opened.records().begin();
    REQUIRE(*record);
    CHECK((*record)->measurement().quantity == quantity::heat_cost_allocation);
    CHECK(std::ranges::distance(opened.records().begin(), std::default_sentinel) == 4);
    CHECK(mbus::kind(opened.frame()) == mbus::frame_kind::long_frame);
}
