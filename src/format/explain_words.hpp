#pragma once

/// What single fields of a record mean, in words.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <meterlink/apl/record.hpp>
#include <meterlink/tpl/manufacturer.hpp>

namespace meterlink::format::detail {

/// `1 octet`, `2 octets`
[[nodiscard]] std::string count_octets(std::size_t count);

/// Three letters where there are such; bit 15 is not part of them.
[[nodiscard]] std::string manufacturer_meaning(std::uint16_t code);
[[nodiscard]] std::string function_words(apl::function_field function);
[[nodiscard]] std::string dif_meaning(std::uint8_t dif);
/// What the `index`th DIFE adds to the numbers of the record.
[[nodiscard]] std::string dife_meaning(std::uint8_t dife, std::size_t index);
[[nodiscard]] std::string measurement_meaning(const apl::measurement& m);
[[nodiscard]] std::string vife_meaning(const apl::vife& modifier);
/// The value for people: text in quotes, numbers with their unit where `record` knows it.
[[nodiscard]] std::string value_words(const apl::record_value& value, const apl::record_view* record);
/// `record 2: volume 12.565 m3 (storage 1)`
[[nodiscard]] std::string record_title(std::size_t number, const apl::record_view& record);

} // namespace meterlink::format::detail
