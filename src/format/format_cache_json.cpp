#include <meterlink/format/format_cache_json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/core/hex.hpp>
#include <nlohmann/json.hpp>

namespace meterlink::format {

namespace {

using nlohmann::json;
using octets = std::vector<std::uint8_t>;

std::string signature_text(std::uint16_t signature) {
    return to_hex(
        std::array{static_cast<std::uint8_t>(signature >> 8U), static_cast<std::uint8_t>(signature)});
}

tl::unexpected<std::string> refused(std::string what) { return tl::unexpected<std::string>{std::move(what)}; }

/// The octets of a member in hex.
tl::expected<octets, std::string> hex_member(const json& format, const char* name) {
    const auto found = format.find(name);
    if (found == format.end())
        return refused(std::string{name} + ": missing");
    if (!found->is_string())
        return refused(std::string{name} + ": not a string");
    auto parsed = parse_hex_strict(found->get_ref<const std::string&>());
    if (!parsed)
        return refused(std::string{name} + ": " + std::string{message(parsed.error().code)} + " at offset " +
                       std::to_string(parsed.error().offset));
    return std::move(*parsed);
}

/// The headers of one format, which have been checked.
tl::expected<octets, std::string> headers_of_format(const json& format) {
    if (!format.is_object())
        return refused("not an object");
    const auto signature = hex_member(format, "signature");
    if (!signature)
        return refused(signature.error());
    auto headers = hex_member(format, "headers");
    if (!headers)
        return headers;
    const auto parsed = tpl::record_format::parse(*headers);
    if (!parsed)
        return refused("headers: " + std::string{message(parsed.error().code)} + " at octet " +
                       std::to_string(parsed.error().offset));
    if (const auto expected = signature_text(parsed->signature()); to_hex(*signature) != expected)
        return refused("signature: " + to_hex(*signature) + " is not that of the headers, " + expected);
    return headers;
}

/// Whom a format serves: the eight octets of the address in the order of the air, and how it came.
void append_teacher(std::string& out, const tpl::format_teacher& teacher) {
    std::array<std::uint8_t, tpl::meter_address::wire_size()> address{};
    [[maybe_unused]] const auto fits = teacher.meter.emit(address);
    out +=
        R"(,"meter":")" + to_hex(address) + R"(","protected":)" + (teacher.is_protected ? "true" : "false");
}

/// A format without these members serves every meter.
tl::expected<std::optional<tpl::format_teacher>, std::string> teacher_of_format(const json& format) {
    if (!format.contains("meter") && !format.contains("protected"))
        return std::nullopt;
    const auto address = hex_member(format, "meter");
    if (!address)
        return refused(address.error());
    if (address->size() != tpl::meter_address::wire_size())
        return refused("meter: not eight octets");
    const auto is_protected = format.find("protected");
    if (is_protected == format.end() || !is_protected->is_boolean())
        return refused("protected: not true or false");
    return tpl::format_teacher{*tpl::meter_address::parse(*address), is_protected->get<bool>()};
}

} // namespace

void append_json(std::string& out, const tpl::format_cache& cache) {
    out += R"({"formats":[)";
    bool is_first = true;
    cache.for_each([&](const tpl::record_format& format, const std::optional<tpl::format_teacher>& teacher) {
        out += is_first ? "\n" : ",\n";
        is_first = false;
        out += R"({"signature":")" + signature_text(format.signature()) + R"(","headers":")" +
               to_hex(format.headers()) + '"';
        if (teacher)
            append_teacher(out, *teacher);
        out += '}';
    });
    out += "\n]}\n";
}

tl::expected<std::size_t, std::string> parse_format_cache(std::string_view text, tpl::format_cache& cache) {
    json document;
    try {
        document = json::parse(text);
    } catch (const json::parse_error& why) {
        return refused("not JSON at offset " + std::to_string(why.byte == 0 ? 0 : why.byte - 1));
    }
    if (!document.is_object())
        return refused("not an object");
    const auto formats = document.find("formats");
    if (formats == document.end())
        return refused("formats: missing");
    if (!formats->is_array())
        return refused("formats: not an array");
    std::vector<std::pair<octets, std::optional<tpl::format_teacher>>> all;
    for (const auto& format : *formats) {
        auto headers = headers_of_format(format);
        const auto place = "formats[" + std::to_string(all.size()) + "]" + (format.is_object() ? "." : ": ");
        if (!headers)
            return refused(place + headers.error());
        const auto teacher = teacher_of_format(format);
        if (!teacher)
            return refused(place + teacher.error());
        all.emplace_back(std::move(*headers), *teacher);
    }
    for (const auto& [headers, teacher] : all)
        if (const auto inserted = cache.insert(headers, teacher); !inserted)
            return refused(to_string(inserted.error()));
    return all.size();
}

} // namespace meterlink::format
