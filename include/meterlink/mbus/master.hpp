#pragma once

/// The master of a wired bus: asks, repeats, and tells answers from noise.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/access_limits.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/detail/conversation.hpp>
#include <meterlink/mbus/detail/late_answers.hpp>
#include <meterlink/mbus/exchange.hpp>
#include <meterlink/mbus/frame_count.hpp>
#include <meterlink/mbus/master_event.hpp>
#include <meterlink/mbus/request.hpp>
#include <meterlink/mbus/request_queue.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/mbus/timing_profile.hpp>

namespace meterlink::mbus {

/// Master of one line (EN 13757-2), a `session`. It carries out one request after the other; each ends with
/// exactly one final event.
///
/// Nothing that comes late is taken for an answer to something else. Behind a question that stayed silent,
/// one to which a late E5 would be an answer, or, by 253 and 254, a late telegram, waits until that can no
/// longer come: twice what the bit rate and the latency demand, from the end of the silent question on. With
/// a response timeout that is longer than that, this costs nothing. A line on which late answers are seen is
/// given more time to answer (`lateness`).
///
/// While idle it keeps what it has learnt of the slaves: their frame count bits and
/// the times of limited readouts.
///
/// It allocates when its queue, its list of events or the longest readout grows beyond what it has seen, and
/// not per telegram.
class master {
public:
    struct options {
        timing_profile timing = timing_profile::readout();
        std::uint32_t baud = 2400; ///< Bit rate of the line, where a request names none.
        /// A slave that announces telegrams without end is stopped after so many.
        std::size_t telegram_limit = 100;
    };

    master() : master{options{}} {}
    /// A bit rate of 0 is taken for 300, the slowest of the bus, here and wherever a bit rate is set.
    explicit master(const options& how) : options_{how}, baud_{usable_baud_rate(how.baud)} {
        options_.baud = baud_;
    }
    /// The same for options that may be wrong: `errc::value_out_of_range` for a bit rate of 0.
    [[nodiscard]] static result<master> make(const options& how) {
        if (how.baud == 0)
            return meterlink::fail(errc::value_out_of_range, layer::mbus, 0, usable_baud_rate(0), 0);
        return master{how};
    }
    // What it listens for borrows from its own memory, which moves along but is not shared.
    master(const master&) = delete;
    master(master&&) = default;
    master& operator=(const master&) = delete;
    master& operator=(master&&) = default;
    ~master() = default;

    /// Takes a request; it begins at once when the line is free.
    request_id submit(const request& what, instant now);
    /// Ends a request with `cancelled`, wherever it stands; false when it has ended before. The answer to a
    /// question that is on the line is waited for, and dropped.
    bool cancel(request_id which);
    /// Ends all requests with `cancelled`.
    void cancel_all();

    void handle_input(bytes_view octets, instant now);
    void handle_timeout(instant now);
    [[nodiscard]] std::optional<bytes_view> poll_transmit();
    [[nodiscard]] std::optional<instant> poll_timeout() const;
    [[nodiscard]] std::optional<master_event> poll_event();

    /// The bit rate at which the line has to work now; each change comes as `baud_rate_changed`.
    [[nodiscard]] std::uint32_t baud_rate() const noexcept { return baud_; }
    /// The bit rate for requests that name none, from the next one on.
    void set_default_baud_rate(std::uint32_t baud) noexcept { options_.baud = usable_baud_rate(baud); }
    /// The timing of requests that have none of their own, from the next question on.
    void set_timing(const timing_profile& timing) noexcept { options_.timing = timing; }
    [[nodiscard]] const options& settings() const noexcept { return options_; }

    /// By how much late answers of the last ten minutes exceeded the response timeout, and half of it more,
    /// at most 5 s. Every question waits so much longer.
    [[nodiscard]] session_clock::duration lateness() const noexcept { return late_.lateness(now_); }
    /// Whether, during the last question, the late E5 to one before was passed over.
    [[nodiscard]] bool has_late_ack() const noexcept { return exchange_.has_late_ack(); }
    /// How long after the last question the first octet came; none when there was none.
    [[nodiscard]] std::optional<session_clock::duration> answer_delay() const noexcept {
        return exchange_.answer_delay();
    }

    /// The request that has the line.
    [[nodiscard]] std::optional<request_id> active() const noexcept;
    /// Requests that have not ended, the active one included.
    [[nodiscard]] std::size_t unfinished() const noexcept;

    /// The line was away, and perhaps the slaves' power: forgets what they expect, so that each is reset
    /// before it is asked again.
    void forget_slaves() noexcept { counts_.forget_all(); }

private:
    enum class phase : std::uint8_t { idle, pausing, asking };

    [[nodiscard]] const timing_profile& timing() const noexcept;
    [[nodiscard]] instant due() const noexcept;
    [[nodiscard]] instant held_back_until() const noexcept;
    void proceed(instant now);
    bool begin_next(instant now);
    void ask(instant now);
    void enter(detail::conversation_step step, instant now);
    void pause(instant now);
    void change_baud_rate(std::uint32_t baud, instant now);
    void conclude(instant now);
    void succeed(instant now);
    void act_on_acknowledgement(instant now);
    void act_on_telegram(instant now);
    void fail(exchange_state how, const error& why, instant now);
    void give_up(exchange_state how, const error& why, instant now);
    void finish(const master_outcome& outcome, instant now);
    void end_conversation() noexcept;
    void emit(request_id id, const master_outcome& outcome) { events_.push_back({id, outcome}); }
    void note_noise(std::size_t count);
    [[nodiscard]] telegram_list telegrams() const noexcept;
    [[nodiscard]] kept_telegram& telegram_slot();

    options options_;
    std::uint32_t baud_;
    request_queue queue_;
    std::uint64_t last_id_ = 0;
    frame_count counts_;
    access_limits limits_;
    std::optional<detail::conversation> conversation_;
    phase phase_ = phase::idle;
    exchange exchange_;
    std::vector<kept_telegram> telegrams_;
    std::size_t last_slot_ = 0;     // of the telegram that came last
    exchange::heard_octets failed_; // what a failed attempt heard
    std::vector<master_event> events_;
    std::size_t events_taken_ = 0;
    instant now_{};
    instant last_activity_ = instant{instant::duration::min() / 2}; // the last octet in either direction
    session_clock::duration gap_{};                                 // idle time before the next question
    instant not_before_ = instant::min();                           // pauses that follow from what was done
    instant not_after_ = instant::max();                            // noise does not hold the line for ever
    instant late_until_ = instant::min(); // a second answer to a repeated question may come till then
    detail::late_answers late_;
};

} // namespace meterlink::mbus

#include <meterlink/mbus/detail/master.hpp>
#include <meterlink/mbus/detail/master_line.hpp>
#include <meterlink/mbus/detail/master_outcome.hpp>
