#include <meterlink/apl/compact_profile.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <meterlink/core/civil_time_text.hpp>
#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/hex.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using apl::compact_profile;
using apl::record_range;

namespace {

/// Every point of every profile in the records, as `storage time value`.
std::vector<std::string> expanded(const std::string& hex) {
    const auto octets = *parse_hex_strict(hex);
    const record_range records{octets};
    std::vector<std::string> points;
    for (const auto& record : records) {
        REQUIRE(record);
        if (!record->measurement().is_profile)
            continue;
        const auto profile = compact_profile::parse(*record, records);
        REQUIRE(profile);
        profile->for_each([&](const apl::profile_point& point) {
            const auto* number = std::get_if<decimal>(&point.value);
            points.push_back(std::to_string(point.storage) + " " +
                             (point.time ? to_string(*point.time) : "-") + " " +
                             (number != nullptr ? to_string(*number) : "invalid"));
        });
    }
    return points;
}

/// The error of the one record in `hex`, read as a profile.
error refused(const std::string& hex) {
    const auto octets = *parse_hex_strict(hex);
    const record_range records{octets};
    const auto record = *records.begin();
    REQUIRE(record);
    return compact_profile::parse(*record, records).error();
}

using points = std::vector<std::string>;

} // namespace

TEST_CASE("increments are added going forward (EN 13757-3:2018, F.2.7)") {
    CHECK(expanded("84046D002041118B04150030128D04951F056901030211") ==
          points{"9 2010-01-01T01:00:00 12300.3", "10 2010-01-01T02:00:00 12300.5",
                 "11 2010-01-01T03:00:00 12301.6"});
}

TEST_CASE("increments are subtracted going backward (EN 13757-3:2018, F.2.8)") {
    CHECK(expanded("84046D002341118B04151630128D049513056901110203") ==
          points{"9 2010-01-01T02:00:00 12300.5", "10 2010-01-01T01:00:00 12300.3",
                 "11 2010-01-01T00:00:00 12300.0"});
}

TEST_CASE("absolute monthly values with register numbers (EN 13757-3:2018, F.2.6)") {
    CHECK(expanded("868081006D0000A04111358490810003F04902008D908100831E0A34FEA0860100D0FB0100"
                   "C68181006D0B0C8D59130CC491810003905F01008682"
                   "81006D00008041140D849281000350C300008D928100831E0634FE00710200") ==
          points{"33 2010-02-01T00:00:00 100000", "34 2010-03-01T00:00:00 130000",
                 "37 2010-05-01T00:00:00 160000"});
}

TEST_CASE("each mode adds or subtracts as the direction says") {
    // Base 100 (16 bit), elements 8 bit: 10 and 5; hourly; storage 8, volume in m3.
    const std::string base = "8204166400";
    const auto with = [&](const std::string& vife, const std::string& control) {
        return expanded(base + "8D0496" + vife + "04" + control + "010A05");
    };
    CHECK(with("1F", "61") == points{"9 - 110", "10 - 115"}); // positive, forward
    CHECK(with("1F", "A1") == points{"9 - 90", "10 - 85"});   // negative, forward
    CHECK(with("1F", "E1") == points{"9 - 110", "10 - 115"}); // signed difference, forward
    CHECK(with("13", "61") == points{"9 - 90", "10 - 85"});   // positive, backward
    CHECK(with("13", "A1") == points{"9 - 110", "10 - 115"}); // negative, backward
    CHECK(with("13", "E1") == points{"9 - 90", "10 - 85"});
    CHECK(with("1F", "21") == points{"9 - 10", "10 - 5"}); // absolute
}

TEST_CASE("unsigned increments use the sign bit, signed ones do not") {
    const std::string base = "8204166400";
    CHECK(expanded(base + "8D04961F036101FE") == points{"9 - 354"});
    CHECK(expanded(base + "8D04961F03E101FE") == points{"9 - 98"});
}

TEST_CASE("an invalid increment ends the series") {
    const std::string base = "8204166400";
    CHECK(expanded(base + "8D04961F05610101FF01") == points{"9 - 101", "10 - invalid", "11 - invalid"});
    // Absolute values stand for themselves.
    CHECK(expanded(base + "8D04961F05210101"
                          "8001") == points{"9 - 1", "10 - invalid", "11 - 1"});
}

