#pragma once

/// Who sent a message, whichever layer says so: the link layer of the air or the long header.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/device_type.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/manufacturer.hpp>

namespace meterlink::tpl {

/// Address of a meter: manufacturer, identification number, version and device type, in the order in which
/// the link layer of EN 13757-4 sends them and every initialisation vector takes them. (The long header has
/// the identification first.)
struct meter_address {
    tpl::manufacturer manufacturer{};
    std::uint32_t identification = 0; ///< Eight BCD digits, the first in the most significant nibble.
    std::uint8_t version = 0;
    tpl::device_type device_type{};

    [[nodiscard]] static constexpr std::size_t wire_size() noexcept { return 8; }

    /// Reads the address at the start of `input`; `errc::truncated` when it is shorter.
    [[nodiscard]] static constexpr result<meter_address> parse(bytes_view input) noexcept {
        if (input.size() < wire_size())
            return fail(errc::truncated, layer::tpl, input.size());
        reader from{input};
        const auto manufacturer = from.u16();
        const auto identification = from.u32();
        const auto version = from.u8();
        return meter_address{
            {manufacturer}, identification, version, static_cast<tpl::device_type>(from.u8())};
    }

    /// The address that a long header carries.
    [[nodiscard]] static constexpr meter_address from(const long_header& header) noexcept {
        return {header.manufacturer, header.identification, header.version, header.device_type};
    }

    /// Writes the eight octets; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}
            .u16(manufacturer.code)
            .u32(identification)
            .u8(version)
            .u8(static_cast<std::uint8_t>(device_type))
            .finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const meter_address&,
                                                   const meter_address&) noexcept = default;
};

} // namespace meterlink::tpl
