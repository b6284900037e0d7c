#pragma once

/// A meter on the wired bus: a session that answers as the standard wants it.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/ack.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/decoder.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/slave_description.hpp>
#include <meterlink/mbus/slave_event.hpp>
#include <meterlink/mbus/slave_meter.hpp>
#include <meterlink/mbus/slave_options.hpp>

namespace meterlink::mbus {

/// Slave (EN 13757-2, clause 5; EN 13757-3:2018). It hears its own address, 254, 255 in silence, and 253
/// while it is selected. Every request is answered once, and a repeated one with the same octets again;
/// broken frames, and those of other slaves, with nothing.
class slave {
public:
    using duration = session_clock::duration;

    /// Errors: those of `slave_meter::make`; `errc::value_out_of_range` for a delay or a rate that the bus
    /// does not know.
    [[nodiscard]] static result<slave> make(slave_description description, slave_options options = {}) {
        if (const auto checked = options.checked(); !checked)
            return fail(checked.error());
        auto meter = slave_meter::make(std::move(description));
        if (!meter)
            return fail(meter.error());
        return slave{std::move(*meter), options};
    }

    /// Octets that were heard at the slave's own bit rate; those of another are noise, which it needs not be
    /// given.
    void handle_input(bytes_view octets, instant now) {
        handle_timeout(now);
        decoder_.decode(octets, now, [&](const decoder_event& event) {
            if (const auto* found = std::get_if<frame_event>(&event))
                handle_frame(found->frame, now);
        });
    }

    /// An intact frame that ended at `now`: for whoever finds the frames for many slaves at once.
    void handle_frame(const frame_view& frame, instant now);

    void handle_timeout(instant now) {
        if (due_ && now >= *due_) {
            is_ready_ = true;
            sends_until_ = *due_ + bits(11 * answer_.size());
            due_.reset();
            if (wanted_baud_)
                switch_at_ = sends_until_;
        }
        if (switch_at_ && now >= *switch_at_)
            switch_baud(*switch_at_);
        if (fall_back_at_ && now >= *fall_back_at_)
            fall_back();
        decoder_.handle_timeout(now);
        while (decoder_.next()) {
            // what never became a frame
        }
    }

    /// The answer once its time has come, whole.
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        if (!std::exchange(is_ready_, false))
            return std::nullopt;
        return answer_.view();
    }

    [[nodiscard]] std::optional<instant> poll_timeout() const {
        std::optional<instant> first = decoder_.poll_timeout();
        for (const auto& each : {due_, switch_at_, fall_back_at_})
            if (each && (!first || *each < *first))
                first = each;
        return first;
    }

    [[nodiscard]] std::optional<slave_event> poll_event() { return events_.pop(); }

    [[nodiscard]] const slave_meter& meter() const noexcept { return meter_; }
    [[nodiscard]] primary_address address() const noexcept { return meter_.address(); }
    [[nodiscard]] bool is_selected() const noexcept { return is_selected_; }
    /// The bit rate at which it hears; as of the last call that told the time.
    [[nodiscard]] std::uint32_t baud() const noexcept { return options_.baud; }

    /// An alarm, flags of type D: told at the next REQ_UD1, and until then by the access demand bit.
    void raise_alarm(std::uint8_t flags) noexcept { meter_.raise_alarm(flags); }

private:
    /// What one address remembers of the request before (EN 13757-2, the frame count bit).
    struct conversation {
        bool is_open = false;
        c_field c{0};
        bounded_bytes<slave_readout::max_payload> request;
        bounded_bytes<max_frame_size> answer;

        [[nodiscard]] bool is_repeated(c_field again, bytes_view payload, bool by_bit_alone) const noexcept {
            if (!is_open || !again.fcv() || again.fcb() != c.fcb())
                return false;
            const auto before = request.view();
            return by_bit_alone || (again.service() == c.service() &&
                                    std::equal(before.begin(), before.end(), payload.begin(), payload.end()));
        }
    };

    slave(slave_meter meter, slave_options options)
        : meter_{std::move(meter)}, options_{options}, decoder_{decoder::default_timeout(options.baud)} {}

    [[nodiscard]] duration bits(std::size_t count) const noexcept {
        return std::chrono::nanoseconds{static_cast<std::int64_t>(count) * 1'000'000'000 /
                                        std::int64_t{options_.baud}};
    }

    [[nodiscard]] bool hears(primary_address a) const noexcept {
        return a == meter_.address() || a == primary_address::test || a == primary_address::broadcast ||
               (a == primary_address::selected && is_selected_);
    }

    void select(bytes_view payload, instant now);
    void execute_silently(c_field c, bytes_view payload);
    /// Writes the answer of a new request into `answer_`; false where there is none.
    [[nodiscard]] bool execute(conversation& with, c_field c, primary_address a, bytes_view payload);