TEST_CASE("increments without a base value are invalid, absolute values are not") {
    CHECK(expanded("8D04961F0361010A") == points{"9 - invalid"});
    CHECK(expanded("8D04961F0321010A") == points{"9 - 10"});
    // A record of another direction of flow is no base.
    CHECK(expanded("820496"
                   "3B6400"
                   "8D04961F0361010A") == points{"9 - invalid"});
    CHECK(expanded("820496"
                   "3B6400"
                   "8D0496"
                   "BB1F0361010A") == points{"9 - 110"});
}

TEST_CASE("spacings reach from seconds to half years") {
    // Base time 2010-01-01 (type G, storage 8); absolute 8 bit elements 1 and 2.
    const auto with = [](const std::string& control, const std::string& spacing) {
        return expanded("82046C41118D04961F04" + control + spacing + "0102");
    };
    CHECK(with("01", "1E") == points{"9 2010-01-01T00:00:30 1", "10 2010-01-01T00:01:00 2"});
    CHECK(with("11", "0F") == points{"9 2010-01-01T00:15:00 1", "10 2010-01-01T00:30:00 2"});
    CHECK(with("31", "07") == points{"9 2010-01-08T00:00:00 1", "10 2010-01-15T00:00:00 2"});
    CHECK(with("31", "FD") == points{"9 2010-01-16T00:00:00 1", "10 2010-02-01T00:00:00 2"});
    CHECK(with("31", "FE") == points{"9 2010-02-01T00:00:00 1", "10 2010-03-01T00:00:00 2"});
    CHECK(with("21", "FE") == points{"9 2010-04-01T00:00:00 1", "10 2010-07-01T00:00:00 2"});
    CHECK(with("11", "FE") == points{"9 2010-07-01T00:00:00 1", "10 2011-01-01T00:00:00 2"});
    CHECK(with("01", "00") == points{"9 - 1", "10 - 2"}); // an array has no times
}

TEST_CASE("reserved codes and cut elements are refused with their place") {
    const auto malformed = [](std::size_t offset, std::int32_t found = -1) {
        return error{errc::profile_malformed, layer::apl, offset, -1, found};
    };
    CHECK(refused("8D04961F0420010102") == malformed(0, 0x20)); // elements without data
    CHECK(refused("8D04961F042D010102") == malformed(0, 0x2D)); // elements of variable length
    CHECK(refused("8D04961F042F010102") == malformed(0, 0x2F));
    CHECK(refused("8D04961F0421FB0102") == malformed(1, 0xFB));
    CHECK(refused("8D04961F0421FF0102") == malformed(1, 0xFF));
    CHECK(refused("8D04961F0421FD0102") == malformed(1, 0xFD)); // half months only count in days
    CHECK(refused("8D04961F0401FE0102") == malformed(1, 0xFE));
    CHECK(refused("8D04961F052201010203") == malformed(5)); // one and a half elements of 16 bit
    CHECK(refused("8D04961F0121") == malformed(0));
    CHECK(refused("820416"
                  "6400") == malformed(0)); // no profile at all
}

TEST_CASE("a date that belongs to something else does not date a profile") {
    // when the battery was changed, and when a flow was first too high, of the same storage number
    CHECK(expanded("8204FD70FE04"
                   "8204BB4AFE04"
                   "84046D00204111"
                   "8B0415003012"
                   "8D04951F056901030211")
              .front() == "9 2010-01-01T01:00:00 12300.3");
    CHECK(expanded("8204FD70FE04"
                   "8B0415003012"
                   "8D04951F056901030211")
              .front() == "9 - 12300.3");
}

TEST_CASE("the time of a maximum does not date a profile of other values") {
    CHECK(expanded("94046D00004113"
                   "84046D00204111"
                   "8B0415003012"
                   "8D04951F056901030211")
              .front() == "9 2010-01-01T01:00:00 12300.3");
}

TEST_CASE("a base value in a unit that the meter spells otherwise is not the one") {
    const auto profile = std::string{"8D04FC1F026D33"} + "03410101"; // "3m", one increment of 1
    CHECK(expanded("82047C026857"
                   "6400" +
                   profile) == points{"9 - invalid"}); // 100 "Wh"
    CHECK(expanded("82047C026D33"
                   "6400" +
                   profile) == points{"9 - 101"});
}

TEST_CASE("differences of unsigned counters can be negative") {
    // The reset counter stood at 100, then one lower, then one higher.
    CHECK(expanded("8204FD60"
                   "6400"
                   "8D04FDE01F04C101FF01") == points{"9 - 99", "10 - 100"});
}
