#pragma once

/// The records of one telegram, owned, with what stands behind them: the body of an answer to be built.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/apl/owned_record.hpp>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// Records and, behind them, the manufacturer's own octets. Fillers between records are not kept.
struct record_list {
    std::vector<record> records;
    std::vector<std::uint8_t> manufacturer_data;
    bool has_manufacturer_data = false; ///< Sends DIF 0F or 1F, even without octets after it.
    bool more_records_follow = false;   ///< Sends DIF 1F.
    bool is_global_readout = false;     ///< Sends DIF 7F: a request to the meter for everything.

    /// Reads `range`; the first bad record is the error.
    [[nodiscard]] static result<record_list> from(const record_range& range) {
        record_list out;
        auto it = range.begin();
        for (; it != range.end(); ++it) {
            if (!*it)
                return fail(it->error());
            out.records.push_back(record::from(**it));
        }
        const auto& trailer = it.trailer();
        out.manufacturer_data.assign(trailer.manufacturer_data.begin(), trailer.manufacturer_data.end());
        out.has_manufacturer_data = trailer.has_manufacturer_data;
        out.more_records_follow = trailer.more_records_follow;
        out.is_global_readout = trailer.is_global_readout;
        return out;
    }

    [[nodiscard]] std::size_t wire_size() const noexcept {
        std::size_t size = has_trailing_dif() ? 1 + manufacturer_data.size() : 0;
        for (const auto& each : records)
            size += each.wire_size();
        return size;
    }

    /// Writes all records; `errc::buffer_too_small` without room for them.
    [[nodiscard]] result<std::size_t> emit(bytes_span out) const noexcept {
        writer to{out};
        for (const auto& each : records)
            to.bytes(each.wire());
        if (has_trailing_dif())
            to.u8(trailing_dif()).bytes(manufacturer_data);
        return to.finish();
    }

    [[nodiscard]] friend bool operator==(const record_list&, const record_list&) noexcept = default;

private:
    [[nodiscard]] bool has_trailing_dif() const noexcept {
        return has_manufacturer_data || more_records_follow || is_global_readout ||
               !manufacturer_data.empty();
    }
    [[nodiscard]] std::uint8_t trailing_dif() const noexcept {
        if (more_records_follow)
            return detail::dif_more_follow;
        return is_global_readout ? detail::dif_global_readout : detail::dif_manufacturer;
    }
};

} // namespace meterlink::apl
