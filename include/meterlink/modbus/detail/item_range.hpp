#pragma once

/// A range over items of different lengths that stand one behind the other.

#include <cstddef>
#include <iterator>

#include <meterlink/core/bytes.hpp>

namespace meterlink::modbus::detail {

/// `Item::first_of(octets)` is the item that `octets` begin with, and its `wire_size()` leads to the next
/// one. Whoever makes the range has checked that items fill the octets.
template <class Item>
class item_range {
public:
    class iterator {
    public:
        using iterator_concept = std::forward_iterator_tag;
        using iterator_category = std::input_iterator_tag; // items are made, not kept
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using reference = Item;
        using pointer = void;

        constexpr iterator() noexcept = default;
        explicit constexpr iterator(bytes_view rest) noexcept : rest_{rest} {}

        [[nodiscard]] constexpr Item operator*() const noexcept { return Item::first_of(rest_); }
        constexpr iterator& operator++() noexcept {
            rest_ = rest_.subspan((**this).wire_size());
            return *this;
        }
        constexpr iterator operator++(int) noexcept {
            const auto before = *this;
            ++*this;
            return before;
        }
        [[nodiscard]] friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
            return a.rest_.size() == b.rest_.size();
        }

    private:
        bytes_view rest_;
    };

    explicit constexpr item_range(bytes_view octets) noexcept : octets_{octets} {}

    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{octets_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return iterator{octets_.last(0)}; }
    [[nodiscard]] constexpr bool empty() const noexcept { return octets_.empty(); }
    /// How many items there are; counts them.
    [[nodiscard]] constexpr std::size_t size() const noexcept {
        std::size_t count = 0;
        for (auto at = begin(); at != end(); ++at)
            ++count;
        return count;
    }
    /// The items as they travel.
    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }

private:
    bytes_view octets_;
};

} // namespace meterlink::modbus::detail
