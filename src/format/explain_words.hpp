#pragma once

/// What single fields of a record mean, in words.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/apl/record.hpp>

namespace meterlink::format::detail {

/// `1 octet`, `2 octets`
[[nodiscard]] std::string count_octets(std::size_t count);

[[nodiscard]] std::string function_words(apl::function_field function);
[[nodiscard]] std::string dif_meaning(std::uint8_t dif);
/// What the `index`th DIFE adds to the numbers of the record.
[[nodiscard]] std::string dife_meaning(std::uint8_t dife, std::size_t index);
[[nodiscard]] std::string measurement_meaning(const apl::measurement& m);
[[nodiscard]] std::string vife_meaning(const apl::vife& modifier);
/// The value for people: text in quotes, numbers with their unit where `record` knows it.
[[nodiscard]] std::string value_words(const apl::record_value& value, const apl::record_view* record);

} // namespace meterlink::format::detail
