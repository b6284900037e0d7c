#include <meterlink/tpl/message.hpp>

#include <algorithm>
#include <random>
#include <string_view>
#include <vector>

#include <meterlink/apl/fixed_data.hpp>

#include "apl/records.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::tpl;
using namespace meterlink::test;

namespace {

// Behind the link header: a water meter, a gas meter over the air in mode 5 before and after decryption.
const auto water =
    "72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02"_octets;
const auto encrypted =
    "7A 2A 00 20 25 59 23 C9 5A AA 26 D1 B2 E7 49 3B 01 3E C4 A6 F6 D3 52 9B 52 0E DF F0 EA "
    "6D EF C9 9D 6D 69 EB F3"_octets;
const auto decrypted =
    "7A 2A 00 20 25 2F 2F 0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00 2F 2F 2F 2F 2F "
    "2F 2F 2F 2F 2F 2F 2F 2F"_octets;

std::size_t count(const apl::record_range& records) {
    std::size_t out = 0;
    for (const auto& record : records) {
        REQUIRE(record);
        ++out;
    }
    return out;
}

} // namespace

TEST_CASE("a full frame has an address, a status and records") {
    const auto message = message_view::parse(water);
    REQUIRE(message);
    CHECK(message->ci() == ci_field{0x72});
    CHECK(message->application() == application::records);
    CHECK(message->header() == header_kind::long_header);
    REQUIRE(message->long_header());
    CHECK(message->long_header()->identification == 0x12345678);
    CHECK(message->long_header()->device_type == device_type::water);
    REQUIRE(message->short_header());
    CHECK(message->short_header()->access_number == 0x55);
    CHECK(message->has_records());
    CHECK(message->payload().size() == 16);
    CHECK(message->application_offset() == 13);
    CHECK(message->application_octets().data() == water.data() + 13);
    CHECK(message->wire().size() == water.size());
    CHECK(count(message->records()) == 3);
    auto it = message->records().begin();
    CHECK(is_number((*it)->value(), 12565, -3));
}

TEST_CASE("a short header has a status and no address") {
    const auto message = message_view::parse(decrypted);
    REQUIRE(message);
    CHECK(message->header() == header_kind::short_header);
    CHECK_FALSE(message->long_header());
    CHECK(message->short_header() == short_header{0x2A, {}, {0x2520}});
    CHECK(message->security().state == security_state::plain);
    CHECK(count(message->records()) == 3);
}

TEST_CASE("without a header there is neither address nor status") {
    const auto wire = "78 02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
    const auto message = message_view::parse(wire);
    REQUIRE(message);
    CHECK(message->header() == header_kind::none);
    CHECK_FALSE(message->long_header());
    CHECK_FALSE(message->short_header());
    CHECK(message->application_offset() == 1);
    CHECK(count(message->records()) == 3);
}

TEST_CASE("what is encrypted is not read as records") {
    const auto message = message_view::parse(encrypted, medium_access::wireless);
    REQUIRE(message);
    CHECK(message->security().state == security_state::no_key);
    CHECK(message->security().encrypted.size() == 32);
    CHECK(message->application_octets().empty());
    CHECK(message->application_offset() == encrypted.size());
    CHECK(count(message->records()) == 0);
}

TEST_CASE("a plain tail behind encrypted blocks is read as records") {
    const auto wire =
        "72 88 77 66 55 93 44 55 08 00 04 10 05 00 DF E2 A7 82 14 6D 15 13 58 1C D2 F8 3F 39 04 "
        "0C FD 10 78 56 34 12"_octets;
    const auto message = message_view::parse(wire);
    REQUIRE(message);
    CHECK(message->long_header()->device_type == device_type::heat_cost_allocator);
    CHECK(message->security().encrypted.size() == 16);
    CHECK(message->application_offset() == 29);
    CHECK(count(message->records()) == 1);
    CHECK(is_number((*message->records().begin())->value(), 12345678, 0));
}

