#pragma once

/// The requests of a client, from submission until their event has been taken.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>

#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/request_options.hpp>

namespace meterlink::modbus::detail {

/// Where a request stands.
enum class transaction_state : std::uint8_t {
    unused,
    queued,
    pausing, ///< Has the line, and waits until that is free for an attempt.
    unsent,  ///< The attempt counts, but the octets have not been fetched.
    sent,
    ended, ///< Its event waits, and lends its PDUs.
};

/// A request, and what has become of it.
struct transaction {
    request_id id = request_id::none;
    unit_id unit = 0;
    transaction_state state = transaction_state::unused;
    bool is_broadcast = false;
    bool is_probe = false;    ///< Finds out whether a degraded unit is back.
    bool is_over = false;     ///< Its event has been told; its reply is waited for and dropped.
    bool is_bad = false;      ///< Something came that is no reply: `why`.
    std::uint16_t number = 0; ///< Transaction identifier of the attempt on TCP.
    std::uint32_t attempts = 0;
    std::uint32_t next = 0; ///< Neighbours in the queue.
    std::uint32_t previous = 0;
    request_options how{};
    std::uint64_t inputs_before = 0; ///< How often something had come when the attempt began.
    instant sent{};                  ///< When the last one had.
    instant deadline{};
    error why{};
    pdu request;
    pdu response;
};

/// All transactions, each at its place for as long as it lives, and the queue of those that wait: by
/// priority, and within one in the order of submission. Allocates when more live at once than ever before.
class transaction_pool {
public:
    using index = std::uint32_t;
    static constexpr index nobody = std::numeric_limits<index>::max();

    [[nodiscard]] transaction& operator[](index at) noexcept { return all_[at]; }
    [[nodiscard]] const transaction& operator[](index at) const noexcept { return all_[at]; }

    /// A transaction with nothing in it but its PDUs, which are yet to be written.
    [[nodiscard]] index acquire() {
        auto at = first_unused_;
        if (at == nobody) {
            at = static_cast<index>(all_.size());
            all_.emplace_back();
            return at;
        }
        auto& slot = all_[at];
        first_unused_ = slot.next;
        slot.is_broadcast = slot.is_probe = slot.is_over = slot.is_bad = false;
        slot.attempts = 0;
        return at;
    }

    void release(index at) noexcept {
        all_[at].state = transaction_state::unused;
        all_[at].next = first_unused_;
        first_unused_ = at;
    }

    /// Puts `at` behind all of its priority.
    void enqueue(index at) noexcept {
        auto& slot = all_[at];
        auto& ends = queues_[rank(slot)];
        slot.state = transaction_state::queued;
        slot.next = nobody;
        slot.previous = ends.last;
        (ends.last == nobody ? ends.first : all_[ends.last].next) = at;
        ends.last = at;
        ++queued_;
    }

    void dequeue(index at) noexcept {
        const auto& slot = all_[at];
        auto& ends = queues_[rank(slot)];
        (slot.previous == nobody ? ends.first : all_[slot.previous].next) = slot.next;
        (slot.next == nobody ? ends.last : all_[slot.next].previous) = slot.previous;
        --queued_;
    }

    /// The one that is next; `nobody` when none waits.
    [[nodiscard]] index first() const noexcept { return first_below(queues_.size()); }
    /// The one behind `at`.
    [[nodiscard]] index after(index at) const noexcept {
        const auto& slot = all_[at];
        return slot.next != nobody ? slot.next : first_below(rank(slot));
    }
    [[nodiscard]] std::size_t queued() const noexcept { return queued_; }

    /// The one named `id` that has not ended.
    [[nodiscard]] index find(request_id id) const noexcept {
        for (index at = 0; at < all_.size(); ++at)
            if (all_[at].id == id && all_[at].state != transaction_state::unused &&
                all_[at].state != transaction_state::ended && !all_[at].is_over)
                return at;
        return nobody;
    }

private:
    struct queue_ends {
        index first = nobody;
        index last = nobody;
    };

    [[nodiscard]] static std::size_t rank(const transaction& slot) noexcept {
        return static_cast<std::size_t>(slot.how.priority) % 3;
    }

    [[nodiscard]] index first_below(std::size_t rank) const noexcept {
        while (rank > 0)
            if (queues_[--rank].first != nobody)
                return queues_[rank].first;
        return nobody;
    }

    std::deque<transaction> all_;
    index first_unused_ = nobody;
    std::array<queue_ends, 3> queues_{};
    std::size_t queued_ = 0;
};

} // namespace meterlink::modbus::detail
