/// Asks a server of another program for everything that the device has, and prints what was not as it should
/// be.
///     client tcp PORT [MISSING...]    MISSING are function codes in hexadecimal
///     client rtu [MISSING...]         prints the line's other end, and begins when a line is typed

#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "interop/exercise.hpp"
#include "interop/pty_pair.hpp"

int main(int count, char** arguments) {
    using namespace meterlink;
    using namespace meterlink::test;
    const std::vector<std::string> words{arguments + 1, arguments + count};
    if (words.empty() || (words[0] == "tcp" && words.size() < 2))
        return 2;
    const bool is_serial = words[0] == "rtu";
    missing_functions missing;
    for (std::size_t i = is_serial ? 1 : 2; i < words.size(); ++i)
        missing.codes.push_back(static_cast<std::uint8_t>(std::strtoul(words[i].c_str(), nullptr, 16)));
    std::optional<pty_pair> line;
    std::string where = is_serial ? "" : "tcp://127.0.0.1:" + words[1];
    if (is_serial) {
        line.emplace();
        std::cout << line->other() << std::endl;
        std::string ready;
        std::getline(std::cin, ready);
        where = "serial:" + line->one();
    }
    modbus::client_options how;
    how.response_timeout = std::chrono::seconds{5};
    io::modbus_bus bus{io::endpoint::parse(where, io::usual_modbus_line).value(), how};
    const auto failures = exercise{bus, missing}.run();
    for (const auto& failure : failures)
        std::cout << failure << '\n';
    return failures.empty() ? 0 : 1;
}
