#pragma once

/// Reading and writing the fields of a PDU, and the checks that all PDUs have in common.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus::detail {

/// The big-endian field at `at`, which the caller knows to be there.
[[nodiscard]] constexpr std::uint16_t u16_at(bytes_view octets, std::size_t at) noexcept {
    return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

/// An error of this layer.
[[nodiscard]] constexpr error field_error(errc code, std::size_t offset, std::size_t expected,
                                          std::size_t found) noexcept {
    return {code, layer::modbus, offset, static_cast<std::int32_t>(expected),
            static_cast<std::int32_t>(found)};
}

/// `input` is a PDU of `which` with at least the `header` octets that its length can be told from.
[[nodiscard]] constexpr error header_error(bytes_view input, function which, std::size_t header) noexcept {
    if (!input.empty() && input[0] != to_octet(which))
        return field_error(errc::function_unexpected, 0, to_octet(which), input[0]);
    if (input.size() < header)
        return {errc::truncated, layer::modbus, input.size()};
    return no_error;
}

/// `input` has exactly `size` octets.
[[nodiscard]] constexpr error size_error(bytes_view input, std::size_t size) noexcept {
    if (input.size() < size)
        return {errc::truncated, layer::modbus, input.size()};
    if (input.size() > size)
        return field_error(errc::pdu_length, size, size, input.size());
    return no_error;
}

/// `input` is a PDU of `which`, and exactly `size` octets long.
[[nodiscard]] constexpr error fixed_pdu_error(bytes_view input, function which, std::size_t size) noexcept {
    const auto problem = header_error(input, which, 1);
    return problem == no_error ? size_error(input, size) : problem;
}

/// `start` and `quantity`, which stand at `offset` one after the other, are addresses that there are, and no
/// more than `max_quantity` of them.
[[nodiscard]] constexpr error range_error(std::uint16_t start, std::size_t quantity,
                                          std::uint16_t max_quantity, std::size_t offset) noexcept {
    if (quantity == 0 || quantity > max_quantity)
        return field_error(errc::quantity_out_of_range, offset + 2, max_quantity, quantity);
    if (start + quantity > 0x10000)
        return field_error(errc::address_overflow, offset, 0x10000 - quantity, start);
    return no_error;
}

/// Octets that `quantity` coils take.
[[nodiscard]] constexpr std::size_t octets_of_bits(std::size_t quantity) noexcept {
    return (quantity + 7) / 8;
}

/// Writes the fields of a PDU forward, into room that the caller has checked for all of them at once.
class field_writer {
public:
    explicit constexpr field_writer(bytes_span out) noexcept : out_{out} {}

    constexpr field_writer& u8(std::uint8_t octet) noexcept {
        out_[size_++] = octet;
        return *this;
    }

    constexpr field_writer& u16(std::uint16_t value) noexcept {
        return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
    }

    constexpr field_writer& bytes(bytes_view octets) noexcept {
        std::copy(octets.begin(), octets.end(), out_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += octets.size();
        return *this;
    }

    /// Octets written.
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    bytes_span out_;
    std::size_t size_ = 0;
};

/// What `emit` says where `out` has no room.
[[nodiscard]] constexpr tl::unexpected<error> no_room(bytes_span out) noexcept {
    return fail(errc::buffer_too_small, layer::core, out.size());
}

/// A PDU of `which` that is a count of octets and those, at most 251.
[[nodiscard]] constexpr result<std::size_t> emit_counted(bytes_span out, function which,
                                                         bytes_view octets) noexcept {
    if (out.size() < 2 + octets.size())
        return no_room(out);
    return field_writer{out}
        .u8(to_octet(which))
        .u8(static_cast<std::uint8_t>(octets.size()))
        .bytes(octets)
        .size();
}

} // namespace meterlink::modbus::detail
