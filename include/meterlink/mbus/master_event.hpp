#pragma once

/// What a master tells its owner.

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/request.hpp>

namespace meterlink::mbus {

/// The octets of a telegram, kept; a `bytes_view` is made from it.
using kept_telegram = bounded_bytes<max_frame_size>;

/// Telegrams in the order in which they came, each an intact frame whose message has been parsed once, in
/// the memory of the master: good until the master handles input or a timeout again.
using telegram_list = std::span<const kept_telegram>;

/// A readout.
struct reading {
    telegram_list telegrams; ///< One at least.
    bool is_complete = true; ///< False: the slave has announced more, but the limit was reached.
    /// True: noise, or further answers, came with it. Perhaps more than one slave has answered.
    bool was_disturbed = false;
};

/// The slave has said E5.
struct acknowledged {};

/// Nobody answers to this request, and it has been sent.
struct sent {};

/// The slave reports an alarm (EN 13757-3:2018, CI 71).
struct alarm_report {
    bytes_view telegram; ///< The frame; good for as long as a `telegram_list`.
};

/// Silence, after all attempts.
struct no_answer {
    std::size_t attempts = 0;
    telegram_list telegrams{}; ///< What had been read of a longer readout.
    bool was_selected = false; ///< A selection was acknowledged before.
};

/// Octets that make no frame: several slaves at once, or a bad line.
struct collision {
    std::size_t attempts = 0;
    error why{};               ///< What was wrong with the last attempt's first piece.
    bytes_view octets{};       ///< Of the last attempt, the first 261.
    telegram_list telegrams{}; ///< What had been read of a longer readout.
    bool was_selected = false; ///< A selection was acknowledged before.
};

/// An answer that is none to the question: broken off, from somebody else (`errc::answer_from_another`), of
/// another kind (`errc::answer_unexpected`), with a malformed header (the errors of `telegram_view::from`),
/// or `errc::baud_rate_not_followed`.
struct bad_answer {
    std::size_t attempts = 0;
    error why{};
    bytes_view octets{};       ///< Of the last attempt, the first 261.
    telegram_list telegrams{}; ///< What had been read of a longer readout.
    bool was_selected = false; ///< A selection was acknowledged before.
};

/// The slave refuses (EN 13757-3:2018, CI 70).
struct application_refusal {
    apl::application_error error{};
    bytes_view telegram; ///< The frame; good for as long as a `telegram_list`.
};

/// The owner has cancelled.
struct cancelled {};

/// The meter was not asked, because that would be too early.
struct deferred {
    instant until{};
};

/// The line has to work at this bit rate from now on. What was sent before has left the line, and nothing is
/// sent before this event can be had. Belongs to the request that needs it, and does not end it.
struct baud_rate_changed {
    std::uint32_t baud = 0;
};

/// Octets that nobody waited for. Belongs to no request.
struct line_noise {
    std::size_t count = 0;
};

/// Any of them.
using master_outcome =
    std::variant<reading, acknowledged, sent, alarm_report, no_answer, collision, bad_answer,
                 application_refusal, cancelled, deferred, baud_rate_changed, line_noise>;

/// What has happened, and to which request. Every request ends with exactly one event that `is_final`.
struct master_event {
    request_id id = request_id::none;
    master_outcome outcome;

    /// Whether the request has ended with it.
    [[nodiscard]] constexpr bool is_final() const noexcept {
        return !std::holds_alternative<baud_rate_changed>(outcome) &&
               !std::holds_alternative<line_noise>(outcome);
    }
    /// The outcome as a `T`; null when it is another.
    template <class T>
    [[nodiscard]] constexpr const T* as() const noexcept {
        return std::get_if<T>(&outcome);
    }
};

} // namespace meterlink::mbus
