#include <meterlink/crypto/key_entry.hpp>

#include <cstdint>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

namespace {

const tpl::meter_address meter{tpl::manufacturer::parse("ELV").value(), 0x13360079, 2, tpl::device_type::gas};

} // namespace

TEST_CASE("an entry without criteria is for every meter") {
    CHECK(key_entry{}.matches(meter));
    CHECK(key_entry{}.matches(tpl::meter_address{}));
    CHECK(key_entry{}.precedence() == 0);
}

TEST_CASE("a meter must meet all criteria of an entry") {
    const auto full = key_entry::linked(meter, key{});
    CHECK(full.is_linked);
    CHECK(full.matches(meter));
    auto other = meter;
    other.identification = 0x13360078;
    CHECK_FALSE(full.matches(other));
    other = meter;
    other.manufacturer = tpl::manufacturer::parse("ACA").value();
    CHECK_FALSE(full.matches(other));
    other = meter;
    other.device_type = tpl::device_type::water;
    CHECK_FALSE(full.matches(other));
    other = meter;
    other.version = 3;
    CHECK_FALSE(full.matches(other));
}

TEST_CASE("each criterion of an entry counts alone") {
    key_entry entry;
    entry.version = std::uint8_t{2};
    CHECK(entry.matches(meter));
    entry.version = std::uint8_t{0};
    CHECK_FALSE(entry.matches(meter));
    entry = {};
    entry.device_type = tpl::device_type::other;
    CHECK_FALSE(entry.matches(meter));
    entry = {};
    entry.identification = 0U;
    CHECK_FALSE(entry.matches(meter));
}

TEST_CASE("bit 15 of the manufacturer does not count in a match") {
    key_entry entry;
    entry.manufacturer = meter.manufacturer;
    auto local = meter;
    local.manufacturer.code |= 0x8000U;
    CHECK(entry.matches(local));
    entry.manufacturer = local.manufacturer;
    CHECK(entry.matches(meter));
}

TEST_CASE("the identification counts more than all other criteria and a link counts most") {
    key_entry others;
    others.manufacturer = meter.manufacturer;
    others.device_type = meter.device_type;
    others.version = meter.version;
    key_entry identified;
    identified.identification = meter.identification;
    auto both = others;
    both.identification = meter.identification;
    auto linked = identified;
    linked.is_linked = true;
    CHECK(key_entry{}.precedence() < others.precedence());
    CHECK(others.precedence() < identified.precedence());
    CHECK(identified.precedence() < both.precedence());
    CHECK(both.precedence() < linked.precedence());
    CHECK(linked.precedence() < key_entry::linked(meter, key{}).precedence());
    others.is_linked = true; // to which meter?
    CHECK(others.precedence() < identified.precedence());
}