TEST_CASE("a command is for the meter, and its records hold actions") {
    const auto wire = "51 04 93 07 00 00 00 00"_octets;
    const auto message = message_view::parse(wire);
    REQUIRE(message);
    CHECK(message->application() == application::data_send);
    CHECK(message->has_records());
    CHECK(message->options().direction == apl::direction::to_meter);
    const auto it = message->records().begin();
    CHECK((*(*it)->vib().modifiers().begin()).name() == "clear");
    CHECK(count(message_view::parse("5A 01 00 00 00 01 7A 08"_octets)->records()) == 1);
    CHECK(count(message_view::parse("51 01 7A 08"_octets)->records()) == 1);
    CHECK(message_view::parse("51 7F"_octets)->records().trailer().is_global_readout);
}

TEST_CASE("CI 73 with sixteen octets is the fixed structure on the wire, and a compact frame on the air") {
    const auto wire = "73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00"_octets;
    const auto fixed = message_view::parse(wire, medium_access::wired);
    REQUIRE(fixed);
    CHECK(fixed->application() == application::fixed_data);
    CHECK(fixed->header() == header_kind::none);
    CHECK_FALSE(fixed->has_records());
    CHECK(count(fixed->records()) == 0);
    CHECK(apl::fixed_data::parse(fixed->application_octets())->identification == 0x12345678);

    const auto compact = message_view::parse(wire, medium_access::wireless);
    REQUIRE(compact);
    CHECK(compact->application() == application::compact_frame);
    CHECK(compact->header() == header_kind::long_header);
    CHECK(compact->payload().size() == 4);

    auto longer = wire;
    longer.push_back(0);
    CHECK(message_view::parse(longer)->application() == application::compact_frame);
}

TEST_CASE("the obsolete codes turn the octets of header and records round") {
    const auto records = "76 12 34 56 78 40 24 01 07 55 00 00 00 02 13 01 02"_octets;
    const auto message = message_view::parse(records);
    REQUIRE(message);
    CHECK(message->long_header()->identification == 0x12345678);
    CHECK(message->long_header()->manufacturer == manufacturer::parse("PAD"));
    CHECK(message->options().order == byte_order::most_significant_first);
    CHECK(is_number((*message->records().begin())->value(), 0x0102, -3));

    const auto fixed = "77 12 34 56 78 0A 00 7E E9 00 00 00 01 00 00 01 35"_octets;
    const auto view = message_view::parse(fixed);
    REQUIRE(view);
    CHECK(view->application() == application::fixed_data);
    CHECK(apl::fixed_data::parse(view->application_octets(), view->options().order)->identification ==
          0x12345678);
}

TEST_CASE("other applications keep their octets and have no records") {
    struct expectation {
        std::string_view hex;
        tpl::application which;
        std::size_t octets;
    };
    for (const auto& [hex, which, octets] :
         {expectation{"70 08", application::application_error, 1},
          expectation{"70", application::application_error, 0},
          expectation{"6E 01 02 00 00 08", application::application_error, 1},
          expectation{"71 03", application::alarm, 1},
          expectation{"74 01 02 00 00 03", application::alarm, 1},
          expectation{"50 10", application::application_reset, 1},
          expectation{"50", application::application_reset, 0},
          expectation{"52 78 56 34 12 FF FF FF FF", application::selection, 8},
          expectation{"BD", application::set_baud_rate, 0}, expectation{"5C", application::synchronise, 0},
          expectation{"79 3B 31 A6 42 D2 04 2E 16 34 23", application::compact_frame, 10},
          expectation{"69 08 3B 31 02 02 02 15 02 2A", application::format_frame, 9},
          expectation{"8A 01 02 00 00", application::transport_only, 0},
          expectation{"A2 01 02 03", application::manufacturer_specific, 3},
          expectation{"FE 01 02", application::unknown, 2}, expectation{"0F", application::dlms, 0}}) {
        CAPTURE(hex);
        const auto wire = from_hex(hex);
        const auto message = message_view::parse(wire);
        REQUIRE(message);
        CHECK(message->application() == which);
        CHECK(message->application_octets().size() == octets);
        CHECK_FALSE(message->has_records());
        CHECK(count(message->records()) == 0);
    }
}

