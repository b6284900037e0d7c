#pragma once

/// One data record: DIB, VIB and data, borrowed from the telegram or owned.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/apl/dib.hpp>
#include <meterlink/apl/lvar.hpp>
#include <meterlink/apl/value.hpp>
#include <meterlink/apl/value_codec.hpp>
#include <meterlink/apl/vib.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// How the octets of a telegram's records are to be read. The CI field and the direction decide.
struct record_options {
    byte_order order = byte_order::least_significant_first;
    apl::direction direction = direction::from_meter;
};

/// Data record (EN 13757-3:2018, 6.1), borrowed.
class record_view {
public:
    constexpr record_view() noexcept = default;

    /// Reads one record that fills all of `input`. Errors: `truncated`, `dif_reserved` (fillers and special
    /// DIF are not records), `dife_count`, `vife_count`, `lvar_reserved`, `trailing_bytes`.
    [[nodiscard]] static constexpr result<record_view> parse(bytes_view input,
                                                             record_options options = {}) noexcept;

    /// As `parse`, for a record at the start of `input`, which is not empty, and into this object. Returns
    /// its length, also where it is bad but its end is known, otherwise 0; sets `problem` where something is
    /// wrong.
    constexpr std::size_t read(bytes_view input, record_options options, error& problem) noexcept;

    /// How the value is coded, and which register it stands for.
    [[nodiscard]] constexpr const apl::dib& dib() const noexcept { return dib_; }
    /// What the value measures, as the octets say it.
    [[nodiscard]] constexpr const vib_view& vib() const noexcept { return vib_; }
    /// What the value measures, with the VIFE folded in: `vib().measurement()`.
    [[nodiscard]] constexpr const apl::measurement& measurement() const noexcept {
        return vib_.measurement();
    }

    /// The value octets; without LVAR.
    [[nodiscard]] constexpr bytes_view data() const noexcept { return data_; }
    /// LVAR, for records of variable length.
    [[nodiscard]] constexpr apl::lvar lvar() const noexcept { return lvar_; }
    [[nodiscard]] constexpr bool has_lvar() const noexcept { return dib_.field == data_field::variable; }

    /// All octets of the record.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }
    /// The octets of DIF and DIFE.
    [[nodiscard]] constexpr bytes_view dib_wire() const noexcept {
        return wire_.first(wire_.size() - vib_.wire().size() - data_wire().size());
    }
    /// The octets after the VIB: LVAR, if any, and data.
    [[nodiscard]] constexpr bytes_view data_wire() const noexcept {
        return wire_.last(data_.size() + (has_lvar() ? 1U : 0U));
    }

    [[nodiscard]] constexpr const record_options& options() const noexcept { return options_; }

    /// The value, scaled to `measurement().unit`.
    [[nodiscard]] record_value value() const noexcept {
        return decode_value(dib_.field, lvar_, data_, measurement(), options_.order);
    }

private:
    apl::dib dib_{};
    vib_view vib_{};
    bytes_view wire_{};
    bytes_view data_{};
    apl::lvar lvar_{};
    record_options options_{};
};

constexpr std::size_t record_view::read(bytes_view input, record_options options, error& problem) noexcept {
    options_ = options;
    lvar_ = {};
    if ((input[0] & 0x0FU) == 0x0FU) { // also with an extension bit, whether DIFE follow or not
        problem = {errc::dif_reserved, layer::apl, 0, -1, input[0]};
        return 0;
    }
    const auto dib_size = detail::read_dib(input, dib_, problem);
    if (dib_size == 0)
        return 0;
    error vib_problem = no_error;
    const auto vib_size = vib_.read(input.subspan(dib_size), options.direction, vib_problem);
    if (vib_problem.code != errc::none && problem.code == errc::none)
        problem = vib_problem.shifted(dib_size);
    if (vib_size == 0)
        return 0;

    auto at = dib_size + vib_size;
    auto length = data_size(dib_.field);
    if (dib_.field == data_field::variable) {
        if (at == input.size()) {
            problem = {errc::truncated, layer::apl, at};
            return 0;
        }
        lvar_.code = input[at];
        if (lvar_.kind() == lvar_kind::reserved) {
            problem = {errc::lvar_reserved, layer::apl, at, -1, input[at]};
            return 0;
        }
        ++at;
        length = lvar_.size();
    }
    if (length > input.size() - at) {
        problem = {errc::truncated, layer::apl, input.size()};
        return 0;
    }
    wire_ = input.first(at + length);
    data_ = input.subspan(at, length);
    return at + length;
}

constexpr result<record_view> record_view::parse(bytes_view input, record_options options) noexcept {
    if (input.empty())
        return fail(errc::truncated, layer::apl, 0);
    record_view out;
    error problem = no_error;
    const auto size = out.read(input, options, problem);
    if (problem.code != errc::none)
        return fail(problem);
    if (size != input.size())
        return fail(errc::trailing_bytes, layer::apl, size);
    return out;
}

} // namespace meterlink::apl
