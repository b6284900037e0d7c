#include <meterlink/core/bounded_bytes.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;

TEST_CASE("bounded bytes copy what fits and refuse what does not") {
    const std::vector<std::uint8_t> source{1, 2, 3, 4, 5};
    for (std::size_t size = 0; size <= source.size(); ++size) {
        const auto octets = bounded_bytes<3>::from(bytes_view{source}.first(size));
        REQUIRE(octets.has_value() == (size <= 3));
        if (octets)
            CHECK(std::vector<std::uint8_t>(octets->begin(), octets->end()) ==
                  std::vector<std::uint8_t>(source.begin(),
                                            source.begin() + static_cast<std::ptrdiff_t>(size)));
        else
            CHECK(octets.error() == error{errc::buffer_too_small, layer::core, 3, -1, -1});
    }
}

TEST_CASE("bounded bytes grow up to their capacity and change nothing beyond") {
    bounded_bytes<3> octets;
    CHECK(octets.empty());
    CHECK(octets.capacity() == 3);
    CHECK(octets.push_back(0x10));
    CHECK_FALSE(octets.append(std::array<std::uint8_t, 3>{1, 2, 3}));
    CHECK(octets.size() == 1);
    CHECK(octets.append(std::array<std::uint8_t, 2>{0x7B, 0xFE}));
    CHECK_FALSE(octets.push_back(0x16));
    CHECK(octets.append({}));
    CHECK(octets.size() == 3);
    CHECK(octets[0] == 0x10);
    CHECK(octets[2] == 0xFE);
    octets.clear();
    CHECK(octets.empty());
    CHECK(octets.push_back(0x16));
}

TEST_CASE("bounded bytes are equal when their octets are, whatever stood behind them") {
    bounded_bytes<4> a;
    a.append(std::array<std::uint8_t, 3>{1, 2, 3});
    a.clear();
    a.push_back(1);
    bounded_bytes<4> b;
    b.push_back(1);
    CHECK(a == b);
    b.push_back(0);
    CHECK_FALSE(a == b);
}

TEST_CASE("bounded bytes are a view of themselves") {
    bounded_bytes<2> octets;
    octets.push_back(0xE5);
    const bytes_view view = octets;
    CHECK(view.data() == octets.data());
    CHECK(view.size() == 1);
    CHECK(octets.view().size() == 1);
    STATIC_REQUIRE((*bounded_bytes<2>::from(std::array<std::uint8_t, 2>{1, 2})).size() == 2);
    bounded_bytes<0> none;
    CHECK_FALSE(none.push_back(0));
    CHECK(none.append({}));
}
