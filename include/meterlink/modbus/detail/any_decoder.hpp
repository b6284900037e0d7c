#pragma once

/// The decoder of whichever framing a peer has.

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/ascii_decoder.hpp>
#include <meterlink/modbus/framing.hpp>
#include <meterlink/modbus/line_timing.hpp>
#include <meterlink/modbus/rtu_decoder.hpp>
#include <meterlink/modbus/tcp_decoder.hpp>

namespace meterlink::modbus::detail {

/// One of the three, chosen at run time.
class any_decoder {
public:
    any_decoder(framing which, listen_for what, session_clock::duration silence, const line_timing& timing)
        : decoder_{tcp_decoder{}} {
        if (which == framing::rtu)
            decoder_.emplace<rtu_decoder>(what, silence, timing);
        else if (which == framing::ascii)
            decoder_.emplace<ascii_decoder>(silence);
    }

    template <class Sink>
    void decode(bytes_view octets, instant now, Sink&& sink) {
        if (auto* plain = tcp())
            return plain->decode(octets, now, std::forward<Sink>(sink));
        if (auto* serial = rtu())
            return serial->decode(octets, now, std::forward<Sink>(sink));
        if (auto* text = std::get_if<ascii_decoder>(&decoder_))
            text->decode(octets, now, std::forward<Sink>(sink));
    }

    [[nodiscard]] tcp_decoder* tcp() noexcept { return std::get_if<tcp_decoder>(&decoder_); }
    [[nodiscard]] const tcp_decoder* tcp() const noexcept { return std::get_if<tcp_decoder>(&decoder_); }
    [[nodiscard]] const rtu_decoder* rtu() const noexcept { return std::get_if<rtu_decoder>(&decoder_); }
    [[nodiscard]] rtu_decoder* rtu() noexcept { return std::get_if<rtu_decoder>(&decoder_); }

    [[nodiscard]] bool is_pending() const noexcept {
        return std::visit([](const auto& each) { return each.is_pending(); }, decoder_);
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const noexcept {
        return std::visit([](const auto& each) { return each.poll_timeout(); }, decoder_);
    }
    void handle_timeout(instant now) noexcept {
        std::visit([now](auto& each) { each.handle_timeout(now); }, decoder_);
    }
    void reset() noexcept {
        std::visit([](auto& each) { each.reset(); }, decoder_);
    }

private:
    std::variant<tcp_decoder, rtu_decoder, ascii_decoder> decoder_;
};

} // namespace meterlink::modbus::detail
