#include <meterlink/tpl/format_cache.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

const auto full = "78 02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
const auto format = "69 08 31 3B 02 02 02 15 02 2A"_octets;
const auto compact = "79 31 3B 42 A6 D2 04 2E 16 34 23"_octets;

const format_teacher meter{{{0x2C2D}, 0x12345678, 0x33, device_type::electricity}, false};

message_view parse(const std::vector<std::uint8_t>& wire) {
    const auto message = message_view::parse(wire, medium_access::wireless);
    REQUIRE(message);
    return *message;
}

std::vector<std::uint8_t> octets(bytes_view view) { return {view.begin(), view.end()}; }

/// A header of one record with the storage number in two DIFE, so that there are many.
std::vector<std::uint8_t> headers(unsigned number) {
    return {0x84, static_cast<std::uint8_t>(0x80U | (number & 0x0FU)),
            static_cast<std::uint8_t>((number >> 4U) & 0x0FU), 0x13};
}

} // namespace

TEST_CASE("a compact frame is read after a full frame or a format frame") {
    for (const auto& teacher : {full, format}) {
        format_cache cache;
        std::vector<std::uint8_t> buffer(12);
        CHECK(cache.expand(parse(compact), meter, buffer).error() ==
              error{errc::signature_unknown, layer::tpl, 1, -1, 0x3B31});
        CHECK(cache.learn(parse(teacher), meter) == 0x3B31);
        CHECK(cache.contains(0x3B31));
        CHECK(cache.size() == 1);
        const auto message = cache.expand(parse(compact), meter, buffer);
        REQUIRE(message);
        CHECK(message->is_expanded());
        CHECK(octets(message->application_octets()) == octets(bytes_view{full}.subspan(1)));
        CHECK(message->application_octets().data() == buffer.data());
        CHECK(signature_of(message->records()) == 0x3B31);
    }
}

TEST_CASE("compact frames behind headers are read alike") {
    const auto with_short = "7B 01 00 00 00 31 3B 42 A6 D2 04 2E 16 34 23"_octets;
    const auto format_with_short = "6A 01 00 00 00 08 31 3B 02 02 02 15 02 2A"_octets;
    format_cache cache;
    CHECK(cache.learn(parse(format_with_short), meter) == 0x3B31);
    std::vector<std::uint8_t> buffer(40);
    const auto message = cache.expand(parse(with_short), meter, buffer);
    REQUIRE(message);
    CHECK(message->application_octets().size() == 12);
    CHECK(message->short_header()->access_number == 1);
}

TEST_CASE("records of variable length bring their LVAR as data") {
    const auto teacher = "78 0D FD 11 02 41 42 01 13 05"_octets;
    const auto spoken = "78 0D FD 11 03 43 44 45 01 13 06"_octets;
    format_cache cache;
    REQUIRE(cache.learn(parse(teacher), meter));
    const auto frame = compact_frame::of(parse(spoken).records()).value();
    const auto wire = to_bytes(frame);
    std::vector<std::uint8_t> buffer(40);
    const auto records = cache.expand(compact_frame_view::parse(wire).value(), meter, buffer);
    REQUIRE(records);
    CHECK(octets(*records) == octets(bytes_view{spoken}.subspan(1)));

    auto reserved = wire;
    reserved[4] = 0xFF;
    CHECK(cache.expand(compact_frame_view::parse(reserved).value(), meter, buffer).error() ==
          apl_error(errc::lvar_reserved, 4, 0xFF));
    CHECK(cache.expand(compact_frame_view::parse(bytes_view{wire}.first(4)).value(), meter, buffer).error() ==
          apl_error(errc::truncated, 4));
}

TEST_CASE("a compact frame with other data or another CRC is refused") {
    format_cache cache;
    REQUIRE(cache.learn(parse(full), meter));
    std::vector<std::uint8_t> buffer(40);
    for (std::size_t i = 3; i < compact.size(); ++i) {
        auto changed = compact;
        changed[i] ^= 0x01;
        const auto message = cache.expand(parse(changed), meter, buffer);
        REQUIRE_FALSE(message);
        CHECK(message.error().code == errc::full_frame_crc);
        CHECK(message.error().offset == 3);
        CHECK(message.error().expected != message.error().found);
    }
    for (std::size_t size = 5; size < compact.size(); ++size) {
        auto cut = compact;
        cut.resize(size);
        CHECK(cache.expand(parse(cut), meter, buffer).error() == apl_error(errc::truncated, size));
    }
    auto cut = compact;
    cut.resize(4);
    CHECK(cache.expand(parse(cut), meter, buffer).error() == tpl_error(errc::truncated, 4));
}

TEST_CASE("what follows the data of a compact frame stays behind the records") {
    format_cache cache;
    REQUIRE(cache.learn(parse(full), meter));
    auto longer = compact;
    longer.insert(longer.end(), {0x2F, 0x2F, 0x0F, 0x01});
    std::vector<std::uint8_t> buffer(40);
    const auto message = cache.expand(parse(longer), meter, buffer);
    REQUIRE(message);
    CHECK(message->application_octets().size() == 16);
    CHECK(message->records().trailer().manufacturer_data.size() == 1);
}

