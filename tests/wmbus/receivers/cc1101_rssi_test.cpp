#include <meterlink/wmbus/receivers/cc1101_rssi.hpp>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

TEST_CASE("the signal strength of a CC1101 has a sign") {
    CHECK(cc1101_rssi_dbm(0xA1) == -121.5);
    CHECK(cc1101_rssi_dbm(0x00) == -74.0);
    CHECK(cc1101_rssi_dbm(0x7F) == -10.5);
    CHECK(cc1101_rssi_dbm(0x80) == -138.0);
}
