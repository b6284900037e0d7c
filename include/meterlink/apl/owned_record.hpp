#pragma once

/// A data record that owns its octets: for building telegrams, and for keeping what was read.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <meterlink/apl/dib.hpp>
#include <meterlink/apl/owned_vib.hpp>
#include <meterlink/apl/record.hpp>
#include <meterlink/apl/value_encoder.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// Data record (EN 13757-3:2018, 6.1), owned. It holds octets that `record_view::parse` accepted.
class record {
public:
    /// Builds a record from its parts. Errors: `value_out_of_range` (a number of the DIB needs too many
    /// DIFE), `value_not_encodable` (the data field of the DIB cannot hold the value).
    [[nodiscard]] static result<record> make(const apl::dib& dib, const apl::vib& vib,
                                             const record_value& value) {
        const auto octets = encode_value(value, vib.view().measurement(), dib.field);
        if (!octets)
            return fail(octets.error());
        return assemble(dib, vib, *octets);
    }

    /// As `make`, from data octets as they travel; LVAR first where the field is variable. Their number must
    /// be what the field says: otherwise `truncated` or `trailing_bytes`.
    [[nodiscard]] static result<record> assemble(const apl::dib& dib, const apl::vib& vib, bytes_view data,
                                                 byte_order order = byte_order::least_significant_first) {
        std::vector<std::uint8_t> octets(dib.wire_size());
        const auto written = dib.emit(octets);
        if (!written)
            return fail(written.error());
        octets.insert(octets.end(), vib.wire().begin(), vib.wire().end());
        octets.insert(octets.end(), data.begin(), data.end());
        return parse(octets, {order, vib.view().speaker()}); // an action stays an action
    }

    /// Copies octets that hold exactly one record; the errors are those of `record_view::parse`.
    [[nodiscard]] static result<record> parse(bytes_view input, record_options options = {}) {
        const auto view = record_view::parse(input, options);
        if (!view)
            return fail(view.error());
        return record{{input.begin(), input.end()}, options};
    }

    [[nodiscard]] static record from(const record_view& view) {
        return record{{view.wire().begin(), view.wire().end()}, view.options()};
    }

    /// Valid for as long as this object stays as it is.
    [[nodiscard]] record_view view() const noexcept { return *record_view::parse(wire_, options_); }

    [[nodiscard]] std::size_t wire_size() const noexcept { return wire_.size(); }
    [[nodiscard]] result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}.bytes(wire_).finish();
    }
    [[nodiscard]] bytes_view wire() const noexcept { return wire_; }

    [[nodiscard]] friend bool operator==(const record& a, const record& b) noexcept {
        return a.wire_ == b.wire_ && a.options_.order == b.options_.order &&
               a.options_.direction == b.options_.direction;
    }

private:
    record(std::vector<std::uint8_t> wire, record_options options) noexcept
        : wire_{std::move(wire)}, options_{options} {}

    std::vector<std::uint8_t> wire_;
    record_options options_{};
};

} // namespace meterlink::apl
