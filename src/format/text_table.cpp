#include "text_table.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/value_text.hpp>

#include "words.hpp"

namespace meterlink::format::detail {

namespace {

constexpr std::array<std::string_view, column_count> titles{"storage",  "tariff", "subunit", "function",
                                                            "quantity", "value",  "unit",    "modifiers"};
constexpr std::size_t gap = 2;
constexpr std::size_t widest_that_aligns = 24; // a longer text stands over, and leaves the others alone

bool is_right_aligned(std::size_t column) { return column <= subunit || column == value; }

/// Columns on the screen: the characters of UTF-8 text, all of which are narrow.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Octets in hex, cut short where nobody would read on.
std::string octets_text(bytes_view octets) {
    constexpr std::size_t most = 16;
    if (octets.size() <= most)
        return to_hex(octets);
    return to_hex(octets.first(most)) + "\xE2\x80\xA6 (" + std::to_string(octets.size()) + " octets)";
}

table_row row_of(const record_facts& facts) {
    table_row out;
    auto& cells = out.cells;
    cells[storage] = std::to_string(facts.storage);
    cells[tariff] = std::to_string(facts.tariff);
    cells[subunit] = std::to_string(facts.subunit);
    cells[function] = name(facts.function);
    cells[quantity] = words(name(facts.measurement->quantity));
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
        cells[modifiers] = facts.is_stored_value ? stored_value_modifier : std::string_view{};
    }
    if (const auto* const at = std::get_if<apl::date_time>(&facts.value); at != nullptr && at->is_summer_time)
        cells[modifiers].insert(0, cells[modifiers].empty() ? "summer_time" : "summer_time, ");
    cells[modifiers] = words(cells[modifiers]);
    return out;
}

} // namespace

void text_table::add(const record_facts& facts) { rows_.push_back(row_of(facts)); }

void text_table::print(page& to) {
    measure();
    for (std::size_t c = 0; c < column_count; ++c)
        if (widths_[c] != 0)
            print_cell(to, c, titles[c], style::label);
    to.end_line();
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < column_count; ++c)
            if (c == value)
                print_value(to, row);
            else if (widths_[c] != 0)
                print_cell(to, c, row.cells[c], style::plain);
        to.end_line();
    }
}

/// What every record has in common needs no column.
bool text_table::is_needed(std::size_t c) const {
    const std::string_view usual = c <= subunit ? "0" : c == function ? "instantaneous" : "";
    return c == quantity || c == value ||
           std::any_of(rows_.begin(), rows_.end(), [&](const table_row& r) { return r.cells[c] != usual; });
}

void text_table::measure() {
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

void text_table::print_cell(page& to, std::size_t c, std::string_view text, style look) const {
    const auto rest = widths_[c] - std::min(widths_[c], width_of(text));
    const bool right = is_right_aligned(c);
    to.spaces(right ? rest : 0).put(text, look).spaces((right ? 0 : rest) + gap);
}

void text_table::print_value(page& to, const table_row& row) const {
    const auto& text = row.cells[value];
    if (!row.is_number)
        return print_cell(to, value, text, row.is_invalid ? style::warning : style::strong);
    to.spaces(widths_[value] - fraction_ - row.whole()).put(text, style::strong);
    to.spaces(fraction_ - row.fraction() + gap);
}

} // namespace meterlink::format::detail
