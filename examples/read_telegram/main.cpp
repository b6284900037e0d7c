// Reads one telegram and prints what the meter says.

#include <cstdio>
#include <string>

#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/format/value_text.hpp>
#include <meterlink/mbus/telegram.hpp>

int main() {
    using namespace meterlink;
    const auto octets = parse_hex_lenient("68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 "
                                          "03 13 15 31 00 DA 02 3B 13 01 8B 60 04 37 18 02 18 16");
    const auto telegram = octets.and_then([](const auto& o) { return mbus::telegram_view::parse(o); });
    if (!telegram) {
        std::printf("%s\n", to_string(telegram.error()).c_str());
        return 1;
    }
    for (const auto& record : telegram->records()) {
        if (!record) { // one bad record does not take the others with it
            std::printf("%s\n", to_string(record.error()).c_str());
            continue;
        }
        std::string line{name(record->measurement().quantity)};
        line += ' ';
        format::append_value(line, record->value());
        line += ' ';
        format::append_unit(line, *record);
        std::printf("%s\n", line.c_str());
    }
}
