#pragma once

/// The receivers by name, and a session that is any of them.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <meterlink/wmbus/receivers/amber.hpp>
#include <meterlink/wmbus/receivers/cul.hpp>
#include <meterlink/wmbus/receivers/hex_lines.hpp>
#include <meterlink/wmbus/receivers/imst.hpp>
#include <meterlink/wmbus/receivers/raw_stream.hpp>
#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/receivers/receiver_options.hpp>
#include <meterlink/wmbus/receivers/rtl_433.hpp>
#include <meterlink/wmbus/receivers/rtl_wmbus.hpp>

namespace meterlink::wmbus {

/// A kind of receiver.
struct receiver_kind {
    std::string_view name; ///< As users write it.
    std::uint32_t baud;    ///< Bits per second, 8N1, as it is sold; 0 for what has no serial port of its own.
    std::string_view description;
};

/// Every kind of receiver that there is a session for.
inline constexpr std::array receiver_kinds{
    receiver_kind{"imst", 57600, "IMST iM871A and relatives, WM-Bus HCI"},
    receiver_kind{"amber", 9600, "AMBER / Würth AMB8465 and relatives, command mode"},
    receiver_kind{"amber-transparent", 9600, "AMBER / Würth AMB8465 and relatives, transparent mode"},
    receiver_kind{"cul", 38400, "CUL, nanoCUL and others with culfw, lines b…"},
    receiver_kind{"rtl-wmbus", 0, "rtl-wmbus, lines T1;1;1;…"},
    receiver_kind{"rtl-433", 0, "rtl_433, lines of JSON with the octets of the telegram"},
    receiver_kind{"hex", 0, "lines of hexadecimal text, one telegram each"},
    receiver_kind{"raw", 9600, "octets of telegrams back to back, with or without CRCs"},
};

/// The row of that name; null for none.
[[nodiscard]] constexpr const receiver_kind* find_receiver_kind(std::string_view name) noexcept {
    for (const auto& row : receiver_kinds)
        if (row.name == name)
            return &row;
    return nullptr;
}

/// Any of the receivers, itself a session.
class any_receiver {
public:
    /// In the order of `receiver_kinds`.
    using variant = std::variant<imst_receiver, amber_receiver, amber_transparent_receiver, cul_receiver,
                                 rtl_wmbus_receiver, rtl_433_receiver, hex_receiver, raw_receiver>;

    explicit any_receiver(variant receiver) : receiver_{std::move(receiver)} {}

    void handle_input(bytes_view octets, instant now) {
        std::visit([&](auto& r) { r.handle_input(octets, now); }, receiver_);
    }
    void handle_timeout(instant now) {
        std::visit([&](auto& r) { r.handle_timeout(now); }, receiver_);
    }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() {
        return std::visit([](auto& r) { return r.poll_transmit(); }, receiver_);
    }
    [[nodiscard]] std::optional<instant> poll_timeout() {
        return std::visit([](auto& r) { return r.poll_timeout(); }, receiver_);
    }
    [[nodiscard]] std::optional<receiver_event> poll_event() {
        return std::visit([](auto& r) { return r.poll_event(); }, receiver_);
    }

    /// Tells the receiver which mode to listen to. `errc::value_out_of_range` when it has not that mode, or
    /// cannot be told, and what its own `set_mode` refuses.
    result<void> set_mode(mode which, instant now) {
        const auto ask = [&](auto& r) -> result<void> {
            if constexpr (requires { r.set_mode(which, now); })
                return r.set_mode(which, now);
            else
                return fail(errc::value_out_of_range, layer::wmbus, 0, -1, static_cast<std::int32_t>(which));
        };
        return std::visit(ask, receiver_);
    }

    /// Whether `set_mode` can succeed with any mode.
    [[nodiscard]] bool can_set_mode() {
        return std::visit([](auto& r) { return requires { r.set_mode(mode::t1, instant{}); }; }, receiver_);
    }

    /// The row of `receiver_kinds` that it is of.
    [[nodiscard]] const receiver_kind& kind() const noexcept { return receiver_kinds[receiver_.index()]; }
    /// The session itself, for what only that kind can do.
    [[nodiscard]] variant& get() noexcept { return receiver_; }

private:
    variant receiver_;
};

static_assert(std::variant_size_v<any_receiver::variant> == receiver_kinds.size());
static_assert(session<any_receiver>);

namespace detail {

template <std::size_t Index = 0>
any_receiver make_receiver_at(std::size_t index, receiver_options options) {
    if constexpr (Index + 1 < receiver_kinds.size())
        if (index != Index)
            return make_receiver_at<Index + 1>(index, std::move(options));
    return any_receiver{any_receiver::variant{std::in_place_index<Index>, std::move(options)}};
}

} // namespace detail

/// A receiver of that kind, in its usual setting; it sends nothing before it is told to.
/// `errc::value_out_of_range` for a name that `receiver_kinds` has not.
[[nodiscard]] inline result<any_receiver> make_receiver(std::string_view kind, receiver_options options) {
    for (std::size_t i = 0; i < receiver_kinds.size(); ++i)
        if (receiver_kinds[i].name == kind)
            return detail::make_receiver_at(i, std::move(options));
    return fail(errc::value_out_of_range, layer::wmbus, 0);
}

} // namespace meterlink::wmbus
