#pragma once

/// What must hold of whatever a decoder makes of any octets.

#include <algorithm>
#include <cstddef>
#include <string>

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/wmbus/telegram.hpp>

#include "corpus/reading.hpp"

namespace meterlink::test {

namespace detail {

/// Octets that records, errors, fillers and the trailer leave out; reads every value on the way.
inline bool is_read_whole(const apl::record_range& records) {
    std::size_t at = 0;
    bool good = true;
    const auto size = records.octets().size();
    auto it = records.begin();
    for (; it != records.end(); ++it) {
        for (; at < it.offset(); ++at)
            good = good && records.octets()[at] == 0x2F;
        if (*it) {
            const auto& record = **it;
            good = good && record.wire().data() == records.octets().data() + at;
            good = good && text_of(record.value()).size() <= 4 * size + 64;
            if (const auto profile = apl::compact_profile::parse(record, records))
                profile->for_each([&](const apl::profile_point& point) { good = good && point.storage > 0; });
            at += record.wire().size();
            continue;
        }
        good = good && it->error().offset >= at && it->error().offset <= size;
        auto next = it;
        ++next;
        const auto end = next == records.end() ? next.trailer().offset : next.offset();
        good = good && end > at;
        at = end;
    }
    for (; at < it.trailer().offset; ++at)
        good = good && records.octets()[at] == 0x2F;
    at += it.trailer().manufacturer_data.size() + (at < size ? 1 : 0);
    return good && (at == size || it.trailer().is_global_readout);
}

/// A message that could not be opened gives nothing but what was sent in the clear behind the ciphertext.
inline bool keeps_closed(const wmbus::telegram_view& telegram) {
    using tpl::security_state;
    const auto is_open = [](security_state state) {
        return state == security_state::plain || state == security_state::decrypted;
    };
    if (!is_open(telegram.ell_security))
        return !telegram.message;
    if (!telegram.message || telegram.is_reassembled || is_open(telegram.message->security().state))
        return true;
    const auto octets = telegram.message->application_octets();
    const auto at = telegram.message_offset + telegram.message->application_offset();
    if (telegram.message->is_expanded() || at + octets.size() > telegram.opened.size())
        return false;
    return std::ranges::equal(octets, telegram.opened.subspan(at, octets.size())) &&
           !telegram.message->security().is_authenticated;
}

} // namespace detail

/// What is wrong with what a decoder made of `input`; empty where nothing is.
inline std::string fault_of(const wmbus::telegram_view& telegram, bytes_view input) {
    for (const auto& problem : telegram.problems) {
        if (problem.code == errc::none)
            return "a problem without a code";
        if (!telegram.is_reassembled && problem.offset > std::max(input.size(), telegram.wire.size()))
            return "a problem behind the end: " + to_string(problem);
    }
    if (!telegram.link && telegram.problems.empty())
        return "neither a sender nor a problem";
    if (telegram.wire.size() > input.size() || telegram.opened.size() != telegram.wire.size())
        return "more octets than were given";
    if (!detail::keeps_closed(telegram))
        return "values of a closed message";
    if (!detail::is_read_whole(telegram.records()))
        return "octets that no record accounts for";
    return {};
}

} // namespace meterlink::test
