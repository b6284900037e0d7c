#pragma once

/// Commands to a receiver, one after the other, each repeated until it is answered.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>

namespace meterlink::wmbus {

/// How patient a session is with its receiver.
struct command_patience {
    session_clock::duration answer_timeout = std::chrono::seconds{1};
    unsigned attempts = 3; ///< How often a command is sent at most; 0 counts as 1.
};

/// The commands that wait. The foremost has been sent, or is about to be, and waits for its answer.
class command_queue {
public:
    /// Octets of the longest command.
    static constexpr std::size_t max_size = 272;
    /// Commands that can wait.
    static constexpr std::size_t capacity = 8;

    /// A command as it travels, and the number of the message that answers it.
    struct command {
        receiver_command what = receiver_command::ping;
        std::uint16_t answer = 0;
        bounded_bytes<max_size> wire;
        /// Of `set_mode`: what the receiver listens to once it has obeyed; none where that is several.
        std::optional<wmbus::mode> mode{};
    };

    /// What an answer was waited for.
    struct answered {
        receiver_command what = receiver_command::ping;
        std::optional<wmbus::mode> mode{}; ///< As in `command`.

        [[nodiscard]] friend constexpr bool operator==(const answered&, const answered&) noexcept = default;
    };

    explicit constexpr command_queue(command_patience patience = {}) noexcept : patience_{patience} {}

    /// Adds a command; `errc::buffer_too_small` when eight are waiting.
    constexpr result<void> push(const command& added, instant now) noexcept {
        if (count_ == capacity)
            return fail(errc::buffer_too_small, layer::wmbus, capacity);
        commands_[(first_ + count_) % capacity] = added;
        if (++count_ == 1)
            begin(now);
        return {};
    }

    /// What is to be sent; good until the queue is used again.
    [[nodiscard]] constexpr std::optional<bytes_view> poll_transmit() noexcept {
        if (!to_send_)
            return std::nullopt;
        to_send_ = false;
        ++attempts_;
        return commands_[first_].wire.view();
    }

    /// The command that a message of this number answers, which is then done; none when none waits for it.
    constexpr std::optional<answered> take_answer(std::uint16_t code, instant now) noexcept {
        if (count_ == 0 || attempts_ == 0 || commands_[first_].answer != code)
            return std::nullopt;
        const answered out{commands_[first_].what, commands_[first_].mode};
        drop(now);
        return out;
    }

    /// When the answer is overdue.
    [[nodiscard]] constexpr std::optional<instant> poll_timeout() const noexcept {
        if (count_ == 0)
            return std::nullopt;
        return deadline_;
    }

    /// Repeats a command whose answer is overdue; the last time gives it up and says so.
    constexpr std::optional<receiver_silent> handle_timeout(instant now) noexcept {
        if (count_ == 0 || now < deadline_)
            return std::nullopt;
        if (to_send_ || attempts_ < patience_.attempts) { // what nobody has sent yet can have no answer
            to_send_ = true;
            deadline_ = now + patience_.answer_timeout;
            return std::nullopt;
        }
        const receiver_silent given_up{commands_[first_].what, attempts_};
        drop(now);
        return given_up;
    }

private:
    constexpr void begin(instant now) noexcept {
        to_send_ = true;
        attempts_ = 0;
        deadline_ = now + patience_.answer_timeout;
    }

    constexpr void drop(instant now) noexcept {
        first_ = (first_ + 1) % capacity;
        --count_;
        to_send_ = false;
        if (count_ > 0)
            begin(now);
    }

    std::array<command, capacity> commands_{};
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    bool to_send_ = false;
    unsigned attempts_ = 0;
    command_patience patience_;
    instant deadline_{};
};

} // namespace meterlink::wmbus
