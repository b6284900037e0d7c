#pragma once

/// The long frame `68 L L 68 C A CI data CS 16`: data in both directions.

#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/checksum.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/c_field.hpp>

namespace meterlink::mbus {

/// Long frame in borrowed octets (EN 13757-2, clause 5). Without user data it is a control frame, and is
/// accepted here too.
class long_frame_view {
public:
    static constexpr std::uint8_t start = 0x68;
    static constexpr std::uint8_t stop = 0x16;
    static constexpr std::size_t header_size = 4;           ///< 68 L L 68
    static constexpr std::size_t overhead = 6;              ///< What L does not count: header, CS, stop.
    static constexpr std::uint8_t shortest_length = 3;      ///< L of C, A and CI alone.
    static constexpr std::size_t max_user_data = 252;       ///< Octets behind CI.
    static constexpr std::size_t max_size = 255 + overhead; ///< Octets of the longest frame.

    /// How many octets the frame has whose beginning `input` is, judged by its header alone: L + 6.
    /// `errc::start_byte` (offset 0 or 3), `errc::length_mismatch` (offset 2; expected is the first L),
    /// `errc::length_too_small` (offset 1), and `errc::truncated` when the header is incomplete but right
    /// so far. An error does not change when more octets follow.
    [[nodiscard]] static constexpr result<std::size_t> announced_size(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::mbus, 0);
        if (input[0] != start)
            return fail(errc::start_byte, layer::mbus, 0, start, input[0]);
        if (input.size() < header_size - 1)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input[2] != input[1])
            return fail(errc::length_mismatch, layer::mbus, 2, input[1], input[2]);
        if (input[1] < shortest_length)
            return fail(errc::length_too_small, layer::mbus, 1, shortest_length, input[1]);
        if (input.size() < header_size)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input[3] != start)
            return fail(errc::start_byte, layer::mbus, 3, start, input[3]);
        return input[1] + overhead;
    }

    /// Accepts exactly one intact frame. Header first, see `announced_size`; then `errc::truncated`; then
    /// the stop byte, because where it is missing the length is wrong or octets were lost, and the checksum
    /// says nothing; then `errc::checksum` and `errc::trailing_bytes`.
    [[nodiscard]] static constexpr result<long_frame_view> parse(bytes_view input) noexcept {
        const auto announced = announced_size(input);
        if (!announced)
            return fail(announced.error());
        const auto size = *announced;
        if (input.size() < size)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input[size - 1] != stop)
            return fail(errc::stop_byte, layer::mbus, size - 1, stop, input[size - 1]);
        const auto sum = checksum8(input.subspan(header_size, size - overhead));
        if (input[size - 2] != sum)
            return fail(errc::checksum, layer::mbus, size - 2, sum, input[size - 2]);
        if (input.size() > size)
            return fail(errc::trailing_bytes, layer::mbus, size, -1, input[size]);
        return long_frame_view{input};
    }

    [[nodiscard]] constexpr c_field c() const noexcept { return c_field{wire_[4]}; }
    [[nodiscard]] constexpr primary_address address() const noexcept { return wire_[5]; }
    /// The CI field: what the user data are.
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept { return wire_[6]; }
    /// What stands behind the CI field, 0 to 252 octets.
    [[nodiscard]] constexpr bytes_view user_data() const noexcept {
        return wire_.subspan(header_size + 3, wire_.size() - overhead - 3);
    }
    /// CI field and user data: what the link layer hands to the layers above, 1 to 253 octets.
    [[nodiscard]] constexpr bytes_view payload() const noexcept {
        return wire_.subspan(header_size + 2, wire_.size() - overhead - 2);
    }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr long_frame_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Long frame (EN 13757-2, clause 5), its user data stored inside the object.
class long_frame {
public:
    /// User data whose number is known when compiling; more than 252 do not compile.
    template <std::size_t Count>
        requires(Count <= long_frame_view::max_user_data)
    constexpr long_frame(c_field c, primary_address address, std::uint8_t ci,
                         const std::array<std::uint8_t, Count>& user_data) noexcept
        : long_frame{c, address, ci} {
        user_data_.append(user_data);
    }

    /// `errc::value_out_of_range` for more than 252 octets of user data.
    [[nodiscard]] static constexpr result<long_frame> make(c_field c, primary_address address,
                                                           std::uint8_t ci, bytes_view user_data) noexcept {
        long_frame out{c, address, ci};
        if (!out.user_data_.append(user_data))
            return fail(errc::value_out_of_range, layer::mbus, long_frame_view::max_user_data);
        return out;
    }

    [[nodiscard]] static constexpr long_frame from(long_frame_view view) noexcept {
        long_frame out{view.c(), view.address(), view.ci()};
        out.user_data_.append(view.user_data());
        return out;
    }

    [[nodiscard]] constexpr c_field c() const noexcept { return c_; }
    [[nodiscard]] constexpr primary_address address() const noexcept { return address_; }
    [[nodiscard]] constexpr std::uint8_t ci() const noexcept { return ci_; }
    [[nodiscard]] constexpr bytes_view user_data() const noexcept { return user_data_; }

    /// The same frame with another C field, for instance with the other frame count bit.
    [[nodiscard]] constexpr long_frame with_c(c_field c) const noexcept {
        auto out = *this;
        out.c_ = c;
        return out;
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return long_frame_view::overhead + long_frame_view::shortest_length + user_data_.size();
    }

    /// Writes header, user data, checksum and stop byte; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        const auto length = static_cast<std::uint8_t>(long_frame_view::shortest_length + user_data_.size());
        const auto sum = c_.raw() + address_.raw() + ci_ + checksum8(user_data_);
        return writer{out}
            .u8(long_frame_view::start)
            .u8(length)
            .u8(length)
            .u8(long_frame_view::start)
            .u8(c_.raw())
            .u8(address_.raw())
            .u8(ci_)
            .bytes(user_data_)
            .u8(static_cast<std::uint8_t>(sum))
            .u8(long_frame_view::stop)
            .finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const long_frame&, const long_frame&) noexcept = default;

private:
    constexpr long_frame(c_field c, primary_address address, std::uint8_t ci) noexcept
        : c_{c}, address_{address}, ci_{ci} {}

    c_field c_;
    primary_address address_;
    std::uint8_t ci_;
    bounded_bytes<long_frame_view::max_user_data> user_data_;
};

} // namespace meterlink::mbus
