#pragma once

/// What holds for the four functions that read bits or registers alike.

#include "pdu_cases.hpp"

namespace meterlink::test {

/// `wire` asks for `quantity` from `start` on; the limits of `Request` are `max` and the last address.
template <class Request>
void check_read_request(const octets& wire, std::uint16_t start, std::uint16_t quantity, std::uint16_t max) {
    const auto request = parsed<Request>(wire);
    CHECK(request.start == start);
    CHECK(request.quantity == quantity);
    check_emits(Request{start, quantity}, wire);
    check_lengths<Request>(wire);

    octets out(wire.size());
    const auto refused = [&](Request bad, const error& why) {
        const auto written = bad.emit(out);
        REQUIRE_FALSE(written);
        CHECK(written.error() == why);
        const octets spelt{wire[0], static_cast<std::uint8_t>(bad.start >> 8),
                           static_cast<std::uint8_t>(bad.start), static_cast<std::uint8_t>(bad.quantity >> 8),
                           static_cast<std::uint8_t>(bad.quantity)};
        CHECK(refusal<Request>(spelt) == why);
    };
    refused({0, 0}, modbus_error(errc::quantity_out_of_range, 3, max, 0));
    refused({0, static_cast<std::uint16_t>(max + 1)},
            modbus_error(errc::quantity_out_of_range, 3, max, max + 1));
    refused({0, 0xFFFF}, modbus_error(errc::quantity_out_of_range, 3, max, 0xFFFF));
    refused({0xFFFF, 2}, modbus_error(errc::address_overflow, 1, 0xFFFE, 0xFFFF));
    check_emits(Request{0xFFFF, 1}, {wire[0], 0xFF, 0xFF, 0, 1});
    CHECK(parsed<Request>(to_bytes(Request{0, max})).quantity == max);
    CHECK(parsed<Request>(to_bytes(Request{static_cast<std::uint16_t>(0x10000 - max), max})).quantity == max);
}

/// `wire` holds `expected`; `View` takes 1 to 125 registers.
template <class View, class Owner>
void check_registers_response(const octets& wire, const std::vector<std::uint16_t>& expected) {
    const auto view = View::parse(wire);
    REQUIRE(view);
    CHECK(std::ranges::equal(view->registers(), expected));
    CHECK(view->registers().octets().data() == wire.data() + 2);
    check_lengths<View>(wire);
    check_rebuilds<View, Owner>(wire);
    const auto owner = Owner::make(expected);
    REQUIRE(owner);
    check_emits(*owner, wire);
    CHECK(std::ranges::equal(owner->registers(), expected));

    CHECK(refusal<View>({wire[0], 0}) == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(refusal<View>(with(wire, 1, static_cast<std::uint8_t>(wire[1] - 1))) ==
          modbus_error(errc::byte_count, 1, -1, wire[1] - 1));
    CHECK(refusal<View>({wire[0], 251}) == modbus_error(errc::byte_count, 1, -1, 251));
    CHECK(refusal<View>({wire[0], 252}) == modbus_error(errc::byte_count, 1, -1, 252));

    std::vector<std::uint16_t> values(126, 0xABCD);
    CHECK(Owner::make(values).error() == modbus_error(errc::quantity_out_of_range, 1, 125, 126));
    CHECK(Owner::make(std::span<const std::uint16_t>{}).error() ==
          modbus_error(errc::quantity_out_of_range, 1, 125, 0));
    const auto longest = Owner::make(125, [](std::size_t i) { return static_cast<std::uint16_t>(i * 511); });
    REQUIRE(longest);
    REQUIRE(longest->wire_size() == 252);
    check_rebuilds<View, Owner>(to_bytes(*longest));
    CHECK(longest->registers()[124] == 124 * 511);
}

/// `wire` holds `expected` and after it zeros; `View` takes 1 to 2000 bits.
template <class View, class Owner>
void check_bits_response(const octets& wire, const std::vector<bool>& expected) {
    const auto view = View::parse(wire);
    REQUIRE(view);
    CHECK(std::ranges::equal(view->bits(expected.size()), expected));
    CHECK(view->bits().size() == 8 * (wire.size() - 2));
    check_lengths<View>(wire);
    check_rebuilds<View, Owner>(wire);
    const auto owner = Owner::make(expected.size(), [&](std::size_t i) { return expected[i]; });
    REQUIRE(owner);
    check_emits(*owner, wire);
    CHECK(std::ranges::equal(owner->bits(), expected));
    const std::array<bool, 3> three{true, false, true};
    check_emits(*Owner::make(three), {wire[0], 1, 5});

    CHECK(refusal<View>({wire[0], 0}) == modbus_error(errc::byte_count, 1, -1, 0));
    CHECK(refusal<View>({wire[0], 251}) == modbus_error(errc::byte_count, 1, -1, 251));
    const auto set = [](std::size_t) { return true; };
    CHECK(Owner::make(0, set).error() == modbus_error(errc::quantity_out_of_range, 1, 2000, 0));
    CHECK(Owner::make(2001, set).error() == modbus_error(errc::quantity_out_of_range, 1, 2000, 2001));
    REQUIRE(Owner::make(2000, set)->wire_size() == 252);
    check_rebuilds<View, Owner>(to_bytes(*Owner::make(2000, set)));
}

/// The bits that a text spells.
inline std::vector<bool> bits_of(std::string_view digits) {
    std::vector<bool> out;
    for (const char c : digits)
        out.push_back(c == '1');
    return out;
}

} // namespace meterlink::test
