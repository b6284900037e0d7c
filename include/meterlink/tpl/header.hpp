#pragma once

/// The short and the long transport header.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/configuration_field.hpp>
#include <meterlink/tpl/device_type.hpp>
#include <meterlink/tpl/manufacturer.hpp>
#include <meterlink/tpl/status.hpp>

namespace meterlink::tpl {

/// Short header (EN 13757-7:2018, 7.3): the meter's address is that of the link layer.
struct short_header {
    std::uint8_t access_number = 0;
    tpl::status status{};
    configuration_field configuration{};

    [[nodiscard]] static constexpr std::size_t wire_size() noexcept { return 4; }

    /// Reads the header at the start of `input`; `errc::truncated` when it is shorter.
    [[nodiscard]] static constexpr result<short_header> parse(bytes_view input) noexcept {
        if (input.size() < wire_size())
            return fail(errc::truncated, layer::tpl, input.size());
        return short_header{input[0], {input[1]}, {static_cast<std::uint16_t>(input[2] | input[3] << 8U)}};
    }

    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}.u8(access_number).u8(status.raw).u16(configuration.raw).finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const short_header&,
                                                   const short_header&) noexcept = default;
};

/// Long header (EN 13757-7:2018, 7.4): the meter's own address, then the short header.
struct long_header {
    std::uint32_t identification = 0; ///< Eight BCD digits, the first in the most significant nibble.
    tpl::manufacturer manufacturer{};
    std::uint8_t version = 0;
    tpl::device_type device_type{};
    short_header common{};

    [[nodiscard]] static constexpr std::size_t wire_size() noexcept { return 12; }

    /// Reads the header at the start of `input`; `errc::truncated` when it is shorter. In the obsolete order
    /// the fields of more than one octet travel the other way round.
    [[nodiscard]] static constexpr result<long_header>
    parse(bytes_view input, byte_order order = byte_order::least_significant_first) noexcept {
        if (input.size() < wire_size())
            return fail(errc::truncated, layer::tpl, input.size());
        const auto u16 = [&](std::size_t at) {
            return static_cast<std::uint16_t>(load_number(input.subspan(at, 2), order));
        };
        return long_header{static_cast<std::uint32_t>(load_number(input.first(4), order)),
                           {u16(4)},
                           input[6],
                           static_cast<tpl::device_type>(input[7]),
                           {input[8], {input[9]}, {u16(10)}}};
    }

    [[nodiscard]] constexpr result<std::size_t>
    emit(bytes_span out, byte_order order = byte_order::least_significant_first) const noexcept {
        return writer{out}
            .number(identification, 4, order)
            .number(manufacturer.code, 2, order)
            .u8(version)
            .u8(static_cast<std::uint8_t>(device_type))
            .u8(common.access_number)
            .u8(common.status.raw)
            .number(common.configuration.raw, 2, order)
            .finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const long_header&, const long_header&) noexcept = default;
};

} // namespace meterlink::tpl
