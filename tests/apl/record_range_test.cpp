#include <meterlink/apl/record_range.hpp>

#include <algorithm>
#include <iterator>
#include <random>
#include <ranges>
#include <string_view>
#include <vector>

#include "apl/records.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::apl;
using namespace meterlink::test;

namespace {

using octets = std::vector<std::uint8_t>;

/// Where each record of a telegram began and what it was.
struct found {
    std::size_t offset;
    octets wire; // empty for a bad record
    error problem = no_error;

    friend bool operator==(const found&, const found&) = default;
};

std::vector<found> walk(const octets& wire, record_options options = {}) {
    std::vector<found> out;
    const record_range range{wire, options};
    for (auto it = range.begin(); it != range.end(); ++it) {
        if (*it)
            out.push_back({it.offset(), {(*it)->wire().begin(), (*it)->wire().end()}});
        else
            out.push_back({it.offset(), {}, it->error()});
        REQUIRE(out.size() <= wire.size());
    }
    return out;
}

std::vector<found> walk(std::string_view hex) { return walk(from_hex(hex)); }

record_trailer trailer_of(const octets& wire) { return record_range{wire}.trailer(); }

// The records of real telegrams: a water meter, a gas meter, an electricity meter, a profile, odd units, and
// a meter with fillers and its own data behind them.
constexpr std::string_view telegrams[] = {
    "03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02",
    "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00",
    "04 05 00 00 00 00 04 FB 82 75 CF 0C 00 00 04 85 3C CC 0F 00 00 04 FB 82 F5 3C 09 00 00 00 01 FD 17 00",
    "84 04 6D 00 20 41 11 8B 04 15 00 30 12 8D 04 95 1F 05 69 01 03 02 11",
    "02 FC 03 48 52 25 74 D4 11 0C FC A2 73 04 6C 61 67 69 26 08 42 75 01 FD FD 02 10",
    "2F 2F 0B 6E 34 12 00 42 6C FE 04 2F 4B 6E 56 34 02 2F 2F 0F 01 02 03",
};

} // namespace

TEST_CASE("records come one after the other, with their offsets") {
    const auto records = walk(telegrams[0]);
    REQUIRE(records.size() == 3);
    CHECK(records[0] == found{0, "03 13 15 31 00"_octets});
    CHECK(records[1] == found{5, "DA 02 3B 13 01"_octets});
    CHECK(records[2] == found{10, "8B 60 04 37 18 02"_octets});
}

TEST_CASE("no octets are no records") {
    CHECK(walk("").empty());
    CHECK(record_range{}.begin() == record_range{}.end());
    CHECK(trailer_of({}).offset == 0);
    CHECK(record_range::iterator{} == std::default_sentinel);
}

TEST_CASE("fillers are skipped wherever they stand") {
    const auto records = walk("2F 2F 01 13 05 2F 01 14 06 2F 2F 2F");
    REQUIRE(records.size() == 2);
    CHECK(records[0] == found{2, "01 13 05"_octets});
    CHECK(records[1] == found{6, "01 14 06"_octets});
    CHECK(walk("2F").empty());
    CHECK(trailer_of("2F 2F"_octets).offset == 2);
}

TEST_CASE("manufacturer data stand behind DIF 0F, and may be none") {
    const auto wire = "01 13 05 0F AA BB 2F"_octets;
    const auto trailer = trailer_of(wire);
    CHECK(trailer.has_manufacturer_data);
    CHECK_FALSE(trailer.more_records_follow);
    CHECK_FALSE(trailer.is_global_readout);
    CHECK(trailer.offset == 3);
    CHECK(std::ranges::equal(trailer.manufacturer_data, "AA BB 2F"_octets));

    const auto bare = "01 13 05 0F"_octets;
    CHECK(trailer_of(bare).has_manufacturer_data);
    CHECK(trailer_of(bare).manufacturer_data.empty());
    CHECK(trailer_of(bare).offset == 3);
}

TEST_CASE("DIF 1F says that the next telegram goes on") {
    const auto wire = "01 13 05 1F AA"_octets;
    const auto trailer = trailer_of(wire);
    CHECK(trailer.more_records_follow);
    CHECK(trailer.has_manufacturer_data);
    CHECK(trailer.manufacturer_data.size() == 1);
    const auto bare = "1F"_octets;
    CHECK(trailer_of(bare).more_records_follow);
    CHECK(trailer_of(bare).manufacturer_data.empty());
    CHECK(walk(bare).empty());
}

