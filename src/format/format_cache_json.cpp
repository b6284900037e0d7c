#include <meterlink/format/format_cache_json.hpp>

#include <array>
#include <cstdint>
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

} // namespace

void append_json(std::string& out, const tpl::format_cache& cache) {
    out += R"({"formats":[)";
    bool is_first = true;
    cache.for_each([&](const tpl::record_format& format) {
        out += is_first ? "\n" : ",\n";
        is_first = false;
        out += R"({"signature":")" + signature_text(format.signature()) + R"(","headers":")" +
               to_hex(format.headers()) + R"("})";
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
    std::vector<octets> all;
    for (const auto& format : *formats) {
        auto headers = headers_of_format(format);
        if (!headers)
            return refused("formats[" + std::to_string(all.size()) + "]" + (format.is_object() ? "." : ": ") +
                           headers.error());
        all.push_back(std::move(*headers));
    }
    for (const auto& headers : all)
        if (const auto inserted = cache.insert(headers); !inserted)
            return refused(to_string(inserted.error()));
    return all.size();
}

} // namespace meterlink::format
