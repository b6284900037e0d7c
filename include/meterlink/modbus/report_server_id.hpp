#pragma once

/// Function 11: what the device says about itself, in a form of its own.

#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/empty_request.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// Asks what the device is and whether it runs (Modbus application protocol V1.1b3, 6.13).
using report_server_id_request = detail::empty_request<function::report_server_id>;

/// Identification, run indicator and more (Modbus application protocol V1.1b3, 6.13), in borrowed octets. How
/// long the identification is, mostly one octet, is nowhere in the response: the caller knows the device.
class report_server_id_response_view {
public:
    static constexpr function code = function::report_server_id;
    static constexpr std::size_t header_size = 2;
    static constexpr std::size_t max_data_size = max_pdu_size - header_size;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) beyond 251; `errc::truncated`;
    /// `errc::pdu_length`.
    [[nodiscard]] static constexpr result<report_server_id_response_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        if (input[1] > max_data_size)
            return fail(detail::field_error(errc::byte_count, 1, max_data_size, input[1]));
        if (const auto problem = detail::size_error(input, header_size + input[1]); problem != no_error)
            return fail(problem);
        return report_server_id_response_view{input};
    }

    /// All that the device says.
    [[nodiscard]] constexpr bytes_view data() const noexcept { return wire_.subspan(header_size); }
    /// The identification, if it has `id_size` octets.
    [[nodiscard]] constexpr bytes_view server_id(std::size_t id_size = 1) const noexcept {
        return data().first(id_size < data().size() ? id_size : data().size());
    }
    /// Whether the device runs, as it says behind an identification of `id_size` octets; nothing where there
    /// stands neither FF nor 00.
    [[nodiscard]] constexpr std::optional<bool> is_running(std::size_t id_size = 1) const noexcept {
        if (data().size() <= id_size || (data()[id_size] != 0xFF && data()[id_size] != 0x00))
            return std::nullopt;
        return data()[id_size] == 0xFF;
    }
    /// What follows the run indicator.
    [[nodiscard]] constexpr bytes_view additional_data(std::size_t id_size = 1) const noexcept {
        return data().size() <= id_size ? bytes_view{} : data().subspan(id_size + 1);
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr report_server_id_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Identification, run indicator and more, stored inside the object.
class report_server_id_response {
public:
    using view_type = report_server_id_response_view;

    /// `errc::value_out_of_range` (offset 1) where all that is longer than 251 octets.
    [[nodiscard]] static constexpr result<report_server_id_response>
    make(bytes_view server_id, bool is_running, bytes_view additional_data = {}) noexcept {
        report_server_id_response out;
        if (!out.data_.append(server_id) || !out.data_.push_back(is_running ? 0xFF : 0x00) ||
            !out.data_.append(additional_data))
            return fail(detail::field_error(errc::value_out_of_range, 1, view_type::max_data_size,
                                            server_id.size() + 1 + additional_data.size()));
        return out;
    }

    [[nodiscard]] static constexpr report_server_id_response from(view_type view) noexcept {
        report_server_id_response out;
        out.data_.append(view.data());
        return out;
    }

    [[nodiscard]] constexpr bytes_view data() const noexcept { return data_.view(); }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + data_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return detail::emit_counted(out, view_type::code, data_.view());
    }

    [[nodiscard]] friend constexpr bool operator==(const report_server_id_response&,
                                                   const report_server_id_response&) noexcept = default;

private:
    constexpr report_server_id_response() noexcept = default;

    bounded_bytes<view_type::max_data_size> data_;
};

} // namespace meterlink::modbus
