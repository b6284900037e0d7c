#pragma once

/// Function 2B: a PDU of another protocol inside one of Modbus.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// Which protocol is inside (Modbus application protocol V1.1b3, 6.19). May hold one without an enumerator.
enum class mei_type : std::uint8_t {
    canopen_general_reference = 0x0D,
    read_device_identification = 0x0E,
};

/// Request or response of an encapsulated interface (Modbus application protocol V1.1b3, 6.19), in borrowed
/// octets. What is inside is passed as it is; `read_device_identification.hpp` knows the one of MEI type 0E.
class encapsulated_interface_view {
public:
    static constexpr function code = function::encapsulated_interface;
    static constexpr std::size_t header_size = 2;
    static constexpr std::size_t max_data_size = max_pdu_size - header_size;

    /// `errc::function_unexpected`; `errc::truncated` without MEI type; `errc::pdu_length` beyond 253 octets.
    [[nodiscard]] static constexpr result<encapsulated_interface_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        if (input.size() > max_pdu_size)
            return fail(detail::field_error(errc::pdu_length, max_pdu_size, max_pdu_size, input.size()));
        return encapsulated_interface_view{input};
    }

    [[nodiscard]] constexpr mei_type type() const noexcept { return static_cast<mei_type>(wire_[1]); }
    [[nodiscard]] constexpr bytes_view data() const noexcept { return wire_.subspan(header_size); }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr encapsulated_interface_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Request or response of an encapsulated interface, its data stored inside the object.
class encapsulated_interface {
public:
    using view_type = encapsulated_interface_view;

    /// `errc::value_out_of_range` for more than 251 octets.
    [[nodiscard]] static constexpr result<encapsulated_interface> make(mei_type type,
                                                                       bytes_view data) noexcept {
        encapsulated_interface out{type};
        if (!out.data_.append(data))
            return fail(detail::field_error(errc::value_out_of_range, view_type::header_size,
                                            view_type::max_data_size, data.size()));
        return out;
    }

    [[nodiscard]] static constexpr encapsulated_interface from(view_type view) noexcept {
        encapsulated_interface out{view.type()};
        out.data_.append(view.data());
        return out;
    }

    [[nodiscard]] constexpr mei_type type() const noexcept { return type_; }
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
            .u8(static_cast<std::uint8_t>(type_))
            .bytes(data_.view())
            .size();
    }

    [[nodiscard]] friend constexpr bool operator==(const encapsulated_interface&,
                                                   const encapsulated_interface&) noexcept = default;

private:
    explicit constexpr encapsulated_interface(mei_type type) noexcept : type_{type} {}

    mei_type type_;
    bounded_bytes<view_type::max_data_size> data_;
};

} // namespace meterlink::modbus
