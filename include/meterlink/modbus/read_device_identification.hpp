#pragma once

/// Function 2B, MEI type 0E: what a device says about itself is read.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/item_range.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/device_object.hpp>
#include <meterlink/modbus/encapsulated_interface.hpp>
#include <meterlink/modbus/function.hpp>
#include <meterlink/modbus/pdu.hpp>

namespace meterlink::modbus {

/// Which objects are read (Modbus application protocol V1.1b3, 6.21).
enum class identification_access : std::uint8_t {
    basic = 1,      ///< Vendor, product code, revision.
    regular = 2,    ///< These and the others that the standard names.
    extended = 3,   ///< These and the device's own.
    individual = 4, ///< One object.
};

namespace detail {

/// `input` is a PDU of this MEI type with at least `header` octets and one of the four accesses.
[[nodiscard]] constexpr error identification_header_error(bytes_view input, std::size_t header) noexcept {
    constexpr auto mei = static_cast<std::uint8_t>(mei_type::read_device_identification);
    if (const auto problem = header_error(input, function::encapsulated_interface, 2); problem != no_error)
        return problem;
    if (input[1] != mei)
        return field_error(errc::function_unexpected, 1, mei, input[1]);
    if (input.size() < header)
        return {errc::truncated, layer::modbus, input.size()};
    if (input[2] < 1 || input[2] > 4)
        return {errc::value_out_of_range, layer::modbus, 2, -1, input[2]};
    return no_error;
}

} // namespace detail

/// Asks for objects of the identification (Modbus application protocol V1.1b3, 6.21).
struct read_device_identification_request {
    static constexpr function code = function::encapsulated_interface;
    static constexpr std::size_t size = 4; ///< Octets of the PDU.

    identification_access access = identification_access::basic;
    /// The one asked for, or the first one; where a response says that more follows, the next one.
    device_object_id object = device_object_id::vendor_name;

    /// `errc::function_unexpected` (offset 0, or 1 for another MEI type); `errc::truncated`;
    /// `errc::value_out_of_range` (offset 2) for an access that there is not; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_device_identification_request>
    parse(bytes_view input) noexcept {
        if (const auto problem = detail::identification_header_error(input, size); problem != no_error)
            return fail(problem);
        if (const auto problem = detail::size_error(input, size); problem != no_error)
            return fail(problem);
        return read_device_identification_request{static_cast<identification_access>(input[2]),
                                                  static_cast<device_object_id>(input[3])};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return size; }

    /// `errc::value_out_of_range` (offset 2) for an access that there is not; `errc::buffer_too_small`.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        const auto kind = static_cast<std::uint8_t>(access);
        if (kind < 1 || kind > 4)
            return fail(errc::value_out_of_range, layer::modbus, 2, -1, kind);
        if (out.size() < size)
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(code))
            .u8(static_cast<std::uint8_t>(mei_type::read_device_identification))
            .u8(kind)
            .u8(static_cast<std::uint8_t>(object))
            .size();
    }

    [[nodiscard]] friend constexpr bool
    operator==(const read_device_identification_request&,
               const read_device_identification_request&) noexcept = default;
};

/// What stands before the objects of a response (Modbus application protocol V1.1b3, 6.21).
struct identification_head {
    identification_access access = identification_access::basic; ///< That of the request.
    /// What the device has: 01, 02 or 03 as basic, regular or extended; with 80 also object by object.
    std::uint8_t conformity = 0x01;
    bool more_follows = false;
    /// What to ask for next where more follows, else 00.
    device_object_id next_object = device_object_id::vendor_name;

    [[nodiscard]] friend constexpr bool operator==(const identification_head&,
                                                   const identification_head&) noexcept = default;
};

/// Objects of the identification (Modbus application protocol V1.1b3, 6.21), in borrowed octets.
class read_device_identification_response_view {
public:
    static constexpr function code = function::encapsulated_interface;
    static constexpr std::size_t header_size = 7;
    static constexpr std::size_t max_objects_size = max_pdu_size - header_size;
    static constexpr std::uint8_t more = 0xFF; ///< More objects follow.

