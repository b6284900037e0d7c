#include "assembler.hpp"

#include <utility>

#include <meterlink/core/hex_lenient.hpp>
#include <nlohmann/json.hpp>

#include "blanks.hpp"

namespace meterlink::cli {

namespace {

/// `{"name": ...}` and not `{0x68, 0x1F}`.
bool is_json(std::string_view text) {
    return text.starts_with('{') && trimmed(text.substr(1)).starts_with('"');
}

std::string message_of(const error& why) {
    auto text = std::string{message(why.code)};
    if (why.code != errc::hex_digit)
        return text;
    const auto found = static_cast<char>(why.found);
    if (why.found > 0x20 && why.found < 0x7F)
        return text + ": '" + found + "'";
    return text + ": octet " + to_hex(std::vector<std::uint8_t>{static_cast<std::uint8_t>(why.found)});
}

} // namespace

void assembler::add_line(const origin& from, std::string_view text) {
    const auto content = trimmed(text);
    if (content.empty() || content.starts_with('#'))
        return;
    if (is_json(content))
        return add_json(from, content);
    const auto octets = parse_hex_lenient(text);
    if (!octets)
        return refuse(from, octets.error(), text);
    if (!octets->empty())
        add_octets(from, *octets);
}

void assembler::add_json(const origin& from, std::string_view text) {
    give_pending();
    const auto object = nlohmann::json::parse(text, nullptr, false);
    const auto hex = object.is_object() ? object.find("hex") : object.end();
    if (!object.is_object())
        return to_.on_unreadable({from, "not a JSON object", std::string{text}, 0, false});
    if (hex == object.end() || !hex->is_string())
        return to_.on_unreadable(
            {from, "a JSON object without the text member \"hex\"", std::string{text}, 0, false});
    const auto& digits = hex->get_ref<const std::string&>();
    auto octets = parse_hex_lenient(digits);
    if (!octets)
        return refuse(from, octets.error(), digits);
    give({from, std::move(*octets)});
}

void assembler::add_octets(const origin& from, bytes_view octets) {
    auto& known = pending_.octets;
    if (!known.empty()) {
        const auto before = known.size();
        known.insert(known.end(), octets.begin(), octets.end());
        const auto announced = announced_size(known, kind_);
        const auto is_continuation =
            announced ? known.size() <= *announced : announced.error().code == errc::truncated;
        if (is_continuation && !begins_telegram(octets, kind_)) {
            if (announced && *announced == known.size())
                give_pending();
            return;
        }
        known.resize(before);
        give_pending();
    }
    pending_ = {from, {octets.begin(), octets.end()}};
    const auto announced = announced_size(octets, kind_);
    const auto is_incomplete =
        announced ? octets.size() < *announced : announced.error().code == errc::truncated;
    if (!is_incomplete || is_coded(kind_))
        give_pending();
}

void assembler::give(telegram&& complete) {
    if (!is_stopped_)
        is_stopped_ = !to_.on_telegram(complete);
}

void assembler::give_pending() {
    if (!pending_.octets.empty())
        give(std::exchange(pending_, {}));
}

void assembler::refuse(const origin& from, const error& why, std::string_view text) {
    give_pending();
    if (!is_stopped_)
        to_.on_unreadable({from, message_of(why), std::string{text}, why.offset});
}

} // namespace meterlink::cli
