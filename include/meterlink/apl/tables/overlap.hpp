#pragma once

/// How the expansion of a table refuses two rows for one code.

namespace meterlink::apl::tables {

/// Not constexpr: where a table is expanded during compilation, a call to this is the error message. (A
/// `throw` would say the same, but not to compilers without exceptions.)
inline void two_rows_cover_the_same_code() noexcept {}

} // namespace meterlink::apl::tables
