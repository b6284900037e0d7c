#pragma once

/// What a meter answers when it refuses a request (CI 6E, 6F, 70).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>

namespace meterlink::apl {

/// Application error (EN 13757-3:2018, clause 9). A value on the wire, not an `error`. Codes without a name
/// survive.
struct application_error {
    std::uint8_t code = 0;
    bool has_code = true; ///< Some meters send the CI field alone: then the error is unspecified.

    /// Reads what stands behind the CI field or header: nothing, or a code. Octets after it are the maker's.
    [[nodiscard]] static constexpr application_error parse(bytes_view octets) noexcept {
        return octets.empty() ? application_error{0, false} : application_error{octets[0], true};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept { return has_code ? 1 : 0; }
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        writer to{out};
        if (has_code)
            to.u8(code);
        return to.finish();
    }

    [[nodiscard]] friend constexpr bool operator==(application_error, application_error) noexcept = default;
};

/// Stable identifier, as it stands in JSON: `"application_busy"`.
[[nodiscard]] constexpr std::string_view name(application_error e) noexcept {
    constexpr std::array<std::string_view, 10> names{
        "unspecified",   "unimplemented_ci", "buffer_too_long", "too_many_records", "premature_end_of_record",
        "too_many_dife", "too_many_vife",    "reserved",        "application_busy", "too_many_readouts"};
    return e.code < names.size() ? names[e.code] : std::string_view{"unknown"};
}

} // namespace meterlink::apl
