#pragma once

/// A master on a line whose other end follows a script, in virtual time:
///
///     scripted_line line{{timing_profile::standard(2400)}};
///     line.expect(nke(1)).reply("E5"_octets);
///     line.expect(req_ud2(1, true)).reply(telegram, 100ms);
///     line.submit(request::read(primary_address{1}).value());
///     line.run();

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/mbus/command.hpp>
#include <meterlink/mbus/master.hpp>

#include "support/catch.hpp"

namespace meterlink::test {

using octets = std::vector<std::uint8_t>;

/// An event with copies of what it borrows.
struct seen_event {
    mbus::request_id id{};
    mbus::master_event event;
    std::vector<octets> telegrams;
    octets heard;
    instant when{};

    template <class T>
    [[nodiscard]] const T& as() const {
        REQUIRE(event.as<T>() != nullptr);
        return *event.as<T>();
    }
    template <class T>
    [[nodiscard]] bool is() const {
        return event.as<T>() != nullptr;
    }
};

class scripted_line {
public:
    using duration = session_clock::duration;

    /// One question that is expected and what comes back.
    class exchange {
    public:
        explicit exchange(octets question) : question_{std::move(question)} {}
        /// Octets that arrive `after` the last bit of the question.
        exchange& reply(octets answer, duration after = std::chrono::milliseconds{20}) {
            replies_.push_back({std::move(answer), after});
            return *this;
        }
        /// Calls `what` when the question has been sent.
        exchange& then(std::function<void()> what) {
            then_ = std::move(what);
            return *this;
        }

    private:
        friend class scripted_line;
        octets question_;
        std::vector<std::pair<octets, duration>> replies_;
        std::function<void()> then_;
    };

    explicit scripted_line(const mbus::master::options& how) : master{how} {}

    /// The question that comes next.
    exchange& expect(octets question) { return script_.emplace_back(std::move(question)); }

    /// Octets that arrive at `when`, whoever asked.
    void arrive(octets what, instant when) { arrivals_.push_back({std::move(what), when}); }
    /// Calls `what` at `when`.
    void at(instant when, std::function<void()> what) { calls_.push_back({std::move(what), when}); }

    /// Answers every question by `who`, instead of a script; none is silence.
    void answer_with(std::function<std::optional<octets>(const octets&)> who) { answerer_ = std::move(who); }

    mbus::request_id submit(const mbus::request& what) {
        const auto id = master.submit(what, now);
        take();
        return id;
    }

    /// Runs until nothing more can happen, or until `end`.
    void run(instant end = instant::max()) {
        for (std::size_t steps = 0;; ++steps) {
            REQUIRE(steps < 100'000);
            take();
            const auto by_arrival = [](const auto& a, const auto& b) { return a.second < b.second; };
            const auto arrival = std::min_element(arrivals_.begin(), arrivals_.end(), by_arrival);
            const auto call = std::min_element(calls_.begin(), calls_.end(), by_arrival);
            const auto timer = std::max(master.poll_timeout().value_or(instant::max()), now);
            const auto arrives = arrival != arrivals_.end() ? arrival->second : instant::max();
            const auto calls = call != calls_.end() ? call->second : instant::max();
            const auto next = std::min({timer, arrives, calls});
            if (next == instant::max() || next > end)
                break;
            now = std::max(now, next);
            if (arrives == next) {
                const auto what = std::move(arrival->first);
                arrivals_.erase(arrival);
                master.handle_input(what, now);
            } else if (calls == next) {
                const auto what = std::move(call->first);
                calls_.erase(call);
                what();
            } else {
                master.handle_timeout(now);
            }
        }
        if (end == instant::max())
            CHECK(script_.empty());
    }

    /// The final events, in their order.
    [[nodiscard]] std::vector<seen_event> outcomes() const {
        std::vector<seen_event> out;
        std::copy_if(events.begin(), events.end(), std::back_inserter(out),
                     [](const seen_event& e) { return e.event.is_final(); });
        return out;
    }
    /// The one final event there must be.
    [[nodiscard]] seen_event outcome() const {
        const auto all = outcomes();
        REQUIRE(all.size() == 1);
        return all.front();
    }
    /// How many events that are not final say a `T`.
    template <class T>
    [[nodiscard]] std::size_t count() const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [](const seen_event& e) { return e.is<T>(); }));
    }

    mbus::master master;
    instant now{std::chrono::hours{1}};
    std::vector<seen_event> events;
    std::vector<instant> sent_at; ///< When each question began.

