#include <meterlink/core/session.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <meterlink/core/bounded_bytes.hpp>

#include "support/catch.hpp"

using namespace meterlink;
using namespace std::chrono_literals;

namespace {

/// Sends back what it got, and reports once when it has been idle for a second.
class echo {
public:
    struct idle {
        std::size_t octets_seen;
    };

    void handle_input(bytes_view octets, instant now) {
        for (const auto octet : octets)
            pending_.push_back(octet);
        seen_ += octets.size();
        deadline_ = now + 1s;
    }

    void handle_timeout(instant now) {
        if (!deadline_ || now < *deadline_)
            return;
        deadline_.reset();
        event_ = idle{seen_};
    }

    std::optional<bytes_view> poll_transmit() {
        if (pending_.empty())
            return std::nullopt;
        sent_ = pending_;
        pending_.clear();
        return sent_.view();
    }

    std::optional<instant> poll_timeout() const { return deadline_; }
    std::optional<idle> poll_event() { return std::exchange(event_, std::nullopt); }

private:
    bounded_bytes<16> pending_;
    bounded_bytes<16> sent_;
    std::size_t seen_ = 0;
    std::optional<instant> deadline_;
    std::optional<idle> event_;
};

// As little as a session can be, and then one change each.
struct smallest {
    void handle_input(bytes_view, instant) {}
    void handle_timeout(instant) {}
    std::optional<std::vector<std::uint8_t>> poll_transmit() { return {}; }
    std::optional<instant> poll_timeout() { return {}; }
    std::optional<int> poll_event() { return {}; }
};
struct without_input : smallest {
    void handle_input() {}
};
struct input_without_time : smallest {
    void handle_input(bytes_view) {}
};
struct input_with_result : smallest { // an error would go unseen
    bool handle_input(bytes_view, instant) { return true; }
};
struct input_writes : smallest {
    void handle_input(bytes_span, instant) {}
};
struct wall_clock : smallest {
    void handle_timeout(std::chrono::system_clock::time_point) {}
};
struct transmits_always : smallest { // no telling when there is nothing
    bytes_view poll_transmit() { return {}; }
};
struct transmits_numbers : smallest {
    std::optional<int> poll_transmit() { return {}; }
};
struct timeout_is_a_duration : smallest {
    std::optional<std::chrono::nanoseconds> poll_timeout() { return {}; }
};
struct timeout_is_certain : smallest {
    instant poll_timeout() { return {}; }
};
struct event_is_a_pointer : smallest {
    int* poll_event() { return nullptr; }
};
struct event_is_void : smallest {
    void poll_event() {}
};

template <class Clock>
concept can_be_read = requires { Clock::now(); };

} // namespace

TEST_CASE("peers with the five functions are sessions") {
    STATIC_REQUIRE(session<echo>);
    STATIC_REQUIRE(session<smallest>);
    STATIC_REQUIRE(std::is_same_v<session_event_t<echo>, echo::idle>);
    STATIC_REQUIRE(std::is_same_v<session_event_t<smallest>, int>);
}

TEST_CASE("near misses are no sessions") {
    STATIC_REQUIRE_FALSE(session<int>);
    STATIC_REQUIRE_FALSE(session<const echo>);
    STATIC_REQUIRE_FALSE(session<without_input>);
    STATIC_REQUIRE_FALSE(session<input_without_time>);
    STATIC_REQUIRE_FALSE(session<input_with_result>);
    STATIC_REQUIRE_FALSE(session<input_writes>);
    STATIC_REQUIRE_FALSE(session<wall_clock>);
    STATIC_REQUIRE_FALSE(session<transmits_always>);
    STATIC_REQUIRE_FALSE(session<transmits_numbers>);
    STATIC_REQUIRE_FALSE(session<timeout_is_a_duration>);
    STATIC_REQUIRE_FALSE(session<timeout_is_certain>);
    STATIC_REQUIRE_FALSE(session<event_is_a_pointer>);
    STATIC_REQUIRE_FALSE(session<event_is_void>);
}

TEST_CASE("an instant is a time of no clock that could be read, in nanoseconds") {
    STATIC_REQUIRE(std::is_same_v<instant::duration, std::chrono::nanoseconds>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::chrono::steady_clock::time_point, instant>);
    STATIC_REQUIRE(can_be_read<std::chrono::steady_clock>);
    STATIC_REQUIRE_FALSE(can_be_read<session_clock>);
    STATIC_REQUIRE(instant{} + 1s > instant{} + 999ms);
}

TEST_CASE("a session runs in virtual time") {
    echo peer;
    const instant start{};
    CHECK_FALSE(peer.poll_transmit());
    CHECK_FALSE(peer.poll_timeout());
    const std::vector<std::uint8_t> octets{0x10, 0x40, 0xFD, 0x3D, 0x16};
    peer.handle_input(bytes_view{octets}.first(2), start);
    peer.handle_input(bytes_view{octets}.subspan(2), start + 10ms);
    const auto sent = peer.poll_transmit();
    REQUIRE(sent);
    CHECK(std::vector<std::uint8_t>(sent->begin(), sent->end()) == octets);
    CHECK_FALSE(peer.poll_transmit());
    REQUIRE(peer.poll_timeout() == start + 1010ms);
    peer.handle_timeout(start + 1s); // too early: nothing happens
    CHECK_FALSE(peer.poll_event());
    peer.handle_timeout(start + 1010ms);
    const auto event = peer.poll_event();
    REQUIRE(event);
    CHECK(event->octets_seen == 5);
    CHECK_FALSE(peer.poll_event());
    CHECK_FALSE(peer.poll_timeout());
}

TEST_CASE("the earlier of two deadlines counts") {
    constexpr instant start{1h};
    CHECK_FALSE(earliest({}, {}));
    CHECK(earliest(start, {}) == start);
    CHECK(earliest({}, start) == start);
    CHECK(earliest(start + 1s, start) == start);
}
