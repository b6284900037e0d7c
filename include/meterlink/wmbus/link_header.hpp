#pragma once

/// The head of every wireless telegram: its length, its purpose and its sender.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/wmbus/c_field.hpp>

namespace meterlink::wmbus {

/// Link layer header (EN 13757-4:2019, the first block): L, C, M, and the address, which is the sender's.
struct link_header {
    std::uint8_t length = 0; ///< L: octets that follow it, link layer CRCs not counted.
    c_field c{};
    tpl::meter_address sender{};

    [[nodiscard]] static constexpr std::size_t wire_size() noexcept { return 10; }

    /// Reads the header at the start of `input`, the L field first; `errc::truncated` when it is shorter.
    [[nodiscard]] static constexpr result<link_header> parse(bytes_view input) noexcept {
        if (input.size() < wire_size())
            return fail(errc::truncated, layer::wmbus, input.size());
        return link_header{input[0], {input[1]}, *tpl::meter_address::parse(input.subspan(2))};
    }

    /// Writes the ten octets; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return fail(errc::buffer_too_small, layer::core, out.size());
        out[0] = length;
        out[1] = c.raw;
        [[maybe_unused]] const auto fits = sender.emit(out.subspan(2));
        return wire_size();
    }

    [[nodiscard]] friend constexpr bool operator==(const link_header&, const link_header&) noexcept = default;
};

} // namespace meterlink::wmbus
