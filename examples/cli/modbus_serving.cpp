#include "modbus_serving.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "input.hpp"
#include "modbus_options.hpp"
#include "serving.hpp"

namespace meterlink::cli {

namespace {

using io::endpoint_kind;

/// Schemes that people write, and those of endpoints that listen.
constexpr std::array<std::pair<endpoint_kind, endpoint_kind>, 3> listening_kinds{{
    {endpoint_kind::tcp, endpoint_kind::tcp_listen},
    {endpoint_kind::tls, endpoint_kind::tls_listen},
    {endpoint_kind::udp, endpoint_kind::udp_listen},
}};

} // namespace

CLI::Option* add_modbus_listen_option(CLI::App& command, modbus_serving_options& options) {
    return command
        .add_option("--listen", options.listen,
                    "Where clients come: tcp://HOST:PORT, with * for every interface and 0 for any\n"
                    "free port; tcp://127.0.0.1:1502 unless given")
        ->option_text("URL");
}

void add_modbus_client_limit(CLI::App& command, modbus_serving_options& options) {
    command
        .add_option("--max-clients", options.most_clients,
                    "So many connections at once: 8 unless given; further ones are closed")
        ->option_text("N")
        ->check(CLI::Range(1U, 10'000U).description(""));
}

void add_modbus_writer_role(CLI::App& command, modbus_serving_options& options) {
    command
        .add_option("--writer-role", options.writer_role,
                    "Under TLS, the role that a client needs to write; it stands in its certificate")
        ->option_text("ROLE")
        ->check(CLI::Validator{[](const std::string& text) {
                                   return text.empty() ? "a role has at least one character: without one, "
                                                         "everybody might write"
                                                       : "";
                               },
                               ""});
}

std::function<bool(const modbus::access_request&)>
modbus_authorisation(const modbus_serving_options& options) {
    if (options.writer_role.empty())
        return {};
    return [role = options.writer_role](const modbus::access_request& what) {
        return !what.changes || what.role == role;
    };
}

std::optional<io::endpoint> modbus_place(const modbus_serving_options& options, complaints& errors) {
    auto text = modbus_url(options.listen);
    for (const auto& [plain, listening] : listening_kinds)
        if (text.starts_with(io::scheme(plain)))
            text = std::string{io::scheme(listening)} + text.substr(io::scheme(plain).size());
    auto where = io::endpoint::parse(text);
    if (!where) {
        errors.plain("--listen: " + without_controls(io::endpoint_error_text(text, where.error())));
        return std::nullopt;
    }
    if (where->kind == endpoint_kind::replay) {
        errors.plain("--listen: nobody comes to a recording");
        return std::nullopt;
    }
    if (!options.writer_role.empty() && where->kind != endpoint_kind::tls_listen) {
        errors.plain(
            "--writer-role: clients have roles under tls:// alone, so --listen has to name such a place");
        return std::nullopt;
    }
    if (!options.framing.empty())
        where->framing = modbus_framing_named(options.framing);
    return *where;
}

std::string modbus_place_text(const io::endpoint& where, unsigned port) {
    if (where.kind == endpoint_kind::serial)
        return io::to_string(where);
    auto text = address_of(where, port);
    for (const auto& [plain, listening] : listening_kinds)
        if (where.kind == listening)
            text = std::string{io::scheme(plain)} + text.substr(io::scheme(endpoint_kind::tcp).size());
    return text;
}

std::string text_of_client(const io::client_event& event) {
    const auto who = without_controls(event.who.peer);
    switch (event.what) {
    case io::client_change::came: return who + " has come";
    case io::client_change::refused:
        return who + " was refused: " +
               (event.why == std::errc::connection_refused
                    ? std::string{"there are as many clients as may be"}
                    : event.why.message());
    case io::client_change::given_up: return who + " was disconnected: what it sent is no Modbus";
    case io::client_change::left: break;
    }
    return who + " has left" + (event.why ? ": " + event.why.message() : "");
}

} // namespace meterlink::cli
