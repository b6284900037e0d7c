#pragma once

/// The short frame `10 C A CS 16`: requests and the link reset, master to slave.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/c_field.hpp>

namespace meterlink::mbus {

/// Short frame in borrowed octets (EN 13757-2, clause 5).
class short_frame_view {
public:
    static constexpr std::uint8_t start = 0x10;
    static constexpr std::uint8_t stop = 0x16;
    static constexpr std::size_t size = 5;

    /// Accepts exactly one intact frame. The stop byte is judged before the checksum: where it is missing,
    /// the octet in the checksum's place most likely is none.
    /// `errc::start_byte`, `truncated`, `stop_byte`, `checksum`, `trailing_bytes`.
    [[nodiscard]] static constexpr result<short_frame_view> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::mbus, 0);
        if (input[0] != start)
            return fail(errc::start_byte, layer::mbus, 0, start, input[0]);
        if (input.size() < size)
            return fail(errc::truncated, layer::mbus, input.size());
        if (input[4] != stop)
            return fail(errc::stop_byte, layer::mbus, 4, stop, input[4]);
        if (const auto sum = checksum(input[1], input[2]); input[3] != sum)
            return fail(errc::checksum, layer::mbus, 3, sum, input[3]);
        if (input.size() > size)
            return fail(errc::trailing_bytes, layer::mbus, size, -1, input[size]);
        return short_frame_view{input};
    }

    [[nodiscard]] constexpr c_field c() const noexcept { return c_field{wire_[1]}; }
    [[nodiscard]] constexpr primary_address address() const noexcept { return wire_[2]; }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

    /// C + A, modulo 256.
    [[nodiscard]] static constexpr std::uint8_t checksum(std::uint8_t c, std::uint8_t a) noexcept {
        return static_cast<std::uint8_t>(c + a);
    }

private:
    explicit constexpr short_frame_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Short frame (EN 13757-2, clause 5).
struct short_frame {
    c_field c;
    primary_address address;

    [[nodiscard]] static constexpr short_frame from(short_frame_view view) noexcept {
        return {view.c(), view.address()};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return short_frame_view::size; }

    /// Writes the five octets; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}
            .u8(short_frame_view::start)
            .u8(c.raw())
            .u8(address.raw())
            .u8(short_frame_view::checksum(c.raw(), address.raw()))
            .u8(short_frame_view::stop)
            .finish();
    }

    [[nodiscard]] friend constexpr bool operator==(short_frame, short_frame) noexcept = default;
};

} // namespace meterlink::mbus
