#pragma once

/// What a device that is served says about itself, object by object.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/device_object.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/read_device_identification.hpp>

namespace meterlink::modbus {

/// The objects of a device identification (Modbus application protocol V1.1b3, 6.21), and its responses.
class device_identification {
public:
    /// Octets of the longest value: what one response has room for.
    static constexpr std::size_t max_value_size =
        read_device_identification_response_view::max_objects_size - device_object::header_size;

    /// Sets or replaces an object; a device has the first three at least. `errc::value_out_of_range` for more
    /// than 244 octets.
    result<void> set(device_object_id id, std::string_view value) {
        if (value.size() > max_value_size)
            return fail(
                detail::field_error(errc::value_out_of_range, max_value_size, max_value_size, value.size()));
        const auto at = std::ranges::lower_bound(objects_, id, {}, &object::id);
        if (at != objects_.end() && at->id == id)
            at->value = value;
        else
            objects_.insert(at, object{id, std::string{value}});
        return {};
    }

    [[nodiscard]] bool empty() const noexcept { return objects_.empty(); }

    /// What the objects amount to: 81, 82 or 83 as basic, regular or extended, each also object by object.
    [[nodiscard]] std::uint8_t conformity() const noexcept {
        const auto last = objects_.empty() ? device_object_id::vendor_name : objects_.back().id;
        return static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(level_of(last)));
    }

    /// Writes the response to `request` into `out`, which has room for any PDU, and returns its size. 0 for
    /// an object that there is not; a list that begins at such a one begins at the first.
    [[nodiscard]] std::size_t respond(const read_device_identification_request& request,
                                      bytes_span out) const noexcept {
        const bool is_single = request.access == identification_access::individual;
        auto at = std::ranges::find(objects_, request.object, &object::id);
        if (is_single && at == objects_.end())
            return 0;
        if (at == objects_.end() || level_of(at->id) > request.access)
            at = objects_.begin();
        auto end = at;
        std::size_t size = read_device_identification_response_view::header_size;
        std::uint8_t count = 0;
        for (; end != objects_.end() && (is_single ? count == 0 : level_of(end->id) <= request.access);
             ++end, ++count) {
            const auto next = size + device_object::header_size + end->value.size();
            if (next > max_pdu_size)
                break;
            detail::field_writer{out.subspan(size)}
                .u8(static_cast<std::uint8_t>(end->id))
                .u8(static_cast<std::uint8_t>(end->value.size()))
                .bytes({reinterpret_cast<const std::uint8_t*>(end->value.data()), end->value.size()});
            size = next;
        }
        const bool more = !is_single && end != objects_.end() && level_of(end->id) <= request.access;
        detail::field_writer{out}
            .u8(to_octet(read_device_identification_request::code))
            .u8(static_cast<std::uint8_t>(mei_type::read_device_identification))
            .u8(static_cast<std::uint8_t>(request.access))
            .u8(conformity())
            .u8(more ? read_device_identification_response_view::more : std::uint8_t{0})
            .u8(more ? static_cast<std::uint8_t>(end->id) : std::uint8_t{0})
            .u8(count);
        return size;
    }

private:
    struct object {
        device_object_id id;
        std::string value;
    };

    /// The least access that shows an object in a list.
    [[nodiscard]] static identification_access level_of(device_object_id id) noexcept {
        if (id <= device_object_id::major_minor_revision)
            return identification_access::basic;
        return static_cast<std::uint8_t>(id) < 0x80 ? identification_access::regular
                                                    : identification_access::extended;
    }

    std::vector<object> objects_; // sorted by id
};

} // namespace meterlink::modbus
