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

    /// Reads the record that starts at the first octet of `input`; what follows it is left alone. `size_out` is
    /// its length, also where the record is bad but its end is known, otherwise 0. Error offsets count from the
    /// start of `input`. Fillers and special DIF are not records: `errc::dif_reserved`.
    [[nodiscard]] static constexpr result<record_view> parse(bytes_view input, record_options options,
                                                             std::size_t& size_out) noexcept;

    /// As above, for input that holds exactly one record; `errc::trailing_bytes` where it holds more.
    [[nodiscard]] static constexpr result<record_view> parse(bytes_view input, record_options options = {}) noexcept;

    [[nodiscard]] constexpr const dib& header() const noexcept { return dib_; }
    [[nodiscard]] constexpr const vib_view& information() const noexcept { return vib_; }
    [[nodiscard]] constexpr const apl::measurement& measurement() const noexcept { return vib_.measurement(); }

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
    dib dib_{};
    vib_view vib_{};
    bytes_view wire_{};
    bytes_view data_{};
    apl::lvar lvar_{};
    record_options options_{};
};

constexpr result<record_view> record_view::parse(bytes_view input, record_options options,
                                                 std::size_t& size_out) noexcept {
    size_out = 0;
    record_view out;
    out.options_ = options;
    std::size_t dib_size = 0;
    const auto header = parse_dib(input, dib_size);
    if (!header && dib_size == 0)
        return fail(header.error());
    const auto field = static_cast<data_field>(input[0] & 0x0FU);
    if (field == data_field::special)
        return fail(errc::dif_reserved, layer::apl, 0, -1, input[0]);
    std::size_t vib_size = 0;
    const auto information = vib_view::parse(input.subspan(dib_size), options.direction, vib_size);
    if (!information && vib_size == 0)
        return fail(information.error(), dib_size);

    auto at = dib_size + vib_size;
    auto length = data_size(field);
    if (field == data_field::variable) {
        if (at == input.size())
            return fail(errc::truncated, layer::apl, at);
        out.lvar_.code = input[at];
        if (out.lvar_.kind() == lvar_kind::reserved)
            return fail(errc::lvar_reserved, layer::apl, at, -1, input[at]);
        ++at;
        length = out.lvar_.size();
    }
    if (length > input.size() - at)
        return fail(errc::truncated, layer::apl, input.size());

    size_out = at + length;
    if (!header)
        return fail(header.error());
    if (!information)
        return fail(information.error(), dib_size);
    out.dib_ = *header;
    out.vib_ = *information;
    out.wire_ = input.first(size_out);
    out.data_ = input.subspan(at, length);
    return out;
}

constexpr result<record_view> record_view::parse(bytes_view input, record_options options) noexcept {
    std::size_t size = 0;
    auto out = parse(input, options, size);
    if (out && size != input.size())
        return fail(errc::trailing_bytes, layer::apl, size);
    return out;
}

} // namespace meterlink::apl
