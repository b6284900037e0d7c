// Prints the reading of every telegram in files of vectors, one per line, for the checks that other languages
// do better: readings json|xml FILE...   A file is a JSON array or one JSON object per line, each with "hex".

#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/xml.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace meterlink;

void print_reading(const nlohmann::json& vector, bool as_xml) {
    const auto octets = parse_hex_strict(vector.value("hex", ""));
    if (!octets)
        return;
    const auto telegram = mbus::telegram_view::parse(*octets);
    std::string out;
    if (as_xml)
        telegram ? format::append_xml(out, *telegram) : format::append_xml(out, telegram.error());
    else
        telegram ? format::append_json(out, *telegram) : format::append_json(out, telegram.error());
    std::cout << out << '\n';
}

} // namespace

int main(int argc, char* argv[]) {
    const bool as_xml = argc > 1 && std::string_view{argv[1]} == "xml";
    for (int i = 2; i < argc; ++i) {
        std::ifstream input{argv[i]};
        if (input.peek() == '[') {
            for (const auto& vector : nlohmann::json::parse(input))
                print_reading(vector, as_xml);
        } else {
            for (std::string line; std::getline(input, line);)
                if (!line.empty())
                    print_reading(nlohmann::json::parse(line), as_xml);
        }
    }
}
