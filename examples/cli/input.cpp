#include "input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include <meterlink/core/hex_lenient.hpp>

#include "assembler.hpp"
#include "platform.hpp"

namespace meterlink::cli {

namespace {

/// Calls `use(line)` for each line of `text`.
template <class Use>
void for_each_line(std::string_view text, Use use) {
    for (;;) {
        const auto end = text.find('\n');
        use(text.substr(0, end));
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
    }
}

/// The first part of a line that is too long, for the complaint.
constexpr std::size_t shown_of_long_line = 200;

/// Cuts what a file gives into lines, in bounded memory.
class line_cutter {
public:
    line_cutter(std::string name, telegram_kind kind, const receiver& to)
        : from_{std::move(name), 1}, to_{to}, assembler_{to, kind} {}

    void add(std::string_view part) {
        for (auto end = part.find('\n'); end != std::string_view::npos; end = part.find('\n')) {
            extend(part.substr(0, end));
            end_line();
            part.remove_prefix(end + 1);
        }
        extend(part);
    }

    void finish() {
        end_line();
        assembler_.finish();
    }

    [[nodiscard]] bool is_stopped() const { return assembler_.is_stopped(); }

private:
    void extend(std::string_view part) {
        is_too_long_ = is_too_long_ || part.size() > longest_line - line_.size();
        if (!is_too_long_)
            line_ += part;
    }

    void end_line() {
        if (is_too_long_) {
            assembler_.finish();
            to_.on_unreadable({from_,
                               "the line is longer than " + std::to_string(longest_line) + " characters",
                               line_.substr(0, shown_of_long_line), 0, false});
        } else {
            // Editors of another world begin a file with the mark of its encoding.
            constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
            const std::string_view line = line_;
            const auto has_mark = from_.line == 1 && line.starts_with(byte_order_mark);
            assembler_.add_line(from_, has_mark ? line.substr(byte_order_mark.size()) : line);
        }
        line_.clear();
        is_too_long_ = false;
        ++from_.line;
    }

    origin from_;
    const receiver& to_;
    assembler assembler_;
    std::string line_;
    bool is_too_long_ = false;
};

bool is_whole(const std::string& text, telegram_kind kind) {
    const auto octets = parse_hex_lenient(text);
    return octets && is_one_telegram(*octets, kind);
}

bool is_single_octet(const std::string& text) {
    const auto octets = parse_hex_lenient(text);
    return octets && octets->size() == 1;
}

} // namespace

std::string without_controls(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (octet < 0x20 || octet == 0x7F)
            text[i] = '?';
        else if (octet == 0xC2 && next >= 0x80 && next < 0xA0) // U+0080 to U+009F in UTF-8
            text.replace(i, 2, "?");
    }
    return text;
}

std::string to_string(const origin& from) {
    const auto name = without_controls(from.name);
    return from.line == 0 ? name : name + ':' + std::to_string(from.line);
}

void read_arguments(const std::vector<std::string>& arguments, telegram_kind kind, const receiver& to) {
    const auto is_whole_telegram = [kind](const std::string& text) { return is_whole(text, kind); };
    assembler lines{to, kind};
    if (!std::all_of(arguments.begin(), arguments.end(), is_whole_telegram)) {
        std::string joined;
        for (const auto& argument : arguments)
            joined += (joined.empty() ? "" : " ") + argument;
        if ((arguments.size() > 1 && is_single_octet(arguments.front())) || is_whole_telegram(joined)) {
            telegram whole;
            whole.from.name = "HEX";
            if (auto octets = parse_hex_lenient(joined)) {
                whole.octets = std::move(*octets);
                static_cast<void>(to.on_telegram(whole));
                return;
            }
            lines.add_line(whole.from, joined); // says what is wrong with it
            return lines.finish();
        }
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto name = arguments.size() == 1 ? std::string{"HEX"} : "HEX " + std::to_string(i + 1);
        const auto has_lines = arguments[i].find('\n') != std::string::npos;
        if (is_whole_telegram(arguments[i])) {
            lines.add_line({name}, arguments[i]);
            continue;
        }
        std::size_t line = 0;
        for_each_line(arguments[i], [&](std::string_view text) {
            if (!lines.is_stopped())
                lines.add_line({name, has_lines ? ++line : 0}, text);
        });
    }
    lines.finish();
}

int read_file(const std::string& path, telegram_kind kind, const receiver& to) {
    std::optional<input_file> file;
    if (path == "-")
        file.emplace();
    else
        file.emplace(path);
    if (!file->is_open())
        return errno;
    line_cutter lines{path == "-" ? "stdin" : path, kind, to};
    std::vector<char> buffer(1U << 16U);
    while (!lines.is_stopped()) {
        to.on_wait();
        const auto count = file->read(buffer.data(), buffer.size());
        if (count < 0)
            return errno;
        if (count == 0)
            break;
        lines.add({buffer.data(), static_cast<std::size_t>(count)});
    }
    if (!lines.is_stopped())
        lines.finish();
    return 0;
}

} // namespace meterlink::cli
