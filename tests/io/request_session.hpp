#pragma once

/// A small session for tests of the driver: requests with answers of a known size, retried when silent.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>

namespace meterlink::test {

class request_session {
public:
    struct outcome {
        std::vector<std::uint8_t> answer; ///< Empty when there was none.
        int attempts = 0;
    };

    explicit request_session(std::chrono::milliseconds patience = std::chrono::milliseconds{2000},
                             int retries = 0)
        : patience_{patience}, retries_{retries} {}

    /// An answer begins with `start`; what comes before it, and when nothing was asked, is stray.
    void ask(std::vector<std::uint8_t> request, std::size_t answer_size, instant now,
             std::uint8_t start = 0x68) {
        waiting_.push_back({std::move(request), answer_size, start});
        if (!deadline_)
            send(now);
    }

    /// The bit rate after the next octets that are sent.
    void change_rate(std::uint32_t baud) { next_rate_ = baud; }
    std::optional<std::uint32_t> line_rate() const { return rate_; }
    void handle_link(bool up, instant) {
        (up ? ups : downs) += 1;
        if (!up)
            reconnects_ = closes_ = false;
        else
            wants_link_ = false;
    }

    /// Wishes for the link, until it is granted.
    void wish_link() { wants_link_ = true; }
    void wish_reconnect() { reconnects_ = true; }
    void wish_close() { closes_ = true; }
    bool wants_link() const { return wants_link_; }
    bool wants_reconnect() const { return reconnects_; }
    bool wants_close() const { return closes_; }

    void handle_input(bytes_view input, instant now) {
        for (const auto octet : input) {
            if (!deadline_ || (got_.empty() && octet != waiting_.front().start)) {
                ++stray;
                continue;
            }
            got_.push_back(octet);
            if (got_.size() == waiting_.front().answer_size)
                finish(now);
        }
    }

    void handle_timeout(instant now) {
        if (!deadline_ || now < *deadline_)
            return;
        got_.clear();
        if (attempts_ <= retries_)
            return transmit(now);
        finish(now);
    }

    std::optional<bytes_view> poll_transmit() {
        if (!to_send_) {
            return std::nullopt;
        }
        sent_ = *std::exchange(to_send_, std::nullopt);
        if (next_rate_)
            rate_ = std::exchange(next_rate_, std::nullopt);
        return sent_;
    }

    std::optional<instant> poll_timeout() const { return deadline_; }

    std::optional<outcome> poll_event() {
        if (outcomes_.empty())
            return std::nullopt;
        auto first = std::move(outcomes_.front());
        outcomes_.pop_front();
        return first;
    }

    int stray = 0;
    int ups = 0;
    int downs = 0;

private:
    struct question {
        std::vector<std::uint8_t> octets;
        std::size_t answer_size;
        std::uint8_t start;
    };

    void send(instant now) {
        attempts_ = 0;
        transmit(now);
    }

    void transmit(instant now) {
        ++attempts_;
        to_send_ = waiting_.front().octets;
        deadline_ = now + patience_;
    }

    void finish(instant now) {
        outcomes_.push_back({std::exchange(got_, {}), attempts_});
        waiting_.pop_front();
        deadline_.reset();
        to_send_.reset();
        if (!waiting_.empty())
            send(now);
    }

    std::chrono::milliseconds patience_;
    int retries_;
    int attempts_ = 0;
    std::deque<question> waiting_;
    std::deque<outcome> outcomes_;
    std::vector<std::uint8_t> got_;
    std::vector<std::uint8_t> sent_;
    std::optional<std::vector<std::uint8_t>> to_send_;
    std::optional<instant> deadline_;
    std::optional<std::uint32_t> rate_;
    std::optional<std::uint32_t> next_rate_;
    bool wants_link_ = false;
    bool reconnects_ = false;
    bool closes_ = false;
};

} // namespace meterlink::test