TEST_CASE("DIF 7F asks for everything") {
    const auto wire = "08 13 7F"_octets;
    const auto trailer = trailer_of(wire);
    CHECK(trailer.is_global_readout);
    CHECK_FALSE(trailer.has_manufacturer_data);
    CHECK(trailer.offset == 2);
    CHECK(walk(wire).size() == 1);
}

TEST_CASE("without a special DIF the trailer is empty and at the end") {
    const auto trailer = trailer_of(from_hex(telegrams[0]));
    CHECK(trailer.offset == 16);
    CHECK_FALSE(trailer.has_manufacturer_data);
    CHECK_FALSE(trailer.more_records_follow);
    CHECK_FALSE(trailer.is_global_readout);
}

TEST_CASE("the iterator at the end knows the trailer without another walk") {
    const auto wire = "01 13 05 0F AA"_octets;
    const record_range range{wire};
    auto it = range.begin();
    const auto first = it++;
    CHECK((*first)->wire().size() == 3);
    CHECK(it == range.end());
    CHECK(it.trailer().manufacturer_data.size() == 1);
    ++it; // harmless
    CHECK(it == range.end());
    CHECK(it.trailer().offset == 3);
}

TEST_CASE("a bad record whose end is known does not take the others with it") {
    const auto records = walk("01 13 05 "
                              "82 01 93 BA BA BA BA BA BA BA BA BA BA 3A 01 02 "
                              "84 80 80 80 80 80 80 80 80 80 80 01 13 01 02 03 04 "
                              "01 14 06");
    REQUIRE(records.size() == 4);
    CHECK(records[0] == found{0, "01 13 05"_octets});
    CHECK(records[1] == found{3, {}, apl_error(errc::vife_count, 3 + 13)});
    CHECK(records[2] == found{19, {}, apl_error(errc::dife_count, 19 + 11)});
    CHECK(records[3] == found{36, "01 14 06"_octets});
}

TEST_CASE("a bad record of unknown length takes what is behind it, and nothing before") {
    for (const unsigned dif : {0x3FU, 0x4FU, 0x5FU, 0x6FU, 0x8FU, 0x9FU, 0xAFU, 0xFFU}) {
        const octets wire{0x01, 0x13, 0x05, static_cast<std::uint8_t>(dif), 0x01, 0x13, 0x05};
        const auto records = walk(wire);
        REQUIRE(records.size() == 2);
        CHECK(records[0] == found{0, "01 13 05"_octets});
        CHECK(records[1] == found{3, {}, apl_error(errc::dif_reserved, 3, static_cast<std::int32_t>(dif))});
    }
    const auto records = walk("01 13 05 0D 13 CA 01 13 05");
    REQUIRE(records.size() == 2);
    CHECK(records[1] == found{3, {}, apl_error(errc::lvar_reserved, 5, 0xCA)});
    CHECK(trailer_of("01 13 05 0D 13 CA 01 13 05"_octets).offset == 9);
}

TEST_CASE("a telegram cut at any length keeps its whole records and says where it ends") {
    for (const auto hex : telegrams) {
        const auto wire = from_hex(hex);
        const auto whole = walk(wire);
        const auto trailer = trailer_of(wire);
        for (std::size_t size = 0; size <= wire.size(); ++size) {
            CAPTURE(hex, size);
            const octets cut(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size));
            const auto records = walk(cut);
            std::vector<found> expected;
            for (const auto& record : whole)
                if (record.offset + record.wire.size() <= size)
                    expected.push_back(record);
                else if (record.offset < size)
                    expected.push_back({record.offset, {}, apl_error(errc::truncated, size)});
            CHECK(records == expected);
            CHECK(trailer_of(cut).has_manufacturer_data ==
                  (trailer.has_manufacturer_data && size > trailer.offset));
        }
    }
}

TEST_CASE("options reach every record") {
    const auto wire = "02 93 07 01 02 0A 13 12 34"_octets;
    const record_range range{wire, {byte_order::most_significant_first, direction::to_meter}};
    auto it = range.begin();
    CHECK(is_number((*it)->value(), 0x0102, -3));
    ++it;
    CHECK(is_number((*it)->value(), 1234, -3));
    CHECK(range.options().direction == direction::to_meter);
    CHECK(range.octets().data() == wire.data());
}

TEST_CASE("a record range is a range") {
    STATIC_REQUIRE(std::input_iterator<record_range::iterator>);
    STATIC_REQUIRE(std::ranges::input_range<const record_range>);
    const auto wire = from_hex(telegrams[0]);
    const record_range range{wire};
    auto copy = range.begin();
    ++copy;
    CHECK(range.begin().offset() == 0);
    CHECK(copy.offset() == 5);
    CHECK(std::ranges::distance(range) == 3);
}