TEST_CASE("without room for the records there are none") {
    format_cache cache;
    REQUIRE(cache.learn(parse(full), meter));
    std::vector<std::uint8_t> buffer(11);
    CHECK(cache.expand(parse(compact), meter, buffer).error() == tpl_error(errc::buffer_too_small, 12));
}

TEST_CASE("only frames that tell a format teach one") {
    format_cache cache;
    CHECK(cache.learn(parse(compact), meter).error() == error{errc::ci_unexpected, layer::tpl, 0, -1, 0x79});
    CHECK(cache.learn(parse("51 02 02 D2 04"_octets), meter).error().code == errc::ci_unexpected);
    CHECK(cache.learn(parse("78 02 02 D2"_octets), meter).error() == apl_error(errc::truncated, 4));
    CHECK(cache.learn(parse("78"_octets), meter).error() == apl_error(errc::truncated, 1));
    auto changed = format;
    changed[5] = 0x03;
    CHECK(cache.learn(parse(changed), meter).error().code == errc::signature_mismatch);
    CHECK(cache.learn(parse("69 02 FF FF"_octets), meter).error() == apl_error(errc::truncated, 4));
    CHECK(cache.size() == 0);
    std::vector<std::uint8_t> buffer(40);
    CHECK(cache.expand(parse(full), meter, buffer).error() ==
          error{errc::ci_unexpected, layer::tpl, 0, -1, 0x78});
}

TEST_CASE("headers that are none are refused with the place of the defect") {
    format_cache cache;
    CHECK(cache.insert({}).error() == apl_error(errc::truncated, 0));
    CHECK(cache.insert("02 02 2F"_octets).error() == apl_error(errc::dif_reserved, 2, 0x2F));
    CHECK(cache.insert("02 02 84"_octets).error() == apl_error(errc::truncated, 3));
    CHECK(cache.insert("02 02 02"_octets).error() == apl_error(errc::truncated, 3));
    CHECK(cache.insert("02 02 02 FD"_octets).error() == apl_error(errc::truncated, 4));
    const std::vector<std::uint8_t> many(max_format_size + 1, 0x13);
    CHECK(cache.insert(many).error() == tpl_error(errc::buffer_too_small, max_format_size));
    CHECK(cache.size() == 0);
}

TEST_CASE("a format is remembered once") {
    format_cache cache;
    CHECK(cache.learn(parse(full), meter) == 0x3B31);
    CHECK(cache.learn(parse(format), meter) == 0x3B31);
    CHECK(cache.size() == 1);
    CHECK(cache.insert("02 02 02 15 02 2A"_octets) == 0x3B31); // now for everybody
    CHECK(cache.insert("02 02 02 15 02 2A"_octets) == 0x3B31);
    CHECK(cache.size() == 2);
}

TEST_CASE("a format serves its teacher alone unless the user gives it") {
    const format_teacher other{{{0x2C2D}, 0x12345679, 0x33, device_type::electricity}, false};
    std::vector<std::uint8_t> buffer(40);
    format_cache cache;
    REQUIRE(cache.learn(parse(full), other));
    CHECK(cache.expand(parse(compact), meter, buffer).error().code == errc::signature_unknown);
    CHECK(cache.expand(parse(compact), other, buffer));
    REQUIRE(cache.insert("02 02 02 15 02 2A"_octets));
    CHECK(cache.expand(parse(compact), meter, buffer));
}

TEST_CASE("a format that came in the clear serves no frame that was encrypted") {
    auto secret = meter;
    secret.is_protected = true;
    std::vector<std::uint8_t> buffer(40);
    format_cache cache;
    REQUIRE(cache.learn(parse(full), meter));
    CHECK(cache.expand(parse(compact), secret, buffer).error().code == errc::signature_unknown);
    REQUIRE(cache.learn(parse(full), secret));
    CHECK(cache.size() == 1);
    CHECK(cache.expand(parse(compact), secret, buffer));
    CHECK(cache.expand(parse(compact), meter, buffer));
}

TEST_CASE("a frame that two different formats fit is not read") {
    // The second gives a thousand times as much, and has the signature and the CRC of the first.
    const auto right = "02 FF 20 04 13 44 13 61 5B 61 67"_octets;
    const auto forged = "02 FF 5D 04 16 24 0D 41 45 21 67"_octets;
    REQUIRE(signature_of(right) == signature_of(forged));
    const auto records = "02 FF 20 00 00 04 13 09 03 00 00 44 13 00 00 00 00 61 5B 15 61 67 03"_octets;
    const auto frame = to_bytes(compact_frame::of(apl::record_range{records}).value());
    std::vector<std::uint8_t> buffer(40);
    format_cache cache;
    REQUIRE(cache.insert(right));
    REQUIRE(cache.expand(compact_frame_view::parse(frame).value(), meter, buffer));
    REQUIRE(cache.insert(forged));
    CHECK(cache.expand(compact_frame_view::parse(frame).value(), meter, buffer).error().code ==
          errc::signature_ambiguous);
}

