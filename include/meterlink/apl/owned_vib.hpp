#pragma once

/// A value information block that owns its octets: for building records.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/apl/vib.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// Value information block (EN 13757-3:2018, 6.4), owned. It holds octets that `vib_view::parse` accepted.
class vib {
public:
    /// The VIB of a number of `what`, in `in`, that counts 10^`exponent10`; historical codes are not used.
    /// `errc::value_not_encodable` when the standard has no code for it.
    [[nodiscard]] static result<vib> of(quantity what, unit in = unit::none, int exponent10 = 0);

    /// A unit that the standard does not know (VIF 7C), in printable Latin-1. `errc::value_out_of_range` for
    /// empty text or more than 255 characters.
    [[nodiscard]] static result<vib> spelled_out(std::string_view text);

    /// Copies octets that hold exactly one VIB; the errors are those of `vib_view::parse`.
    [[nodiscard]] static result<vib> parse(bytes_view input, direction speaker = direction::from_meter) {
        const auto view = vib_view::parse(input, speaker);
        if (!view)
            return fail(view.error());
        return vib{{input.begin(), input.end()}, speaker};
    }

    [[nodiscard]] static vib from(const vib_view& view) {
        return vib{{view.wire().begin(), view.wire().end()}, view.speaker()};
    }

    /// This VIB with one more VIFE behind those it has; the FC or FF that leads to its table is added where
    /// it is missing. A VIFE to the meter makes it a command's. `errc::vife_count` when there is no room for
    /// it.
    [[nodiscard]] result<vib> with(vife modifier) const;

    /// Valid for as long as this object stays as it is.
    [[nodiscard]] vib_view view() const noexcept { return *vib_view::parse(wire_, speaker_); }

    [[nodiscard]] std::size_t wire_size() const noexcept { return wire_.size(); }
    [[nodiscard]] result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}.bytes(wire_).finish();
    }
    [[nodiscard]] bytes_view wire() const noexcept { return wire_; }

    [[nodiscard]] friend bool operator==(const vib&, const vib&) noexcept = default;

private:
    vib(std::vector<std::uint8_t> wire, direction speaker) noexcept
        : wire_{std::move(wire)}, speaker_{speaker} {}

    std::vector<std::uint8_t> wire_;
    direction speaker_ = direction::from_meter;
};

namespace detail {

/// The code in `entries` that means exactly this, or -1.
constexpr int find_vif(const std::array<measurement, 128>& entries, quantity what, unit in,
                       int exponent10) noexcept {
    for (std::size_t code = 0; code < entries.size(); ++code) {
        const auto& entry = entries[code];
        if (entry.quantity == what && entry.unit == in && entry.exponent10 == exponent10 &&
            !entry.is_historical)
            return static_cast<int>(code);
    }
    return -1;
}

} // namespace detail

inline result<vib> vib::of(quantity what, unit in, int exponent10) {
    const auto found = [&](std::vector<std::uint8_t> lead_in, const auto& table) {
        const auto code = detail::find_vif(table, what, in, exponent10);
        if (code >= 0)
            lead_in.push_back(static_cast<std::uint8_t>(code));
        else
            lead_in.clear();
        return lead_in;
    };
    // 7C and what cannot stand alone are not numbers of a known unit.
    if (what != quantity::plain_text && what != quantity::reserved && what != quantity::unknown) {
        for (auto octets : {found({}, tables::vif_primary), found({0xFB}, tables::vif_fb),
                            found({0xFD}, tables::vif_fd), found({0xFD, 0xFD}, tables::vif_fd_fd)})
            if (!octets.empty())
                return vib{std::move(octets), direction::from_meter};
    }
    return fail(errc::value_not_encodable, layer::apl, 0);
}

inline result<vib> vib::spelled_out(std::string_view text) {
    if (text.empty() || text.size() > 255)
        return fail(errc::value_out_of_range, layer::apl, text.size());
    std::vector<std::uint8_t> octets{0x7C, static_cast<std::uint8_t>(text.size())};
    octets.insert(octets.end(), text.rbegin(), text.rend());
    return vib{std::move(octets), direction::from_meter};
}

inline result<vib> vib::with(vife modifier) const {
    const auto now = view();
    auto table = (wire_[0] & 0x7FU) == 0x7FU ? vife_table::manufacturer : vife_table::combinable;
    for (const auto& present : now.modifiers())
        if (present.entry().effect == tables::vife_effect::manufacturer)
            table = vife_table::manufacturer;
    std::vector<std::uint8_t> added;
    if (modifier.table == vife_table::extension)
        added.push_back(0xFC);
    if (modifier.table == vife_table::manufacturer && table != vife_table::manufacturer)
        added.push_back(0xFF);
    added.push_back(modifier.code & 0x7FU);
    // Behind the manufacturer's own codes no other can be understood.
    if (modifier.table != vife_table::manufacturer && table == vife_table::manufacturer)
        return fail(errc::value_not_encodable, layer::apl, wire_.size());

    const auto text_octets = now.has_text() ? now.plain_text().size() + 1 : 0;
    const auto codes = wire_.size() - text_octets;
    if (codes + added.size() > 1 + max_vife)
        return fail(errc::vife_count, layer::apl, codes);
    const auto at = now.has_text() && !now.is_text_first() ? codes : wire_.size();
    auto octets = wire_;
    const auto last_code = now.is_text_first() && codes == 1 ? std::size_t{0} : at - 1;
    octets[last_code] |= 0x80U;
    octets.insert(octets.begin() + static_cast<std::ptrdiff_t>(at), added.begin(), added.end());
    return parse(octets, modifier.direction == direction::to_meter ? direction::to_meter : speaker_);
}

} // namespace meterlink::apl
