#include <meterlink/crypto/key_ring.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::crypto;

namespace {

/// A key that can be told from others.
key numbered(std::uint32_t number) {
    tpl::aes_block octets{};
    for (std::size_t i = 0; i < 4; ++i)
        octets[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return key{octets};
}

std::uint32_t number_of(const key& secret) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;)
        number = number << 8U | secret.octets()[i];
    return number;
}

std::vector<std::uint32_t> offered(const key_ring& ring, const tpl::meter_address& address) {
    std::vector<std::uint32_t> numbers;
    CHECK_FALSE(ring.for_each_key(address, [&](const key& secret) {
        numbers.push_back(number_of(secret));
        return false;
    }));
    return numbers;
}

/// The same by looking at every entry.
std::vector<std::uint32_t> expected(const std::vector<key_entry>& entries,
                                    const tpl::meter_address& address) {
    constexpr unsigned highest = 11;
    std::vector<std::uint32_t> numbers;
    for (unsigned precedence = highest + 1; precedence-- > 0;)
        for (const auto& each : entries)
            if (each.precedence() == precedence && each.matches(address))
                numbers.push_back(number_of(each.key));
    return numbers;
}

const tpl::manufacturer elv = tpl::manufacturer::parse("ELV").value();
const tpl::manufacturer aca = tpl::manufacturer::parse("ACA").value();

} // namespace

TEST_CASE("an empty ring has no match") {
    const key_ring ring;
    CHECK(ring.empty());
    CHECK_FALSE(ring.match({elv, 0x13360079, 2, tpl::device_type::gas}));
    CHECK(offered(ring, {}).empty());
    CHECK(key_ring{std::vector<key_entry>{}}.empty());
}

TEST_CASE("the example of the key file gives the keys in the order of their precision") {
    std::vector<key_entry> entries(5);
    for (std::uint32_t i = 0; i < 5; ++i)
        entries[i].key = numbered(i);
    entries[1].identification = 0x13360079;
    entries[1].manufacturer = elv;
    entries[3].manufacturer = aca;
    entries[4].manufacturer = elv;
    entries[4].version = std::uint8_t{2};
    const key_ring ring{entries};
    CHECK(ring.size() == 5);
    CHECK(offered(ring, {elv, 0x13360079, 2, tpl::device_type::gas}) ==
          std::vector<std::uint32_t>{1, 4, 0, 2});
    CHECK(offered(ring, {elv, 0x13360079, 3, tpl::device_type::gas}) == std::vector<std::uint32_t>{1, 0, 2});
    CHECK(offered(ring, {aca, 0x13360079, 2, tpl::device_type::gas}) == std::vector<std::uint32_t>{3, 0, 2});
    CHECK(offered(ring, {{}, 0x00000000, 0, tpl::device_type::other}) == std::vector<std::uint32_t>{0, 2});
}

TEST_CASE("the match of a meter is its first entry or none") {
    const tpl::meter_address meter{elv, 0x13360079, 2, tpl::device_type::gas};
    auto entry = key_entry::linked(meter, numbered(7));
    key_ring ring;
    ring.add(entry);
    const auto found = ring.match(meter);
    REQUIRE(found);
    CHECK(found->identification == meter.identification);
    CHECK(found->manufacturer == meter.manufacturer);
    CHECK(found->device_type == meter.device_type);
    CHECK(found->version == meter.version);
    CHECK(found->key == numbered(7));
    CHECK(found->is_linked);
    CHECK_FALSE(ring.match({elv, 0x13360078, 2, tpl::device_type::gas}));
    CHECK_FALSE(ring.match({elv, 0x13360079, 3, tpl::device_type::gas}));
    CHECK(
        ring.match({{static_cast<std::uint16_t>(elv.code | 0x8000U)}, 0x13360079, 2, tpl::device_type::gas}));
    key_ring all;
    all.add({{}, {}, {}, {}, numbered(1), false});
    const auto any = all.match(meter);
    REQUIRE(any);
    CHECK_FALSE((any->identification || any->manufacturer || any->device_type || any->version));
    CHECK_FALSE(any->is_linked);
}

TEST_CASE("the offer ends with the key that was right") {
    key_ring ring;
    for (std::uint32_t i = 0; i < 5; ++i)
        ring.add({0x11111111U, {}, {}, {}, numbered(i), false});
    std::size_t calls = 0;
    CHECK(ring.for_each_key({elv, 0x11111111, 0, {}}, [&](const key& secret) {
        ++calls;
        return secret == numbered(2);
    }));
    CHECK(calls == 3);
}

TEST_CASE("any mixture of entries is offered as looking at every one of them would") {
    std::mt19937 random{11};
    const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
    for (int round = 0; round < 60; ++round) {
        std::vector<key_entry> entries(below(120));
        key_ring one_by_one;
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            auto& entry = entries[i];
            if (below(3) != 0)
                entry.identification = below(6);
            if (below(2) != 0)
                entry.manufacturer =
                    tpl::manufacturer{static_cast<std::uint16_t>(below(3) | below(2) << 15U)};
            if (below(3) == 0)
                entry.device_type = static_cast<tpl::device_type>(below(3));
            if (below(3) == 0)
                entry.version = static_cast<std::uint8_t>(below(3));
            entry.is_linked = below(4) == 0;
            entry.key = numbered(i);
            one_by_one.add(entry);
        }
        const key_ring at_once{entries};
        for (int meter = 0; meter < 60; ++meter) {
            const tpl::meter_address address{{static_cast<std::uint16_t>(below(3) | below(2) << 15U)},
                                             below(7),
                                             static_cast<std::uint8_t>(below(3)),
                                             static_cast<tpl::device_type>(below(3))};
            const auto wanted = expected(entries, address);
            REQUIRE(offered(one_by_one, address) == wanted);
            REQUIRE(offered(at_once, address) == wanted);
            const auto match = at_once.match(address);
            REQUIRE(match.has_value() == !wanted.empty());
            if (match)
                REQUIRE(number_of(match->key) == wanted.front());
        }
    }
}

TEST_CASE("every one of many keys is found while the ring grows") {
    key_ring ring;
    for (std::uint32_t i = 0; i < 20'000; ++i)
        ring.add({i * 3, {}, {}, {}, numbered(i), false});
    CHECK(ring.size() == 20'000);
    for (std::uint32_t i = 0; i < 60'000; ++i) {
        const auto found = ring.match({elv, i, 0, {}});
        REQUIRE(found.has_value() == (i % 3 == 0));
        if (found)
            REQUIRE(number_of(found->key) == i / 3);
    }
}

TEST_CASE("a copied ring stands for itself") {
    key_ring ring;
    ring.add({0x11111111U, {}, {}, {}, numbered(1), false});
    const auto copy = ring;
    ring.add({0x11111111U, elv, {}, {}, numbered(2), false});
    CHECK(offered(copy, {elv, 0x11111111, 0, {}}) == std::vector<std::uint32_t>{1});
    CHECK(offered(ring, {elv, 0x11111111, 0, {}}) == std::vector<std::uint32_t>{2, 1});
}
