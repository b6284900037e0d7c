#include <meterlink/modbus/adu.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

TEST_CASE("garbage is equal when its count and its cause are") {
    const garbage noise{3, {errc::frame_crc, layer::modbus, 6}};
    CHECK(noise == garbage{3, {errc::frame_crc, layer::modbus, 6}});
    CHECK_FALSE(noise == garbage{4, {errc::frame_crc, layer::modbus, 6}});
    CHECK_FALSE(noise == garbage{3, {errc::frame_lrc, layer::modbus, 6}});
}
