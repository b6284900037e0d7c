#include <meterlink/core/result.hpp>

#include <type_traits>

#include "support/catch.hpp"

using namespace meterlink;

namespace {

constexpr result<int> half(int x) {
    if (x % 2 != 0)
        return fail(errc::value_out_of_range, layer::core, 1, 0, 1);
    return x / 2;
}

} // namespace

TEST_CASE("a result holds a value or the error that was passed to fail") {
    STATIC_REQUIRE(half(8).has_value());
    STATIC_REQUIRE(*half(8) == 4);
    STATIC_REQUIRE_FALSE(half(7).has_value());
    STATIC_REQUIRE(half(7).error() == error{errc::value_out_of_range, layer::core, 1, 0, 1});
    CHECK(half(7).value_or(-1) == -1);
}

TEST_CASE("an error passed on points into the larger input") {
    const auto outer = [](int x) -> result<long> {
        const auto inner = half(x);
        if (!inner)
            return fail(inner.error(), 10);
        return *inner;
    };
    CHECK(*outer(4) == 2);
    CHECK(outer(5).error().offset == 11);
    CHECK(outer(5).error().found == 1);
    CHECK(fail(error{errc::checksum, layer::mbus, 3, -1, -1}).value().offset == 3);
}

TEST_CASE("results chain") {
    CHECK(half(8).and_then(half).value() == 2);
    CHECK(half(6).and_then(half).error().code == errc::value_out_of_range);
    CHECK(half(6).map([](int x) { return x + 1; }).value() == 4);
}

TEST_CASE("results of plain values are plain, so that they cost no more than their parts") {
    STATIC_REQUIRE(std::is_trivially_destructible_v<result<int>>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<result<int>>);
}
