#include "explain_words.hpp"

#include <variant>

#include <fmt/format.h>
#include <meterlink/format/value_text.hpp>

#include "words.hpp"

namespace meterlink::format::detail {

std::string count_octets(std::size_t count) {
    return count == 1 ? std::string{"1 octet"} : fmt::format("{} octets", count);
}

std::string manufacturer_meaning(std::uint16_t code) {
    const tpl::manufacturer maker{static_cast<std::uint16_t>(code & 0x7FFFU)};
    if (code == tpl::any_manufacturer.code)
        return "any";
    if (!maker.is_valid())
        return fmt::format("{:04X}, no letters", code);
    const auto letters = maker.letters();
    return std::string{letters.begin(), letters.end()};
}

std::string function_words(apl::function_field function) {
    return function == apl::function_field::error ? "value during error" : std::string{name(function)};
}

std::string dif_meaning(std::uint8_t dif) {
    auto text = fmt::format("{}, {}", name(static_cast<apl::data_field>(dif & 0x0FU)),
                            function_words(static_cast<apl::function_field>((dif >> 4U) & 0x03U)));
    if ((dif & 0x40U) != 0)
        text += ", storage bit 1";
    return (dif & 0x80U) != 0 ? text + ", DIFE follows" : text;
}

std::string dife_meaning(std::uint8_t dife, std::size_t index) {
    std::string text;
    const auto add = [&](std::string_view what, std::uint64_t bits, std::size_t shift) {
        if (bits != 0)
            text += fmt::format("{}{} +{}", text.empty() ? "" : ", ", what, bits << shift);
    };
    add("storage", dife & 0x0FU, 1 + 4 * index);
    add("tariff", (dife >> 4U) & 0x03U, 2 * index);
    add("subunit", (dife >> 6U) & 0x01U, index);
    if (text.empty())
        text = (dife & 0x80U) == 0 ? "adds nothing: a register number" : "adds nothing";
    return text;
}

std::string measurement_meaning(const apl::measurement& m) {
    auto text = words(name(m.quantity));
    const auto unit = symbol(m.unit);
    const auto exponent = static_cast<int>(m.exponent10);
    if (exponent != 0)
        text += fmt::format(", 10^{} {}", exponent, unit);
    else if (!unit.empty())
        text += fmt::format(", {}", unit);
    if (m.counts_4096th)
        text += ", in 4096ths";
    return m.is_historical ? text + ", before 2004" : text;
}

std::string vife_meaning(const apl::vife& modifier) {
    using apl::tables::vife_effect;
    const auto& entry = modifier.entry();
    switch (entry.effect) {
    case vife_effect::exponent:
        return fmt::format("{}: x 10^{}", words(entry.name), static_cast<int>(entry.argument));
    case vife_effect::offset:
        return fmt::format("{}: + 10^{}", words(entry.name), static_cast<int>(entry.argument));
    case vife_effect::record_error: return fmt::format("record error: {}", words(entry.name));
    case vife_effect::extension: return "a code of the second table follows";
    case vife_effect::label:
    case vife_effect::other_unit:
    case vife_effect::count:
    case vife_effect::date:
    case vife_effect::duration:
    case vife_effect::profile:
    case vife_effect::unsigned_type:
    case vife_effect::flags_type:
    case vife_effect::manufacturer: break;
    }
    return words(entry.name);
}

std::string value_words(const apl::record_value& value, const apl::record_view* record) {
    std::string text;
    append_value(text, value);
    if (std::holds_alternative<apl::text>(value))
        return fmt::format("\"{}\"", text);
    std::string unit;
    if (record != nullptr &&
        (std::holds_alternative<decimal>(value) || std::holds_alternative<apl::real>(value)))
        append_unit(unit, *record);
    return unit.empty() ? text : fmt::format("{} {}", text, unit);
}

std::string record_title(std::size_t number, const apl::record_view& record) {
    const auto& dib = record.dib();
    auto text = fmt::format("record {}: {}", number, words(name(record.measurement().quantity)));
    const auto value = record.value();
    if (!record.data().empty() && !std::holds_alternative<apl::opaque>(value))
        text += ' ' + value_words(value, &record);
    std::string notes;
    const auto note = [&](std::string_view what) {
        notes += fmt::format("{}{}", notes.empty() ? "" : ", ", what);
    };
    if (dib.function != apl::function_field::instantaneous)
        note(function_words(dib.function));
    if (dib.storage != 0)
        note(fmt::format("storage {}", dib.storage));
    if (dib.tariff != 0)
        note(fmt::format("tariff {}", dib.tariff));
    if (dib.subunit != 0)
        note(fmt::format("subunit {}", dib.subunit));
    std::string modifiers;
    append_modifiers(modifiers, record);
    if (!modifiers.empty())
        note(words(modifiers));
    return notes.empty() ? text : fmt::format("{} ({})", text, notes);
}

} // namespace meterlink::format::detail
