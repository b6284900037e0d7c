/// Serves the device for a peer of another program, until its standard input ends.
///     server tcp    prints the port
///     server rtu    prints the serial line's other end

#include <iostream>
#include <optional>
#include <string>

#include "interop/device.hpp"
#include "interop/pty_pair.hpp"

int main(int count, char** arguments) {
    using namespace meterlink::test;
    const bool is_serial = count == 2 && std::string{arguments[1]} == "rtu";
    std::optional<pty_pair> line;
    if (is_serial)
        line.emplace();
    const our_server server{is_serial ? "serial:" + line->one() : "tcp-listen://127.0.0.1:0"};
    if (is_serial)
        std::cout << line->other() << std::endl;
    else
        std::cout << server.port() << std::endl;
    std::cin.ignore(1);
}
