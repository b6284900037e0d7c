#include <meterlink/tpl/format_signature.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

std::vector<std::uint8_t> octets(const format_headers& headers) { return {headers.begin(), headers.end()}; }

} // namespace

TEST_CASE("the signature of the standard's example is as printed") {
    const auto wire = "02 02 D2 04 02 15 2E 16 02 2A 34 23"_octets;
    const apl::record_range records{wire};
    CHECK(octets(headers_of(records).value()) == "02 02 02 15 02 2A"_octets);
    CHECK(signature_of(records) == 0x3B31);
    CHECK(signature_of("02 02 02 15 02 2A"_octets) == 0x3B31);
    CHECK(full_frame_crc_of(records) == 0xA642);
}

TEST_CASE("LVAR is data, and extensions are headers") {
    const auto wire = "0D FD 11 02 41 42 84 40 04 01 02 03 04"_octets;
    CHECK(octets(headers_of(apl::record_range{wire}).value()) == "0D FD 11 84 40 04"_octets);
}

TEST_CASE("fillers and manufacturer data do not count") {
    const auto plain = "02 02 D2 04 02 15 2E 16"_octets;
    const auto filled = "2F 02 02 D2 04 2F 2F 02 15 2E 16 2F 0F 01 02"_octets;
    CHECK(signature_of(apl::record_range{filled}) == signature_of(apl::record_range{plain}).value());
    CHECK(full_frame_crc_of(apl::record_range{filled}) ==
          full_frame_crc_of(apl::record_range{plain}).value());
    CHECK(headers_of(apl::record_range{filled}) == headers_of(apl::record_range{plain}).value());
}

TEST_CASE("no records have the signature of nothing") {
    CHECK(headers_of(apl::record_range{})->empty());
    CHECK(signature_of(apl::record_range{}) == 0xFFFF);
    CHECK(full_frame_crc_of(apl::record_range{}) == 0xFFFF);
}

TEST_CASE("a bad record has no signature and makes none") {
    const auto wire = "02 02 D2 04 04 15 2E"_octets;
    const apl::record_range records{wire};
    CHECK(headers_of(records).error() == apl_error(errc::truncated, 7));
    CHECK(signature_of(records).error() == apl_error(errc::truncated, 7));
    CHECK(full_frame_crc_of(records).error() == apl_error(errc::truncated, 7));
}

TEST_CASE("a format longer than a format frame has a signature and no list of headers") {
    std::vector<std::uint8_t> wire;
    for (int i = 0; i < 127; ++i)
        wire.insert(wire.end(), {0x01, 0x13, 0x05});
    CHECK(headers_of(apl::record_range{wire}).error() == tpl_error(errc::buffer_too_small, max_format_size));
    CHECK(signature_of(apl::record_range{wire}));
    wire.resize(126 * 3);
    CHECK(headers_of(apl::record_range{wire})->size() == 252);
}
