#include "serving.hpp"

#include <csignal>
#include <string_view>

#include "input.hpp"

namespace meterlink::cli {

std::optional<io::endpoint> endpoint_to_listen_on(const std::string& text, complaints& errors) {
    constexpr std::string_view plain_scheme = "tcp://";
    const auto is_plain = text.compare(0, plain_scheme.size(), plain_scheme) == 0;
    const auto whole = is_plain ? "tcp-listen://" + text.substr(plain_scheme.size()) : text;
    const auto where = io::endpoint::parse(whole);
    if (!where) {
        errors.plain("--listen: " + without_controls(io::endpoint_error_text(whole, where.error())));
        return std::nullopt;
    }
    if (where->kind != io::endpoint_kind::tcp_listen) {
        errors.plain("--listen takes tcp://HOST:PORT, not " + without_controls(text));
        return std::nullopt;
    }
    return *where;
}

std::string address_of(const io::endpoint& where, unsigned port) {
    auto host = where.host == "*" || where.host == "0.0.0.0" ? std::string{"127.0.0.1"} : where.host;
    if (host.find(':') != std::string::npos)
        host = '[' + host + ']';
    return "tcp://" + host + ':' + std::to_string(port);
}

io::single_client_options one_client(complaints& errors) {
    io::single_client_options out;
    out.on_refused = [&errors](const io::refused_client& who) {
        errors.note(who.peer + " was refused, because " + who.connected + " is connected");
    };
    return out;
}

interrupt_watch::interrupt_watch(asio::io_context& context) : signals_{context, SIGINT, SIGTERM} {
    signals_.async_wait([&context](asio::error_code error, int) {
        if (!error)
            context.stop();
    });
}

} // namespace meterlink::cli
