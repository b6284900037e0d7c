// Reads one encrypted telegram from the air with the meter's key, and prints what the meter says.

#include <cstdio>
#include <string>

#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/format/value_text.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

int main() {
    using namespace meterlink;
    const auto octets = parse_hex_lenient("2E449315785634123303 7A2A0020255923C95AAA26D1B2E7493B"
                                          "013EC4A6F6D3529B520EDFF0EA6DEFC9 9D6D69EBF3");
    const auto key = crypto::key::parse("0102030405060708090A0B0C0D0E0F11");
    if (!octets || !key)
        return 1;
    crypto::single_key keys{*key}; // a crypto::keyed_ciphers finds the keys of many meters
    wmbus::telegram_decoder decoder{keys};
    const auto& telegram = decoder.decode(*octets);
    for (const auto& problem : telegram.problems) // whatever could be read is there nevertheless
        std::printf("%s\n", to_string(problem).c_str());
    std::printf("%s\n", std::string{name(telegram.security())}.c_str());
    for (const auto& record : telegram.records()) {
        if (!record)
            continue;
        std::string value;
        std::string unit;
        format::append_value(value, record->value());
        format::append_unit(unit, *record);
        std::printf("%s %s%s%s\n", std::string{name(record->measurement().quantity)}.c_str(), value.c_str(),
                    unit.empty() ? "" : " ", unit.c_str());
    }
}
