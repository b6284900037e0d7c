// Prints the reading of every telegram in files of vectors, one per line, for the checks that other languages
// do better: readings json|xml FILE...   A file is a JSON array or one JSON object per line, each with "hex".
// What came from the air is read without a key, and once more with the "key" that it has.

#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/xml.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace meterlink;

template <class Telegram>
void print(const Telegram& telegram, bool as_xml) {
    std::string out;
    if (as_xml)
        format::append_xml(out, telegram);
    else
        format::append_json(out, telegram);
    std::cout << out << '\n';
}

/// The project's vectors name the source; those of the larger corpus tell it otherwise.
bool is_from_air(const nlohmann::json& vector) {
    return vector.value("source", "") == "wmbus" || vector.value("transport", "") == "wireless" ||
           vector.contains("framing");
}

std::string key_of(const nlohmann::json& vector) {
    const auto found = vector.find("key");
    return found != vector.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

void print_from_air(const nlohmann::json& vector, bytes_view octets, bool as_xml,
                    tpl::format_cache& formats) {
    tpl::no_keys none;
    wmbus::telegram_decoder without_key{none, {&formats}};
    print(without_key.decode(octets), as_xml);
    if (const auto key = crypto::key::parse(key_of(vector))) {
        crypto::single_key keys{*key};
        wmbus::telegram_decoder with_key{keys, {&formats}};
        print(with_key.decode(octets), as_xml);
    }
}

void print_reading(const nlohmann::json& vector, bool as_xml, tpl::format_cache& formats) {
    const auto octets = parse_hex_strict(vector.value("hex", ""));
    if (!octets)
        return;
    if (is_from_air(vector))
        return print_from_air(vector, *octets, as_xml, formats);
    if (const auto telegram = mbus::telegram_view::parse(*octets))
        print(*telegram, as_xml);
    else
        print(telegram.error(), as_xml);
}

} // namespace

int main(int argc, char* argv[]) {
    const bool as_xml = argc > 1 && std::string_view{argv[1]} == "xml";
    tpl::format_cache formats;
    for (int i = 2; i < argc; ++i) {
        std::ifstream input{argv[i]};
        if (input.peek() == '[') {
            for (const auto& vector : nlohmann::json::parse(input))
                print_reading(vector, as_xml, formats);
        } else {
            for (std::string line; std::getline(input, line);)
                if (!line.empty())
                    print_reading(nlohmann::json::parse(line), as_xml, formats);
        }
    }
}
