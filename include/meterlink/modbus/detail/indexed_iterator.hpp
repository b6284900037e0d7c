#pragma once

/// A random access iterator over anything with `operator[]` that makes its elements by value.

#include <compare>
#include <cstddef>
#include <iterator>

namespace meterlink::modbus::detail {

/// Iterates over `View`, which is small and copied into the iterator.
template <class View, class Value>
class indexed_iterator {
public:
    using iterator_concept = std::random_access_iterator_tag;
    using iterator_category =
        std::input_iterator_tag; // elements are made, so no older algorithm may keep one
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using reference = Value;
    using pointer = void;

    constexpr indexed_iterator() noexcept = default;
    constexpr indexed_iterator(View view, std::size_t index) noexcept
        : view_{view}, index_{static_cast<difference_type>(index)} {}

    [[nodiscard]] constexpr Value operator*() const noexcept {
        return view_[static_cast<std::size_t>(index_)];
    }
    [[nodiscard]] constexpr Value operator[](difference_type n) const noexcept { return *(*this + n); }

    constexpr indexed_iterator& operator++() noexcept { return *this += 1; }
    constexpr indexed_iterator& operator--() noexcept { return *this -= 1; }
    constexpr indexed_iterator operator++(int) noexcept {
        const auto before = *this;
        ++*this;
        return before;
    }
    constexpr indexed_iterator operator--(int) noexcept {
        const auto before = *this;
        --*this;
        return before;
    }
    constexpr indexed_iterator& operator+=(difference_type n) noexcept {
        index_ += n;
        return *this;
    }
    constexpr indexed_iterator& operator-=(difference_type n) noexcept { return *this += -n; }

    [[nodiscard]] friend constexpr indexed_iterator operator+(indexed_iterator i,
                                                              difference_type n) noexcept {
        return i += n;
    }
    [[nodiscard]] friend constexpr indexed_iterator operator+(difference_type n,
                                                              indexed_iterator i) noexcept {
        return i += n;
    }
    [[nodiscard]] friend constexpr indexed_iterator operator-(indexed_iterator i,
                                                              difference_type n) noexcept {
        return i -= n;
    }
    [[nodiscard]] friend constexpr difference_type operator-(const indexed_iterator& a,
                                                             const indexed_iterator& b) noexcept {
        return a.index_ - b.index_;
    }
    [[nodiscard]] friend constexpr bool operator==(const indexed_iterator& a,
                                                   const indexed_iterator& b) noexcept {
        return a.index_ == b.index_;
    }
    [[nodiscard]] friend constexpr auto operator<=>(const indexed_iterator& a,
                                                    const indexed_iterator& b) noexcept {
        return a.index_ <=> b.index_;
    }

private:
    View view_;
    difference_type index_ = 0;
};

} // namespace meterlink::modbus::detail
