#pragma once

/// A master and a line with slaves, joined in memory and stepped in virtual time.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/simulated_line.hpp>

namespace meterlink::test {

/// Steps a session and a line until both are quiet.
template <session Master>
class virtual_line {
public:
    virtual_line(Master& master, mbus::simulated_line& line, instant now = instant{})
        : master_{&master}, line_{&line}, now_{now} {}

    /// Lets time pass until nobody sends and nobody waits, or `limit` is over; the clock then stands where
    /// the last thing happened, or at the limit. Every event of the master goes to `sink`, which may give the
    /// master new commands at `now()`. True when it became quiet.
    template <class Sink>
    bool run(session_clock::duration limit, Sink&& sink) {
        const auto until = now_ + limit;
        for (;;) {
            exchange(sink);
            const auto next = earlier(master_->poll_timeout(), line_->poll_timeout());
            if (!next)
                return true;
            if (*next > until) {
                now_ = until;
                return false;
            }
            now_ = std::max(now_, *next);
            ++steps_;
            line_->handle_timeout(now_);
            exchange(sink); // what has arrived counts before a timeout of the same moment
            master_->handle_timeout(now_);
        }
    }
    bool run(session_clock::duration limit = std::chrono::hours{24}) {
        return run(limit, [](const auto&) {});
    }

    [[nodiscard]] instant now() const noexcept { return now_; }
    /// Time that nothing happens in.
    void wait(session_clock::duration time) { now_ += time; }

    [[nodiscard]] std::size_t octets_sent() const noexcept { return sent_; }
    [[nodiscard]] std::size_t octets_heard() const noexcept { return heard_; }
    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }

private:
    [[nodiscard]] static std::optional<instant> earlier(std::optional<instant> a, std::optional<instant> b) {
        return a && b ? std::min(*a, *b) : a ? a : b;
    }

    template <class Sink>
    void exchange(Sink&& sink) {
        for (bool is_busy = true; is_busy;) {
            is_busy = false;
            while (const auto octets = master_->poll_transmit()) {
                const bytes_view view = *octets;
                sent_ += view.size();
                line_->handle_input(view, now_);
                is_busy = true;
            }
            while (const auto octets = line_->poll_transmit()) {
                heard_ += octets->size();
                const std::vector<std::uint8_t> copy{octets->begin(), octets->end()};
                master_->handle_input(copy, now_);
                is_busy = true;
            }
            while (const auto event = master_->poll_event()) {
                sink(*event);
                is_busy = true;
            }
        }
    }

    Master* master_;
    mbus::simulated_line* line_;
    instant now_;
    std::size_t sent_ = 0;
    std::size_t heard_ = 0;
    std::size_t steps_ = 0;
};

/// A master that sends what it is told and keeps what it hears.
class plain_master {
public:
    /// Sent at the next step.
    void send(std::vector<std::uint8_t> octets) { wanted_ = std::move(octets); }

    void handle_input(bytes_view octets, instant now) {
        if (heard.empty())
            first_at = now;
        last_at = now;
        heard.insert(heard.end(), octets.begin(), octets.end());
    }
    void handle_timeout(instant) {}
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (wanted_.empty())
            return std::nullopt;
        sent_ = std::move(wanted_);
        wanted_.clear();
        return bytes_view{sent_};
    }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return std::nullopt; }
    [[nodiscard]] std::optional<int> poll_event() { return std::nullopt; }

    std::vector<std::uint8_t> heard;
    instant first_at{}; ///< When the first octet was complete.
    instant last_at{};  ///< … and the last.

private:
    std::vector<std::uint8_t> wanted_;
    std::vector<std::uint8_t> sent_;
};

} // namespace meterlink::test