TEST_CASE("a control frame carries a CI field alone, whatever header it would have") {
    for (unsigned code = 0; code <= 0xFF; ++code) {
        const std::vector<std::uint8_t> wire{static_cast<std::uint8_t>(code)};
        const auto wired = message_view::parse(wire, medium_access::wired);
        REQUIRE(wired);
        CHECK(wired->header() == header_kind::none);
        CHECK(wired->application_octets().empty());
        CHECK_FALSE(wired->short_header());
        const auto wireless = message_view::parse(wire, medium_access::wireless);
        if (ci_field{wire[0]}.header() == header_kind::none)
            CHECK(wireless);
        else
            CHECK(wireless.error() == tpl_error(errc::truncated, 1));
    }
}

TEST_CASE("no octets are no message") {
    CHECK(message_view::parse({}).error() == tpl_error(errc::truncated, 0));
    CHECK(message_view::parse({}, medium_access::wireless).error() == tpl_error(errc::truncated, 0));
}

TEST_CASE("a message cut within its header is truncated there") {
    for (const auto& [wire, header] : {std::pair{water, 12}, std::pair{encrypted, 4}})
        for (std::size_t size = 2; size <= wire.size(); ++size) {
            const auto cut = message_view::parse(bytes_view{wire}.first(size));
            CAPTURE(size);
            if (size < 1 + static_cast<std::size_t>(header)) {
                REQUIRE_FALSE(cut);
                CHECK(cut.error() == tpl_error(errc::truncated, size));
            } else {
                REQUIRE(cut);
                CHECK(cut->wire().size() == size);
            }
        }
}

TEST_CASE("any octets are a message or an error, and the parts of a message make it up") {
    std::mt19937 random{7};
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> wire(random() % 60);
        for (auto& octet : wire)
            octet = static_cast<std::uint8_t>(random());
        const auto access = round % 2 == 0 ? medium_access::wired : medium_access::wireless;
        const auto message = message_view::parse(wire, access);
        if (!message) {
            REQUIRE(message.error() == tpl_error(errc::truncated, wire.size()));
            continue;
        }
        const std::size_t header = message->header() == header_kind::long_header    ? 12
                                   : message->header() == header_kind::short_header ? 4
                                                                                    : 0;
        REQUIRE(1 + header + message->payload().size() == wire.size());
        const auto& parts = message->security();
        REQUIRE(parts.extension.size() + parts.encrypted.size() + parts.plain.size() + parts.tag.size() ==
                message->payload().size());
        REQUIRE(message->application_offset() + message->application_octets().size() + parts.tag.size() ==
                wire.size());
    }
}

TEST_CASE("no signature that an old wired meter may send hides records of impossible length") {
    auto telegram = water; // 16 octets of records
    for (unsigned signature = 0; signature <= 0xFFFF; ++signature) {
        telegram[11] = static_cast<std::uint8_t>(signature);
        telegram[12] = static_cast<std::uint8_t>(signature >> 8U);
        const auto message = message_view::parse(telegram);
        REQUIRE(message);
        const auto& security = message->security();
        REQUIRE(security.extension.size() + security.encrypted.size() + security.plain.size() == 16);
        const bool is_open = security.plain.size() == 16;
        const auto mode = signature >> 8U & 0x1FU;
        if ((signature & 0xFFU) == 0)
            REQUIRE(is_open);
        if (mode == 5)
            REQUIRE(is_open == ((signature & 0xF0U) != 0x10 && (signature & 0xF0U) != 0xF0));
        if (mode == 2 || mode == 3)
            REQUIRE(is_open == ((signature & 0xFFU) != 8 && (signature & 0xFFU) != 16));
    }
}

