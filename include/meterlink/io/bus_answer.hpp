#pragma once

/// How a request to a wired bus has ended, kept: nothing in it is borrowed.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/master_event.hpp>

namespace meterlink::io {

/// The final events of a `mbus::master`, and that there was no line to send a request on.
enum class bus_ending : std::uint8_t {
    reading,
    acknowledged,
    sent,
    alarm,
    no_answer,
    collision,
    bad_answer,
    refused, ///< The slave reports an application error.
    cancelled,
    deferred,
    no_line,   ///< The line could not be opened; nothing was sent.
    line_lost, ///< The line was lost, and is not opened again.
};

/// `"no answer"`.
[[nodiscard]] constexpr std::string_view name(bus_ending how) noexcept {
    switch (how) {
    case bus_ending::reading: return "reading";
    case bus_ending::acknowledged: return "acknowledged";
    case bus_ending::sent: return "sent";
    case bus_ending::alarm: return "alarm";
    case bus_ending::no_answer: return "no answer";
    case bus_ending::collision: return "collision";
    case bus_ending::bad_answer: return "bad answer";
    case bus_ending::refused: return "refused";
    case bus_ending::cancelled: return "cancelled";
    case bus_ending::deferred: return "deferred";
    case bus_ending::line_lost: return "line lost";
    case bus_ending::no_line: break;
    }
    return "no line";
}

/// Outcome of a request. Members that do not belong to its ending have their defaults.
struct bus_answer {
    using octets_type = std::vector<std::uint8_t>;

    bus_ending how = bus_ending::no_line;
    /// The frames that came: of a reading, also of one that broke off; of an alarm; of a refusal.
    std::vector<octets_type> telegrams;
    bool is_complete = true;        ///< Of a reading; false: more was announced than the limit allows.
    bool was_disturbed = false;     ///< Of a reading; noise came with it.
    bool was_selected = false;      ///< Of a failure; the selection before it was acknowledged.
    std::size_t attempts = 0;       ///< Of a failure.
    error why = no_error;           ///< Of a collision or bad answer.
    octets_type octets;             ///< Of a collision or bad answer, what was heard.
    apl::application_error refusal; ///< With `refused`.
    instant until{};                ///< With `deferred`, when the meter may be asked.
    std::error_code line_error;     ///< With `no_line` and `line_lost`.

    /// Whether the request did what it was for.
    [[nodiscard]] explicit operator bool() const noexcept { return how <= bus_ending::alarm; }

    /// Keeps a final outcome of a master.
    [[nodiscard]] static bus_answer from(const mbus::master_outcome& outcome) {
        return std::visit([](const auto& it) { return of(it); }, outcome);
    }

private:
    [[nodiscard]] static bus_answer ended(bus_ending how) {
        bus_answer out;
        out.how = how;
        return out;
    }

    void keep(mbus::telegram_list came) {
        for (const auto& telegram : came)
            keep(telegram.view());
    }
    void keep(bytes_view frame) { telegrams.emplace_back(frame.begin(), frame.end()); }

    template <class Outcome>
    [[nodiscard]] static bus_answer of(const Outcome& it) {
        if constexpr (std::is_same_v<Outcome, mbus::reading>) {
            auto out = ended(bus_ending::reading);
            out.keep(it.telegrams);
            out.is_complete = it.is_complete;
            out.was_disturbed = it.was_disturbed;
            return out;
        } else if constexpr (std::is_same_v<Outcome, mbus::acknowledged>) {
            return ended(bus_ending::acknowledged);
        } else if constexpr (std::is_same_v<Outcome, mbus::sent>) {
            return ended(bus_ending::sent);
        } else if constexpr (std::is_same_v<Outcome, mbus::alarm_report>) {
            auto out = ended(bus_ending::alarm);
            out.keep(it.telegram);
            return out;
        } else if constexpr (std::is_same_v<Outcome, mbus::application_refusal>) {
            auto out = ended(bus_ending::refused);
            out.refusal = it.error;
            out.keep(it.telegram);
            return out;
        } else if constexpr (std::is_same_v<Outcome, mbus::deferred>) {
            auto out = ended(bus_ending::deferred);
            out.until = it.until;
            return out;
        } else if constexpr (requires { it.was_selected; }) {
            return failure(it);
        } else {
            return ended(bus_ending::cancelled);
        }
    }

    template <class Failure>
    [[nodiscard]] static bus_answer failure(const Failure& it) {
        auto out = ended(std::is_same_v<Failure, mbus::no_answer>   ? bus_ending::no_answer
                         : std::is_same_v<Failure, mbus::collision> ? bus_ending::collision
                                                                    : bus_ending::bad_answer);
        out.attempts = it.attempts;
        out.was_selected = it.was_selected;
        out.keep(it.telegrams);
        if constexpr (requires { it.octets; }) {
            out.why = it.why;
            out.octets.assign(it.octets.begin(), it.octets.end());
        }
        return out;
    }
};

} // namespace meterlink::io
