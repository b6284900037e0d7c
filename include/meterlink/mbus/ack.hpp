#pragma once

/// The single character E5: a slave's "received".

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::mbus {

/// Acknowledgement in borrowed octets (EN 13757-2, clause 5).
class ack_view {
public:
    /// The frame itself.
    static constexpr std::uint8_t octet = 0xE5;
    static constexpr std::size_t size = 1;

    /// `errc::truncated` for no input, `errc::start_byte`, `errc::trailing_bytes`.
    [[nodiscard]] static constexpr result<ack_view> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::mbus, 0);
        if (input[0] != octet)
            return fail(errc::start_byte, layer::mbus, 0, octet, input[0]);
        if (input.size() > size)
            return fail(errc::trailing_bytes, layer::mbus, size, -1, input[size]);
        return ack_view{input};
    }

    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr ack_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Acknowledgement (EN 13757-2, clause 5).
struct ack {
    [[nodiscard]] static constexpr ack from(ack_view) noexcept { return {}; }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return ack_view::size; }

    /// Writes E5; `errc::buffer_too_small` without room for it.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return writer{out}.u8(ack_view::octet).finish();
    }

    [[nodiscard]] friend constexpr bool operator==(ack, ack) noexcept = default;
};

} // namespace meterlink::mbus
