#include <meterlink/format/text.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/value_text.hpp>

#include "print.hpp"
#include "reading.hpp"

namespace meterlink::format {

namespace {

using detail::error_facts;
using detail::message_facts;
using detail::record_facts;

enum class style { plain, label, strong, warning };

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

/// Columns on the screen: the characters of UTF-8 text, all of which are narrow.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string in_words(std::string_view name) {
    std::string out{name};
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

/// Octets in hex, cut short where nobody would read on.
std::string octets_text(bytes_view octets) {
    constexpr std::size_t most = 16;
    if (octets.size() <= most)
        return to_hex(octets);
    return to_hex(octets.first(most)) + "\xE2\x80\xA6 (" + std::to_string(octets.size()) + " octets)";
}

enum column : std::size_t {
    storage,
    tariff,
    subunit,
    function,
    quantity,
    value,
    unit,
    modifiers,
    column_count
};

constexpr std::array<std::string_view, column_count> titles{"storage",  "tariff", "subunit", "function",
                                                            "quantity", "value",  "unit",    "modifiers"};

struct row {
    std::array<std::string, column_count> cells;
    bool is_number = false;
    bool is_invalid = false;

    /// Columns before the decimal point of a number, and from it on.
    [[nodiscard]] std::size_t whole() const { return std::min(cells[value].find('.'), cells[value].size()); }
    [[nodiscard]] std::size_t fraction() const { return cells[value].size() - whole(); }
};

row row_of(const record_facts& facts) {
    row out;
    auto& cells = out.cells;
    cells[storage] = std::to_string(facts.storage);
    cells[tariff] = std::to_string(facts.tariff);
    cells[subunit] = std::to_string(facts.subunit);
    cells[function] = name(facts.function);
    cells[quantity] = in_words(name(facts.measurement->quantity));
    if (const auto* const opaque = std::get_if<apl::opaque>(&facts.value))
        cells[value] = octets_text(opaque->octets);
    else
        append_value(cells[value], facts.value);
    out.is_number =
        std::holds_alternative<decimal>(facts.value) || std::holds_alternative<apl::real>(facts.value);
    out.is_invalid = std::holds_alternative<apl::invalid>(facts.value);
    if (facts.record != nullptr) {
        append_unit(cells[unit], *facts.record);
        append_modifiers(cells[modifiers], *facts.record);
    } else {
        cells[unit] = symbol(facts.measurement->unit);
        cells[modifiers] = facts.is_stored_value ? detail::stored_value_modifier : std::string_view{};
    }
    if (const auto* const at = std::get_if<apl::date_time>(&facts.value); at != nullptr && at->is_summer_time)
        cells[modifiers].insert(0, cells[modifiers].empty() ? "summer_time" : "summer_time, ");
    return out;
}

/// The records of one telegram, laid out.
class table {
public:
    void add(const record_facts& facts) { rows_.push_back(row_of(facts)); }
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

    void print(page& to) {
        measure();
        for (std::size_t c = 0; c < column_count; ++c)
            if (widths_[c] != 0)
                print_cell(to, c, titles[c], is_right_aligned(c), style::label);
        to.end_line();
        for (const auto& row : rows_) {
            for (std::size_t c = 0; c < column_count; ++c)
                if (c == value)
                    print_value(to, row);
                else if (widths_[c] != 0)
                    print_cell(to, c, row.cells[c], is_right_aligned(c), style::plain);
            to.end_line();
        }
    }

private:
    static constexpr std::size_t gap = 2;
    static constexpr std::size_t widest_that_aligns =
        24; // a longer text stands over, and leaves the others alone

    static bool is_right_aligned(std::size_t c) { return c <= subunit || c == value; }

    /// What every record has in common needs no column.
    [[nodiscard]] bool is_needed(std::size_t c) const {
        const std::string_view usual = c <= subunit ? "0" : c == function ? "instantaneous" : "";
        return c == quantity || c == value ||
               std::any_of(rows_.begin(), rows_.end(), [&](const row& r) { return r.cells[c] != usual; });
    }

    void measure() {
        for (std::size_t c = 0; c < column_count; ++c) {
            widths_[c] = is_needed(c) ? titles[c].size() : 0;
            if (widths_[c] != 0 && c != value)
                for (const auto& row : rows_)
                    widths_[c] = std::max(widths_[c], width_of(row.cells[c]));
        }
        std::size_t whole = 0;
        for (const auto& row : rows_) {
            if (row.is_number) {
                whole = std::max(whole, row.whole());
                fraction_ = std::max(fraction_, row.fraction());
            } else if (const auto width = width_of(row.cells[value]); width <= widest_that_aligns) {
                widths_[value] = std::max(widths_[value], width);
            }
        }
        widths_[value] = std::max(widths_[value], whole + fraction_);
    }

    void print_cell(page& to, std::size_t c, std::string_view text, bool right, style look) const {
        const auto width = width_of(text);
        const auto rest = widths_[c] - std::min(widths_[c], width);
        to.spaces(right ? rest : 0).put(text, look).spaces((right ? 0 : rest) + gap);
    }

    void print_value(page& to, const row& row) const {
        const auto& text = row.cells[value];
        if (!row.is_number)
            return print_cell(to, value, text, true, row.is_invalid ? style::warning : style::strong);
        to.spaces(widths_[value] - fraction_ - row.whole()).put(text, style::strong);
        to.spaces(fraction_ - row.fraction() + gap);
    }

