#pragma once

/// Several slaves on one line, in virtual time: what a master hears through its converter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/decoder.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/line_fault.hpp>
#include <meterlink/mbus/line_options.hpp>
#include <meterlink/mbus/line_signal.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/slave.hpp>

namespace meterlink::mbus {

/// A line with slaves (EN 13757-2, clause 4), as a session from the master's side: octets from the master go
/// in, and come to the slaves character by character at the bit rate; what the slaves send together comes
/// out. Two at once garble each other, unless they send the same at the same moment.
class simulated_line {
public:
    explicit simulated_line(line_options options = {})
        : options_{std::move(options)}, random_{options_.seed},
          decoder_{decoder::default_timeout(options_.baud)}, signal_{options_.baud} {}

    /// Connects a slave; its number counts from 0.
    std::size_t add(slave connected) {
        slaves_.push_back(std::move(connected));
        stations_.emplace_back();
        refresh(slaves_.size() - 1);
        find_next_due();
        return slaves_.size() - 1;
    }

    [[nodiscard]] std::size_t size() const noexcept { return slaves_.size(); }
    [[nodiscard]] const slave& at(std::size_t number) const { return slaves_[number]; }
    /// As `slave::raise_alarm`.
    void raise_alarm(std::size_t number, std::uint8_t flags) { slaves_[number].raise_alarm(flags); }

    /// The bit rate of the converter, not 0; what is on its way is read at the new one.
    void set_baud(std::uint32_t baud) {
        options_.baud = baud;
        signal_.set_baud(baud);
        decoder_ = decoder{decoder::default_timeout(baud)};
    }
    [[nodiscard]] std::uint32_t baud() const noexcept { return options_.baud; }
    void set_faults(fault_plan faults) { options_.faults = std::move(faults); }

    /// Octets that nobody asked for, on the line from `start` on, which is not past.
    void send_noise(bytes_view octets, instant start) {
        signal_.add({start, options_.baud, {octets.begin(), octets.end()}});
    }

    /// What the master sends at `now`; it takes its time on the line.
    void handle_input(bytes_view octets, instant now) {
        handle_timeout(now);
        const auto start = std::max(now, sent_until_);
        if (options_.has_echo)
            signal_.add({start, options_.baud, {octets.begin(), octets.end()}});
        decoder_.handle_timeout(start + character_time(1, options_.baud));
        while (decoder_.next()) {
            // what never became a frame
        }
        for (std::size_t i = 0; i < octets.size(); ++i) {
            sent_until_ = start + character_time(i + 1, options_.baud);
            decoder_.decode(octets.subspan(i, 1), sent_until_, [&](const decoder_event& event) {
                if (const auto* found = std::get_if<frame_event>(&event))
                    hear(found->frame, sent_until_);
            });
        }
    }

    void handle_timeout(instant now) {
        run_slaves(now);
        while (const auto next = signal_.take(now - options_.latency))
            if (next->is_good || !options_.drops_bad_characters)
                heard_.push_back(next->octet);
    }

    /// What has reached the master.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (heard_.empty() || (heard_.size() < options_.packet_size && signal_.peek()))
            return std::nullopt;
        given_.swap(heard_);
        heard_.clear();
        return bytes_view{given_};
    }

    [[nodiscard]] std::optional<instant> poll_timeout() {
        const auto& next = signal_.peek();
        if (next && next->at + options_.latency < next_due_)
            return next->at + options_.latency;
        return next_due_ == never ? std::nullopt : std::optional{next_due_};
    }

    [[nodiscard]] std::optional<line_event> poll_event() {
        if (next_event_ == events_.size()) {
            events_.clear();
            next_event_ = 0;
            return std::nullopt;
        }
        return events_[next_event_++];
    }

    /// Intact frames that came from the master.
    [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }
    /// What slaves sent, also where it met a fault.
    [[nodiscard]] std::uint64_t answers() const noexcept { return answers_; }

private:
    static constexpr instant never{session_clock::duration{std::numeric_limits<std::int64_t>::max()}};
    /// Events beyond that are lost until some are taken.
    static constexpr std::size_t max_events = 4096;

    /// What has to be known of a slave to leave it alone.
    struct station {
        std::uint8_t address = 0;
        bool is_selected = false;
        std::uint32_t baud = 0;
        instant due = never;
    };

    void refresh(std::size_t number);
    void note(line_event event) {
        if (events_.size() < max_events)
            events_.push_back(event);
    }
    void find_next_due() noexcept {
        next_due_ = never;
        for (const auto& each : stations_)
            next_due_ = std::min(next_due_, each.due);
    }

    /// Lets the slaves do what they have to until `now`, in the order of time.
    void run_slaves(instant now);
    void hear(const frame_view& frame, instant now);
    [[nodiscard]] bool concerns(const station& which, primary_address a, bool is_selection) const noexcept;
    void answer(std::size_t number, bytes_view octets, instant start);
    [[nodiscard]] std::vector<std::uint8_t> answer_of_another(std::size_t number,
                                                              std::vector<std::uint8_t> own);

