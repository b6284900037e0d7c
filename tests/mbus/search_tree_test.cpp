#include <meterlink/mbus/search_tree.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "meter_park.hpp"
#include "support/catch.hpp"

using namespace meterlink::mbus;

namespace {

/// Meters that answer as their addresses say, without a line.
struct crowd {
    struct meter {
        secondary_address address;
        std::optional<std::uint32_t> fabrication{};
        std::size_t found = 0;
    };
    std::vector<meter> meters;
    std::vector<search_tree::conflict> conflicts{};
    std::size_t probes = 0;
    std::vector<double> estimates{}; ///< Of the probes to come, before each of them.
    /// The probes that nobody hears; counted from 1.
    std::function<bool(std::size_t)> is_lost = [](std::size_t) { return false; };

    void search(search_tree tree) {
        for (auto mask = tree.probe(); mask && probes < 100'000; mask = tree.probe()) {
            std::vector<meter*> heard;
            if (!is_lost(++probes))
                for (auto& each : meters)
                    if (mask->address.matches(each.address) &&
                        (!mask->fabrication_number ||
                         (each.fabrication && digits_match(*mask->fabrication_number, *each.fabrication))))
                        heard.push_back(&each);
            if (heard.size() == 1)
                ++heard[0]->found;
            estimates.push_back(tree.expected_left());
            CHECK(estimates.back() >= 1);
            if (const auto conflict = tree.report(heard.empty()       ? probe_result::silent
                                                  : heard.size() == 1 ? probe_result::single
                                                                      : probe_result::collided))
                conflicts.push_back(*conflict);
        }
        CHECK_FALSE(tree.probe());
        CHECK(tree.expected_left() == 0);
        CHECK_FALSE(tree.report(probe_result::silent));
    }
    [[nodiscard]] bool all_found_once() const {
        for (const auto& each : meters)
            if (each.found != 1)
                return false;
        return true;
    }
};

secondary_address meter(std::uint32_t id, std::uint16_t maker = 0x4024, std::uint8_t version = 1,
                        std::uint8_t type = 7) {
    return {id, maker, version, type};
}

} // namespace

TEST_CASE("an empty line and one with a single meter take one probe", "[search_tree]") {
    crowd nobody;
    nobody.search({});
    CHECK(nobody.probes == 1);
    crowd one{{{meter(0x12345678)}}};
    one.search({});
    CHECK(one.probes == 1);
    CHECK(one.all_found_once());
}

TEST_CASE("numbers that differ in the last digit take ten probes per digit", "[search_tree]") {
    crowd two{{{meter(0x12345678)}, {meter(0x12345679)}}};
    two.search({});
    CHECK(two.all_found_once());
    CHECK(two.probes == 1 + 8 * 10);
    CHECK(two.conflicts.empty());
}

TEST_CASE("the probes that are left are foreseen once a part is done", "[search_tree]") {
    crowd many;
    std::uint32_t number = 1;
    for (int i = 0; i < 250; ++i) {
        number = number * 48271U % 2147483647U;
        many.meters.push_back({meter(meterlink::test::bcd(number % 100'000'000U))});
    }
    many.search({});
    CHECK(many.all_found_once());
    for (const auto part : {0.25, 0.5, 0.75, 0.9}) {
        const auto asked = static_cast<std::size_t>(part * static_cast<double>(many.probes));
        const auto left = static_cast<double>(many.probes - asked);
        CAPTURE(part, left, many.estimates[asked]);
        CHECK(many.estimates[asked] > 0.6 * left);
        CHECK(many.estimates[asked] < 1.6 * left);
    }
}

TEST_CASE("a search stays below the mask at which it starts", "[search_tree]") {
    crowd three{{{meter(0x12345678)}, {meter(0x12345779)}, {meter(0x22345678)}}};
    three.search(search_tree{{{0x1234FFFF, 0xFFFF, 0xFF, 0xFF}, {}}});
    CHECK(three.meters[0].found == 1);
    CHECK(three.meters[1].found == 1);
    CHECK(three.meters[2].found == 0);
    CHECK(three.probes == 1 + 2 * 10);
}

TEST_CASE("equal numbers are told apart by maker then device type then version", "[search_tree]") {
    crowd makers{{{meter(1, 0x4024)}, {meter(1, 0x1593)}}};
    makers.search({});
    CHECK(makers.all_found_once());
    CHECK(makers.probes == 1 + 80 + 1 + 104); // the leaf is confirmed, then the first octets of three letters
    crowd makers_by_low_octet{{{meter(1, 0x4024)}, {meter(1, 0x4025)}}};
    makers_by_low_octet.search({});
    CHECK(makers_by_low_octet.all_found_once());
    CHECK(makers_by_low_octet.probes == 1 + 80 + 1 + 104 + 208);
    crowd types{{{meter(1, 0x4024, 1, 4)}, {meter(1, 0x4024, 1, 7)}, {meter(1, 0x4024, 2, 7)}}};
    types.search({});
    CHECK(types.all_found_once());
    CHECK(types.probes == 1 + 80 + 1 + 104 + 208 + 64 + 255);
}

