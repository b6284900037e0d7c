#pragma once

/// What a device says about itself, piece by piece: vendor, product, revision and more.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>

namespace meterlink::modbus {

/// The objects that the standard names (Modbus application protocol V1.1b3, 6.21). 07 to 7F are reserved, 80
/// to FF are the device's own.
enum class device_object_id : std::uint8_t {
    vendor_name = 0x00,
    product_code = 0x01,
    major_minor_revision = 0x02,
    vendor_url = 0x03,
    product_name = 0x04,
    model_name = 0x05,
    user_application_name = 0x06,
};

/// Stable identifier of `id`, as it stands in JSON: `"vendor_name"`; `"unknown"` for one without enumerator.
[[nodiscard]] constexpr std::string_view name(device_object_id id) noexcept {
    switch (id) {
    case device_object_id::vendor_name: return "vendor_name";
    case device_object_id::product_code: return "product_code";
    case device_object_id::major_minor_revision: return "major_minor_revision";
    case device_object_id::vendor_url: return "vendor_url";
    case device_object_id::product_name: return "product_name";
    case device_object_id::model_name: return "model_name";
    case device_object_id::user_application_name: return "user_application_name";
    }
    return "unknown";
}

/// One object of a device identification (Modbus application protocol V1.1b3, 6.21), its value borrowed.
struct device_object {
    static constexpr std::size_t header_size = 2; ///< Id and length.

    device_object_id id = device_object_id::vendor_name;
    bytes_view value; ///< Mostly ASCII text.

    /// The value as text.
    [[nodiscard]] std::string_view text() const noexcept {
        return {reinterpret_cast<const char*>(value.data()), value.size()};
    }

    /// The object at the beginning of `octets`, which has been checked.
    [[nodiscard]] static constexpr device_object first_of(bytes_view octets) noexcept {
        return {static_cast<device_object_id>(octets[0]), octets.subspan(header_size, octets[1])};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return header_size + value.size(); }
};

} // namespace meterlink::modbus
