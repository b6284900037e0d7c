#include <meterlink/apl/lvar.hpp>

#include <cstddef>
#include <cstdint>

#include "support/catch.hpp"

using namespace meterlink::apl;

namespace {

struct expectation {
    lvar_kind kind;
    std::size_t size;
};

/// EN 13757-3:2018, table 5, as a chain of questions.
expectation expected(unsigned code) {
    if (code < 0xC0)
        return {lvar_kind::text, code};
    const auto low = code % 16;
    if (code < 0xD0)
        return low <= 9 ? expectation{lvar_kind::positive_bcd, low} : expectation{lvar_kind::reserved, 0};
    if (code < 0xE0)
        return low <= 9 ? expectation{lvar_kind::negative_bcd, low} : expectation{lvar_kind::reserved, 0};
    if (code < 0xF0)
        return {lvar_kind::binary, low};
    switch (code) {
    case 0xF0: return {lvar_kind::binary, 16};
    case 0xF1: return {lvar_kind::binary, 20};
    case 0xF2: return {lvar_kind::binary, 24};
    case 0xF3: return {lvar_kind::binary, 28};
    case 0xF4: return {lvar_kind::binary, 32};
    case 0xF5: return {lvar_kind::binary, 48};
    case 0xF6: return {lvar_kind::binary, 64};
    default: return {lvar_kind::reserved, 0};
    }
}

} // namespace

TEST_CASE("every LVAR announces the kind and length that the standard gives it") {
    for (unsigned code = 0; code <= 0xFF; ++code) {
        CAPTURE(code);
        const lvar length{static_cast<std::uint8_t>(code)};
        CHECK(length.kind() == expected(code).kind);
        CHECK(length.size() == expected(code).size);
    }
    STATIC_REQUIRE(lvar{0xF4}.size() == 32);
    STATIC_REQUIRE(lvar{0xC9} != lvar{0xD9});
}

TEST_CASE("the kinds of LVAR have names") {
    CHECK(name(lvar_kind::text) == "text");
    CHECK(name(lvar_kind::positive_bcd) == "positive BCD");
    CHECK(name(lvar_kind::negative_bcd) == "negative BCD");
    CHECK(name(lvar_kind::binary) == "binary");
    CHECK(name(lvar_kind::reserved) == "reserved");
}