    std::vector<row> rows_;
    std::array<std::size_t, column_count> widths_{};
    std::size_t fraction_ = 0;
};

void print_meter(page& to, std::string_view label, const detail::meter_facts& meter) {
    std::array<char, 16> text;
    const auto printed = [&](const char* end) {
        return std::string_view{text.data(), static_cast<std::size_t>(end - text.data())};
    };
    to.label(label).item(printed(detail::print_id(text.data(), meter.identification)), style::strong);
    if (meter.manufacturer)
        to.item(printed(detail::print_manufacturer(text.data(), *meter.manufacturer)), style::strong);
    to.item(in_words(meter.medium));
    if (meter.version)
        to.item("version " + std::to_string(*meter.version));
    to.end_line();
}

void print_link(page& to, const mbus::frame_view& frame, const message_facts* facts) {
    to.label("telegram");
    const auto c = mbus::c(frame);
    const auto address = mbus::address(frame);
    if (c && address) {
        if (c->service() != mbus::link_service::unknown)
            to.item(name(c->service()));
        else
            to.item("C " + to_hex(std::array{c->raw()}));
        to.item("address " + std::to_string(address->raw()));
    } else {
        to.item("acknowledgement");
    }
    if (facts != nullptr)
        to.item(in_words(name(facts->message.application())));
    if (facts != nullptr && facts->access_number)
        to.item("access number " + std::to_string(*facts->access_number));
    to.end_line();
}

void print_status(page& to, const message_facts& facts) {
    if (facts.status) {
        to.label("status");
        bool is_ok = true;
        facts.status_flags.for_each_flag([&](std::string_view flag) {
            to.item(in_words(flag), style::warning);
            is_ok = false;
        });
        to.item(is_ok ? "ok" : "(0x" + to_hex(std::array{*facts.status}) + ")").end_line();
    }
    if (facts.security) {
        const auto& [mode, split] = *facts.security;
        to.label("security");
        if (mode == 0)
            return to.item("none").end_line();
        to.item("mode " + std::to_string(mode));
        const bool is_readable = split.encrypted.empty();
        to.item(in_words(name(split.state)), is_readable ? style::plain : style::warning);
        if (!is_readable)
            to.item(std::to_string(split.encrypted.size()) + " octets encrypted");
        to.end_line();
    }
}

void print_octets(page& to, std::string_view label, bytes_view octets) {
    constexpr std::size_t per_line = 32;
    to.label(label);
    for (; octets.size() > per_line; octets = octets.subspan(per_line)) {
        to.put(to_hex(octets.first(per_line)));
        to.end_line();
        to.label({});
    }
    to.put(to_hex(octets)).end_line();
}

void print_application(page& to, const detail::application_facts& facts) {
    if (facts.selected)
        print_meter(to, "selects", *facts.selected);
    if (!facts.selection_records.empty())
        print_octets(to, "by records", facts.selection_records);
    if (facts.answer) {
        to.label("refused").item(in_words(name(*facts.answer)), style::warning);
        if (facts.answer->has_code)
            to.item("(0x" + to_hex(std::array{facts.answer->code}) + ")");
        to.end_line();
    }
    if (facts.alarm)
        print_octets(to, "alarm", *facts.alarm);
    if (facts.baud_rate)
        to.label("changes to").put(std::to_string(*facts.baud_rate) + " Bd").end_line();
    if (!facts.rest.empty())
        print_octets(to, "data", facts.rest);
}

void print_message(page& to, const message_facts& facts, std::vector<error_facts>& errors) {
    print_status(to, facts);
    if (!facts.has_records()) {
        const auto application = detail::application_of(facts);
        print_application(to, application);
        if (application.problem)
            errors.push_back({*application.problem, {}});
        return;
    }
    table records;
    const auto trailer = detail::walk_records(
        facts, [&](const record_facts& record) { records.add(record); },
        [&](const error_facts& error) { errors.push_back(error); });
    if (!records.empty()) {
        to.put("\n");
        records.print(to);
    }
    if (!trailer.manufacturer_data.empty() || trailer.more_records_follow || trailer.is_global_readout)
        to.put("\n");
    if (trailer.has_manufacturer_data && !trailer.manufacturer_data.empty())
        print_octets(to, "maker data", trailer.manufacturer_data);
    if (trailer.is_global_readout)
        to.put("everything is asked for\n");
    if (trailer.more_records_follow)
        to.put("more records follow in the next telegram\n");
}

} // namespace

void append_text(std::string& out, const mbus::telegram_view& telegram, text_options options) {
    page to{out, options.colour};
    std::vector<error_facts> errors;
    const auto& message = telegram.message();
    if (!message) {
        print_link(to, telegram.frame(), nullptr);
        return;
    }
    const auto facts = detail::facts_of(*message, mbus::telegram_view::message_offset);
    if (facts.meter)
        print_meter(to, "meter", *facts.meter);
    print_link(to, telegram.frame(), &facts);
    print_message(to, facts, errors);
    for (const auto& [what, octets] : errors) {
        to.label("error").put(to_string(what), style::warning);
        to.end_line();
        if (!octets.empty())
            print_octets(to, "", octets);
    }
}

} // namespace meterlink::format