TEST_CASE("equal addresses are told apart by the fabrication number", "[search_tree]") {
    crowd two{{{meter(1), 0x00000001}, {meter(1), 0x90000000}}};
    two.search({});
    CHECK(two.all_found_once());
    CHECK(two.conflicts.empty());
    CHECK(two.probes == 1 + 80 + 1 + 104 + 208 + 64 + 255 + 1 + 10);
}

TEST_CASE("meters with all fields equal are one conflict and the walk ends", "[search_tree]") {
    crowd bare{{{meter(1)}, {meter(1)}, {meter(2)}}};
    bare.search({});
    REQUIRE(bare.conflicts.size() == 1);
    CHECK(bare.conflicts[0] == search_tree::conflict{conflict_kind::equal, {meter(1), {}}});
    CHECK(bare.meters[2].found == 1);
    crowd numbered{{{meter(1), 5}, {meter(1), 5}}};
    numbered.search({});
    REQUIRE(numbered.conflicts.size() == 1);
    CHECK(numbered.conflicts[0] == search_tree::conflict{conflict_kind::equal, {meter(1), 5}});
    crowd half{{{meter(1), 5}, {meter(1)}}};
    half.search({});
    CHECK(half.meters[0].found >= 1);
    REQUIRE(half.conflicts.size() == 1);
    CHECK(half.conflicts[0].kind == conflict_kind::equal);
}

TEST_CASE("without the separation of equal numbers they are a conflict at once", "[search_tree]") {
    crowd two{{{meter(1, 0x4024)}, {meter(1, 0x1593)}}};
    two.search(search_tree{{}, {false, false}});
    CHECK(two.probes == 81);
    REQUIRE(two.conflicts.size() == 1);
    CHECK(two.conflicts[0].kind == conflict_kind::unresolved);
    CHECK(two.conflicts[0].mask.address.id == 1);
}

TEST_CASE("a number with hexadecimal digits and codes that nobody gives are found when all are tried",
          "[search_tree]") {
    crowd odd{{{meter(0xA2345678)}, {meter(0xB2345678)}}};
    odd.search({});
    CHECK_FALSE(odd.all_found_once());
    REQUIRE(odd.conflicts.size() == 1);
    CHECK(odd.conflicts[0].kind == conflict_kind::unresolved);
    odd.conflicts.clear();
    odd.search(search_tree{{}, {true, true}});
    CHECK(odd.all_found_once());
    CHECK(odd.conflicts.empty());
}

TEST_CASE("a lost answer below a collision is asked for again", "[search_tree]") {
    for (std::size_t lost = 2; lost <= 11; ++lost) {
        crowd two{{{meter(0x12345678)}, {meter(0x82345678)}}};
        two.is_lost = [&](std::size_t probe) { return probe == lost; };
        two.search({});
        CHECK(two.all_found_once());
        CHECK(two.conflicts.empty());
        CHECK(two.probes <= 11 + 9);
    }
}

TEST_CASE("one disturbance at a full number does not begin the walk through its fields", "[search_tree]") {
    search_tree tree{{meter(1, 0xFFFF, 0xFF, 0xFF), {}}};
    CHECK_FALSE(tree.report(probe_result::collided));
    REQUIRE(tree.probe());
    CHECK(tree.probe()->address == meter(1, 0xFFFF, 0xFF, 0xFF));
    CHECK_FALSE(tree.report(probe_result::single));
    CHECK_FALSE(tree.probe());
}

TEST_CASE("somebody who cannot be read is searched one digit deep and reported", "[search_tree]") {
    search_tree tree;
    std::vector<search_tree::conflict> conflicts;
    std::size_t probes = 0;
    for (auto mask = tree.probe(); mask; mask = tree.probe(), ++probes)
        if (const auto conflict = tree.report(
                mask->address.matches(meter(0x32345678)) ? probe_result::mute : probe_result::silent))
            conflicts.push_back(*conflict);
    CHECK(probes == 11);
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0] == search_tree::conflict{conflict_kind::mute, {{0x3FFFFFFF, 0xFFFF, 0xFF, 0xFF}, {}}});
}

TEST_CASE("somebody who does not tell the address is searched for it digit by digit", "[search_tree]") {
    search_tree tree;
    std::size_t probes = 0;
    std::optional<search_mask> last;
    for (auto mask = tree.probe(); mask; mask = tree.probe(), ++probes) {
        if (!mask->address.matches(meter(0x32345678)))
            CHECK_FALSE(tree.report(probe_result::silent));
        else if (mask->address.id != 0x32345678)
            CHECK_FALSE(tree.report(probe_result::anonymous));
        else {
            last = mask;
            CHECK_FALSE(tree.report(probe_result::single));
        }
    }
    CHECK(last);
    CHECK(probes == 81);
}

TEST_CASE("a walk is a value that can be kept and gone on with", "[search_tree]") {
    search_tree tree;
    tree.report(probe_result::collided);
    tree.report(probe_result::silent);
    auto kept = tree;
    CHECK(kept.probe() == tree.probe());
    kept.report(probe_result::single);
    CHECK(tree.probe()->address.id == 0x1FFFFFFF);
    CHECK(kept.probe()->address.id == 0x2FFFFFFF);
}
