#pragma once

/// How a value of a JSON file is shown in a complaint about it.

#include <cstddef>
#include <string>

namespace meterlink::cli {

/// The value as it stands there, if need be shortened. Of a list or an object only that it is one, as that
/// may go on for pages, or be deeper than can be written.
template <class Json>
[[nodiscard]] std::string json_citation(const Json& value) {
    if (value.is_structured())
        return value.is_array() ? "a list" : "an object";
    constexpr std::size_t longest = 60;
    auto text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > longest)
        text = text.substr(0, longest) + "...";
    return text;
}

} // namespace meterlink::cli
