#include <meterlink/tpl/owned_message.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include <meterlink/apl/record_list.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using tpl::message_view;

namespace {

using octets = std::vector<std::uint8_t>;

octets round_trip(const octets& wire) {
    const auto view = message_view::parse(wire, tpl::medium_access::wireless);
    REQUIRE(view);
    const auto owned = tpl::message::from(*view);
    CHECK(owned.wire_size() == wire.size());
    return to_bytes(owned);
}

} // namespace

TEST_CASE("messages of every kind of header come back as they were") {
    const octets without{0x78, 0x01, 0x7A, 0x08};
    const octets with_short{0x7A, 0x2A, 0x00, 0x00, 0x00, 0x01, 0x7A, 0x08};
    const octets with_long{0x72, 0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01,
                           0x07, 0x55, 0x00, 0x00, 0x00, 0x01, 0x7A, 0x08};
    const octets backwards{0x76, 0x12, 0x34, 0x56, 0x78, 0x40, 0x24, 0x01,
                           0x07, 0x55, 0x00, 0x00, 0x00, 0x01, 0x7A, 0x08};
    for (const auto& wire : {without, with_short, with_long, backwards})
        CHECK(round_trip(wire) == wire);
}

TEST_CASE("a header that the CI field does not announce is not sent") {
    tpl::message m{{0x51}, tpl::long_header{}, {0x01, 0x7A, 0x08}};
    CHECK(to_bytes(m) == octets{0x51, 0x01, 0x7A, 0x08});
    m.ci = {0x5A};
    CHECK(m.wire_size() == 8);
}

TEST_CASE("a record list becomes the payload") {
    apl::record_list list;
    list.records.push_back(*apl::record::parse(octets{0x01, 0x7A, 0x08}));
    const auto command = tpl::message::carrying({0x51}, std::nullopt, list);
    CHECK(to_bytes(command) == octets{0x51, 0x01, 0x7A, 0x08});
    std::array<std::uint8_t, 3> small{};
    CHECK(command.emit(small).error().code == errc::buffer_too_small);
}
