#include "terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <meterlink/core/hex.hpp>

#include "platform.hpp"

namespace meterlink::cli {

namespace {

constexpr std::size_t default_width = 100;
constexpr std::size_t write_size = 1U << 16U;

bool wants_colour(colour_choice choice, standard_stream where) {
    if (choice != colour_choice::automatic)
        return choice == colour_choice::always;
    const auto* no_colour = std::getenv("NO_COLOR");
    const auto* terminal = std::getenv("TERM");
    const auto is_dumb = terminal != nullptr && std::string_view{terminal} == "dumb";
    return (no_colour == nullptr || *no_colour == '\0') && !is_dumb && is_terminal(where);
}

std::size_t width_of(standard_stream where) {
    const auto columns = terminal_columns(where);
    return columns == 0 ? default_width : columns;
}

/// One column for each octet, whatever stands in it.
std::string printable(std::string_view text) {
    std::string out{text};
    for (auto& c : out) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet == '\t')
            c = ' ';
        else if (octet < 0x20 || octet > 0x7E)
            c = '?';
    }
    return out;
}

/// Cuts `text` down to `width` characters around `column`, which is moved along.
std::string window(std::string text, std::size_t& column, std::size_t width) {
    constexpr std::string_view dots = "...";
    if (text.size() <= width)
        return text;
    const auto begin = column > width / 2 ? std::min(column - width / 2, text.size() - width) / 3 * 3 : 0;
    const auto is_cut_behind = begin + width < text.size();
    text = text.substr(begin, width);
    column -= begin;
    if (begin != 0)
        text.replace(0, dots.size(), dots);
    if (is_cut_behind)
        text.replace(text.size() - dots.size(), dots.size(), dots);
    return text;
}

} // namespace

output::output(colour_choice choice)
    : is_terminal_{cli::is_terminal(standard_stream::out)},
      has_colour_{wants_colour(choice, standard_stream::out)} {}

std::size_t output::width() const { return width_of(standard_stream::out); }

std::size_t output::height() const { return terminal_rows(standard_stream::out); }

bool output::commit() { return is_terminal_ || text_.size() >= write_size ? flush() : !is_closed_; }

bool output::flush() {
    if (!is_closed_ && !text_.empty() && !write_all(standard_stream::out, text_.data(), text_.size())) {
        is_closed_ = true;
        has_failed_ = errno != EPIPE;
    }
    text_.clear();
    return !is_closed_;
}

complaints::complaints(colour_choice choice)
    : has_colour_{wants_colour(choice, standard_stream::error)}, width_{width_of(standard_stream::error)} {}

void complaints::octets(const origin& from, const error& why, bytes_view octets, std::string_view remark) {
    write(to_string(from), std::string{remark} + to_string(why), to_hex(octets, ' '), 3 * why.offset, 2);
}

void complaints::telegram(const origin& from, std::string_view message) {
    write(to_string(from), message, {}, 0, 0);
}

void complaints::text(const unreadable& what) {
    // Of text that has several lines, the one with the mistake.
    const std::string_view all = what.text;
    const auto column = std::min(what.column, all.size());
    const auto before = all.substr(0, column).rfind('\n');
    const auto begin = before == std::string_view::npos ? 0 : before + 1;
    const auto end = std::min(all.find('\n', column), all.size());
    write(to_string(what.from), what.message, printable(all.substr(begin, end - begin)), column - begin,
          what.has_column ? 1 : 0);
}

void complaints::plain(std::string_view message) {
    write("meterlink", without_controls(std::string{message}), {}, 0, 0);
}

void complaints::note(std::string_view message) {
    const auto line = "meterlink: " + without_controls(std::string{message}) + '\n';
    static_cast<void>(write_all(standard_stream::error, line.data(), line.size()));
}

void complaints::write(std::string_view place, std::string_view message, std::string_view context,
                       std::size_t column, std::size_t carets) {
    constexpr std::string_view indent = "    ";
    ++count_;
    std::string out;
    const auto coloured = [&](std::string_view code, std::string_view text) {
        out += has_colour_ ? code : "";
        out += text;
        out += has_colour_ ? "\x1b[0m" : "";
    };
    coloured("\x1b[1m", std::string{place} + ':');
    out += ' ';
    coloured("\x1b[31m", message);
    out += '\n';
    if (!context.empty()) {
        out += indent;
        out += window(std::string{context}, column, std::max<std::size_t>(width_, 40) - 2 * indent.size());
        out += '\n';
    }
    if (!context.empty() && carets != 0) {
        out += indent;
        out.append(column, ' ');
        coloured("\x1b[1;31m", std::string(carets, '^'));
        out += '\n';
    }
    static_cast<void>(write_all(standard_stream::error, out.data(), out.size()));
}

} // namespace meterlink::cli
