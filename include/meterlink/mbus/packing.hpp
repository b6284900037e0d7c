#pragma once

/// How a transparent bridge hands octets on: in which pieces, and which not at all.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/decoder.hpp>
#include <meterlink/mbus/frame.hpp>

namespace meterlink::mbus {

/// What may pass a bridge.
enum class packing_mode : std::uint8_t {
    transparent, ///< Everything, unread.
    mbus,        ///< Intact frames, each as one piece; anything else is dropped.
};

/// How octets of one direction are packed.
struct packing_options {
    packing_mode mode = packing_mode::mbus;
    /// With `transparent`: octets are collected until none has come for so long; 0 hands them on at once.
    session_clock::duration interval{};
    /// With `mbus`: how long a frame may stop before it is given up. Networks cut frames where they like.
    session_clock::duration patience = std::chrono::milliseconds{500};
};

/// One direction of a bridge, as a session: what goes in comes out packed. Its events are what was dropped.
class packing {
public:
    /// Octets of the longest piece; what is collected goes on when it has so many.
    static constexpr std::size_t max_piece = 4096;

    explicit packing(packing_options options = {}) : options_{options}, decoder_{options.patience} {}

    void handle_input(bytes_view octets, instant now) {
        handle_timeout(now);
        if (options_.mode == packing_mode::mbus)
            return decoder_.decode(octets, now, [this](const decoder_event& event) { take(event); });
        while (!octets.empty()) {
            const auto count = std::min(octets.size(), max_piece - collected_.size());
            collected_.insert(collected_.end(), octets.begin(),
                              octets.begin() + static_cast<std::ptrdiff_t>(count));
            octets = octets.subspan(count);
            if (collected_.size() == max_piece || options_.interval <= session_clock::duration::zero())
                end_piece();
        }
        if (!collected_.empty())
            due_ = now + options_.interval;
    }

    void handle_timeout(instant now) {
        if (due_ && now >= *due_)
            end_piece();
        decoder_.handle_timeout(now);
        while (const auto event = decoder_.next())
            take(*event);
    }

    /// The next piece; valid until the next call.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (pieces_.empty())
            return std::nullopt;
        given_ = std::move(pieces_.front());
        pieces_.pop_front();
        return bytes_view{given_};
    }

    [[nodiscard]] std::optional<instant> poll_timeout() const {
        return earliest(due_, decoder_.poll_timeout());
    }

    /// What was dropped, and why.
    [[nodiscard]] std::optional<garbage> poll_event() {
        if (dropped_.empty())
            return std::nullopt;
        const auto event = dropped_.front();
        dropped_.pop_front();
        return event;
    }

    /// Forgets what has not been handed on, as for another client.
    void reset() { *this = packing{options_}; }

private:
    /// Events beyond that are lost, the oldest first.
    static constexpr std::size_t most_dropped = 256;

    void take(const decoder_event& event) {
        if (const auto* found = std::get_if<frame_event>(&event)) {
            const auto octets = wire(found->frame);
            pieces_.emplace_back(octets.begin(), octets.end());
            return;
        }
        if (dropped_.size() == most_dropped)
            dropped_.pop_front();
        dropped_.push_back(std::get<garbage>(event));
    }

    void end_piece() {
        due_.reset();
        if (!collected_.empty())
            pieces_.push_back(std::exchange(collected_, {}));
    }

    packing_options options_;
    decoder decoder_;
    std::vector<std::uint8_t> collected_;
    std::optional<instant> due_;
    std::deque<std::vector<std::uint8_t>> pieces_;
    std::vector<std::uint8_t> given_;
    std::deque<garbage> dropped_;
};

} // namespace meterlink::mbus
