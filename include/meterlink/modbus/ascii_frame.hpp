#pragma once

/// The frame of Modbus ASCII: a colon, hexadecimal digits, CR LF.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/checksum.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// Longitudinal redundancy check of ASCII frames (Modbus over serial line V1.02, 2.5.2.2): with it, the
/// octets sum up to zero.
[[nodiscard]] constexpr std::uint8_t lrc8(bytes_view octets) noexcept {
    return static_cast<std::uint8_t>(-checksum8(octets));
}

/// ASCII frame in borrowed characters (Modbus over serial line V1.02, 2.5.2): each octet of unit, PDU and LRC
/// as two hexadecimal digits. Digits are sent in upper case and taken in either.
class ascii_frame_view {
public:
    static constexpr std::uint8_t start = ':';
    static constexpr std::size_t overhead = 7; ///< Colon, unit, LRC, CR, LF.
    static constexpr std::size_t min_size = overhead + 2;
    static constexpr std::size_t max_size = overhead + 2 * max_pdu_size;

    /// Accepts exactly one intact frame. In the order of the frame: `errc::start_byte`, `errc::truncated`,
    /// `errc::hex_digit`, `errc::hex_odd_digits` (at the CR), `errc::stop_byte` (CR without LF),
    /// `errc::pdu_length` (no PDU, or a longer one than there is), `errc::frame_lrc` (at the LRC),
    /// `errc::trailing_bytes`.
    [[nodiscard]] static constexpr result<ascii_frame_view> parse(bytes_view input) noexcept {
        if (input.empty())
            return fail(errc::truncated, layer::modbus, 0);
        if (input[0] != start)
            return fail(errc::start_byte, layer::modbus, 0, start, input[0]);
        std::size_t end = 1;
        while (end < input.size() && input[end] != carriage_return) {
            if (meterlink::detail::hex_values[input[end]] < 0)
                return fail(errc::hex_digit, layer::modbus, end, -1, input[end]);
            if (++end > max_size - 2)
                return fail(errc::pdu_length, layer::modbus, max_size - 2);
        }
        if (end + 2 > input.size())
            return fail(errc::truncated, layer::modbus, input.size());
        if (end % 2 == 0)
            return fail(errc::hex_odd_digits, layer::modbus, end);
        if (input[end + 1] != line_feed)
            return fail(errc::stop_byte, layer::modbus, end + 1, line_feed, input[end + 1]);
        const ascii_frame_view view{input.first(end + 2)};
        if (end + 2 < min_size)
            return fail(errc::pdu_length, layer::modbus, end);
        std::uint8_t sum = 0;
        const auto octets = (end - 1) / 2;
        for (std::size_t i = 0; i < octets; ++i)
            sum = static_cast<std::uint8_t>(sum + view.octet(i));
        if (sum != 0) {
            const auto sent = view.octet(octets - 1);
            return fail(errc::frame_lrc, layer::modbus, end - 2, static_cast<std::uint8_t>(sent - sum), sent);
        }
        if (end + 2 < input.size())
            return fail(errc::trailing_bytes, layer::modbus, end + 2, -1, input[end + 2]);
        return view;
    }

    [[nodiscard]] constexpr unit_id unit() const noexcept { return octet(0); }
    /// 1 to 253.
    [[nodiscard]] constexpr std::size_t pdu_size() const noexcept { return (wire_.size() - overhead) / 2; }
    /// One octet of the PDU; `index` is below `pdu_size()`.
    [[nodiscard]] constexpr std::uint8_t pdu_octet(std::size_t index) const noexcept {
        return octet(1 + index);
    }
    /// The PDU as octets.
    [[nodiscard]] constexpr modbus::pdu pdu() const noexcept {
        modbus::pdu out;
        for (std::size_t i = 0; i < pdu_size(); ++i)
            out.push_back(pdu_octet(i));
        return out;
    }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

    static constexpr std::uint8_t carriage_return = 0x0D;
    static constexpr std::uint8_t line_feed = 0x0A;

private:
    explicit constexpr ascii_frame_view(bytes_view wire) noexcept : wire_{wire} {}

    [[nodiscard]] constexpr std::uint8_t octet(std::size_t index) const noexcept {
        const auto& values = meterlink::detail::hex_values;
        return static_cast<std::uint8_t>((values[wire_[1 + 2 * index]] << 4) | values[wire_[2 + 2 * index]]);
    }

    bytes_view wire_;
};

/// ASCII frame (Modbus over serial line V1.02, 2.5.2), its PDU stored inside the object as octets.
class ascii_frame {
public:
    /// `errc::pdu_length` for an empty PDU, or one of more than 253 octets (expected is the bound).
    [[nodiscard]] static constexpr result<ascii_frame> make(unit_id unit, bytes_view content) noexcept {
        ascii_frame out{unit};
        if (content.empty())
            return fail(errc::pdu_length, layer::modbus, 0, 1, 0);
        if (!out.pdu_.append(content))
            return fail(errc::pdu_length, layer::modbus, max_pdu_size, max_pdu_size,
                        static_cast<std::int32_t>(content.size()));
        return out;
    }

    [[nodiscard]] static constexpr ascii_frame from(ascii_frame_view view) noexcept {
        ascii_frame out{view.unit()};
        out.pdu_ = view.pdu();
        return out;
    }

    [[nodiscard]] constexpr unit_id unit() const noexcept { return unit_; }
    [[nodiscard]] constexpr bytes_view pdu() const noexcept { return pdu_; }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return ascii_frame_view::overhead + 2 * pdu_.size();
    }

    /// Writes the characters, digits in upper case; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return write(out, unit_, pdu_);
    }

    /// As `emit`, from parts that stand elsewhere. The PDU has 1 to 253 octets.
    [[nodiscard]] static constexpr result<std::size_t> write(bytes_span out, unit_id unit,
                                                             bytes_view content) noexcept {
        writer to{out};
        to.u8(ascii_frame_view::start);
        put(to, unit);
        for (const auto octet : content)
            put(to, octet);
        put(to, static_cast<std::uint8_t>(lrc8(content) - unit));
        return to.u8(ascii_frame_view::carriage_return).u8(ascii_frame_view::line_feed).finish();
    }

    [[nodiscard]] friend constexpr bool operator==(const ascii_frame&, const ascii_frame&) noexcept = default;

private:
    explicit constexpr ascii_frame(unit_id unit) noexcept : unit_{unit} {}

    static constexpr void put(writer& to, std::uint8_t octet) noexcept {
        const auto& pairs = meterlink::detail::hex_pairs;
        to.u8(static_cast<std::uint8_t>(pairs[std::size_t{2} * octet]));
        to.u8(static_cast<std::uint8_t>(pairs[std::size_t{2} * octet + 1]));
    }

    unit_id unit_;
    modbus::pdu pdu_;
};

} // namespace meterlink::modbus
