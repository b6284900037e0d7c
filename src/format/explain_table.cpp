// append_explanation(): the fields of explain() as a table of text.

#include <algorithm>

#include <fmt/format.h>
#include <meterlink/core/hex.hpp>
#include <meterlink/format/explain.hpp>

namespace meterlink::format {

namespace {

struct style {
    std::string_view begin;
    std::string_view end;
};

constexpr style plain{"", ""};
constexpr style heading_style{"\x1b[1m", "\x1b[0m"};
constexpr style dim{"\x1b[2m", "\x1b[0m"};
constexpr style octet_style{"\x1b[36m", "\x1b[0m"};
constexpr style red{"\x1b[31m", "\x1b[0m"};
constexpr style red_bold{"\x1b[1;31m", "\x1b[0m"};

/// Columns that UTF-8 text takes: one for each code point.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

/// Takes the words off `text` that fit into `width` columns, at least one.
std::string_view take_line(std::string_view& text, std::size_t width) {
    auto end = text.size();
    while (columns(text.substr(0, end)) > width) {
        const auto space = text.substr(0, end).rfind(' ');
        if (space == std::string_view::npos || space == 0)
            break;
        end = space;
    }
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// The columns of one table.
class table {
public:
    table(std::string& out, bytes_view input, const std::vector<explained_field>& fields,
          const explanation_options& options)
        : out_{out}, input_{input}, options_{options} {
        std::size_t longest = 0;
        std::size_t clause = 0;
        std::size_t meaning = 0;
        for (const auto& field : fields) {
            longest = std::max(longest, field.size);
            clause = std::max(clause, field.clause.size());
            meaning = std::max(meaning, columns(field.meaning));
            name_width_ = std::max(name_width_, field.name.size() + indent_of(field));
        }
        octets_per_line_ = std::clamp<std::size_t>(longest, 4, 8);
        const auto around = [&] {
            return offset_width + 3 * octets_per_line_ + 1 + name_width_ + 2 + 2 + clause;
        };
        meaning_width_ = meaning;
        if (options.width == 0)
            return;
        if (around() + narrowest_meaning > options.width)
            octets_per_line_ = 4;
        const auto room = std::max(options.width, around() + narrowest_meaning) - around();
        meaning_width_ = std::min(meaning, room);
    }

    void append(const explained_field& field) {
        if (!field.heading.empty())
            append_heading(field);
        auto octets =
            field.plain.empty() ? input_.subspan(field.offset, field.size) : bytes_view{field.plain};
        std::string_view meaning = field.meaning;
        auto offset = field.offset;
        for (auto is_first = true; is_first || !octets.empty() || !meaning.empty(); is_first = false) {
            const auto here = octets.first(std::min(octets.size(), octets_per_line_));
            line_.clear();
            columns_ = 0;
            put(is_first || !here.empty() ? fmt::format("{:>4}", offset) : "", offset_width, dim);
            put(to_hex(here, ' '), 3 * octets_per_line_ + 1, field.is_error ? red : octet_style);
            put(is_first ? std::string(indent_of(field), ' ') + std::string{field.name} : "", name_width_ + 2,
                field.is_error ? red : plain);
            put(take_line(meaning, meaning_width_), meaning_width_ + 2, field.is_error ? red_bold : plain);
            if (is_first)
                put(field.clause, 0, dim);
            end_line();
            if (field.is_error && (!here.empty() || is_first))
                append_carets(here.size());
            octets = octets.subspan(here.size());
            offset += here.size();
        }
    }

private:
    static constexpr std::size_t offset_width = 6;
    static constexpr std::size_t narrowest_meaning = 20;

    static std::size_t indent_of(const explained_field& field) { return std::size_t{2} * field.level; }

    void append_heading(const explained_field& field) {
        if (!is_first_heading_)
            out_ += '\n';
        is_first_heading_ = false;
        std::string_view heading = field.heading;
        for (auto indent = std::size_t{0}; !heading.empty(); indent = 2) {
            line_.clear();
            columns_ = indent;
            put(take_line(heading, options_.width == 0
                                       ? heading.size()
                                       : std::max(options_.width, narrowest_meaning) - indent),
                0, heading_style);
            end_line();
        }
    }

    void append_carets(std::size_t count) {
        line_.clear();
        columns_ = 0;
        put("", offset_width, plain);
        put(std::string(count == 0 ? 2 : 3 * count - 1, '^'), 0, red_bold);
        end_line();
    }

    /// Text, and spaces up to `width` columns, which are written only once something follows.
    void put(std::string_view text, std::size_t width, const style& with) {
        if (!text.empty()) {
            line_.append(columns_, ' ');
            columns_ = 0;
            line_ += options_.colour ? with.begin : "";
            line_ += text;
            line_ += options_.colour ? with.end : "";
        }
        const auto taken = columns(text);
        columns_ += width > taken ? width - taken : std::min<std::size_t>(width, 2);
    }

    void end_line() {
        out_ += line_;
        out_ += '\n';
    }

    std::string& out_;
    bytes_view input_;
    explanation_options options_;
    std::size_t octets_per_line_ = 4;
    std::size_t name_width_ = 0;
    std::size_t meaning_width_ = 0;
    bool is_first_heading_ = true;
    std::string line_;
    std::size_t columns_ = 0; // spaces that the next text is to be preceded by
};

void append_table(std::string& text, bytes_view input, const std::vector<explained_field>& fields,
                  const explanation_options& options) {
    table to{text, input, fields, options};
    for (const auto& field : fields)
        to.append(field);
}

} // namespace

void append_explanation(std::string& text, bytes_view input, const explanation_options& options) {
    append_table(text, input, explain(input), options);
}

void append_explanation(std::string& text, const wmbus::telegram_view& telegram, bytes_view input,
                        const explanation_options& options) {
    append_table(text, input, explain(telegram, input), options);
}

void append_explanation(std::string& text, const mbus::telegram_view& telegram, bytes_view input,
                        const explanation_options& options) {
    append_table(text, input, explain(telegram, input), options);
}

} // namespace meterlink::format
