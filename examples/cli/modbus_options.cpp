#include "modbus_options.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>

#include <meterlink/io/modbus_line.hpp>

#include "bus_line.hpp"
#include "command.hpp"

namespace meterlink::cli {

namespace {

constexpr auto modbus_common_footer = R"(
URL of the line
  tcp://HOST:PORT                   Modbus/TCP; port 502 where it is missing
  serial:/dev/ttyUSB0?baud=9600     RTU; 19200 bit/s, 8E1 unless &parity=none|odd, &stop=2, &data=7
  udp://HOST:PORT                   Modbus/UDP
  tls://HOST:PORT?ca=FILE&cert=FILE&key=FILE   Modbus/TCP Security; port 802 where it is missing
  replay:FILE                       a record of --record, as --replay FILE; with --framing of that line
  --framing rtu sends RTU frames over TCP or UDP, as converters take them; --framing ascii likewise.
  &echo=on for RS-485 lines that give back what is sent: the echo is taken out. &rs485=on has the driver of a
  serial port switch an RS-485 transceiver.
  Put URLs with & into quotes.

Exit code
  0 everything was done; 1 something failed, and the standard error says what and what to do; 2 wrong usage
)";

std::optional<unsigned> modbus_number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Where `text` names a host in a network, behind it.
std::optional<std::size_t> end_of_host(std::string_view text) {
    for (const auto kind : {io::endpoint_kind::tcp, io::endpoint_kind::udp, io::endpoint_kind::tls})
        if (const auto scheme = io::scheme(kind); text.starts_with(scheme)) {
            auto at = scheme.size();
            if (at < text.size() && text[at] == '[')
                at = text.find(']', at);
            return at == std::string_view::npos ? text.size()
                                                : std::min(text.find_first_of(":?", at), text.size());
        }
    return std::nullopt;
}

} // namespace

void add_modbus_framing(CLI::App& command, std::string& framing) {
    command
        .add_option(
            "--framing", framing,
            "Frames on the line: tcp, rtu or ascii; otherwise tcp in a network, rtu on a serial\nline")
        ->type_name("FRAMING")
        ->check(CLI::IsMember({"tcp", "rtu", "ascii"}).description(""));
}

void add_modbus_options(CLI::App& command, modbus_options& options, bool needs_url) {
    auto* url =
        command.add_option("URL", options.url, "The line: tcp://HOST:PORT, serial:DEVICE ...; see below")
            ->option_text("");
    if (needs_url)
        url->required();
    add_modbus_framing(command, options.framing);
    command
        .add_option("--timeout", options.timeout,
                    "Wait so many milliseconds for an answer: 1000 unless given, 300 in a scan of a\n"
                    "line, that is not over Modbus/TCP")
        ->option_text("MS")
        ->check(CLI::Range(1U, 600'000U).description(""));
    command.add_option("--retries", options.retries, "Ask so many times again: 2 unless given, 0 in a scan")
        ->option_text("N")
        ->check(CLI::Range(0U, 100U).description(""));
    command.add_option("--pause", options.pause, "Wait so many milliseconds before each further request")
        ->option_text("MS")
        ->check(CLI::Range(0U, 60'000U).description(""));
    command
        .add_option("--delay-after-connect", options.delay_after_connect,
                    "Wait so many milliseconds before the first request: some devices are deaf meanwhile")
        ->option_text("MS")
        ->check(CLI::Range(0U, 600'000U).description(""));
    command
        .add_option("--window", options.window,
                    "Have so many requests under way at once, over Modbus/TCP alone: 1 unless given")
        ->option_text("N")
        ->check(CLI::Range(1U, 256U).description(""));
    command.add_flag("--trace", options.shows_traffic,
                     "Show the octets on the line, with times, on the standard error");
    command.add_option("--record", options.record, "Write the octets on the line, with times, to FILE")
        ->option_text("FILE");
    command
        .add_option("--replay", options.replay,
                    "Answer from FILE, which --record has written, in place of a line; without URL")
        ->option_text("FILE");
    add_colour_option(command, options.colour);
}

std::string modbus_url(const std::string& text) {
    auto out = text;
    if (const auto end = end_of_host(out); end && (*end == out.size() || out[*end] == '?'))
        out.insert(*end, text.starts_with(io::scheme(io::endpoint_kind::tls)) ? ":802" : ":502");
    if (out.starts_with(io::scheme(io::endpoint_kind::serial)) && out.find("baud=") == std::string::npos)
        out += out.find('?') == std::string::npos ? "?baud=19200" : "&baud=19200";
    return out;
}

std::optional<io::endpoint> modbus_endpoint(const modbus_options& options, complaints& errors) {
    bus_options line{options};
    line.url = modbus_url(options.url);
    auto where = parse_line(line, errors);
    if (where && !options.framing.empty())
        where->framing = modbus_framing_named(options.framing);
    return where;
}

std::optional<modbus::framing> modbus_framing_named(const std::string& text) {
    for (const auto each : {modbus::framing::tcp, modbus::framing::rtu, modbus::framing::ascii})
        if (name(each) == text)
            return each;
    return std::nullopt;
}

modbus::client_options modbus_client_options(const modbus_options& options, const io::endpoint& where) {
    auto out = io::with_line(modbus::client_options{}, where);
    out.window = options.window;
    out.pause_between_requests = std::chrono::milliseconds{options.pause};
    out.pause_after_connect = std::chrono::milliseconds{options.delay_after_connect};
    if (options.timeout)
        out.response_timeout = std::chrono::milliseconds{*options.timeout};
    if (options.retries)
        out.retries = static_cast<std::uint8_t>(*options.retries);
    return out;
}

modbus::read_cost modbus_cost(const io::endpoint& where) {
    if (where.kind == io::endpoint_kind::serial)
        return modbus::rtu_cost(
            {.baud = where.serial.baud, .bits_per_character = where.serial.bits_per_octet()});
    return modbus::tcp_cost();
}

std::vector<std::uint8_t> parse_modbus_units(const std::string& text, unsigned lowest, unsigned highest) {
    std::vector<std::uint8_t> out;
    std::string_view rest{text};
    while (true) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto part = rest.substr(0, comma);
        const auto dash = std::min(part.find('-'), part.size());
        const auto first = modbus_number(part.substr(0, dash));
        const auto last = dash == part.size() ? first : modbus_number(part.substr(dash + 1));
        if (!first || !last || *first < lowest || *last > highest || *last < *first)
            return {};
        for (auto unit = *first; unit <= *last; ++unit)
            if (std::ranges::find(out, unit) == out.end())
                out.push_back(static_cast<std::uint8_t>(unit));
        if (comma == rest.size())
            return out;
        rest.remove_prefix(comma + 1);
    }
}

std::string modbus_footer(const std::string& before, const std::string& examples) {
    return before + modbus_common_footer + "\nExamples\n" + examples;
}

} // namespace meterlink::cli
