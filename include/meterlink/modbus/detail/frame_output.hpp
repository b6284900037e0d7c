#pragma once

/// Answers that wait to be sent, built where they are sent from.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/modbus/ascii_frame.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/rtu_frame.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

namespace meterlink::modbus::detail {

/// Frames one behind the other. Allocates while more wait than ever before.
class frame_output {
public:
    explicit frame_output(framing which) noexcept : framing_{which} {}

    /// Room for the longest PDU, until `close`; without it, there is no answer.
    [[nodiscard]] bytes_span open() {
        if (taken_ == end_)
            clear();
        if (octets_.size() - end_ < room)
            octets_.resize(2 * octets_.size() + room); // not filled anew for each frame
        if (framing_ == framing::ascii)
            return ascii_pdu_;
        const auto header = framing_ == framing::tcp ? tcp_frame_view::header_size : std::size_t{1};
        return bytes_span{octets_}.subspan(end_ + header, max_pdu_size);
    }

    /// The PDU has `size` octets, and goes into a frame.
    void close(std::uint16_t transaction, unit_id unit, std::size_t size) noexcept {
        const auto out = bytes_span{octets_}.subspan(end_);
        std::size_t length = 0;
        switch (framing_) {
        case framing::tcp:
            length = field_writer{out}
                         .u16(transaction)
                         .u16(0)
                         .u16(static_cast<std::uint16_t>(size + 1))
                         .u8(unit)
                         .size() +
                     size;
            break;
        case framing::rtu: {
            out[0] = unit;
            const auto crc = crc16_modbus::of(out.first(1 + size));
            out[1 + size] = static_cast<std::uint8_t>(crc);
            out[2 + size] = static_cast<std::uint8_t>(crc >> 8);
            length = size + rtu_frame_view::overhead;
            break;
        }
        case framing::ascii:
            length = ascii_frame::write(out, unit, bytes_view{ascii_pdu_}.first(size)).value_or(0);
            break;
        }
        end_ += length;
    }

    /// All that waits; the octets are good until `open`.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() noexcept {
        if (taken_ == end_)
            return std::nullopt;
        const auto out = bytes_view{octets_}.subspan(taken_, end_ - taken_);
        taken_ = end_;
        return out;
    }

    /// Octets that wait.
    [[nodiscard]] std::size_t size() const noexcept { return end_ - taken_; }

    void clear() noexcept { end_ = taken_ = 0; }

private:
    static constexpr std::size_t room = ascii_frame_view::max_size;

    framing framing_;
    std::vector<std::uint8_t> octets_;
    std::size_t end_ = 0;   // behind the last frame
    std::size_t taken_ = 0; // these have been sent
    std::array<std::uint8_t, max_pdu_size> ascii_pdu_{};
};

} // namespace meterlink::modbus::detail
