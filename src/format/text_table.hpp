#pragma once

/// Records in aligned columns.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reading.hpp"
#include "text_page.hpp"

namespace meterlink::format::detail {

/// The columns, in their order.
enum table_column : std::size_t {
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

/// One record as text.
struct table_row {
    std::array<std::string, column_count> cells;
    bool is_number = false;
    bool is_invalid = false;

    /// Columns of the screen before the decimal point of a number, and from it on.
    [[nodiscard]] std::size_t whole() const { return std::min(cells[value].find('.'), cells[value].size()); }
    [[nodiscard]] std::size_t fraction() const { return cells[value].size() - whole(); }
};

/// The records of one telegram, laid out.
class text_table {
public:
    void add(const record_facts& facts);
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
    void print(page& to);

private:
    [[nodiscard]] bool is_needed(std::size_t column) const;
    void measure();
    void print_cell(page& to, std::size_t column, std::string_view text, style look) const;
    void print_value(page& to, const table_row& row) const;

    std::vector<table_row> rows_;
    std::array<std::size_t, column_count> widths_{}; // 0 for a column that is left out
    std::size_t fraction_ = 0;
};

} // namespace meterlink::format::detail