TEST_CASE("what came in the clear makes room before what is trusted") {
    auto secret = meter;
    secret.is_protected = true;
    format_cache cache{3};
    REQUIRE(cache.insert(headers(1)));
    REQUIRE(cache.insert(headers(2), secret));
    for (unsigned number = 3; number < 9; ++number)
        REQUIRE(cache.insert(headers(number), meter));
    CHECK(cache.contains(signature_of(headers(1))));
    CHECK(cache.contains(signature_of(headers(2))));
    CHECK(cache.contains(signature_of(headers(8))));
}

TEST_CASE("a full cache forgets the format that was not heard of for longest") {
    format_cache cache{3};
    CHECK(cache.capacity() == 3);
    for (const unsigned number : {1U, 2U, 3U, 1U, 4U})
        REQUIRE(cache.insert(headers(number)));
    CHECK(cache.size() == 3);
    CHECK(cache.contains(signature_of(headers(1))));
    CHECK_FALSE(cache.contains(signature_of(headers(2))));
    CHECK(cache.contains(signature_of(headers(3))));
    CHECK(cache.contains(signature_of(headers(4))));
    format_cache least{0};
    CHECK(least.capacity() == 1);
}

TEST_CASE("formats are listed by signature, to be saved and learnt again") {
    format_cache cache;
    for (unsigned number = 0; number < 200; ++number)
        REQUIRE(cache.insert(headers(number)));
    CHECK(cache.size() == 200);
    format_cache again;
    std::vector<std::uint16_t> signatures;
    cache.for_each([&](const record_format& one, const std::optional<format_teacher>& teacher) {
        CHECK_FALSE(teacher);
        CHECK(signature_of(one.headers()) == one.signature());
        signatures.push_back(one.signature());
        CHECK(again.insert(one.headers()) == one.signature());
    });
    CHECK(signatures.size() == 200);
    CHECK(std::is_sorted(signatures.begin(), signatures.end()));
    CHECK(again.size() == 200);
}

TEST_CASE("two formats with one signature are told apart by the CRC of the full frame") {
    // Of about 65 536 formats of two records one has the signature of the first.
    std::mt19937 random{1};
    const auto drawn = [&] {
        auto out = headers(random() & 0xFFU);
        const auto other = headers(random() & 0xFFU);
        out.push_back(static_cast<std::uint8_t>(random() & 0x07U));
        out[3] |= 0x80U; // a VIFE, so that there are enough of them
        out.insert(out.end(), other.begin(), other.end());
        return out;
    };
    const auto first = drawn();
    auto second = drawn();
    for (int round = 0; round < 2'000'000 && signature_of(second) != signature_of(first); ++round)
        second = drawn();
    REQUIRE(signature_of(second) == signature_of(first));
    REQUIRE(second != first);
    format_cache cache;
    REQUIRE(cache.insert(first) == signature_of(second));
    REQUIRE(cache.insert(second));
    CHECK(cache.size() == 2);
    const auto data = "01 02 03 04 05 06 07 08"_octets;
    for (const auto& which : {first, second}) {
        std::vector<std::uint8_t> records(which.begin(), which.begin() + 5);
        records.insert(records.end(), data.begin(), data.begin() + 4);
        records.insert(records.end(), which.begin() + 5, which.end());
        records.insert(records.end(), data.begin() + 4, data.end());
        const auto frame = to_bytes(compact_frame::of(apl::record_range{records}).value());
        std::vector<std::uint8_t> buffer(40);
        const auto expanded = cache.expand(compact_frame_view::parse(frame).value(), meter, buffer);
        REQUIRE(expanded);
        CHECK(octets(*expanded) == records);
    }
}

TEST_CASE("any headers are a format or an error") {
    std::mt19937 random{3};
    format_cache cache{64};
    std::vector<std::uint8_t> buffer(400);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> some(random() % 12);
        for (auto& octet : some)
            octet = static_cast<std::uint8_t>(random());
        const auto signature = cache.insert(some);
        if (!signature)
            continue;
        REQUIRE(cache.contains(*signature));
        std::vector<std::uint8_t> data(random() % 40);
        const auto expanded = cache.expand(compact_frame_view{*signature, 0, data}, meter, buffer);
        REQUIRE((expanded || expanded.error().code != errc::signature_unknown));
    }
    CHECK(cache.size() == 64);
}

TEST_CASE("formats of as many meters as there is room for are learned one as quickly as the other") {
    format_cache cache{50'000};
    auto one = meter;
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        one.meter.identification = i;
        REQUIRE(cache.learn(parse(full), one));
    }
    CHECK(cache.size() == 50'000);
    std::vector<std::uint8_t> buffer(40);
    CHECK(cache.expand(parse(compact), one, buffer));
}