TEST_CASE("over the air a payload shorter than announced stays closed") {
    auto cut = encrypted;
    cut.resize(30);
    const auto message = message_view::parse(cut, medium_access::wireless);
    REQUIRE(message);
    CHECK(message->records().octets().empty());
    CHECK(message->security().problem == tpl_error(errc::truncated, 30));
}

TEST_CASE("an opened message has the plaintext where the ciphertext was") {
    const auto closed = message_view::parse(encrypted, medium_access::wireless);
    REQUIRE(closed);
    const auto open = closed->opened(decrypted, 7, 30, true);
    CHECK(open.security().state == security_state::decrypted);
    CHECK(open.security().is_authenticated);
    CHECK(open.security().encrypted.empty());
    CHECK(open.wire().data() == decrypted.data());
    CHECK(open.payload().data() == decrypted.data() + 5);
    CHECK(open.payload().size() == 32);
    CHECK(open.application_offset() == 7);
    CHECK(open.application_octets().data() == decrypted.data() + 7);
    CHECK(count(open.records()) == 3);
    CHECK(open.short_header() == closed->short_header());

    const auto part = closed->opened(decrypted, 7, 14, false);
    CHECK_FALSE(part.security().is_authenticated);
    CHECK(part.security().plain.size() == 14);
    CHECK(part.security().encrypted.size() == 16);
    CHECK(part.application_offset() == 7);
}

TEST_CASE("an opened message of mode 10 keeps its extension and its tag") {
    const auto wire = "7A 30 10 FF 2A 10 00 8C 57 0E 00 04 13 01 00 00 00 AA BB CC DD"_octets;
    const auto closed = message_view::parse(wire, medium_access::wireless);
    REQUIRE(closed);
    CHECK(closed->security().extension.size() == 6);
    CHECK(closed->security().encrypted.size() == 6);
    CHECK(closed->security().tag.size() == 4);
    CHECK(closed->application_octets().empty());
    const auto open = closed->opened(wire, 11, 6, true);
    CHECK(open.security().tag.data() == wire.data() + 17);
    CHECK(open.security().extension.data() == wire.data() + 5);
    CHECK(open.security().encrypted.empty());
    CHECK(count(open.records()) == 1);
}

TEST_CASE("a judgement changes the state of a message and nothing else") {
    const auto closed = message_view::parse(encrypted, medium_access::wireless);
    REQUIRE(closed);
    const auto wrong = closed->judged(security_state::wrong_key, false, no_error);
    CHECK(wrong.security().state == security_state::wrong_key);
    CHECK(wrong.security().problem == no_error);
    CHECK(wrong.security().encrypted.size() == 32);
    CHECK(wrong.application_octets().empty());
    const auto cut = wrong.judged(security_state::mac_mismatch, false, tpl_error(errc::truncated, 9));
    CHECK(cut.security().problem == tpl_error(errc::truncated, 9));
    CHECK(cut.judged(security_state::no_key, false, no_error).security().problem.offset == 9);
}

TEST_CASE("a compact frame has the records of its full frame once they are known") {
    const auto wire = "79 3B 31 A6 42 D2 04 2E 16 34 23"_octets;
    const auto full = "02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
    const auto compact = message_view::parse(wire);
    REQUIRE(compact);
    CHECK_FALSE(compact->is_expanded());
    CHECK_FALSE(compact->has_records());
    const auto expanded = compact->with_records(full);
    CHECK(expanded.is_expanded());
    CHECK(expanded.has_records());
    CHECK(expanded.ci() == ci_field{0x79});
    CHECK(expanded.application() == application::compact_frame);
    CHECK(expanded.application_octets().data() == full.data());
    CHECK(expanded.application_offset() == 1);
    CHECK(expanded.security().plain.data() == wire.data() + 1);
    CHECK(count(expanded.records()) == 3);
}
