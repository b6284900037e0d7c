#include <meterlink/wmbus/c_field.hpp>

#include "support/catch.hpp"

using namespace meterlink::wmbus;

TEST_CASE("the everyday telegrams are told by their C field") {
    CHECK(c_field{0x44}.function() == link_function::snd_nr);
    CHECK(c_field{0x46}.function() == link_function::snd_ir);
    CHECK(c_field{0x47}.function() == link_function::acc_nr);
    CHECK(c_field{0x48}.function() == link_function::acc_dmd);
    CHECK(c_field{0x40}.function() == link_function::snd_nke);
    CHECK(c_field{0x43}.function() == link_function::snd_ud2);
    CHECK(c_field{0x45}.function() == link_function::snd_ud3);
    CHECK(c_field{0x00}.function() == link_function::ack);
    CHECK(c_field{0x01}.function() == link_function::nack);
    CHECK(c_field{0x06}.function() == link_function::cnf_ir);
}

TEST_CASE("the frame count and access bits do not change what a telegram is for") {
    for (const auto raw : {0x53, 0x73})
        CHECK(c_field{static_cast<std::uint8_t>(raw)}.function() == link_function::snd_ud);
    for (const auto raw : {0x5A, 0x7A})
        CHECK(c_field{static_cast<std::uint8_t>(raw)}.function() == link_function::req_ud1);
    for (const auto raw : {0x5B, 0x7B})
        CHECK(c_field{static_cast<std::uint8_t>(raw)}.function() == link_function::req_ud2);
    for (const auto raw : {0x08, 0x18, 0x28, 0x38})
        CHECK(c_field{static_cast<std::uint8_t>(raw)}.function() == link_function::rsp_ud);
}

TEST_CASE("reserved C fields have no function and every function has a name of its own") {
    CHECK(c_field{0x4F}.function() == link_function::unknown);
    CHECK(c_field{0xC4}.function() == link_function::unknown);
    CHECK(name(link_function::unknown) == "unknown");
    CHECK(name(link_function::snd_ud2) == "snd_ud2");
    CHECK(name(c_field::snd_nr().function()) == "snd_nr");
    CHECK(name(c_field::snd_ir().function()) == "snd_ir");
    CHECK(name(c_field::acc_nr().function()) == "acc_nr");
    CHECK(name(c_field::rsp_ud().function()) == "rsp_ud");
}

TEST_CASE("bit 6 says who opens the exchange") {
    CHECK(c_field::snd_nr().is_primary());
    CHECK_FALSE(c_field::rsp_ud().is_primary());
}
