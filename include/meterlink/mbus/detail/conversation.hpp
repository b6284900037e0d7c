#pragma once

/// The steps in which a master carries out one request.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/command.hpp>
#include <meterlink/mbus/expected_answer.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/frame_count.hpp>
#include <meterlink/mbus/request_queue.hpp>

namespace meterlink::mbus::detail {

/// What a master says to carry out a request, in this order; most requests need few of them.
enum class conversation_step : std::uint8_t {
    initialise,        ///< SND_NKE; silence does not matter.
    select,            ///< Selection.
    application_reset, ///< Before a readout.
    act,               ///< The request itself.
    verify_new_rate,   ///< Whether the slave answers at the rate it was sent to.
    verify_old_rate,   ///< Whether it does at the one it came from.
    deselect,          ///< SND_NKE to 253, after the outcome is known.
};

/// A request that has the line, and how far it is.
struct conversation {
    queued_request asked;
    conversation_step step = conversation_step::act;
    std::size_t attempts = 0; ///< Of this step.
    /// When the first attempt of this step that stayed silent had been sent.
    std::optional<instant> silent_since{};
    std::size_t telegrams = 0;
    std::uint32_t old_baud = 0; ///< Where a change of the bit rate began.
    bool is_selected = false;
    bool has_asked = false; ///< Something of it is on the line, or was.
    bool was_disturbed = false;
    bool is_over = false; ///< Its outcome has been told; what it still does concerns nobody.

    [[nodiscard]] const mbus::request& request() const noexcept { return asked.request; }
    [[nodiscard]] primary_address address() const noexcept { return request().to().address(); }

    /// The first step. Raw frames, selections and resets are sent for themselves; where the frame count bit
    /// is not known, a reset goes first. A selection resets as well.
    [[nodiscard]] conversation_step first_step(const frame_count& counts) const noexcept {
        const auto when = request().options().initialisation;
        const auto kind = request().kind();
        const bool is_bare_selected = address() == primary_address::selected && !request().to().selection();
        const bool can_be_reset = kind != request_kind::raw && kind != request_kind::normalise &&
                                  request().to().is_answered() && !is_bare_selected;
        const bool is_needed = !request().to().selection() && !counts.is_known(address());
        if (can_be_reset &&
            (when == initialisation::always || (when == initialisation::automatic && is_needed)))
            return conversation_step::initialise;
        return after(conversation_step::initialise);
    }

    /// The step that comes behind `done`, one of the first three.
    [[nodiscard]] conversation_step after(conversation_step done) const noexcept {
        const auto kind = request().kind();
        if (done == conversation_step::initialise && request().to().selection())
            return kind == request_kind::select ? conversation_step::act : conversation_step::select;
        if (done != conversation_step::application_reset && kind == request_kind::read &&
            request().options().application_reset)
            return conversation_step::application_reset;
        return conversation_step::act;
    }

    /// Whether the slave is selected by this step.
    [[nodiscard]] bool selects() const noexcept {
        if (step == conversation_step::act)
            return request().kind() == request_kind::select;
        return step == conversation_step::select || (is_verification() && request().to().selection());
    }
    [[nodiscard]] bool is_verification() const noexcept {
        return step == conversation_step::verify_new_rate || step == conversation_step::verify_old_rate;
    }

    /// How often this step is tried.
    [[nodiscard]] std::size_t attempts_allowed(const timing_profile& timing) const noexcept {
        const bool is_act = step == conversation_step::act;
        if (step == conversation_step::initialise || step == conversation_step::deselect ||
            (is_act && request().kind() == request_kind::raw))
            return 1;
        return 1U + (selects() ? timing.select_retries : timing.readout_retries);
    }

    /// Which memory of the slave this step counts in; none where nothing is counted.
    [[nodiscard]] std::optional<frame_counter> counter() const noexcept {
        if (step == conversation_step::application_reset)
            return frame_counter::user_data;
        if (step != conversation_step::act)
            return std::nullopt;
        switch (request().kind()) {
        case request_kind::read:
        case request_kind::send:
        case request_kind::set_baud_rate: return frame_counter::user_data;
        case request_kind::poll_alarm: return frame_counter::alarm;
        default: return std::nullopt;
        }
    }

    /// Whose answer this step waits for.
    [[nodiscard]] answer_kind answer() const noexcept {
        if (!request().to().is_answered())
            return answer_kind::none;
        if (step != conversation_step::act)
            return answer_kind::acknowledgement;
        switch (request().kind()) {
        case request_kind::read: return answer_kind::response;
        case request_kind::poll_alarm: return answer_kind::alarm;
        case request_kind::raw:
            if (request().answer() == raw_answer::nothing)
                return answer_kind::none;
            return request().answer() == raw_answer::response ? answer_kind::response
                                                              : answer_kind::acknowledgement;
        default: return answer_kind::acknowledgement;
        }
    }

    /// Writes the frame of this step, and returns its octets in `out`.
    [[nodiscard]] bytes_view emit(const frame_count& counts,
                                  std::array<std::uint8_t, max_frame_size>& out) const noexcept {
        const auto written = emit_frame(counts, out);
        return bytes_view{out}.first(written.value_or(0));
    }

private:
    [[nodiscard]] result<std::size_t>
    emit_frame(const frame_count& counts, std::array<std::uint8_t, max_frame_size>& out) const noexcept {
        const bool fcb = counter() && counts.next(address(), *counter());
        if (selects())
            return command::select(*request().to().selection()).emit(out);
        if (step == conversation_step::application_reset)
            return command::application_reset(address(), *request().options().application_reset)
                .with_c(c_field::snd_ud(fcb))
                .emit(out);
        if (step != conversation_step::act)
            return command::snd_nke(address()).emit(out);
        switch (request().kind()) {
        case request_kind::read: return command::req_ud2(address(), fcb).emit(out);
        case request_kind::poll_alarm: return command::req_ud1(address(), fcb).emit(out);
        case request_kind::raw: return writer{out}.bytes(request().frame()).finish();
        case request_kind::send:
        case request_kind::set_baud_rate:
            return long_frame_view::parse(request().frame()).and_then([&](const long_frame_view& frame) {
                return long_frame::from(frame).with_c(c_field::snd_ud(fcb)).emit(out);
            });
        default: return command::snd_nke(address()).emit(out);
        }
    }
};

} // namespace meterlink::mbus::detail
