#pragma once

/// Function 08: tests and counters of a device on a serial line.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// What is tested or counted (Modbus application protocol V1.1b3, 6.8.1). May hold a code without an
/// enumerator.
enum class diagnostic : std::uint16_t {
    return_query_data = 0x00, ///< The response repeats the data.
    restart_communications = 0x01,
    return_diagnostic_register = 0x02,
    change_ascii_delimiter = 0x03,
    force_listen_only = 0x04, ///< Has no response.
    clear_counters = 0x0A,
    bus_message_count = 0x0B,
    bus_communication_error_count = 0x0C,
    bus_exception_error_count = 0x0D,
    server_message_count = 0x0E,
    server_no_response_count = 0x0F,
    server_negative_acknowledge_count = 0x10,
    server_busy_count = 0x11,
    bus_character_overrun_count = 0x12,
    clear_overrun_counter = 0x14,
};

/// Whether the response to `which` has to repeat the request whole.
[[nodiscard]] constexpr bool is_echoed(diagnostic which) noexcept {
    switch (which) {
    case diagnostic::return_query_data:
    case diagnostic::restart_communications:
    case diagnostic::change_ascii_delimiter:
    case diagnostic::clear_counters:
    case diagnostic::clear_overrun_counter: return true;
    default: return false;
    }
}

/// Whether `which` is one that the standard names.
[[nodiscard]] constexpr bool is_known(diagnostic which) noexcept {
    return which <= diagnostic::force_listen_only ||
           (which >= diagnostic::clear_counters && which <= diagnostic::bus_character_overrun_count) ||
           which == diagnostic::clear_overrun_counter;
}

/// Request or response of a diagnostic function (Modbus application protocol V1.1b3, 6.8), in borrowed
/// octets.
class diagnostics_view {
public:
    static constexpr function code = function::diagnostics;
    static constexpr std::size_t header_size = 3;
    static constexpr std::size_t max_data_size = max_pdu_size - header_size;

    /// `errc::function_unexpected`; `errc::truncated`; `errc::pdu_length`. The data are one field of two
    /// octets; of the query data to repeat one or more; of functions that the standard does not name
    /// anything.
    [[nodiscard]] static constexpr result<diagnostics_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        const diagnostics_view out{input};
        if (const auto problem = length_error(out.subfunction(), input.size()); problem != no_error)
            return fail(problem);
        return out;
    }

    /// What is wrong with a PDU of `size` octets, as `parse` has it.
    [[nodiscard]] static constexpr error length_error(diagnostic which, std::size_t size) noexcept {
        constexpr std::size_t usual = header_size + 2;
        if (size > max_pdu_size)
            return detail::field_error(errc::pdu_length, max_pdu_size, max_pdu_size, size);
        if (!is_known(which))
            return no_error;
        const bool repeats = which == diagnostic::return_query_data;
        if (size < usual || (repeats && size % 2 == 0))
            return {errc::truncated, layer::modbus, size};
        if (size > usual && !repeats)
            return detail::field_error(errc::pdu_length, usual, usual, size);
        return no_error;
    }

    [[nodiscard]] constexpr diagnostic subfunction() const noexcept {
        return static_cast<diagnostic>(detail::u16_at(wire_, 1));
    }
    [[nodiscard]] constexpr bytes_view data() const noexcept { return wire_.subspan(header_size); }
    /// The first two octets of the data, such as a counter or the diagnostic register; 0 where there are
    /// none.
    [[nodiscard]] constexpr std::uint16_t value() const noexcept {
        return data().size() < 2 ? std::uint16_t{0} : detail::u16_at(wire_, header_size);
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr diagnostics_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Request or response of a diagnostic function, its data stored inside the object.
class diagnostics {
public:
    using view_type = diagnostics_view;

    /// One with a single field of data, as most are: what is asked for, or a counter; mostly 0 in requests.
    explicit constexpr diagnostics(diagnostic subfunction, std::uint16_t value = 0) noexcept
        : subfunction_{subfunction} {
        data_.push_back(static_cast<std::uint8_t>(value >> 8));
        data_.push_back(static_cast<std::uint8_t>(value));
    }

    /// `errc::truncated` and `errc::pdu_length` for data that do not fit the subfunction.
    [[nodiscard]] static constexpr result<diagnostics> make(diagnostic subfunction,
                                                            bytes_view data) noexcept {
        if (const auto problem = view_type::length_error(subfunction, view_type::header_size + data.size());
            problem != no_error)
            return fail(problem);
        diagnostics out{subfunction};
        out.data_.clear();
        out.data_.append(data);
        return out;
    }

    [[nodiscard]] static constexpr diagnostics from(view_type view) noexcept {
        diagnostics out{view.subfunction()};
        out.data_.clear();
        out.data_.append(view.data());
        return out;
    }

    [[nodiscard]] constexpr diagnostic subfunction() const noexcept { return subfunction_; }
    [[nodiscard]] constexpr bytes_view data() const noexcept { return data_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + data_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(view_type::code))
            .u16(static_cast<std::uint16_t>(subfunction_))
            .bytes(data_.view())
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const diagnostics&, const diagnostics&) noexcept = default;

private:
    diagnostic subfunction_;
    bounded_bytes<view_type::max_data_size> data_;
};

} // namespace meterlink::modbus
