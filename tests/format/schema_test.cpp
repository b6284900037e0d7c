// The lists of names in docs/reading.schema.json are those of the library, so that neither drifts from the
// other.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/apl/dib.hpp>
#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/apl/invalid_reason.hpp>
#include <meterlink/apl/tables/vife.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/quantity.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/device_type.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/tpl/status.hpp>
#include <meterlink/wmbus/c_field.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/mode.hpp>
#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "wireless.hpp"

using namespace meterlink;

namespace {

using names = std::set<std::string>;

/// The enum of a definition in docs/reading.schema.json; a name that stands there twice is an error in
/// itself.
names enum_of(const std::string& definition) {
    std::ifstream input{METERLINK_SOURCE_DIR "/docs/reading.schema.json"};
    const auto schema = nlohmann::json::parse(input);
    const auto& values = schema.at("$defs").at(definition).at("enum");
    const auto out = values.get<names>();
    CHECK(out.size() == values.size());
    return out;
}

names difference(const names& a, const names& b) {
    names out;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(out, out.end()));
    return out;
}

/// A failure says which names are to be added and which to be taken away, not all of them.
void check_enum_of(const std::string& definition, const names& wanted) {
    INFO("$defs/" << definition << " in docs/reading.schema.json");
    const auto listed = enum_of(definition);
    const auto missing = difference(wanted, listed);
    const auto surplus = difference(listed, wanted);
    const names none;
    CHECK(missing == none);
    CHECK(surplus == none);
}

/// The names of the enumerators 0 to `last`, which are all there are: the one behind them has no name of its
/// own.
template <class Enum>
names names_up_to(Enum last) {
    names out;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i)
        out.emplace(name(static_cast<Enum>(i)));
    const auto behind = name(static_cast<Enum>(static_cast<std::size_t>(last) + 1));
    CHECK((out.contains(std::string{behind}) || behind == "unknown"));
    return out;
}

/// Modifiers that `append_json` writes for codes of a table.
template <class Table>
void add_modifiers(names& out, const Table& table) {
    using apl::tables::vife_effect;
    for (const auto& entry : table)
        if (entry.is_listed && entry.effect != vife_effect::exponent && entry.effect != vife_effect::offset &&
            entry.effect != vife_effect::extension)
            out.emplace(entry.name);
}

} // namespace

TEST_CASE("the schema lists every quantity, medium and modifier") {
    names quantities;
    for (const auto& row : detail::quantity_rows)
        quantities.emplace(row.name);
    check_enum_of("quantity", quantities);

    names media;
    for (unsigned code = 0; code < 256; ++code)
        media.emplace(name(static_cast<tpl::device_type>(code)));
    for (unsigned code = 0; code < 16; ++code)
        media.emplace(apl::fixed_medium_name(static_cast<std::uint8_t>(code)));
    check_enum_of("medium", media);

    names modifiers{"historical", "stored_value"};
    add_modifiers(modifiers, apl::tables::vife_from_meter);
    add_modifiers(modifiers, apl::tables::vife_to_meter);
    add_modifiers(modifiers, apl::tables::vife_extension);
    check_enum_of("modifier", modifiers);
}

TEST_CASE("the schema lists every name of an enumeration") {
    check_enum_of("function", names_up_to(apl::function_field::error));
    check_enum_of("invalid_reason", names_up_to(apl::invalid_reason::too_large));
    check_enum_of("security_state", names_up_to(tpl::security_state::mac_mismatch));
    check_enum_of("message", names_up_to(tpl::application::unknown));
    check_enum_of("frame", names_up_to(mbus::frame_kind::long_frame));
    check_enum_of("link_service", names_up_to(mbus::link_service::rsp_ud));
    check_enum_of("layer", names_up_to(layer::modbus));
}

TEST_CASE("the schema lists every name of the air") {
    names functions;
    for (unsigned octet = 0; octet < 256; ++octet)
        functions.emplace(name(wmbus::c_field{static_cast<std::uint8_t>(octet)}.function()));
    functions.erase("unknown"); // is left out of the link
    check_enum_of("link_function", functions);
    check_enum_of("frame_format", names_up_to(wmbus::frame_format::stripped));
    check_enum_of("radio_mode", names_up_to(wmbus::mode::r2));

    // A telegram with all bits of the communication control field.
    const auto reading = nlohmann::json::parse(telegrams::air_json("0C44 2440 78563412 01 07 8C FF 00"));
    check_enum_of("control_flag", reading["ell"]["control"]["flags"].get<names>());
}

TEST_CASE("the schema lists every error, refusal, flag and rate") {
    names codes;
    for (const auto& row : detail::errc_rows)
        codes.emplace(row.name);
    check_enum_of("error_code", codes);

    names refusals;
    names flags;
    for (unsigned octet = 0; octet < 256; ++octet) {
        refusals.emplace(name(apl::application_error{static_cast<std::uint8_t>(octet)}));
        tpl::status{static_cast<std::uint8_t>(octet)}.for_each_flag(
            [&](std::string_view flag) { flags.emplace(flag); });
    }
    check_enum_of("application_error", refusals);
    check_enum_of("status_flag", flags);

    std::ifstream input{METERLINK_SOURCE_DIR "/docs/reading.schema.json"};
    const auto rates = nlohmann::json::parse(input).at("properties").at("baud_rate").at("enum");
    REQUIRE(rates.size() == mbus::baud_rate_rows.size());
    for (std::size_t i = 0; i < rates.size(); ++i)
        CHECK(rates[i] == mbus::baud_rate_rows[i].baud);
}
