#pragma once

/// The formats of compact frames as JSON, so that a program that starts anew need not wait to hear them
/// again.

#include <cstddef>
#include <string>
#include <string_view>

#include <meterlink/tpl/format_cache.hpp>
#include <tl/expected.hpp>

namespace meterlink::format {

/// Appends `cache` as one JSON object, a line per format, by ascending signature:
/// `{"formats":[{"signature":"3B31","headers":"02020215022A"}]}`. The headers are DIB and VIB of all records.
/// What was learned from a meter has two members more: `"meter"`, its address as it is sent, and
/// `"protected"`.
void append_json(std::string& out, const tpl::format_cache& cache);

/// Adds to `cache` the formats that `append_json` wrote, and returns how many there are in `text`. Refuses
/// all of them if one is wrong, and says in one line what and where: `formats[2].headers: not a hexadecimal
/// digit at offset 4`. Members that it does not know are left alone.
[[nodiscard]] tl::expected<std::size_t, std::string> parse_format_cache(std::string_view text,
                                                                        tpl::format_cache& cache);

} // namespace meterlink::format
