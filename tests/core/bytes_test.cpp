#include <meterlink/core/bytes.hpp>

#include <array>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

TEST_CASE("a view of bytes borrows from any contiguous container") {
    const std::vector<std::uint8_t> owner{0x68, 0x1F};
    const bytes_view view = owner;
    CHECK(view.data() == owner.data());
    CHECK(view.size() == 2);
    constexpr std::array<std::uint8_t, 1> ack{0xE5};
    CHECK(bytes_view{ack}[0] == 0xE5);
}

TEST_CASE("a view of bytes is read-only and a span of bytes writes through") {
    STATIC_REQUIRE(std::is_convertible_v<bytes_span, bytes_view>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<bytes_view, bytes_span>);
    STATIC_REQUIRE_FALSE(std::is_assignable_v<bytes_view::reference, std::uint8_t>);
    std::array<std::uint8_t, 2> owner{};
    bytes_span{owner}[1] = 0x16;
    CHECK(owner[1] == 0x16);
}

TEST_CASE("the byte order of a new field is that of EN 13757") {
    CHECK(byte_order{} == byte_order::least_significant_first);
}
