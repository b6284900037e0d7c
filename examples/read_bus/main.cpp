// Reads meters by secondary address on a wired bus and prints what they say: read_bus URL ADDRESS...

#include <chrono>
#include <cstdio>
#include <string>

#include <meterlink/format/value_text.hpp>
#include <meterlink/io/wired_bus.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>
#include <meterlink/mbus/telegram.hpp>

int main(int argc, char* argv[]) {
    using namespace meterlink;
    const std::string url = argc > 1 ? argv[1] : "";
    const auto where = io::endpoint::parse(url);
    if (!where) {
        std::fprintf(stderr, "%s\n", io::endpoint_error_text(url, where.error()).c_str());
        return 2;
    }
    mbus::master::options how; // for old meters and long lines its pauses are longer
    how.timing = mbus::timing_profile::standard(where->serial.baud, std::chrono::milliseconds{150});
    io::wired_bus bus{*where, how};
    int failures = 0;
    for (int i = 2; i < argc; ++i) {
        const auto answer = mbus::parse_secondary_address(argv[i]).and_then(
            [&](const mbus::secondary_address& meter) { return bus.read(meter); });
        if (!answer || !*answer) {
            const auto why = answer ? std::string{name(answer->how)} : to_string(answer.error());
            std::fprintf(stderr, "%s: %s\n", argv[i], why.c_str());
            ++failures;
            continue;
        }
        for (const auto& octets : answer->telegrams) {
            const auto telegram = mbus::telegram_view::parse(octets);
            if (!telegram)
                continue; // what is no telegram is no reading either
            for (const auto& record : telegram->records()) {
                if (!record)
                    continue; // a bad record does not take the others with it
                auto line = std::string{argv[i]}.append("  ").append(name(record->measurement().quantity));
                line += ' ';
                format::append_value(line, record->value());
                line += ' ';
                format::append_unit(line, *record);
                std::printf("%s\n", line.c_str());
            }
        }
    }
    return failures == 0 ? 0 : 1;
}
