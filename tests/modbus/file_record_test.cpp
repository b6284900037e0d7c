#include <meterlink/modbus/file_record.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("a reference to a file stays within the file") {
    CHECK(file_record_reference{4, 1, 2}.check(2, 121) == no_error);
    CHECK(file_record_reference{0xFFFF, 9999, 1}.check(2, 121) == no_error);
    CHECK(file_record_reference{0, 1, 2}.check(2, 121) == modbus_error(errc::value_out_of_range, 3, -1, 0));
    CHECK(file_record_reference{4, 1, 0}.check(2, 121) ==
          modbus_error(errc::quantity_out_of_range, 7, 121, 0));
    CHECK(file_record_reference{4, 1, 122}.check(2, 121) ==
          modbus_error(errc::quantity_out_of_range, 7, 121, 122));
    CHECK(file_record_reference{4, 9999, 2}.check(2, 121) ==
          modbus_error(errc::address_overflow, 5, 9998, 9999));
}

TEST_CASE("a record is taken from the octets that it begins") {
    const auto wire = "06 00 04 00 07 00 03 06 AF 04 BE 10 0D 06 00"_octets;
    const auto record = file_record::first_of(wire);
    CHECK(record.where == file_record_reference{4, 7, 3});
    CHECK(std::ranges::equal(record.registers, std::array<std::uint16_t, 3>{0x06AF, 0x04BE, 0x100D}));
    CHECK(record.wire_size() == 13);
    CHECK(file_record_reference{}.wire_size() == 7);
}
