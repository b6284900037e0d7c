#pragma once

/// The data types A to M of EN 13757-3, Annex A, as a VIF asks for them.

#include <cstdint>

namespace meterlink::apl {

/// How the octets of an integer data field are to be read. BCD fields are always type A, real fields type H.
enum class data_type : std::uint8_t {
    signed_integer,   ///< B; the most negative value means "no value".
    unsigned_integer, ///< C; all ones mean "no value".
    bit_flags,        ///< D
    date,             ///< G, or F, I where the field is longer.
    date_time,        ///< F, I, J by the length of the field; M, of unknown layout, where it is variable.
    opaque,           ///< K, L and containers: octets as they are.
};

} // namespace meterlink::apl
