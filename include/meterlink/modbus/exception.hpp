#pragma once

/// The answer of a server that does not do what was asked: function code with the high bit set, and why.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Why a server does not do what was asked (Modbus application protocol V1.1b3, clause 7). A value, not an
/// `error`; may hold a code without an enumerator, because devices have codes of their own.
enum class exception_code : std::uint8_t {
    illegal_function = 0x01,
    illegal_data_address = 0x02,
    illegal_data_value = 0x03,
    server_device_failure = 0x04,
    acknowledge = 0x05, ///< Accepted, but it takes long.
    server_device_busy = 0x06,
    negative_acknowledge = 0x07, ///< Only in older editions.
    memory_parity_error = 0x08,
    gateway_path_unavailable = 0x0A,
    gateway_target_failed_to_respond = 0x0B,
};

namespace detail {

struct exception_row {
    exception_code code;
    std::string_view name;
    std::string_view message;
};

inline constexpr std::array exception_rows{
    exception_row{exception_code::illegal_function, "illegal_function",
                  "the device does not have this function"},
    exception_row{exception_code::illegal_data_address, "illegal_data_address",
                  "the device does not have all of these addresses"},
    exception_row{exception_code::illegal_data_value, "illegal_data_value",
                  "the device does not take a value of the request"},
    exception_row{exception_code::server_device_failure, "server_device_failure",
                  "the device failed while it did what was asked"},
    exception_row{exception_code::acknowledge, "acknowledge",
                  "the device has accepted the request and needs long for it"},
    exception_row{exception_code::server_device_busy, "server_device_busy",
                  "the device is busy with something else"},
    exception_row{exception_code::negative_acknowledge, "negative_acknowledge",
                  "the device cannot do what was asked"},
    exception_row{exception_code::memory_parity_error, "memory_parity_error",
                  "the device found its memory damaged"},
    exception_row{exception_code::gateway_path_unavailable, "gateway_path_unavailable",
                  "the gateway has no way to the device"},
    exception_row{exception_code::gateway_target_failed_to_respond, "gateway_target_failed_to_respond",
                  "the device behind the gateway does not answer"},
};

/// By value, as `meterlink::detail::find_errc_row`.
constexpr exception_row find_exception_row(exception_code code) noexcept {
    for (const auto& row : exception_rows)
        if (row.code == code)
            return row;
    return {code, "unknown", "the device refuses for a reason of its own"};
}

} // namespace detail

/// Stable identifier of `code`, as it stands in JSON: `"illegal_function"`.
[[nodiscard]] constexpr std::string_view name(exception_code code) noexcept {
    return detail::find_exception_row(code).name;
}

/// One English clause that says what `code` means.
[[nodiscard]] constexpr std::string_view message(exception_code code) noexcept {
    return detail::find_exception_row(code).message;
}

/// Set in the function code of an exception response.
inline constexpr std::uint8_t exception_flag = 0x80;

/// Whether the PDU that begins with `first_octet` is an exception response.
[[nodiscard]] constexpr bool is_exception(std::uint8_t first_octet) noexcept {
    return (first_octet & exception_flag) != 0;
}

/// Exception response (Modbus application protocol V1.1b3, clause 7).
struct exception_response {
    static constexpr std::size_t size = 2; ///< Octets of the PDU.

    /// That of the request, without the flag; any of 00 to 7F.
    function code = function::read_coils;
    exception_code reason = exception_code::illegal_function;

    /// `errc::function_unexpected` without the flag; `errc::truncated`; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<exception_response> parse(bytes_view input) noexcept {
        if (!input.empty() && !is_exception(input[0]))
            return fail(detail::field_error(errc::function_unexpected, 0,
                                            std::size_t{input[0]} | exception_flag, input[0]));
        if (const auto problem = detail::size_error(input, size); problem != no_error)
            return fail(problem);
        return exception_response{static_cast<function>(input[0] & ~exception_flag),
                                  static_cast<exception_code>(input[1])};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(static_cast<std::uint8_t>(to_octet(code) | exception_flag))
            .u8(static_cast<std::uint8_t>(reason))
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const exception_response&,
                                                   const exception_response&) noexcept = default;
};

} // namespace meterlink::modbus
