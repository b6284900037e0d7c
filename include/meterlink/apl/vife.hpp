#pragma once

/// One VIFE as it stands in a record, and the walk over all of them.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include <meterlink/apl/tables/vife.hpp>
#include <meterlink/core/bytes.hpp>

namespace meterlink::apl {

/// Who speaks: it decides whether VIFE 00..0F are record errors or actions.
enum class direction : std::uint8_t { from_meter, to_meter };

/// The table that a VIFE code belongs to.
enum class vife_table : std::uint8_t { combinable, extension, manufacturer };

/// Value information field extension (EN 13757-3:2018, 6.4.5): a code, and the table that gives it meaning.
struct vife {
    std::uint8_t code = 0; ///< Without the extension bit.
    vife_table table = vife_table::combinable;
    apl::direction direction = direction::from_meter;

    /// The row of the standard's table; the manufacturer's own codes have none.
    [[nodiscard]] constexpr const tables::vife_entry& entry() const noexcept {
        switch (table) {
        case vife_table::extension: return tables::vife_extension[code & 0x7FU];
        case vife_table::manufacturer: return tables::vife_of_manufacturer;
        case vife_table::combinable: break;
        }
        return direction == direction::from_meter ? tables::vife_from_meter[code & 0x7FU]
                                                  : tables::vife_to_meter[code & 0x7FU];
    }

    /// Stable identifier: `"at_phase_l1"`; `"reserved"` and `"manufacturer_specific"` need the code beside
    /// it.
    [[nodiscard]] constexpr std::string_view name() const noexcept { return entry().name; }

    /// True when the value already holds the effect, so that nobody applies it twice.
    [[nodiscard]] constexpr bool is_folded_into_value() const noexcept {
        const auto effect = entry().effect;
        return effect == tables::vife_effect::exponent || effect == tables::vife_effect::offset ||
               effect == tables::vife_effect::extension;
    }

    [[nodiscard]] friend constexpr bool operator==(const vife&, const vife&) noexcept = default;
};

/// All VIFE of a record, in order; the FC and FF that only lead to another table are among them.
class vife_range {
public:
    constexpr vife_range() noexcept = default;

    /// `codes` are the VIFE octets after the true VIF.
    constexpr vife_range(bytes_view codes, vife_table first_table, apl::direction direction) noexcept
        : codes_{codes}, first_table_{first_table}, direction_{direction} {}

    /// Reads forwards; knows which table the code at hand belongs to.
    class iterator {
    public:
        using value_type = vife;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        constexpr iterator() noexcept = default;
        constexpr iterator(bytes_view codes, vife_table table, apl::direction direction) noexcept
            : codes_{codes}, table_{table}, direction_{direction} {}

        [[nodiscard]] constexpr vife operator*() const noexcept {
            return {static_cast<std::uint8_t>(codes_.front() & 0x7FU), table_, direction_};
        }

        constexpr iterator& operator++() noexcept {
            const auto effect = (**this).entry().effect;
            if (table_ == vife_table::extension)
                table_ = vife_table::combinable;
            else if (effect == tables::vife_effect::extension)
                table_ = vife_table::extension;
            else if (effect == tables::vife_effect::manufacturer)
                table_ = vife_table::manufacturer;
            codes_ = codes_.subspan(1);
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            auto before = *this;
            ++*this;
            return before;
        }

        [[nodiscard]] friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.codes_.size() == b.codes_.size();
        }
        [[nodiscard]] friend constexpr bool operator==(const iterator& a, std::default_sentinel_t) noexcept {
            return a.codes_.empty();
        }

    private:
        bytes_view codes_{};
        vife_table table_ = vife_table::combinable;
        apl::direction direction_ = direction::from_meter;
    };

    [[nodiscard]] constexpr iterator begin() const noexcept { return {codes_, first_table_, direction_}; }
    [[nodiscard]] constexpr std::default_sentinel_t end() const noexcept { return {}; }
    [[nodiscard]] constexpr bool empty() const noexcept { return codes_.empty(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return codes_.size(); }

private:
    bytes_view codes_{};
    vife_table first_table_ = vife_table::combinable;
    apl::direction direction_ = direction::from_meter;
};

} // namespace meterlink::apl
