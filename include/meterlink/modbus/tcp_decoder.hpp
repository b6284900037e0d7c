#pragma once

/// Finds the TCP frames in a stream of octets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/detail/octet_window.hpp>
#include <meterlink/modbus/tcp_frame.hpp>

namespace meterlink::modbus {

/// Streaming decoder for Modbus over TCP, in both directions.
///
/// Frames follow each other without a mark between them, so a wrong header loses them for good: `is_lost`
/// says so, and a server closes the connection. A client may tell which transactions it `expect`s: then the
/// next header of one of them, with the protocol identifier and a possible length, is a frame again.
///
/// Every octet fed is accounted for by exactly one event, and how the input is cut does not change the
/// events. Memory is bounded: one buffer of 260 octets. TCP has no silence; what `give_up` drops was waited
/// for in vain.
class tcp_decoder {
public:
    /// Takes octets, and returns how many: the rest is to be fed again after `next` has given `nullopt`.
    /// After that at least one octet fits. `decode` is that loop, and copies less.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets, instant) noexcept {
        return window_.append(octets);
    }

    /// The next frame or garbage; `nullopt` means "more octets".
    [[nodiscard]] constexpr std::optional<decoder_event> next() noexcept {
        while (!window_.empty()) {
            const auto octets = window_.octets();
            const auto size = judge(octets);
            if (size && *size <= octets.size()) {
                if (window_.skipped() > 0)
                    return window_.take_garbage();
                window_.take(*size);
                return take_frame(octets.first(*size));
            }
            if (size || size.error().code == errc::truncated)
                break;
            window_.skip(size.error());
            is_lost_ = true;
            if (window_.is_full_of_garbage())
                return window_.take_garbage();
        }
        if (std::exchange(is_given_up_, false) && window_.skipped() > 0)
            return window_.take_garbage();
        return std::nullopt;
    }

    /// Hands every event of `octets` to `sink`. Frames that are whole in `octets` are not copied.
    template <class Sink>
    constexpr void decode(bytes_view octets, instant now, Sink&& sink) {
        while (window_.is_clear() && !is_lost_) {
            const auto size = tcp_frame_view::announced_size(octets);
            if (!size || *size > octets.size())
                break;
            sink(decoder_event{take_frame(octets.first(*size))});
            octets = octets.subspan(*size);
        }
        do {
            octets = octets.subspan(feed(octets, now));
            while (const auto event = next())
                sink(*event);
        } while (!octets.empty());
    }

    /// Whether the framing is lost: what comes now is garbage, until a header of an expected transaction.
    [[nodiscard]] constexpr bool is_lost() const noexcept { return is_lost_; }

    /// The transactions whose headers end the search when the framing is lost: `count` of them from `first`
    /// on, modulo 65536. None at the beginning, so that a server never searches.
    constexpr void expect(std::uint16_t first, std::uint16_t count) noexcept {
        first_expected_ = first;
        expected_ = count;
    }

    /// Whether the beginning of a frame waits for its end.
    [[nodiscard]] constexpr bool is_pending() const noexcept { return !window_.empty(); }

    /// The transaction of the frame that waits for its end, where so much of it has come.
    [[nodiscard]] constexpr std::optional<std::uint16_t> pending_transaction() const noexcept {
        const auto octets = window_.octets();
        if (octets.size() < 2)
            return std::nullopt;
        return transaction_of(octets);
    }

    /// Does not wait for the rest of a half frame: its length cannot be trusted, so the framing is lost. Then
    /// `next` reports what has been dropped.
    constexpr void give_up() noexcept {
        if (const auto octets = window_.octets(); !octets.empty()) {
            window_.skip({errc::frame_silence, layer::modbus, octets.size()}, octets.size());
            is_lost_ = true;
        }
        is_given_up_ = true;
    }

    /// Nothing ends by time alone.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept { return std::nullopt; }
    constexpr void handle_timeout(instant) noexcept {}

    /// Begins anew, as on a new connection; who is expected stays.
    constexpr void reset() noexcept {
        window_.clear();
        is_lost_ = is_given_up_ = false;
    }

private:
    /// The size of the frame at the beginning of `octets`.
    [[nodiscard]] constexpr result<std::size_t> judge(bytes_view octets) const noexcept {
        if (is_lost_) {
            if (octets.size() < 2)
                return expected_ == 0 ? unexpected() : fail(errc::truncated, layer::modbus, octets.size());
            if (static_cast<std::uint16_t>(transaction_of(octets) - first_expected_) >= expected_)
                return unexpected();
        }
        return tcp_frame_view::announced_size(octets);
    }

    [[nodiscard]] static constexpr result<std::size_t> unexpected() noexcept {
        return fail(errc::reply_from_another, layer::modbus, 0);
    }

    [[nodiscard]] constexpr adu_view take_frame(bytes_view wire) noexcept {
        is_lost_ = false;
        return {transaction_of(wire), wire[tcp_frame_view::uncounted],
                wire.subspan(tcp_frame_view::header_size), wire.size()};
    }

    [[nodiscard]] static constexpr std::uint16_t transaction_of(bytes_view header) noexcept {
        return static_cast<std::uint16_t>((header[0] << 8) | header[1]);
    }

    detail::octet_window<tcp_frame_view::max_size> window_;
    std::uint16_t first_expected_ = 0;
    std::uint16_t expected_ = 0;
    bool is_lost_ = false;
    bool is_given_up_ = false;
};

} // namespace meterlink::modbus
