#pragma once

/// Where the views for people write: styles that a page without colour leaves out, and labels in a column.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace meterlink::format::detail {

enum class style { plain, label, strong, warning };

/// Appends to a string, line by line.
class page {
public:
    page(std::string& out, bool colour) noexcept : out_{&out}, colour_{colour} {}

    page& put(std::string_view text, style look = style::plain) {
        constexpr std::array<std::string_view, 4> sequences{"", "\x1B[2m", "\x1B[1m", "\x1B[31m"};
        const bool styled = colour_ && look != style::plain && !text.empty();
        if (styled)
            *out_ += sequences[static_cast<std::size_t>(look)];
        *out_ += text;
        if (styled)
            *out_ += "\x1B[0m";
        return *this;
    }
    page& spaces(std::size_t count) {
        out_->append(count, ' ');
        return *this;
    }
    /// A line of the header begins.
    page& label(std::string_view text) {
        constexpr std::size_t width = 11;
        return put(text, style::label).spaces(width - std::min(width, text.size()));
    }
    /// One of several things on a line.
    page& item(std::string_view text, style look = style::plain) { return put(text, look).spaces(2); }
    void end_line() {
        out_->resize(out_->find_last_not_of(' ') + 1);
        *out_ += '\n';
    }

private:
    std::string* out_;
    bool colour_;
};

} // namespace meterlink::format::detail