    template <class Frame>
    bool put(const Frame& frame) {
        std::array<std::uint8_t, max_frame_size> wire{};
        answer_.clear();
        return answer_.append(bytes_view{wire}.first(frame.emit(wire).value_or(0)));
    }

    void answer_after(instant request_end) noexcept {
        due_ = request_end + bits(options_.answer_bits) + options_.answer_pause;
    }

    void forget_answer() noexcept {
        due_.reset();
        wanted_baud_.reset();
        is_ready_ = false;
    }

    void deselect() {
        if (std::exchange(is_selected_, false))
            events_.push(slave_event_kind::deselected);
    }

    void use_baud(std::uint32_t baud, slave_event_kind why) {
        options_.baud = baud;
        decoder_ = decoder{decoder::default_timeout(baud)};
        events_.push(why, baud);
    }

    void switch_baud(instant at) {
        switch_at_.reset();
        const auto wanted = std::exchange(wanted_baud_, std::nullopt).value_or(options_.baud);
        if (wanted == options_.baud)
            return;
        proven_baud_ = options_.baud;
        fall_back_at_ = at + options_.baud_fallback;
        use_baud(wanted, slave_event_kind::baud_rate_changed);
    }

    void fall_back() {
        fall_back_at_.reset();
        use_baud(proven_baud_, slave_event_kind::baud_rate_fallen_back);
    }

    slave_meter meter_;
    slave_options options_;
    decoder decoder_;
    conversation own_{};
    conversation selected_{};
    bool is_selected_ = false;
    bounded_bytes<max_frame_size> answer_;
    std::optional<instant> due_;
    bool is_ready_ = false;
    instant sends_until_{};
    std::optional<std::uint32_t> wanted_baud_;
    std::optional<instant> switch_at_;
    std::optional<instant> fall_back_at_;
    std::uint32_t proven_baud_ = 0;
    slave_events events_;
};

inline void slave::handle_frame(const frame_view& frame, instant now) {
    const auto c = mbus::c(frame);
    const auto a = mbus::address(frame);
    if (!c || !c->prm() || now < sends_until_)
        return;            // of another slave, or not heard because this one is sending
    fall_back_at_.reset(); // the rate is proven
    const auto carrier = as_long_frame(frame);
    const auto payload = carrier ? carrier->payload() : bytes_view{};
    const auto service = c->service();
    if (service == link_service::unknown || (service == link_service::snd_ud) != carrier.has_value())
        return;
    const auto is_selection =
        carrier && (payload[0] == detail::select_ci || payload[0] == detail::select_msb_first_ci);
    if (*a == primary_address::selected && is_selection)
        return select(payload, now);
    if (!hears(*a))
        return;
    // A master that asks anew waits no longer for what it asked before.
    forget_answer();
    if (*a == primary_address::broadcast)
        return execute_silently(*c, payload);
    auto& with = *a == primary_address::selected ? selected_ : own_;
    if (with.is_repeated(*c, payload, options_.trusts_frame_count_bit)) {
        answer_ = with.answer;
        if (carrier && baud_rate(payload[0]))
            wanted_baud_ = baud_rate(payload[0]);
        return answer_after(now);
    }
    if (!execute(with, *c, *a, payload))
        return;
    answer_after(now);
    if (!c->fcv())
        return;
    with.is_open = true;
    with.c = *c;
    with.request.clear();
    with.request.append(payload);
    with.answer = answer_;
}

inline void slave::select(bytes_view payload, instant now) {
    forget_answer();
    const auto selection = selection_view::parse(payload);
    // the obsolete order of octets (CI 56) means nobody here
    if (!options_.is_selectable || !selection || selection->order() != byte_order::least_significant_first ||
        !meter_.is_meant_by(*selection))
        return deselect();
    if (!std::exchange(is_selected_, true))
        events_.push(slave_event_kind::selected);
    selected_.is_open = false;
    meter_.rewind();
    put(ack{});
    answer_after(now);
}

inline void slave::execute_silently(c_field c, bytes_view payload) {
    if (c.service() == link_service::snd_nke)
        own_.is_open = false;
    else if (c.service() == link_service::snd_ud && !baud_rate(payload[0]))
        meter_.execute(payload, events_);
}

inline bool slave::execute(conversation& with, c_field c, primary_address a, bytes_view payload) {
    switch (c.service()) {
    case link_service::snd_nke:
        with.is_open = false;
        meter_.rewind();
        if (a == primary_address::selected)
            deselect();
        return put(ack{});
    case link_service::snd_ud:
        if (const auto baud = baud_rate(payload[0]))
            wanted_baud_ = baud;
        else
            meter_.execute(payload, events_);
        return put(ack{});
    case link_service::req_ud1:
        if (const auto alarm = meter_.class_1_data(events_))
            return put(*alarm);
        return put(ack{});
    case link_service::req_ud2: return put(meter_.class_2_data());
    default: return false;
    }
}

} // namespace meterlink::mbus
