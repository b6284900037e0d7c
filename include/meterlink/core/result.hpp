#pragma once

/// `result<T>`: a value, or the `error` that kept it from being one. Nothing throws on input.

#include <cstddef>
#include <cstdint>

#include <meterlink/core/error.hpp>
#include <tl/expected.hpp>

namespace meterlink {

/// A `T`, or why there is none.
template <class T>
using result = tl::expected<T, error>;

/// What a function that returns `result<T>` returns to refuse its input.
[[nodiscard]] constexpr tl::unexpected<error> fail(errc code, layer where, std::size_t offset,
                                                   std::int32_t expected = -1,
                                                   std::int32_t found = -1) noexcept {
    return tl::unexpected<error>{error{code, where, offset, expected, found}};
}

/// Passes `e` on from a smaller piece of input that began at `distance` in ours.
[[nodiscard]] constexpr tl::unexpected<error> fail(const error& e, std::size_t distance = 0) noexcept {
    return tl::unexpected<error>{e.shifted(distance)};
}

} // namespace meterlink
