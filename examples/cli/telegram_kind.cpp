#include "telegram_kind.hpp"

#include <algorithm>

#include <meterlink/mbus/frame.hpp>
#include <meterlink/wmbus/c_field.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/link_header.hpp>

namespace meterlink::cli {

namespace {

using wmbus::frame_format;

using wmbus::first_block_size;
using wmbus::is_first_block_intact;

/// An L field that a frame can have, and behind it a C field that the standard knows.
bool is_like_wireless(bytes_view octets) noexcept {
    return !octets.empty() && octets[0] >= wmbus::shortest_length &&
           (octets.size() < 2 || wmbus::c_field{octets[1]}.function() != wmbus::link_function::unknown);
}

result<std::size_t> announced_wireless_size(bytes_view octets, telegram_kind kind) noexcept {
    if (octets.empty())
        return fail(errc::truncated, layer::wmbus, 0);
    const auto l_field = octets[0];
    if (l_field < wmbus::shortest_length)
        return fail(errc::frame_length, layer::wmbus, 0, wmbus::shortest_length, l_field);
    const auto counted = l_field + std::size_t{1};
    if (kind == telegram_kind::wmbus_a)
        return wmbus::air_size(frame_format::a, l_field);
    if (kind == telegram_kind::wmbus_b || kind == telegram_kind::wmbus_stripped)
        return counted;
    if (octets.size() < std::min(first_block_size, counted))
        return fail(errc::truncated, layer::wmbus, octets.size());
    return is_first_block_intact(octets) ? wmbus::air_size(frame_format::a, l_field) : counted;
}

} // namespace

result<std::size_t> announced_size(bytes_view octets, telegram_kind kind) noexcept {
    constexpr std::size_t shortest_coded = 15; // ten octets in 3 of 6
    if (is_coded(kind))
        return std::max(octets.size(), shortest_coded);
    const auto wired = mbus::announced_frame_size(octets);
    if (kind == telegram_kind::mbus)
        return wired;
    if (kind != telegram_kind::automatic)
        return announced_wireless_size(octets, kind);
    const auto is_wired = wired ? octets.size() <= *wired || octets[0] == mbus::long_frame_view::start
                                : wired.error().code == errc::truncated;
    return is_wired || !is_like_wireless(octets) ? wired : announced_wireless_size(octets, kind);
}

bool is_one_telegram(bytes_view octets, telegram_kind kind) noexcept {
    const auto announced = announced_size(octets, kind);
    return announced && *announced == octets.size();
}

bool begins_telegram(bytes_view octets, telegram_kind kind) noexcept {
    const auto accepts_wired = kind == telegram_kind::automatic || kind == telegram_kind::mbus;
    if (accepts_wired &&
        (mbus::long_frame_view::announced_size(octets).has_value() || mbus::parse_frame(octets).has_value()))
        return true;
    return kind != telegram_kind::mbus && octets.size() >= first_block_size && is_like_wireless(octets) &&
           (is_first_block_intact(octets) || is_one_telegram(octets, kind));
}

bool is_wireless(bytes_view octets, telegram_kind kind) noexcept {
    if (kind != telegram_kind::automatic)
        return kind != telegram_kind::mbus;
    constexpr auto start = mbus::long_frame_view::start;
    if (mbus::parse_frame(octets) || (octets.size() > 3 && octets[0] == start && octets[3] == start))
        return false;
    if (octets.size() < wmbus::link_header::wire_size() || !is_like_wireless(octets))
        return false;
    if (!mbus::announced_frame_size(octets))
        return true; // what is damaged, too, when no wired frame begins so
    const auto frame = wmbus::detect_frame(octets);
    return frame && (!frame->problem || frame->format != frame_format::stripped);
}

} // namespace meterlink::cli
