#pragma once

/// The frame of Modbus over TCP: MBAP header and PDU.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// TCP frame in borrowed octets (Modbus messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol 0, length,
/// unit, PDU; all numbers most significant octet first.
class tcp_frame_view {
public:
    static constexpr std::size_t header_size = 7; ///< The unit included.
    static constexpr std::size_t uncounted = 6;   ///< Octets that the length field does not count.
    static constexpr std::uint16_t shortest_length = 2;
    static constexpr std::uint16_t longest_length = 1 + max_pdu_size;
    static constexpr std::size_t max_size = header_size + max_pdu_size;

    /// How many octets the frame has that begins with `input`, judged by its header alone.
    /// `errc::protocol_identifier` (offset 2, expected 0) and `errc::length_field` (offset 4, expected the
    /// bound that is broken) as soon as they show, and `errc::truncated` while more octets are needed.
    [[nodiscard]] static constexpr result<std::size_t> announced_size(bytes_view input) noexcept {
        if (input.size() >= 4 && (input[2] | input[3]) != 0)
            return fail(errc::protocol_identifier, layer::modbus, 2, 0, number(input, 2));
        if (input.size() < uncounted)
            return fail(errc::truncated, layer::modbus, input.size());
        const auto length = number(input, 4);
        if (length < shortest_length)
            return fail(errc::length_field, layer::modbus, 4, shortest_length, length);
        if (length > longest_length)
            return fail(errc::length_field, layer::modbus, 4, longest_length, length);
        return std::size_t{uncounted} + length;
    }

    /// Accepts exactly one frame: the errors of `announced_size`, then `errc::truncated` and
    /// `errc::trailing_bytes`.
    [[nodiscard]] static constexpr result<tcp_frame_view> parse(bytes_view input) noexcept {
        const auto announced = announced_size(input);
        if (!announced)
            return fail(announced.error());
        if (input.size() < *announced)
            return fail(errc::truncated, layer::modbus, input.size());
        if (input.size() > *announced)
            return fail(errc::trailing_bytes, layer::modbus, *announced, -1, input[*announced]);
        return tcp_frame_view{input};
    }

    /// What the server repeats, so that the client knows which request is answered.
    [[nodiscard]] constexpr std::uint16_t transaction() const noexcept { return number(wire_, 0); }
    [[nodiscard]] constexpr unit_id unit() const noexcept { return wire_[uncounted]; }
    /// 1 to 253 octets.
    [[nodiscard]] constexpr bytes_view pdu() const noexcept { return wire_.subspan(header_size); }
    /// The frame as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr tcp_frame_view(bytes_view wire) noexcept : wire_{wire} {}

    [[nodiscard]] static constexpr std::uint16_t number(bytes_view input, std::size_t at) noexcept {
        return static_cast<std::uint16_t>((input[at] << 8) | input[at + 1]);
    }

    bytes_view wire_;
};

/// TCP frame (Modbus messaging on TCP/IP V1.0b, 3.1.3), its PDU stored inside the object.
class tcp_frame {
public:
    /// `errc::pdu_length` for an empty PDU, or one of more than 253 octets (expected is the bound).
    [[nodiscard]] static constexpr result<tcp_frame> make(std::uint16_t transaction, unit_id unit,
                                                          bytes_view content) noexcept {
        tcp_frame out{transaction, unit};
        if (content.empty())
            return fail(errc::pdu_length, layer::modbus, 0, 1, 0);
        if (!out.pdu_.append(content))
            return fail(errc::pdu_length, layer::modbus, max_pdu_size, max_pdu_size,
                        static_cast<std::int32_t>(content.size()));
        return out;
    }

    [[nodiscard]] static constexpr tcp_frame from(tcp_frame_view view) noexcept {
        tcp_frame out{view.transaction(), view.unit()};
        out.pdu_.append(view.pdu());
        return out;
    }

    [[nodiscard]] constexpr std::uint16_t transaction() const noexcept { return transaction_; }
    [[nodiscard]] constexpr unit_id unit() const noexcept { return unit_; }
    [[nodiscard]] constexpr bytes_view pdu() const noexcept { return pdu_; }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return tcp_frame_view::header_size + pdu_.size();
    }

    /// Writes header and PDU; `errc::buffer_too_small` without room for them.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return write(out, transaction_, unit_, pdu_);
    }

    /// As `emit`, from parts that stand elsewhere. The PDU has 1 to 253 octets.
    [[nodiscard]] static constexpr result<std::size_t> write(bytes_span out, std::uint16_t transaction,
                                                             unit_id unit, bytes_view content) noexcept {
        const auto size = tcp_frame_view::header_size + content.size();
        if (out.size() < size)
            return fail(errc::buffer_too_small, layer::modbus, out.size());
        const std::array<std::uint8_t, tcp_frame_view::header_size> header{
            static_cast<std::uint8_t>(transaction >> 8),
            static_cast<std::uint8_t>(transaction),
            0,
            0,
            0,
            static_cast<std::uint8_t>(content.size() + 1),
            unit};
        std::copy(content.begin(), content.end(), std::copy(header.begin(), header.end(), out.begin()));
        return size;
    }

    [[nodiscard]] friend constexpr bool operator==(const tcp_frame&, const tcp_frame&) noexcept = default;

private:
    constexpr tcp_frame(std::uint16_t transaction, unit_id unit) noexcept
        : transaction_{transaction}, unit_{unit} {}

    std::uint16_t transaction_;
    unit_id unit_;
    modbus::pdu pdu_;
};

} // namespace meterlink::modbus
