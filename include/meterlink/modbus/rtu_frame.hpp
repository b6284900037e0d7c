#pragma once

/// The frame of Modbus RTU: unit, PDU and CRC.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// RTU frame in borrowed octets (Modbus over serial line V1.02, 2.5.1.2). It has no length: silence around
/// it, or the PDU itself, says where it ends.
class rtu_frame_view {
public:
    static constexpr std::size_t overhead = 3; ///< Unit and CRC.
    static constexpr std::size_t min_size = overhead + 1;
    static constexpr std::size_t max_size = overhead + max_pdu_size;

    /// Accepts exactly one intact frame: `errc::truncated` below 4 octets, `errc::trailing_bytes` beyond 256,
    /// `errc::frame_crc` (at the offset of the CRC, expected and found as numbers).
    [[nodiscard]] static constexpr result<rtu_frame_view> parse(bytes_view input) noexcept {
        if (input.size() < min_size)
            return fail(errc::truncated, layer::modbus, input.size());
        if (input.size() > max_size)
            return fail(errc::trailing_bytes, layer::modbus, max_size, -1, input[max_size]);
        const auto at = input.size() - 2;
        const auto computed = crc16_modbus::of(input.first(at));
        const auto sent = static_cast<std::uint16_t>(input[at] | (input[at + 1] << 8));
        if (sent != computed)
            return fail(errc::frame_crc, layer::modbus, at, computed, sent);
        return rtu_frame_view{input};
    }

    [[nodiscard]] constexpr unit_id unit() const noexcept { return wire_[0]; }
    /// 1 to 253 octets.
    [[nodiscard]] constexpr bytes_view pdu() const noexcept {
        return wire_.subspan(1, wire_.size() - overhead);
    }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr rtu_frame_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// RTU frame (Modbus over serial line V1.02, 2.5.1.2), its PDU stored inside the object.
class rtu_frame {
public:
    /// `errc::pdu_length` for an empty PDU, or one of more than 253 octets (expected is the bound).
    [[nodiscard]] static constexpr result<rtu_frame> make(unit_id unit, bytes_view content) noexcept {
        rtu_frame out{unit};
        if (content.empty())
            return fail(errc::pdu_length, layer::modbus, 0, 1, 0);
        if (!out.pdu_.append(content))
            return fail(errc::pdu_length, layer::modbus, max_pdu_size, max_pdu_size,
                        static_cast<std::int32_t>(content.size()));
        return out;
    }

    [[nodiscard]] static constexpr rtu_frame from(rtu_frame_view view) noexcept {
        rtu_frame out{view.unit()};
        out.pdu_.append(view.pdu());
        return out;
    }

    [[nodiscard]] constexpr unit_id unit() const noexcept { return unit_; }
    [[nodiscard]] constexpr bytes_view pdu() const noexcept { return pdu_; }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return rtu_frame_view::overhead + pdu_.size();
    }

    /// Writes unit, PDU and CRC; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return write(out, unit_, pdu_);
    }

    /// As `emit`, from parts that stand elsewhere. The PDU has 1 to 253 octets.
    [[nodiscard]] static constexpr result<std::size_t> write(bytes_span out, unit_id unit,
                                                             bytes_view content) noexcept {
        const auto size = rtu_frame_view::overhead + content.size();
        if (out.size() < size)
            return fail(errc::buffer_too_small, layer::modbus, out.size());
        out[0] = unit;
        std::copy(content.begin(), content.end(), out.begin() + 1);
        const auto crc = crc16_modbus::of(out.first(size - 2));
        out[size - 2] = static_cast<std::uint8_t>(crc);
        out[size - 1] = static_cast<std::uint8_t>(crc >> 8);
        return size;
    }

    [[nodiscard]] friend constexpr bool operator==(const rtu_frame&, const rtu_frame&) noexcept = default;

private:
    explicit constexpr rtu_frame(unit_id unit) noexcept : unit_{unit} {}

    unit_id unit_;
    modbus::pdu pdu_;
};

} // namespace meterlink::modbus