private:
    void take() {
        while (const auto out = master.poll_transmit()) {
            const octets question{out->begin(), out->end()};
            sent_at.push_back(now);
            const auto end = now + mbus::wire_time(question.size(), master.baud_rate());
            if (answerer_) {
                if (auto answer = answerer_(question))
                    arrivals_.push_back({std::move(*answer), end + std::chrono::milliseconds{20}});
                continue;
            }
            INFO("question " << sent_at.size());
            REQUIRE_FALSE(script_.empty());
            auto expected = std::move(script_.front());
            script_.pop_front();
            CHECK(question == expected.question_);
            for (auto& [answer, after] : expected.replies_)
                arrivals_.push_back({std::move(answer), end + after});
            if (expected.then_)
                expected.then_();
        }
        while (const auto event = master.poll_event()) {
            seen_event seen{event->id, *event, {}, {}, now};
            std::visit([&](const auto& what) { copy(what, seen); }, event->outcome);
            events.push_back(std::move(seen));
        }
    }

    template <class T>
    static void copy(const T& what, seen_event& to) {
        const auto keep = [](bytes_view octets_) { return octets{octets_.begin(), octets_.end()}; };
        if constexpr (requires { what.telegrams; })
            for (const auto& each : what.telegrams)
                to.telegrams.push_back(keep(each));
        if constexpr (requires { what.octets; })
            to.heard = keep(what.octets);
        if constexpr (requires { what.telegram; })
            to.telegrams.push_back(keep(what.telegram));
    }

    std::function<std::optional<octets>(const octets&)> answerer_;
    std::deque<exchange> script_;
    std::vector<std::pair<octets, instant>> arrivals_;
    std::vector<std::pair<std::function<void()>, instant>> calls_;
};

/// Link reset as it travels.
inline octets nke(std::uint8_t to) { return to_bytes(mbus::command::snd_nke(to)); }
/// Readout request as it travels.
inline octets req_ud2(std::uint8_t to, bool fcb) { return to_bytes(mbus::command::req_ud2(to, fcb)); }
/// Alarm poll as it travels.
inline octets req_ud1(std::uint8_t to, bool fcb) { return to_bytes(mbus::command::req_ud1(to, fcb)); }
/// Selection as it travels.
inline octets select_frame(const mbus::selection& what) { return to_bytes(mbus::command::select(what)); }
/// A command as it travels, with the frame count bit.
inline octets counted(const mbus::long_frame& frame, bool fcb) {
    return to_bytes(frame.with_c(frame.c().with_fcb(fcb)));
}
/// A readout: header and one volume; DIF 1F behind it when more follow.
inline octets telegram(std::uint8_t from, std::uint32_t id, std::uint8_t access_number = 1,
                       bool more = false) {
    octets data(12);
    writer{data}.u32(id).u16(0x1593).u8(1).u8(7).u8(access_number).u8(0).u16(0);
    for (const auto octet : {0x0C, 0x13, 0x27, 0x04, 0x85, 0x02})
        data.push_back(static_cast<std::uint8_t>(octet));
    if (more)
        data.push_back(0x1F);
    return to_bytes(mbus::long_frame::make(mbus::c_field::rsp_ud(), from, 0x72, data).value());
}

} // namespace meterlink::test
