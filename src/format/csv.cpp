#include <meterlink/format/csv.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/value_text.hpp>

#include "print.hpp"
#include "reading.hpp"
#include "wireless_reading.hpp"

namespace meterlink::format {

namespace {

constexpr std::array<std::string_view, 19> column_names{
    "id",        "manufacturer", "medium",  "access_number", "status",   "security", "authenticated",
    "function",  "storage",      "tariff",  "subunit",       "quantity", "unit",     "value",
    "modifiers", "invalid",      "raw_dib", "raw_vib",       "raw_data"};

/// Writes cells and counts none: whoever calls it writes all columns.
class row_writer {
public:
    row_writer(std::string& out, char separator) noexcept : out_{&out}, separator_{separator} {}

    row_writer& cell(std::string_view text) {
        begin();
        const auto needs_quotes = text.find_first_of("\"\r\n") != text.npos ||
                                  text.find(separator_) != text.npos ||
                                  (!text.empty() && (text.front() == ' ' || text.back() == ' '));
        if (!needs_quotes) {
            *out_ += text;
            return *this;
        }
        *out_ += '"';
        for (const char c : text)
            out_->append(c == '"' ? 2 : 1, c);
        *out_ += '"';
        return *this;
    }

    /// Text from the meter, which must not become a formula.
    row_writer& foreign_cell(std::string_view text) {
        constexpr std::string_view formula_starts = "=+-@";
        if (text.empty() || formula_starts.find(text.front()) == formula_starts.npos)
            return cell(text);
        return cell("'" + std::string{text});
    }

    row_writer& number(std::uint64_t value) {
        std::array<char, detail::integer_max_chars> digits;
        const char* const end = detail::print_unsigned(digits.data(), value);
        return cell({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }

    row_writer& hex(bytes_view octets) { return cell(to_hex(octets)); }

    row_writer& empty_cells(int count) {
        for (; count > 0; --count)
            cell({});
        return *this;
    }

    void end() {
        *out_ += "\r\n";
        is_first_ = true;
    }

private:
    void begin() {
        if (!is_first_)
            *out_ += separator_;
        is_first_ = false;
    }

    std::string* out_;
    char separator_;
    bool is_first_ = true;
};

template <class Print>
std::string printed(Print print) {
    std::array<char, 16> text;
    const char* const end = print(text.data());
    return {text.data(), static_cast<std::size_t>(end - text.data())};
}

void write_meter_cells(row_writer& row, const detail::message_facts& facts) {
    if (const auto& meter = facts.meter) {
        row.cell(printed([&](char* to) { return detail::print_id(to, meter->identification); }));
        row.cell(meter->manufacturer
                     ? printed([&](char* to) { return detail::print_manufacturer(to, *meter->manufacturer); })
                     : std::string{});
        row.cell(meter->medium);
    } else {
        row.empty_cells(3);
    }
    for (const auto& number : {facts.access_number, facts.status})
        number ? row.number(*number) : row.empty_cells(1);
}

/// `plain` where no layer says: who imports values asks the same of each row.
void write_security_cells(row_writer& row, const detail::message_facts& facts, bytes_view octets) {
    const auto split = detail::protection_of(facts, octets);
    row.cell(name(split.state)).cell(split.is_authenticated ? "true" : "");
}

/// As in JSON: flags are a number, and what JSON gives as null is empty.
void write_value_cell(row_writer& row, const apl::record_value& value) {
    if (const auto* const flags = std::get_if<apl::bit_flags>(&value)) {
        row.number(flags->bits);
    } else if (std::holds_alternative<apl::opaque>(value) || std::holds_alternative<apl::invalid>(value)) {
        row.cell({});
    } else {
        std::string text;
        append_value(text, value);
        std::holds_alternative<apl::text>(value) ? row.foreign_cell(text) : row.cell(text);
    }
}

void write_record_cells(row_writer& row, const detail::record_facts& facts) {
    row.cell(name(facts.function)).number(facts.storage).number(facts.tariff).number(facts.subunit);
    row.cell(name(facts.measurement->quantity));
    std::string text;
    if (facts.record != nullptr)
        append_unit(text, *facts.record);
    else
        text = symbol(facts.measurement->unit);
    row.foreign_cell(text);
    write_value_cell(row, facts.value);
    text.clear();
    if (facts.record != nullptr)
        append_modifiers(text, *facts.record, " ");
    else if (facts.is_stored_value)
        text = detail::stored_value_modifier;
    row.cell(text);
    const auto* const none = std::get_if<apl::invalid>(&facts.value);
    row.cell(none ? name(none->reason) : std::string_view{});
    if (facts.record != nullptr)
        row.hex(facts.record->dib_wire()).hex(facts.record->vib().wire());
    else
        row.empty_cells(2);
    row.hex(facts.data);
}

void write_rows(std::string& out, const detail::message_facts& facts, csv_options options) {
    row_writer row{out, options.separator};
    detail::walk_records(
        facts,
        [&](const detail::record_facts& record) {
            write_meter_cells(row, facts);
            write_security_cells(row, facts, record.record != nullptr ? record.record->wire() : record.data);
            write_record_cells(row, record);
            row.end();
        },
        [&](const detail::error_facts& error) {
            write_meter_cells(row, facts);
            write_security_cells(row, facts, error.octets);
            row.empty_cells(8).cell(name(error.what.code)).empty_cells(2).hex(error.octets).end();
        });
}

} // namespace

void append_csv_header(std::string& out, csv_options options) {
    row_writer row{out, options.separator};
    for (const auto column : column_names)
        row.cell(column);
    row.end();
}

void append_csv(std::string& out, const mbus::telegram_view& telegram, csv_options options) {
    if (const auto& message = telegram.message())
        write_rows(out, detail::facts_of(*message, mbus::telegram_view::message_offset), options);
}

void append_csv(std::string& out, const wmbus::telegram_view& telegram, csv_options options) {
    write_rows(out, detail::facts_of(telegram).message, options);
}

} // namespace meterlink::format