    line_options options_;
    line_random random_;
    std::vector<slave> slaves_;
    std::vector<station> stations_;
    instant next_due_ = never;
    decoder decoder_; // of what the master sends
    instant sent_until_{session_clock::duration{std::numeric_limits<std::int64_t>::min() / 4}};
    line_signal signal_; // what the slaves send
    line_fault fault_ = line_fault::none;
    std::vector<std::uint8_t> heard_;
    std::vector<std::uint8_t> given_;
    std::vector<line_event> events_;
    std::size_t next_event_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t answers_ = 0;
};

inline void simulated_line::refresh(std::size_t number) {
    auto& from = slaves_[number];
    while (const auto event = from.poll_event())
        note({number, *event, line_fault::none});
    stations_[number] = {from.address().raw(), from.is_selected(), from.baud(),
                         from.poll_timeout().value_or(never)};
}

inline void simulated_line::run_slaves(instant now) {
    while (next_due_ <= now) {
        const auto time = next_due_;
        for (std::size_t i = 0; i < stations_.size(); ++i) {
            if (stations_[i].due != time)
                continue;
            slaves_[i].handle_timeout(time);
            while (const auto octets = slaves_[i].poll_transmit())
                answer(i, *octets, time);
            refresh(i);
        }
        find_next_due();
    }
}

inline bool simulated_line::concerns(const station& which, primary_address a,
                                     bool is_selection) const noexcept {
    if (which.baud != options_.baud && !options_.follows_slaves)
        return false; // noise to it
    switch (a.kind()) {
    case address_kind::test:
    case address_kind::broadcast: return true;
    case address_kind::selected: return which.is_selected || is_selection;
    default: return which.address == a.raw();
    }
}

inline void simulated_line::hear(const frame_view& frame, instant now) {
    run_slaves(now);
    const auto a = address(frame);
    if (!a)
        return;
    ++requests_;
    fault_ = options_.faults.next();
    if (fault_ != line_fault::none)
        note({0, {}, fault_});
    if (fault_ == line_fault::request_lost)
        return;
    if (fault_ == line_fault::echo) {
        const auto octets = wire(frame);
        signal_.add({now, options_.baud, {octets.begin(), octets.end()}});
    }
    const auto carrier = as_long_frame(frame);
    const auto is_selection =
        carrier && (carrier->ci() == detail::select_ci || carrier->ci() == detail::select_msb_first_ci);
    for (std::size_t i = 0; i < stations_.size(); ++i) {
        if (!concerns(stations_[i], *a, is_selection))
            continue;
        slaves_[i].handle_frame(frame, now);
        refresh(i);
    }
    find_next_due();
}

inline void simulated_line::answer(std::size_t number, bytes_view octets, instant start) {
    ++answers_;
    const auto baud = options_.follows_slaves ? options_.baud : slaves_[number].baud();
    if (options_.spreads_answers)
        start += bit_time(static_cast<std::int64_t>(number * 97 % 251), 16 * baud); // neighbours far apart
    line_burst burst{start, baud, {octets.begin(), octets.end()}};
    if (fault_ == line_fault::other_meter)
        burst.octets = answer_of_another(number, std::move(burst.octets));
    damage(burst.octets, fault_, random_);
    const auto size = burst.octets.size();
    switch (fault_) {
    case line_fault::silence: return;
    case line_fault::late: burst.start += options_.lateness; break;
    case line_fault::echo: burst.start = std::max(burst.start, signal_.busy_until()); break;
    case line_fault::duplicate: {
        signal_.add({burst.end() + bit_time(character_bits, baud), baud, burst.octets});
        break;
    }
    case line_fault::collision: {
        line_burst other{start + bit_time(11, 2 * baud), baud, {}};
        for (std::size_t i = 0; i < size; ++i)
            other.octets.push_back(random_.octet());
        signal_.add(std::move(other));
        break;
    }
    case line_fault::pause: {
        const auto cut = static_cast<std::ptrdiff_t>(random_.below(size));
        line_burst rest{start + character_time(static_cast<std::size_t>(cut), baud) + options_.lateness,
                        baud,
                        {burst.octets.begin() + cut, burst.octets.end()}};
        burst.octets.resize(static_cast<std::size_t>(cut));
        signal_.add(std::move(rest));
        break;
    }
    default: break;
    }
    signal_.add(std::move(burst));
}

inline std::vector<std::uint8_t> simulated_line::answer_of_another(std::size_t number,
                                                                   std::vector<std::uint8_t> own) {
    if (own.size() < 7)
        return own;
    if (slaves_.size() > 1) {
        auto other = slaves_[(number + 1) % slaves_.size()].meter(); // a copy: the meter itself is not asked
        return to_bytes(other.class_2_data());
    }
    own[5] = static_cast<std::uint8_t>((own[5] + 1) % 251);
    if (own.size() > 9)
        own[7] = static_cast<std::uint8_t>(own[7] ^ 1U);
    detail::mend_checksum(own);
    return own;
}

} // namespace meterlink::mbus
