#pragma once

/// Text that a program hands in, to be spelt as a format needs it.

#include <string>
#include <string_view>

#include "print.hpp"

namespace meterlink::format::detail {

/// `text`, UTF-8, with each Latin-1 character spelt by `print_character` and all others as they are. Octets
/// that are no UTF-8 become U+FFFD, one each.
[[nodiscard]] std::string spelt(std::string_view text, character_printer print_character);

} // namespace meterlink::format::detail
