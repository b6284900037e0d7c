#include <meterlink/mbus/command.hpp>

#include <array>
#include <vector>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

// The frames are worked examples of EN 13757-2 and -3, each with its checksum computed by hand.

TEST_CASE("short commands are the standard's frames") {
    CHECK(to_bytes(command::snd_nke(1)) == "10 40 01 41 16"_octets);
    CHECK(to_bytes(command::req_ud2(1, false)) == "10 5B 01 5C 16"_octets);
    CHECK(to_bytes(command::req_ud2(253, true)) == "10 7B FD 78 16"_octets);
    CHECK(to_bytes(command::req_ud1(5, false)) == "10 5A 05 5F 16"_octets);
    CHECK(to_bytes(command::deselect()) == "10 40 FD 3D 16"_octets);
}

TEST_CASE("slaves are selected by secondary address") {
    CHECK(to_bytes(command::select(secondary_address{0x12345678, 0xFFFF, 0xFF, 0xFF})) ==
          "68 0B 0B 68 53 FD 52 78 56 34 12 FF FF FF FF B2 16"_octets);
    CHECK(to_bytes(command::select(secondary_address{0x1FFFFFFF, 0xFFFF, 0xFF, 0xFF})) ==
          "68 0B 0B 68 53 FD 52 FF FF FF 1F FF FF FF FF BA 16"_octets);
}

TEST_CASE("slaves are selected by fabrication number too") {
    const auto what = selection::enhanced({0x12345678, 0xFFFF, 0xFF, 0xFF}, 0x01020304);
    CHECK(to_bytes(command::select(what)) ==
          "68 11 11 68 53 FD 52 78 56 34 12 FF FF FF FF 0C 78 04 03 02 01 40 16"_octets);
}

TEST_CASE("a selection with the most records fits the longest frame") {
    const std::vector<std::uint8_t> records(selection::max_records, 0x2F);
    const auto what = selection::make({}, records, byte_order::most_significant_first).value();
    const auto frame = command::select(what);
    CHECK(frame.wire_size() == 261);
    CHECK(frame.ci() == 0x56);
}

TEST_CASE("addresses are given by a data-send frame") {
    CHECK(to_bytes(command::set_primary_address(254, 8).value()) ==
          "68 06 06 68 53 FE 51 01 7A 08 25 16"_octets);
    CHECK(to_bytes(command::set_secondary_address(254, {0x01020304, 0x4024, 0x01, 0x04}).value()) ==
          "68 0D 0D 68 53 FE 51 07 79 04 03 02 01 24 40 01 04 95 16"_octets);
    CHECK(to_bytes(command::set_identification(254, 0x12345678).value()) ==
          "68 09 09 68 53 FE 51 0C 79 78 56 34 12 3B 16"_octets);
}

TEST_CASE("no slave is given an address that it cannot own") {
    CHECK(command::set_primary_address(254, 250));
    for (unsigned raw = 251; raw < 256; ++raw)
        CHECK(command::set_primary_address(254, static_cast<std::uint8_t>(raw)).error().code ==
              errc::value_out_of_range);
    CHECK(command::set_identification(254, 0x1234567A).error().code == errc::bcd_digit);
    CHECK(command::set_identification(254, 0xF2345678).error().code == errc::bcd_digit);
    CHECK(command::set_secondary_address(254, {0x0F020304, 0x4024, 1, 4}).error().code == errc::bcd_digit);
    CHECK(command::set_secondary_address(254, {0x01020304, 0xFFFF, 1, 4}).error().code ==
          errc::value_out_of_range);
    CHECK(command::set_secondary_address(254, {0x01020304, 0x4024, 0xFF, 4}).error().code ==
          errc::value_out_of_range);
}

TEST_CASE("a bit rate is commanded by a control frame") {
    CHECK(to_bytes(command::set_baud_rate(1, 9600).value()) == "68 03 03 68 53 01 BD 11 16"_octets);
    CHECK(to_bytes(command::set_baud_rate(254, 300).value()) == "68 03 03 68 53 FE B8 09 16"_octets);
    CHECK(command::set_baud_rate(1, 115200).error().code == errc::value_out_of_range);
    CHECK(command::set_baud_rate(primary_address::broadcast, 2400).error().code == errc::value_out_of_range);
}

TEST_CASE("the application is reset with and without a subcode") {
    CHECK(to_bytes(command::application_reset(254)) == "68 03 03 68 53 FE 50 A1 16"_octets);
    CHECK(to_bytes(command::application_reset(254, 0x10)) == "68 04 04 68 53 FE 50 10 B1 16"_octets);
}

TEST_CASE("the clock is set from encoded date and time") {
    CHECK(to_bytes(command::set_clock(1, std::array<std::uint8_t, 4>{0x05, 0x0E, 0x5D, 0x33})) ==
          "68 09 09 68 53 01 51 04 6D 05 0E 5D 33 B9 16"_octets);
    CHECK(to_bytes(command::set_clock(1, std::array<std::uint8_t, 6>{0x1E, 0x05, 0xEE, 0x5D, 0x33, 0x0D})) ==
          "68 0B 0B 68 53 01 51 06 6D 1E 05 EE 5D 33 0D C6 16"_octets);
    CHECK(to_bytes(command::set_date(1, std::array<std::uint8_t, 2>{0x5F, 0x3C})) ==
          "68 07 07 68 53 01 51 02 6C 5F 3C AE 16"_octets);
}

TEST_CASE("the next readout is chosen by a list of information blocks") {
    CHECK(to_bytes(command::select_for_readout(254, "08 13 08 7E"_octets).value()) ==
          "68 07 07 68 53 FE 51 08 13 08 7E 43 16"_octets);
    CHECK(to_bytes(command::global_readout(254)) == "68 04 04 68 53 FE 51 7F 21 16"_octets);
}

TEST_CASE("all slaves are synchronised by one broadcast") {
    CHECK(to_bytes(command::synchronise(primary_address::broadcast)) == "68 03 03 68 53 FF 5C AE 16"_octets);
}

TEST_CASE("raw records are sent as they are, as far as a frame carries") {
    CHECK(to_bytes(command::data_send(254, "01 7A 08"_octets).value()) ==
          to_bytes(command::set_primary_address(254, 8).value()));
    const std::vector<std::uint8_t> most(252);
    CHECK(command::data_send(1, most).value().wire_size() == 261);
    const std::vector<std::uint8_t> too_many(253);
    CHECK(command::data_send(1, too_many).error().code == errc::value_out_of_range);
}

TEST_CASE("a master counts its frames by another C field") {
    const auto frame = command::global_readout(3);
    CHECK(frame.with_c(frame.c().with_fcb(true)).c() == c_field{0x73});
}

TEST_CASE("a command is built when compiling") {
    STATIC_REQUIRE((*command::set_primary_address(254, 8)).wire_size() == 12);
    STATIC_REQUIRE(command::select(secondary_address{}).wire_size() == 17);
}