namespace {

/// Builds telegrams octet by octet as the standard describes them, and remembers what it built.
class telegram_maker {
public:
    explicit telegram_maker(std::uint32_t seed) : random_{seed} {}

    octets wire;
    std::vector<found> records;
    std::size_t trailer_offset = 0;
    std::uint8_t special = 0;

    void make() {
        wire.clear();
        records.clear();
        special = 0;
        for (auto count = up_to(12); count > 0; --count) {
            fillers();
            const auto begin = wire.size();
            record();
            records.push_back({begin, {wire.begin() + static_cast<std::ptrdiff_t>(begin), wire.end()}});
        }
        fillers();
        trailer_offset = wire.size();
        constexpr std::uint8_t specials[] = {0x0F, 0x1F, 0x7F};
        if (up_to(2) == 0) {
            special = specials[up_to(3)];
            wire.push_back(special);
            if (special != 0x7F)
                anything(up_to(10));
        }
    }

private:
    unsigned up_to(unsigned limit) { return static_cast<unsigned>(random_()) % limit; }
    void put(unsigned octet) { wire.push_back(static_cast<std::uint8_t>(octet)); }
    void anything(std::size_t count) {
        while (count-- > 0)
            put(up_to(256));
    }
    void fillers() {
        if (up_to(4) == 0)
            wire.insert(wire.end(), up_to(4), 0x2F);
    }
    /// `count` octets of which all but the last have the extension bit, if there is a last.
    void chain(unsigned count) {
        for (; count > 0; --count)
            put(up_to(128) | (count > 1 ? 0x80U : 0U));
    }

    void record() {
        const auto field = up_to(15);
        const auto dife = up_to(3) == 0 ? up_to(11) : 0U;
        put((dife > 0 ? 0x80U : 0U) | up_to(8) << 4U | field);
        chain(dife);
        vib();
        constexpr unsigned sizes[] = {0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6};
        if (field != 0x0D)
            return anything(sizes[field]);
        switch (const auto length = up_to(10); up_to(5)) {
        case 0: put(length); return anything(length);
        case 1: put(0xC0 + length); return anything(length);
        case 2: put(0xD0 + length); return anything(length);
        case 3: put(0xE0 + length); return anything(length);
        default: put(0xF0 + length % 5); return anything(16 + 4 * (length % 5));
        }
    }

    void vib() {
        const auto vife = up_to(2) == 0 ? up_to(9) : 0U;
        const auto more = vife > 0 ? 0x80U : 0U;
        switch (up_to(6)) {
        case 0: put(0xFB), put(more | up_to(128)); break;
        case 1: put(0xFD), put(more | up_to(125)); break;
        case 2: put(0xFD), put(0xFD), put(more | up_to(128)); break;
        case 3: {
            put(more | 0x7CU);
            for (auto left = vife; left > 0; --left) // no code that could be the length of a text
                put((0x70U + up_to(16)) | (left > 1 ? 0x80U : 0U));
            const auto length = 1 + up_to(10);
            put(length);
            for (unsigned i = 0; i < length; ++i)
                put('A' + up_to(26));
            return;
        }
        default: put(more | up_to(0x7B)); break;
        }
        chain(vife);
    }

    std::mt19937 random_;
};

} // namespace

TEST_CASE("random valid records are all found, and with fillers and trailer account for every octet") {
    telegram_maker maker{13757};
    for (int round = 0; round < 5000; ++round) {
        maker.make();
        const record_options options{round % 3 == 0 ? byte_order::most_significant_first
                                                    : byte_order::least_significant_first,
                                     round % 2 == 0 ? direction::to_meter : direction::from_meter};
        const auto records = walk(maker.wire, options);
        REQUIRE(records == maker.records);
        const auto trailer = trailer_of(maker.wire);
        REQUIRE(trailer.offset == maker.trailer_offset);
        REQUIRE(trailer.has_manufacturer_data == (maker.special == 0x0F || maker.special == 0x1F));
        REQUIRE(trailer.more_records_follow == (maker.special == 0x1F));
        REQUIRE(trailer.is_global_readout == (maker.special == 0x7F));
        const auto rest = maker.special == 0 ? 0 : maker.wire.size() - maker.trailer_offset - 1;
        REQUIRE(trailer.manufacturer_data.size() == rest);
        for (const auto& record : record_range{maker.wire, options}) {
            REQUIRE(record);
            static_cast<void>(record->value());
            REQUIRE(to_bytes(record->dib()) == octets(record->dib_wire().begin(), record->dib_wire().end()));
        }
    }
}
