#pragma once

/// Requests that wait for the line.

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/mbus/request.hpp>

namespace meterlink::mbus {

/// A request with its name.
struct queued_request {
    request_id id = request_id::none;
    mbus::request request;
};

/// One queue for all who want the line: by priority, and within one in the order of submission. Allocates
/// when it grows beyond what it has ever held.
class request_queue {
public:
    void push(request_id id, const request& what) { waiting_.push_back({id, what}); }

    /// Takes the request that is next.
    [[nodiscard]] std::optional<queued_request> pop() {
        std::size_t best = 0;
        for (std::size_t i = 1; i < waiting_.size(); ++i)
            if (is_before(waiting_[i], waiting_[best]))
                best = i;
        return take(best);
    }

    /// Takes the request `id` out; false when it does not wait.
    bool remove(request_id id) {
        for (std::size_t i = 0; i < waiting_.size(); ++i)
            if (waiting_[i].id == id)
                return take(i).has_value();
        return false;
    }

    [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

private:
    [[nodiscard]] static bool is_before(const queued_request& a, const queued_request& b) noexcept {
        const auto rank = [](const queued_request& entry) { return entry.request.options().priority; };
        return rank(a) != rank(b) ? rank(a) > rank(b) : a.id < b.id;
    }

    /// The order in the vector means nothing, so the last one fills the hole.
    [[nodiscard]] std::optional<queued_request> take(std::size_t at) {
        if (at >= waiting_.size())
            return std::nullopt;
        std::optional<queued_request> out{std::move(waiting_[at])};
        if (at + 1 != waiting_.size())
            waiting_[at] = std::move(waiting_.back());
        waiting_.pop_back();
        return out;
    }

    std::vector<queued_request> waiting_;
};

} // namespace meterlink::mbus
