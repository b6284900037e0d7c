#pragma once

/// What the tests of all PDUs do alike.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

namespace meterlink::test {

using octets = std::vector<std::uint8_t>;

/// An error of the Modbus layer.
constexpr error modbus_error(errc code, std::size_t offset, std::int32_t expected = -1,
                             std::int32_t found = -1) {
    return {code, layer::modbus, offset, expected, found};
}

/// Why `T` refuses `wire`.
template <class T>
error refusal(const octets& wire) {
    const auto parsed = T::parse(wire);
    return parsed ? no_error : parsed.error();
}

inline octets with(octets wire, std::size_t at, std::uint8_t octet) {
    wire.at(at) = octet;
    return wire;
}

inline octets followed_by(octets wire, std::uint8_t octet) {
    wire.push_back(octet);
    return wire;
}

/// `T` refuses `wire` cut at any length, with one octet too many, and of another function.
template <class T>
void check_lengths(const octets& wire) {
    for (std::size_t size = 0; size < wire.size(); ++size) {
        const octets cut{wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size)};
        CHECK(refusal<T>(cut) == modbus_error(errc::truncated, size));
    }
    const auto size = static_cast<std::int32_t>(wire.size());
    CHECK(refusal<T>(followed_by(wire, 0)) == modbus_error(errc::pdu_length, wire.size(), size, size + 1));
    const auto other = static_cast<std::uint8_t>(wire[0] ^ 0x40);
    CHECK(refusal<T>(with(wire, 0, other)) == modbus_error(errc::function_unexpected, 0, wire[0], other));
}

/// `value` writes `wire`, and nothing into less room.
template <emittable T>
void check_emits(const T& value, const octets& wire) {
    CHECK(value.wire_size() == wire.size());
    CHECK(to_bytes(value) == wire);
    for (std::size_t room = 0; room < wire.size(); ++room) {
        octets out(room);
        const auto written = value.emit(out);
        REQUIRE_FALSE(written);
        CHECK(written.error() == error{errc::buffer_too_small, layer::core, room});
    }
}

/// `wire` parsed as `T`, which is a value and no view.
template <class T>
T parsed(const octets& wire) {
    const auto value = T::parse(wire);
    REQUIRE(value);
    return *value;
}

/// `wire` parsed as `View`, written again by `Owner`.
template <class View, class Owner>
void check_rebuilds(const octets& wire) {
    const auto view = View::parse(wire);
    REQUIRE(view);
    CHECK(view->wire().data() == wire.data());
    CHECK(view->wire().size() == wire.size());
    const auto owner = Owner::from(*view);
    check_emits(owner, wire);
    CHECK(Owner::from(*View::parse(to_bytes(owner))) == owner);
}

} // namespace meterlink::test
