#pragma once

/// The frames that a master sends, by what they do. Those that command something carry C field 53; a master
/// that counts frames sets the bit afterwards: `frame.with_c(frame.c().with_fcb(bit))` in a long frame, and
/// `frame.c = frame.c.with_fcb(bit)` in a control frame.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/control_frame.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/short_frame.hpp>

namespace meterlink::mbus::command {

namespace detail {

inline constexpr std::uint8_t application_reset_ci = 0x50;
inline constexpr std::uint8_t data_send_ci = 0x51;
inline constexpr std::uint8_t synchronise_ci = 0x5C;

/// A data-send frame of a record with `Count` octets of data behind its DIF and VIF.
template <std::size_t Count>
constexpr long_frame send_record(primary_address to, std::uint8_t dif, std::uint8_t vif,
                                 std::span<const std::uint8_t, Count> data) noexcept {
    std::array<std::uint8_t, Count + 2> record{dif, vif};
    for (std::size_t i = 0; i < Count; ++i)
        record[i + 2] = data[i];
    return {c_field::snd_ud(), to, data_send_ci, record};
}

constexpr bool all_digits(std::uint32_t bcd) noexcept {
    for (; bcd != 0; bcd >>= 4U)
        if ((bcd & 0xFU) > 9)
            return false;
    return true;
}

} // namespace detail

/// Link reset: the slave expects the next counted frame with FCB set.
[[nodiscard]] constexpr short_frame snd_nke(primary_address to) noexcept { return {c_field::snd_nke(), to}; }

/// Request for class 1 data: an alarm, or E5 when there is none.
[[nodiscard]] constexpr short_frame req_ud1(primary_address to, bool fcb) noexcept {
    return {c_field::req_ud1(fcb), to};
}

/// Request for class 2 data: the readout.
[[nodiscard]] constexpr short_frame req_ud2(primary_address to, bool fcb) noexcept {
    return {c_field::req_ud2(fcb), to};
}

/// Selects the slaves that match; they answer E5 and then listen to address 253 too.
[[nodiscard]] constexpr long_frame select(const selection& what) noexcept {
    std::array<std::uint8_t, selection_view::longest_size> payload{};
    const auto size = what.emit(payload).value_or(selection_view::shortest_size);
    const auto user_data = bytes_view{payload}.subspan(1, size - 1);
    return *long_frame::make(c_field::snd_ud(), primary_address::selected, what.ci(), user_data);
}

/// Ends the selection of whatever is selected.
[[nodiscard]] constexpr short_frame deselect() noexcept { return snd_nke(primary_address::selected); }

/// Application reset, which also starts a readout of several telegrams over.
[[nodiscard]] constexpr control_frame application_reset(primary_address to) noexcept {
    return {c_field::snd_ud(), to, detail::application_reset_ci};
}

/// Application selection: the high nibble of `subcode` is the application, the low one the telegram, 0 for
/// all.
[[nodiscard]] constexpr long_frame application_reset(primary_address to, std::uint8_t subcode) noexcept {
    return {c_field::snd_ud(), to, detail::application_reset_ci, std::array{subcode}};
}

/// Freezes the present values, on every slave at once when sent to the broadcast address.
[[nodiscard]] constexpr control_frame synchronise(primary_address to) noexcept {
    return {c_field::snd_ud(), to, detail::synchronise_ci};
}

/// Changes the slave's bit rate; it still acknowledges at the old one. `errc::value_out_of_range` for a rate
/// that the bus does not know, and for the broadcast address, where nobody would acknowledge.
[[nodiscard]] constexpr result<control_frame> set_baud_rate(primary_address to, std::uint32_t baud) noexcept {
    const auto ci = baud_rate_ci(baud);
    if (!ci || to == primary_address::broadcast)
        return fail(errc::value_out_of_range, layer::mbus, 0);
    return control_frame{c_field::snd_ud(), to, *ci};
}

/// Sends records to the slave as they are; at most 252 octets, else `errc::value_out_of_range`.
[[nodiscard]] constexpr result<long_frame> data_send(primary_address to, bytes_view records) noexcept {
    return long_frame::make(c_field::snd_ud(), to, detail::data_send_ci, records);
}

/// Chooses what the next readout contains: a list of DIF (data field 8, `selection`) and VIF, for instance
/// `08 13`; at most 252 octets, else `errc::value_out_of_range`.
[[nodiscard]] constexpr result<long_frame> select_for_readout(primary_address to,
                                                              bytes_view information_blocks) noexcept {
    return data_send(to, information_blocks);
}

/// Chooses everything for the next readout.
[[nodiscard]] constexpr long_frame global_readout(primary_address to) noexcept {
    return {c_field::snd_ud(), to, detail::data_send_ci, std::array<std::uint8_t, 1>{0x7F}};
}

/// Gives the slave another primary address; `errc::value_out_of_range` above 250.
[[nodiscard]] constexpr result<long_frame> set_primary_address(primary_address to,
                                                               primary_address wanted) noexcept {
    if (!wanted.is_assignable())
        return fail(errc::value_out_of_range, layer::mbus, 0, primary_address::highest_assignable,
                    wanted.raw());
    return detail::send_record(to, 0x01, 0x7A, std::span<const std::uint8_t, 1>{std::array{wanted.raw()}});
}

/// Gives the slave another identification number, 8 BCD digits: 0x12345678 is 12345678. `errc::bcd_digit`
/// for a nibble that is no digit.
[[nodiscard]] constexpr result<long_frame> set_identification(primary_address to, std::uint32_t id) noexcept {
    if (!detail::all_digits(id))
        return fail(errc::bcd_digit, layer::mbus, 0);
    std::array<std::uint8_t, 4> data{};
    writer{data}.u32(id);
    return detail::send_record(to, 0x0C, 0x79, std::span<const std::uint8_t, 4>{data});
}

/// Gives the slave another secondary address. `errc::bcd_digit` for a nibble of the identification number
/// that is no digit, `errc::value_out_of_range` for any other wildcard.
[[nodiscard]] constexpr result<long_frame> set_secondary_address(primary_address to,
                                                                 const secondary_address& wanted) noexcept {
    if (!detail::all_digits(wanted.id))
        return fail(errc::bcd_digit, layer::mbus, 0);
    if (wanted.has_wildcards())
        return fail(errc::value_out_of_range, layer::mbus, 0);
    std::array<std::uint8_t, secondary_address::size> data{};
    return wanted.emit(data).transform([&](std::size_t) {
        return detail::send_record(to, 0x07, 0x79,
                                   std::span<const std::uint8_t, secondary_address::size>{data});
    });
}

/// Sets date and time to the minute, given as the four octets of a type F.
[[nodiscard]] constexpr long_frame set_clock(primary_address to,
                                             std::span<const std::uint8_t, 4> type_f) noexcept {
    return detail::send_record(to, 0x04, 0x6D, type_f);
}

/// Sets date and time to the second, given as the six octets of a type I.
[[nodiscard]] constexpr long_frame set_clock(primary_address to,
                                             std::span<const std::uint8_t, 6> type_i) noexcept {
    return detail::send_record(to, 0x06, 0x6D, type_i);
}

/// Sets the date alone, given as the two octets of a type G.
[[nodiscard]] constexpr long_frame set_date(primary_address to,
                                            std::span<const std::uint8_t, 2> type_g) noexcept {
    return detail::send_record(to, 0x02, 0x6C, type_g);
}

} // namespace meterlink::mbus::command
