#pragma once

/// Finds the frames in a stream of chips, whatever stands between them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/wmbus/bits.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/radio_frame.hpp>
#include <meterlink/wmbus/sync_search.hpp>

namespace meterlink::wmbus {

/// Chips that belong to no frame: silence, preambles, postambles, what could not be decoded.
struct chip_noise {
    std::uint64_t begin = 0; ///< The first of them, counted from the first chip fed.
    std::size_t count = 0;   ///< How many, 1 to `radio_decoder::max_noise`.

    [[nodiscard]] friend constexpr bool operator==(const chip_noise&, const chip_noise&) noexcept = default;
};

/// What a `radio_decoder` finds. The octets of a frame are in the decoder's memory, valid until `next`.
using radio_event = std::variant<radio_frame, chip_noise>;

/// Streaming decoder for received chips (see `sync_search` for what counts as a frame). How the input is cut
/// does not change the events, only when they can be had.
///
/// Every chip stands in an event, in order. Behind a frame with a problem the search goes on in its chips, so
/// that it hides no intact one that began in it, as when a nearer meter drowns a farther one; the intact
/// frame's chips then stand in both.
///
/// Memory is bounded: the chips of one frame of the longest kind, and its octets. So is time: one place where
/// a sync word stands costs at most one longest frame.
class radio_decoder {
public:
    /// Chips of noise in one event.
    static constexpr std::size_t max_noise = 8192;

    explicit constexpr radio_decoder(tuning tuned) noexcept : search_{tuned} {}

    /// Takes octets of chips, the first chip the most significant bit, and returns how many: the rest is to
    /// be fed again after `next` has given `nullopt`. After that at least one octet fits. `decode` is that
    /// loop.
    [[nodiscard]] constexpr std::size_t feed(bytes_view octets) noexcept {
        if (is_all_)
            return 0;
        const auto done = position_ / 8;
        if (done > 0 && octets.size() > buffer_.size() - size_) {
            std::copy(buffer_.data() + done, buffer_.data() + size_, buffer_.data());
            size_ -= done;
            position_ -= done * 8;
            base_ += done * 8;
        }
        const auto taken = std::min(octets.size(), buffer_.size() - size_);
        std::copy_n(octets.begin(), taken, buffer_.data() + size_);
        size_ += taken;
        return taken;
    }

    /// No more chips belong to those fed so far: `next` gives what is unfinished too, and until it has given
    /// `nullopt`, `feed` takes nothing.
    constexpr void finish() noexcept { is_all_ = true; }

    /// The next frame or noise; `nullopt` means "more chips, or `finish`".
    [[nodiscard]] constexpr std::optional<radio_event> next() noexcept {
        if (!found_)
            found_ = find();
        const auto quiet_until = found_ ? found_->begin : base_ + position_;
        if (quiet_until > reported_) {
            const auto quiet = quiet_until - reported_;
            if (quiet >= max_noise || found_ || is_all_)
                return noise(quiet);
        }
        if (found_) {
            const auto frame = *std::exchange(found_, std::nullopt);
            reported_ = std::max(reported_, frame.end);
            return frame;
        }
        is_all_ = false;
        return std::nullopt;
    }

    /// Feeds all of `octets` and hands every event to `sink`.
    template <class Sink>
    constexpr void decode(bytes_view octets, Sink&& sink) {
        do {
            octets = octets.subspan(feed(octets));
            while (const auto event = next())
                sink(*event);
        } while (!octets.empty());
    }

private:
    static constexpr std::size_t buffer_size = 1024;
    static_assert(buffer_size > (16 * max_air_size + 32) / 8 + 2, "a frame and its sync word must fit");

    constexpr std::optional<radio_frame> find() noexcept {
        const bits_view chips{bytes_view{buffer_}.first(size_)};
        auto frame = search_.find(chips, position_, is_all_, octets_);
        if (!frame)
            return std::nullopt;
        position_ = frame->problem ? position_ + 1 : static_cast<std::size_t>(frame->end);
        frame->begin += base_;
        frame->end += base_;
        return frame;
    }

    constexpr chip_noise noise(std::uint64_t quiet) noexcept {
        const chip_noise out{reported_, static_cast<std::size_t>(std::min<std::uint64_t>(quiet, max_noise))};
        reported_ += out.count;
        return out;
    }

    sync_search search_;
    std::array<std::uint8_t, buffer_size> buffer_{};
    std::array<std::uint8_t, max_air_size> octets_{};
    std::size_t size_ = 0;       // octets in the buffer
    std::size_t position_ = 0;   // the chip in the buffer from which the search goes on
    std::uint64_t base_ = 0;     // chips before the buffer
    std::uint64_t reported_ = 0; // chips before this one stand in events
    bool is_all_ = false;
    std::optional<radio_frame> found_{}; // waits for the noise before it to be reported
};

} // namespace meterlink::wmbus
