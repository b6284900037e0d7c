#pragma once

/// The records of a telegram, one at a time and without allocation.

#include <cstddef>
#include <cstdint>
#include <iterator>

#include <meterlink/apl/record.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>

namespace meterlink::apl {

/// What stands behind the last record.
struct record_trailer {
    /// The octets after DIF 0F or 1F: the manufacturer's own.
    bytes_view manufacturer_data{};
    /// Offset of the special DIF in the range's octets; their number where there is none.
    std::size_t offset = 0;
    bool has_manufacturer_data = false; ///< DIF 0F or 1F stood there, even without octets after it.
    bool more_records_follow = false;   ///< DIF 1F: the next telegram carries more.
    bool is_global_readout = false;     ///< DIF 7F: a request to the meter for everything.
};

/// Data records of one telegram (EN 13757-3:2018, 6.1), read lazily. A bad record comes as an `error` in its
/// place, with the offset of the defect from the start of the octets; the records after it follow where its
/// length was known.
class record_range {
public:
    constexpr record_range() noexcept = default;
    explicit constexpr record_range(bytes_view octets, record_options options = {}) noexcept
        : octets_{octets}, options_{options} {}

    /// Reads forwards; copies are independent.
    class iterator {
    public:
        using value_type = result<record_view>;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() noexcept = default;

        [[nodiscard]] const result<record_view>& operator*() const noexcept { return current_; }
        [[nodiscard]] const result<record_view>* operator->() const noexcept { return &current_; }

        iterator& operator++() noexcept {
            read();
            return *this;
        }
        iterator operator++(int) noexcept {
            auto before = *this;
            read();
            return before;
        }

        /// Offset of the current record from the start of the range's octets.
        [[nodiscard]] std::size_t offset() const noexcept { return at_; }

        /// What stands behind the last record; meaningful once the iterator has reached the end.
        [[nodiscard]] const record_trailer& trailer() const noexcept { return trailer_; }

        [[nodiscard]] friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept {
            return it.is_at_end_;
        }

    private:
        friend class record_range;
        iterator(bytes_view octets, record_options options) noexcept
            : octets_{octets}, options_{options}, is_at_end_{false} {
            read();
        }

        void read() noexcept;
        void end_at(std::size_t offset) noexcept;

        bytes_view octets_{};
        record_options options_{};
        std::size_t at_ = 0;
        std::size_t next_ = 0;
        record_trailer trailer_{};
        result<record_view> current_{};
        bool is_at_end_ = true;
    };

    [[nodiscard]] iterator begin() const noexcept { return {octets_, options_}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

    /// What stands behind the last record. Walks the records once more; `iterator::trailer` is free.
    [[nodiscard]] record_trailer trailer() const noexcept {
        auto it = begin();
        while (it != end())
            ++it;
        return it.trailer();
    }

    [[nodiscard]] constexpr bytes_view octets() const noexcept { return octets_; }
    [[nodiscard]] constexpr const record_options& options() const noexcept { return options_; }

private:
    bytes_view octets_{};
    record_options options_{};
};

namespace detail {

inline constexpr std::uint8_t dif_manufacturer = 0x0F;
inline constexpr std::uint8_t dif_more_follow = 0x1F;
inline constexpr std::uint8_t dif_filler = 0x2F;
inline constexpr std::uint8_t dif_global_readout = 0x7F;

} // namespace detail

inline void record_range::iterator::end_at(std::size_t offset) noexcept {
    is_at_end_ = true;
    at_ = next_ = trailer_.offset = offset;
    if (offset == octets_.size())
        return;
    const auto dif = octets_[offset];
    trailer_.is_global_readout = dif == detail::dif_global_readout;
    trailer_.more_records_follow = dif == detail::dif_more_follow;
    trailer_.has_manufacturer_data = dif == detail::dif_manufacturer || dif == detail::dif_more_follow;
    if (trailer_.has_manufacturer_data)
        trailer_.manufacturer_data = octets_.subspan(offset + 1);
}

inline void record_range::iterator::read() noexcept {
    at_ = next_;
    while (at_ < octets_.size() && octets_[at_] == detail::dif_filler)
        ++at_;
    if (at_ == octets_.size())
        return end_at(at_);
    const auto dif = octets_[at_];
    if (dif == detail::dif_manufacturer || dif == detail::dif_more_follow ||
        dif == detail::dif_global_readout)
        return end_at(at_);
    if (!current_)
        current_.emplace();
    error problem = no_error;
    const auto size = current_->read(octets_.subspan(at_), options_, problem);
    if (problem.code != errc::none)
        current_ = fail(problem, at_);
    // Without its length nothing behind a bad record can be found: it takes the rest with it.
    next_ = size != 0 ? at_ + size : octets_.size();
}

} // namespace meterlink::apl
