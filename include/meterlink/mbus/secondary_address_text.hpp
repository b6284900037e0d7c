#pragma once

/// The secondary address as people write it: `12345678.PAD.01.07`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/tpl/manufacturer.hpp>

namespace meterlink::mbus {

/// Identification, manufacturer, version and device type, with F as the wildcard digit. A manufacturer code
/// that is not three letters is written as four hexadecimal digits: `1FFFFFFF.FFFF.FF.FF`.
[[nodiscard]] inline std::string to_string(const secondary_address& address) {
    std::array<std::uint8_t, secondary_address::size> octets{};
    if (!address.emit(octets, byte_order::most_significant_first))
        return {};
    const bytes_view all{octets};
    auto text = to_hex(all.first(4)) + '.';
    if (const tpl::manufacturer maker{address.manufacturer}; maker.is_valid() && !maker.is_locally_unique())
        text.append(maker.letters().data(), 3);
    else
        append_hex(text, all.subspan(4, 2));
    return text + '.' + to_hex(all.subspan(6), '.');
}

/// Reads what `to_string` writes, hexadecimal digits in either case, or the eight digits alone, with any
/// manufacturer, version and device type. Anything else is `errc::secondary_address_syntax`, whose offset is
/// the first character that does not fit; expected is `.` (2E) where that is the only choice.
[[nodiscard]] constexpr result<secondary_address> parse_secondary_address(std::string_view text) noexcept {
    constexpr auto refuse = [](std::string_view in, std::size_t at, std::int32_t expected = -1) {
        const std::int32_t found = at < in.size() ? static_cast<unsigned char>(in[at]) : -1;
        return fail(errc::secondary_address_syntax, layer::mbus, at, expected, found);
    };
    std::size_t at = 0;
    const auto digits = [&](std::size_t count, std::uint32_t& value) {
        value = 0;
        for (const auto end = at + count; at < end; ++at) {
            const auto digit = at < text.size() ? meterlink::detail::hex_value(text[at]) : -1;
            if (digit < 0)
                return false;
            value = value << 4U | static_cast<std::uint32_t>(digit);
        }
        return true;
    };
    const auto dot = [&] { return at < text.size() && text[at] == '.' && ++at != 0; };

    secondary_address address;
    if (!digits(8, address.id))
        return refuse(text, at);
    if (at == text.size())
        return address;
    if (!dot())
        return refuse(text, at, '.');
    std::uint32_t number = 0;
    if (text.size() > at + 3 && text[at + 3] == '.') {
        const auto maker = tpl::manufacturer::parse(text.substr(at, 3));
        if (!maker)
            return refuse(text, at + maker.error().offset);
        number = maker->code;
        at += 3;
    } else if (!digits(4, number))
        return refuse(text, at);
    address.manufacturer = static_cast<std::uint16_t>(number);
    for (auto* octet : {&address.version, &address.device_type}) {
        if (!dot())
            return refuse(text, at, '.');
        if (!digits(2, number))
            return refuse(text, at);
        *octet = static_cast<std::uint8_t>(number);
    }
    if (at != text.size())
        return refuse(text, at);
    return address;
}

} // namespace meterlink::mbus
