#include <meterlink/apl/application_error.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

TEST_CASE("an application error is its first octet") {
    CHECK(application_error::parse("08"_octets) == application_error{8, true});
    CHECK(application_error::parse("02 AA BB"_octets) == application_error{2, true});
}

TEST_CASE("an application error without a code is unspecified, and differs from code 00") {
    const auto bare = application_error::parse({});
    CHECK(bare.code == 0);
    CHECK_FALSE(bare.has_code);
    CHECK(name(bare) == "unspecified");
    CHECK(bare != application_error::parse("00"_octets));
}

TEST_CASE("application errors have stable names, and codes without one survive") {
    constexpr std::array<std::string_view, 10> names{
        "unspecified",   "unimplemented_ci", "buffer_too_long", "too_many_records", "premature_end_of_record",
        "too_many_dife", "too_many_vife",    "reserved",        "application_busy", "too_many_readouts"};
    for (std::size_t code = 0; code < names.size(); ++code)
        CHECK(name(application_error{static_cast<std::uint8_t>(code)}) == names[code]);
    for (unsigned code = 10; code <= 0xFF; ++code)
        CHECK(name(application_error{static_cast<std::uint8_t>(code)}) == "unknown");
}

TEST_CASE("every application error is emitted as it was parsed") {
    for (unsigned code = 0; code <= 0xFF; ++code) {
        const std::vector<std::uint8_t> wire{static_cast<std::uint8_t>(code)};
        CHECK(to_bytes(application_error::parse(wire)) == wire);
    }
    CHECK(to_bytes(application_error::parse({})).empty());
    CHECK(application_error{1}.emit({}).error() == error{errc::buffer_too_small, layer::core, 0});
}
