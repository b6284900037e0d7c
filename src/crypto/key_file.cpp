#include <meterlink/crypto/key_file.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <optional>
#include <utility>

#include <meterlink/crypto/key.hpp>

namespace meterlink::crypto {

namespace {

constexpr std::array<std::string_view, key_column_count> names{"Address",    "Key",     "Manufacturer",
                                                               "DeviceType", "Version", "Linked"};

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? text.substr(text.size())
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

constexpr char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same_in_any_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, std::ranges::equal_to{}, upper, upper);
}

/// Takes lines from a text, and fields from a line, always as pieces of the text itself: no key is copied.
class lines {
public:
    explicit lines(std::string_view text) noexcept : rest_{text} {}

    std::optional<std::string_view> next() noexcept {
        if (rest_.empty())
            return std::nullopt;
        auto line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        ++number_;
        return line;
    }

    [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

/// A tab is a blank only where it is not the delimiter.
std::string_view trimmed(std::string_view text, char delimiter) noexcept {
    while (!text.empty() && text.front() != delimiter && blanks.find(text.front()) != blanks.npos)
        text.remove_prefix(1);
    while (!text.empty() && text.back() != delimiter && blanks.find(text.back()) != blanks.npos)
        text.remove_suffix(1);
    return text;
}

class fields {
public:
    fields(std::string_view line, char delimiter) noexcept : rest_{line}, delimiter_{delimiter} {}

    /// The next field without the blanks and quotation marks around it. A quotation mark that never ends
    /// stays part of its field, which is no good field then.
    std::optional<std::string_view> next() noexcept {
        if (is_over_)
            return std::nullopt;
        auto end = rest_.find(delimiter_);
        const auto begun = trimmed(rest_, delimiter_);
        if (begun.starts_with('"')) {
            auto quote = begun.find('"', 1);
            while (quote != begun.npos &&
                   begun.substr(quote).starts_with("\"\"")) // a doubled one stands for itself
                quote = begun.find('"', quote + 2);
            if (quote != begun.npos)
                end = rest_.find(delimiter_, static_cast<std::size_t>(begun.data() - rest_.data()) + quote);
        }
        auto field = trimmed(rest_.substr(0, end));
        is_over_ = end == rest_.npos;
        rest_.remove_prefix(is_over_ ? rest_.size() : end + 1);
        if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
            field = trimmed(field.substr(1, field.size() - 2));
        return field;
    }

private:
    std::string_view rest_;
    char delimiter_;
    bool is_over_ = false;
};

char delimiter_of(std::string_view header) noexcept {
    constexpr std::string_view delimiters = ",;\t";
    return *std::ranges::max_element(delimiters, {},
                                     [&](char each) { return std::ranges::count(header, each); });
}

/// Which column of the file is which.
struct header {
    char delimiter = ',';
    std::vector<std::optional<key_column>> columns{};

    static result<header> parse(std::string_view line, std::size_t offset) {
        header out{delimiter_of(line)};
        std::array<bool, key_column_count> seen{};
        seen[static_cast<std::size_t>(key_column::linked)] = true; // is optional
        bool has_linked = false;
        fields all{line, out.delimiter};
        while (const auto field = all.next()) {
            const auto found = std::ranges::find_if(
                names, [&](std::string_view each) { return same_in_any_case(each, *field); });
            auto& column = out.columns.emplace_back();
            if (found == names.end())
                continue;
            const auto index = static_cast<std::size_t>(found - names.begin());
            column = static_cast<key_column>(index);
            auto& is_there = *column == key_column::linked ? has_linked : seen[index];
            if (std::exchange(is_there, true))
                return fail(errc::key_file_header, layer::crypto,
                            offset + static_cast<std::size_t>(field->data() - line.data()));
        }
        if (!std::ranges::all_of(seen, std::identity{}))
            return fail(errc::key_file_header, layer::crypto, offset + line.size());
        return out;
    }
};

bool is_excluded(std::string_view field) noexcept {
    return field == "*" || (field.size() >= 2 && field.front() == '-' && field.back() == '1' &&
                            field.find_first_not_of('0', 1) == field.size() - 1);
}

/// Up to `most` decimal digits.
std::optional<std::uint32_t> parse_number(std::string_view field, std::size_t most) noexcept {
    std::uint32_t value = 0;
    const auto* const end = field.data() + field.size();
    if (field.empty() || field.size() > most || field.front() == '-')
        return std::nullopt;
    const auto [stopped, problem] = std::from_chars(field.data(), end, value);
    return problem == std::errc{} && stopped == end ? std::optional{value} : std::nullopt;
}

/// The digits as BCD: read as if they were hexadecimal.
std::optional<std::uint32_t> parse_identification(std::string_view field) noexcept {
    if (!parse_number(field, 8))
        return std::nullopt;
    std::uint32_t value = 0;
    std::from_chars(field.data(), field.data() + field.size(), value, 16);
    return value;
}

std::optional<std::uint8_t> parse_octet(std::string_view field) noexcept {
    const auto value = parse_number(field, 3);
    return value && *value <= 0xFF ? std::optional{static_cast<std::uint8_t>(*value)} : std::nullopt;
}

std::optional<tpl::manufacturer> parse_manufacturer(std::string_view field) noexcept {
    std::array<char, 3> letters{};
    if (field.size() != letters.size())
        return std::nullopt;
    std::ranges::transform(field, letters.begin(), upper);
    const auto out = tpl::manufacturer::parse({letters.data(), letters.size()});
    return out ? std::optional{*out} : std::nullopt;
}

std::optional<bool> parse_answer(std::string_view field) noexcept {
    const auto is_one_of = [&](std::initializer_list<std::string_view> all) {
        return std::ranges::any_of(all, [&](auto each) { return same_in_any_case(each, field); });
    };
    if (is_one_of({"1", "yes", "true"}))
        return true;
    return is_one_of({"", "0", "no", "false"}) ? std::optional{false} : std::nullopt;
}

/// Sets a criterion from its field; false when that is neither a value nor says that there is none.
template <class T>
bool set(std::optional<T>& criterion, std::string_view field, std::optional<T> value) noexcept {
    criterion = value;
    return value.has_value() || is_excluded(field);
}

/// Takes over one field other than the key.
bool take(key_entry& entry, key_column column, std::string_view field) noexcept {
    switch (column) {
    case key_column::address: return set(entry.identification, field, parse_identification(field));
    case key_column::manufacturer: return set(entry.manufacturer, field, parse_manufacturer(field));
    case key_column::version: return set(entry.version, field, parse_octet(field));
    case key_column::device_type: {
        const auto code = parse_octet(field);
        return set(entry.device_type, field,
                   code ? std::optional{static_cast<tpl::device_type>(*code)} : std::nullopt);
    }
    case key_column::linked: {
        const auto answer = parse_answer(field);
        entry.is_linked = answer.value_or(false);
        return answer.has_value();
    }
    case key_column::key: break;
    }
    return false;
}

/// Reads the rows below a header into `out`.
class row_reader {
public:
    row_reader(const header& head, key_file& out) noexcept : head_{&head}, out_{&out} {}

    void read(std::string_view line, std::size_t number) {
        key_entry entry;
        fields all{line, head_->delimiter};
        const auto problems_before = out_->problems.size();
        const auto place = [&](std::string_view field) {
            return static_cast<std::size_t>(field.data() - line.data()) + 1;
        };
        std::size_t index = 0;
        while (const auto field = all.next()) {
            if (index >= head_->columns.size() && !field->empty()) { // spreadsheets add empty ones
                out_->problems.push_back({number, place(*field), errc::key_file_column});
                return;
            }
            const auto column = index < head_->columns.size() ? head_->columns[index] : std::nullopt;
            ++index;
            if (column)
                read_field(entry, *column, *field, {number, place(*field), errc::key_file_field, *column});
        }
        if (index < head_->columns.size())
            out_->problems.push_back({number, line.size() + 1, errc::key_file_column});
        if (out_->problems.size() == problems_before)
            out_->entries.push_back(entry);
    }

private:
    void read_field(key_entry& entry, key_column column, std::string_view field, key_file_problem problem) {
        if (column != key_column::key) {
            if (!take(entry, column, field))
                out_->problems.push_back(problem);
        } else if (const auto secret = key::parse(field)) {
            entry.key = *secret;
        } else {
            problem.column += secret.error().offset;
            problem.code = errc::key_syntax;
            problem.digits = field.size();
            out_->problems.push_back(problem);
        }
    }

    const header* head_;
    key_file* out_;
};

std::string_view what_is_expected(key_column column) noexcept {
    switch (column) {
    case key_column::address: return "up to 8 decimal digits, or -1 for every meter";
    case key_column::key: return message(errc::key_syntax);
    case key_column::manufacturer: return "three letters A to Z, or * for every manufacturer";
    case key_column::device_type: return "a number from 0 to 255, or -1 for every device type";
    case key_column::version: return "a number from 0 to 255, or -1 for every version";
    case key_column::linked: break;
    }
    return "1, yes or true, or 0, no or false";
}

} // namespace

std::string_view name(key_column column) noexcept { return names[static_cast<std::size_t>(column)]; }

std::string to_string(const key_file_problem& problem) {
    auto out = "line " + std::to_string(problem.line) + ", column " + std::to_string(problem.column) + ": ";
    if (problem.code == errc::key_file_column)
        return out.append(message(problem.code));
    out.append(name(problem.field)).append(": ");
    if (problem.code == errc::key_syntax && problem.digits != key::digits)
        return out.append(message(problem.code)) + ", this has " + std::to_string(problem.digits) +
               " characters";
    if (problem.code == errc::key_syntax)
        return out.append(message(problem.code)).append(", here stands another character");
    return out.append("expected ").append(what_is_expected(problem.field));
}

result<key_file> key_file::parse(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    const auto* const begin = text.data();
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    lines all{text};
    auto line = all.next();
    while (line && trimmed(*line).empty())
        line = all.next();
    if (!line)
        return fail(errc::key_file_header, layer::crypto,
                    static_cast<std::size_t>(text.data() - begin) + text.size());
    const auto head = header::parse(*line, static_cast<std::size_t>(line->data() - begin));
    if (!head)
        return fail(head.error());
    key_file out;
    row_reader rows{*head, out};
    while ((line = all.next()))
        if (line->find_first_not_of(std::string{blanks} + head->delimiter) != line->npos)
            rows.read(*line, all.number());
    return out;
}

} // namespace meterlink::crypto
