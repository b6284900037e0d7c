#include <meterlink/core/writer.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

using octets = std::vector<std::uint8_t>;

struct short_frame {
    static constexpr std::size_t wire_size() { return 3; }
    static constexpr result<std::size_t> emit(bytes_span out) {
        return writer{out}.u8(0x10).u16(0x16FE).finish();
    }
};

struct unencodable {
    static std::size_t wire_size() { return 5; }
    static result<std::size_t> emit(bytes_span) { return fail(errc::value_not_encodable, layer::apl, 0); }
};

struct without_size {
    static result<std::size_t> emit(bytes_span) { return 0; }
};

} // namespace

TEST_CASE("a writer fills its span, least significant octet first") {
    std::array<std::uint8_t, 16> out{};
    writer w{out};
    w.u8(0x68).u16(0x1234).u32(0xDEADBEEF).little_endian(0x0102030405, 5);
    w.bytes(std::array<std::uint8_t, 2>{0xAA, 0x16});
    CHECK(w.size() == 14);
    CHECK(octets(w.written().begin(), w.written().end()) ==
          octets{0x68, 0x34, 0x12, 0xEF, 0xBE, 0xAD, 0xDE, 5, 4, 3, 2, 1, 0xAA, 0x16});
    CHECK(w.finish() == 14U);
}

TEST_CASE("a writer turns a number round where the other order is asked for") {
    std::array<std::uint8_t, 6> out{};
    writer w{out};
    w.number(0xAA010203, 3, byte_order::least_significant_first);
    w.number(0xAA010203, 3, byte_order::most_significant_first);
    CHECK(out == std::array<std::uint8_t, 6>{3, 2, 1, 1, 2, 3});
}

TEST_CASE("a number wider than 64 bits is padded with zeros") {
    std::array<std::uint8_t, 10> out{};
    out.fill(0xEE);
    CHECK(writer{out}.little_endian(0xFFFFFFFFFFFFFFFF, 10).finish() == 10U);
    CHECK(out[7] == 0xFF);
    CHECK(out[8] == 0);
    CHECK(out[9] == 0);
}

TEST_CASE("a writer never writes behind its span, and finish tells") {
    for (std::size_t room = 0; room < 8; ++room) {
        std::array<std::uint8_t, 8> out{};
        out.fill(0xEE);
        writer w{bytes_span{out}.first(room)};
        w.u8(1).u16(0x0302).u32(0x07060504);
        CHECK(w.size() == 7);
        CHECK(w.written().size() == std::min<std::size_t>(room, 7));
        for (std::size_t i = 0; i < out.size(); ++i)
            CHECK(out[i] == (i < w.written().size() ? i + 1 : 0xEE));
        const auto written = w.finish();
        REQUIRE(written.has_value() == (room >= 7));
        if (!written)
            CHECK(written.error() == error{errc::buffer_too_small, layer::core, room, -1, -1});
    }
}

TEST_CASE("what has a wire size and emits can be had as octets") {
    STATIC_REQUIRE(emittable<short_frame>);
    STATIC_REQUIRE_FALSE(emittable<without_size>);
    STATIC_REQUIRE_FALSE(emittable<int>);
    CHECK(to_bytes(short_frame{}) == octets{0x10, 0xFE, 0x16});
    CHECK(to_bytes(unencodable{}).empty());
}
