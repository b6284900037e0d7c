#pragma once

/// Which records of a meter a master means: to read, to write, or to select the meter by.

#include <algorithm>
#include <cstdint>

#include <meterlink/apl/data_field.hpp>
#include <meterlink/apl/record.hpp>
#include <meterlink/core/bytes.hpp>

namespace meterlink::mbus {

/// Whether an information block with data field 8 (EN 13757-3:2018, selection of data) asks for this record:
/// same storage, tariff, subunit and function, and the same VIB unless its VIF is 7E, any.
[[nodiscard]] inline bool selects_for_readout(const apl::record_view& block,
                                              const apl::record_view& record) noexcept {
    const auto& wanted = block.dib();
    const auto& is = record.dib();
    const auto vif = block.vib().wire();
    const auto own = record.vib().wire();
    const auto is_any = vif.size() == 1 && (vif[0] & 0x7FU) == 0x7EU;
    return wanted.storage == is.storage && wanted.tariff == is.tariff && wanted.subunit == is.subunit &&
           wanted.function == is.function &&
           (is_any || std::equal(vif.begin(), vif.end(), own.begin(), own.end()));
}

/// Whether both have the same DIB and VIB, and as many octets of data: one can be written over the other.
[[nodiscard]] inline bool has_same_blocks(const apl::record_view& a, const apl::record_view& b) noexcept {
    const auto av = a.vib().wire();
    const auto bv = b.vib().wire();
    return a.dib() == b.dib() && std::equal(av.begin(), av.end(), bv.begin(), bv.end()) &&
           a.data_wire().size() == b.data_wire().size();
}

/// Whether a record of an enhanced selection fits one of the meter: same blocks and same data, in which a
/// nibble F of a BCD number is any digit.
[[nodiscard]] inline bool matches_masked(const apl::record_view& mask,
                                         const apl::record_view& record) noexcept {
    if (!has_same_blocks(mask, record))
        return false;
    const auto has_wildcards = apl::is_bcd(mask.dib().field);
    const auto wanted = mask.data_wire();
    const auto fits = [&](std::uint8_t octet_mask, std::uint8_t octet) {
        const auto high = has_wildcards && (octet_mask & 0xF0U) == 0xF0U ? 0U : 0xF0U;
        const auto low = has_wildcards && (octet_mask & 0x0FU) == 0x0FU ? 0U : 0x0FU;
        return ((octet_mask ^ octet) & (high | low)) == 0;
    };
    return std::equal(wanted.begin(), wanted.end(), record.data_wire().begin(), fits);
}

} // namespace meterlink::mbus
