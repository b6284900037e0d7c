#pragma once

/// Puts together the messages that the authentication and fragmentation layer cut to pieces.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// A message that is whole: its layer, with the MAC of whichever fragment had it, and its octets from the CI
/// field on. Borrowed until the next call of the collector that made it.
struct assembled_message {
    afl_view layer{};
    bytes_view octets{};
};

/// How much a `fragment_collector` remembers.
struct fragment_limits {
    std::size_t senders = 64;
    std::size_t message_octets = 16384;                         ///< Of one message.
    session_clock::duration timeout = std::chrono::seconds{30}; ///< Between two fragments of one message.
};

/// Collects the fragments of each sender (EN 13757-7:2018, clause 6). Allocates where fragments come;
/// messages in one piece pass through.
class fragment_collector {
public:
    explicit fragment_collector(const fragment_limits& limits = {}) : limits_{limits} {}

    /// Takes what `sender` sent at `now`. Returns the message when it is whole, nothing while more fragments
    /// are to come; a fragment heard twice counts once. Errors: `fragment_unexpected`, with the number that
    /// was expected, or for one that speaks of another counter, key or length than the first; and
    /// `message_length` for a message that is longer than the limit or not as long as ML says. The sender's
    /// message is dropped then.
    [[nodiscard]] result<std::optional<assembled_message>> add(const meter_address& sender,
                                                               const afl_view& fragment, instant now);

    /// Forgets messages whose next fragment did not come in time; `add` does so by itself. Returns how many.
    std::size_t expire(instant now) {
        return std::erase_if(partials_,
                             [&](const partial& one) { return now - one.heard > limits_.timeout; });
    }

    /// Senders of whom there are fragments, and no whole message.
    [[nodiscard]] std::size_t size() const noexcept { return partials_.size(); }

private:
    struct partial {
        meter_address sender{};
        afl layer{};
        std::uint8_t last = 0; // number of the latest fragment
        instant heard{};
        std::vector<std::uint8_t> octets;
    };

    using outcome = result<std::optional<assembled_message>>;

    [[nodiscard]] static bool has_announced_length(const afl_fields& layer, std::size_t octets) noexcept {
        return !layer.message_length || *layer.message_length == octets;
    }
    [[nodiscard]] static auto wrong_length(const afl_fields& layer, std::size_t octets) noexcept {
        return fail(errc::message_length, layer::tpl, 0, layer.message_length ? *layer.message_length : -1,
                    static_cast<std::int32_t>(octets));
    }

    /// Whether what a later fragment repeats is what the first one said.
    [[nodiscard]] static bool continues(const afl_fields& first, const afl_fields& later) noexcept {
        return (!later.control || later.control == first.control) && (!later.key || later.key == first.key) &&
               (!later.counter || later.counter == first.counter) &&
               (!later.message_length || later.message_length == first.message_length);
    }

    std::vector<partial>::iterator begin(const meter_address& sender);
    outcome finish(std::vector<partial>::iterator it);

    fragment_limits limits_;
    std::vector<partial> partials_;
    partial whole_{}; // the message that was returned last
};

/// A place for a new message of `sender`: what it had before is dropped, and if need be what was not heard of
/// for longest.
inline std::vector<fragment_collector::partial>::iterator
fragment_collector::begin(const meter_address& sender) {
    const auto of_sender = [&](const partial& one) { return one.sender == sender; };
    auto it = std::find_if(partials_.begin(), partials_.end(), of_sender);
    if (it == partials_.end() && partials_.size() >= std::max<std::size_t>(limits_.senders, 1))
        it = std::min_element(partials_.begin(), partials_.end(),
                              [](const partial& a, const partial& b) { return a.heard < b.heard; });
    if (it == partials_.end())
        it = partials_.insert(it, partial{});
    *it = partial{};
    it->sender = sender;
    return it;
}

inline fragment_collector::outcome fragment_collector::finish(std::vector<partial>::iterator it) {
    whole_ = std::move(*it);
    partials_.erase(it);
    whole_.layer.fragment_id = 0;
    whole_.layer.more_fragments = false;
    if (!has_announced_length(whole_.layer, whole_.octets.size()))
        return wrong_length(whole_.layer, whole_.octets.size());
    return assembled_message{afl_view{whole_.layer, whole_.layer.mac.view()}, whole_.octets};
}

inline fragment_collector::outcome fragment_collector::add(const meter_address& sender,
                                                           const afl_view& fragment, instant now) {
    expire(now);
    const auto content = fragment.content();
    if (!fragment.is_fragment()) {
        if (!has_announced_length(fragment, content.size()))
            return wrong_length(fragment, content.size());
        return assembled_message{fragment, content};
    }
    auto it = std::find_if(partials_.begin(), partials_.end(),
                           [&](const partial& one) { return one.sender == sender; });
    if (fragment.fragment_id == 1) {
        it = begin(sender);
        it->layer = afl::from(fragment);
    } else if (it == partials_.end()) {
        return fail(errc::fragment_unexpected, layer::tpl, 0, 1, fragment.fragment_id);
    } else if (fragment.fragment_id == it->last) {
        return std::optional<assembled_message>{};
    } else if (fragment.fragment_id != it->last + 1) {
        const auto expected = it->last + 1;
        partials_.erase(it);
        return fail(errc::fragment_unexpected, layer::tpl, 0, expected, fragment.fragment_id);
    } else if (!continues(it->layer, fragment)) {
        partials_.erase(it);
        return fail(errc::fragment_unexpected, layer::tpl, 0);
    } else if (it->layer.mac.empty()) {
        it->layer.mac.append(fragment.mac());
    }
    if (content.size() > limits_.message_octets - it->octets.size()) {
        const auto total = it->octets.size() + content.size();
        partials_.erase(it);
        return fail(errc::message_length, layer::tpl, 0, static_cast<std::int32_t>(limits_.message_octets),
                    static_cast<std::int32_t>(total));
    }
    it->octets.insert(it->octets.end(), content.begin(), content.end());
    it->last = fragment.fragment_id;
    it->heard = now;
    if (fragment.more_fragments)
        return std::optional<assembled_message>{};
    return finish(it);
}

} // namespace meterlink::tpl