    /// `errc::function_unexpected` (offset 0, or 1 for another MEI type); `errc::truncated`;
    /// `errc::value_out_of_range` for an access (offset 2) or "more follows" (offset 4) that there is not;
    /// `errc::byte_count` at the length of an object that no PDU can hold; `errc::pdu_length`.
    [[nodiscard]] static constexpr result<read_device_identification_response_view>
    parse(bytes_view input) noexcept {
        if (const auto problem = detail::identification_header_error(input, header_size); problem != no_error)
            return fail(problem);
        if (input[4] != more && input[4] != 0)
            return fail(errc::value_out_of_range, layer::modbus, 4, -1, input[4]);
        std::size_t size = header_size;
        for (auto left = input[6]; left > 0; --left) {
            if (input.size() < size + device_object::header_size)
                return fail(errc::truncated, layer::modbus, input.size());
            const auto next = size + device_object::header_size + input[size + 1];
            if (next > max_pdu_size)
                return fail(errc::byte_count, layer::modbus, size + 1, -1, input[size + 1]);
            size = next;
            if (input.size() < size)
                return fail(errc::truncated, layer::modbus, input.size());
        }
        if (const auto problem = detail::size_error(input, size); problem != no_error)
            return fail(problem);
        return read_device_identification_response_view{input};
    }

    [[nodiscard]] constexpr identification_head head() const noexcept {
        return {static_cast<identification_access>(wire_[2]), wire_[3], wire_[4] == more,
                static_cast<device_object_id>(wire_[5])};
    }
    /// The objects, a range of `device_object`.
    [[nodiscard]] constexpr detail::item_range<device_object> objects() const noexcept {
        return detail::item_range<device_object>{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr read_device_identification_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Objects of the identification, stored inside the object.
class read_device_identification_response {
public:
    using view_type = read_device_identification_response_view;

    /// `errc::value_out_of_range` (offset 2) for an access that there is not, and at the first object that
    /// has no room in 253 octets.
    [[nodiscard]] static constexpr result<read_device_identification_response>
    make(const identification_head& head, std::span<const device_object> objects) noexcept {
        const auto kind = static_cast<std::uint8_t>(head.access);
        if (kind < 1 || kind > 4)
            return fail(errc::value_out_of_range, layer::modbus, 2, -1, kind);
        read_device_identification_response out{head};
        for (const auto& object : objects) {
            const auto room = view_type::max_objects_size - out.objects_.size();
            if (object.wire_size() > room)
                return fail(
                    detail::field_error(errc::value_out_of_range, out.wire_size(), room, object.wire_size()));
            out.objects_.push_back(static_cast<std::uint8_t>(object.id));
            out.objects_.push_back(static_cast<std::uint8_t>(object.value.size()));
            out.objects_.append(object.value);
            ++out.count_;
        }
        return out;
    }

    [[nodiscard]] static constexpr read_device_identification_response from(view_type view) noexcept {
        read_device_identification_response out{view.head()};
        out.objects_.append(view.objects().octets());
        out.count_ = view.wire()[6];
        return out;
    }

    [[nodiscard]] constexpr identification_head head() const noexcept { return head_; }
    /// As `read_device_identification_response_view::objects`.
    [[nodiscard]] constexpr detail::item_range<device_object> objects() const noexcept {
        return detail::item_range<device_object>{objects_.view()};
    }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + objects_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        return detail::field_writer{out}
            .u8(to_octet(view_type::code))
            .u8(static_cast<std::uint8_t>(mei_type::read_device_identification))
            .u8(static_cast<std::uint8_t>(head_.access))
            .u8(head_.conformity)
            .u8(head_.more_follows ? view_type::more : std::uint8_t{0})
            .u8(static_cast<std::uint8_t>(head_.next_object))
            .u8(count_)
            .bytes(objects_.view())
            .size();
    }

    [[nodiscard]] friend constexpr bool
    operator==(const read_device_identification_response&,
               const read_device_identification_response&) noexcept = default;

private:
    explicit constexpr read_device_identification_response(const identification_head& head) noexcept
        : head_{head} {}

    identification_head head_;
    std::uint8_t count_ = 0;
    bounded_bytes<view_type::max_objects_size> objects_;
};

} // namespace meterlink::modbus
