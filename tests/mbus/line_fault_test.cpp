#include <meterlink/mbus/line_fault.hpp>

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include <meterlink/mbus/frame.hpp>

#include "octets.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;

namespace {

const auto frame_octets = "68 04 04 68 08 05 71 03 81 16"_octets;

std::vector<std::uint8_t> damaged(line_fault fault, std::uint64_t seed,
                                  std::vector<std::uint8_t> octets = frame_octets) {
    line_random random{seed};
    damage(octets, fault, random);
    return octets;
}

} // namespace

TEST_CASE("every fault has a name of its own and is found by it") {
    std::set<std::string_view> names;
    for (const auto fault : line_faults) {
        names.insert(name(fault));
        CHECK(line_fault_named(name(fault)) == fault);
    }
    CHECK(names.size() == line_fault_count);
    CHECK(names.count("") == 0);
    CHECK(names.count("none") == 0);
    CHECK(line_fault_named("none") == line_fault::none);
    CHECK(name(line_fault::echo) == "echo");
    CHECK_FALSE(line_fault_named("no_such_fault"));
    CHECK_FALSE(line_fault_named(""));
}

TEST_CASE("a script is followed once") {
    auto plan = fault_plan::script({line_fault::silence, line_fault::none, line_fault::late});
    CHECK(plan.next() == line_fault::silence);
    CHECK(plan.next() == line_fault::none);
    CHECK(plan.next() == line_fault::late);
    CHECK(plan.next() == line_fault::none);
}

TEST_CASE("chance is the same for the same seed and as frequent as it was asked for") {
    const std::vector faults{line_fault::silence, line_fault::truncated};
    auto one = fault_plan::random(7, 250, faults);
    auto two = fault_plan::random(7, 250, faults);
    auto never = fault_plan::random(7, 0, faults);
    auto always = fault_plan::random(7, 1000, faults);
    int hits = 0;
    for (int i = 0; i < 4000; ++i) {
        const auto fault = one.next();
        CHECK(two.next() == fault);
        hits += fault == line_fault::none ? 0 : 1;
        CHECK(never.next() == line_fault::none);
        CHECK(always.next() != line_fault::none);
    }
    CHECK(hits > 850);
    CHECK(hits < 1150);
    CHECK(fault_plan::random(1, 1000, {}).next() == line_fault::none);
}

TEST_CASE("damaged octets are no frame any more") {
    for (const auto fault : {line_fault::wrong_checksum, line_fault::wrong_stop, line_fault::wrong_start,
                             line_fault::wrong_length, line_fault::flipped_bit, line_fault::dropped_octet,
                             line_fault::doubled_octet, line_fault::truncated, line_fault::noise_instead,
                             line_fault::noise_before, line_fault::noise_after})
        for (std::uint64_t seed = 1; seed < 200; ++seed) {
            const auto octets = damaged(fault, seed);
            CHECK(octets != frame_octets);
            CHECK_FALSE(parse_frame(octets));
        }
}

TEST_CASE("another address makes an intact frame") {
    for (std::uint64_t seed = 1; seed < 50; ++seed) {
        const auto octets = damaged(line_fault::other_address, seed);
        CHECK(octets[5] != 5);
        CHECK(octets[5] <= 250);
        CHECK(parse_frame(octets));
    }
}

TEST_CASE("an acknowledgement is damaged too") {
    for (const auto fault : {line_fault::wrong_checksum, line_fault::wrong_stop, line_fault::wrong_length,
                             line_fault::other_address, line_fault::dropped_octet, line_fault::truncated})
        CHECK(damaged(fault, 3, "E5"_octets) != "E5"_octets);
    CHECK(damaged(line_fault::ack_instead, 3) == "E5"_octets);
}

TEST_CASE("faults that are not of the octets leave them alone") {
    for (const auto fault : {line_fault::none, line_fault::silence, line_fault::late, line_fault::pause,
                             line_fault::duplicate, line_fault::collision, line_fault::echo})
        CHECK(damaged(fault, 5) == frame_octets);
}
