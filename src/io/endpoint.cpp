#include <meterlink/io/endpoint.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace meterlink::io {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 8> schemes{"serial:",       "tcp://", "tcp-listen://", "udp://",
                                                  "udp-listen://", "tls://", "tls-listen://", "replay:"};
constexpr std::array<std::string_view, 3> parities{"none", "even", "odd"};
constexpr std::array framings{modbus::framing::tcp, modbus::framing::rtu, modbus::framing::ascii};

/// Whether what follows the scheme is a file as it is.
constexpr bool is_file(endpoint_kind kind) {
    return kind == endpoint_kind::serial || kind == endpoint_kind::replay;
}

constexpr bool listens(endpoint_kind kind) {
    return kind == endpoint_kind::tcp_listen || kind == endpoint_kind::udp_listen ||
           kind == endpoint_kind::tls_listen;
}

/// A whole decimal number of at most `largest`.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t largest) {
    std::uint32_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size() || text.empty() || value > largest)
        return std::nullopt;
    return value;
}

struct time_unit {
    std::string_view name;
    std::uint32_t in_milliseconds;
};

/// From the longest to the shortest, as text is written with the first that leaves no rest.
constexpr std::array time_units{time_unit{"h", 3600000}, time_unit{"min", 60000}, time_unit{"s", 1000},
                                time_unit{"ms", 1}};

std::optional<milliseconds> duration(std::string_view text) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    for (const auto& unit : time_units)
        if (text.substr(digits) == unit.name) {
            const auto largest = std::numeric_limits<std::int32_t>::max() / unit.in_milliseconds;
            const auto count = number(text.substr(0, digits), static_cast<std::uint32_t>(largest));
            if (!count || *count == 0)
                return std::nullopt;
            return milliseconds{std::int64_t{*count} * unit.in_milliseconds};
        }
    return std::nullopt;
}

std::string to_text(milliseconds time) {
    for (const auto& unit : time_units)
        if (time.count() % unit.in_milliseconds == 0)
            return std::to_string(time.count() / unit.in_milliseconds) + std::string{unit.name};
    return {};
}

bool set_retry(endpoint& out, std::string_view value) {
    if (value == "off") {
        out.retry.reset();
        return true;
    }
    const auto dots = value.find("..");
    const auto first = duration(value.substr(0, dots));
    const auto largest = dots == std::string_view::npos ? first : duration(value.substr(dots + 2));
    if (!first || !largest || *largest < *first)
        return false;
    out.retry = retry_times{*first, *largest};
    return true;
}

bool set_parity(endpoint& out, std::string_view value) {
    const auto* const found = std::ranges::find(parities, value);
    if (found == parities.end())
        return false;
    out.serial.parity = static_cast<parity>(found - parities.begin());
    return true;
}

bool set_framing(endpoint& out, std::string_view value) {
    for (const auto which : framings)
        if (modbus::name(which) == value) {
            out.framing = which;
            return true;
        }
    return false;
}

bool set_text(std::string& out, std::string_view value) {
    out = value;
    return !out.empty();
}

bool set_number(auto& out, std::string_view value, std::uint32_t smallest, std::uint32_t largest) {
    const auto parsed = number(value, largest);
    if (!parsed || *parsed < smallest)
        return false;
    out = static_cast<std::remove_reference_t<decltype(out)>>(*parsed);
    return true;
}

bool set_time(auto& out, std::string_view value) {
    const auto parsed = duration(value);
    if (parsed)
        out = *parsed;
    return parsed.has_value();
}

bool set_switch(bool& out, std::string_view value) {
    out = value == "on";
    return out || value == "off";
}

constexpr unsigned bit(endpoint_kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned on_serial = bit(endpoint_kind::serial);
constexpr unsigned on_clients = bit(endpoint_kind::tcp) | bit(endpoint_kind::tls);
constexpr unsigned on_tls = bit(endpoint_kind::tls) | bit(endpoint_kind::tls_listen);
constexpr unsigned on_replay = bit(endpoint_kind::replay);
constexpr unsigned on_lines = on_replay - 1;

struct option {
    std::string_view name;
    unsigned kinds;
    bool (*set)(endpoint& out, std::string_view value);
};

constexpr std::array options{
    option{"baud", on_serial,
           [](endpoint& out, std::string_view v) { return set_number(out.serial.baud, v, 50, 4000000); }},
    option{"parity", on_serial, set_parity},
    option{"data", on_serial,
           [](endpoint& out, std::string_view v) { return set_number(out.serial.data_bits, v, 7, 8); }},
    option{"stop", on_serial,
           [](endpoint& out, std::string_view v) { return set_number(out.serial.stop_bits, v, 1, 2); }},
    option{"rs485", on_serial,
           [](endpoint& out, std::string_view v) { return set_switch(out.serial.rs485, v); }},
    option{"connect", on_clients,
           [](endpoint& out, std::string_view v) { return set_time(out.connect_timeout, v); }},
    option{"idle", on_lines, [](endpoint& out, std::string_view v) { return set_time(out.idle_timeout, v); }},
    option{"retry", on_lines, set_retry},
    option{"echo", on_lines | on_replay,
           [](endpoint& out, std::string_view v) { return set_switch(out.echo, v); }},
    option{"framing", on_lines | on_replay, set_framing},
    option{"ca", on_tls, [](endpoint& out, std::string_view v) { return set_text(out.tls.authorities, v); }},
    option{"cert", on_tls,
           [](endpoint& out, std::string_view v) { return set_text(out.tls.certificate, v); }},
    option{"key", on_tls, [](endpoint& out, std::string_view v) { return set_text(out.tls.key, v); }},
    option{"name", bit(endpoint_kind::tls),
           [](endpoint& out, std::string_view v) { return set_text(out.tls.name, v); }},
    option{"pace", on_replay,
           [](endpoint& out, std::string_view v) {
               out.keeps_times = v == "real";
               return out.keeps_times || v == "quick";
           }},
};

tl::unexpected<error> refuse(errc code, std::size_t offset) { return fail(code, layer::io, offset); }

/// `query` begins at `offset` of the whole text.
result<void> parse_options(endpoint& out, std::string_view query, std::size_t offset) {
    unsigned seen = 0;
    while (true) {
        const auto end = std::min(query.find('&'), query.size());
        const auto equals = std::min(query.find('='), end);
        const auto* const found = std::ranges::find(options, query.substr(0, equals), &option::name);
        if (found == options.end() || (found->kinds & bit(out.kind)) == 0)
            return refuse(errc::endpoint_option, offset);
        const auto mark = 1U << static_cast<unsigned>(found - options.begin());
        if ((seen & mark) != 0)
            return refuse(errc::endpoint_option, offset);
        seen |= mark;
        if (equals == end)
            return refuse(errc::endpoint_value, offset + end);
        if (!found->set(out, query.substr(equals + 1, end - equals - 1)))
            return refuse(errc::endpoint_value, offset + equals + 1);
        if (end == query.size())
            return {};
        query.remove_prefix(end + 1);
        offset += end + 1;
    }
}

/// `HOST:PORT`, where `place` begins at `offset` of the whole text.
result<void> parse_host_and_port(endpoint& out, std::string_view place, std::size_t offset) {
    const bool bracketed = place.starts_with('[');
    const auto host_end = bracketed ? place.find(']') : std::min(place.find(':'), place.size());
    if (host_end == std::string_view::npos)
        return refuse(errc::endpoint_host, offset);
    out.host = place.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
    const auto bad = out.host.find_first_of(" \t/@[]");
    if (out.host.empty() || bad != std::string::npos || (out.host == "*" && !listens(out.kind)))
        return refuse(errc::endpoint_host, offset);
    const auto after = host_end + (bracketed ? 1 : 0);
    if (after >= place.size() || place[after] != ':')
        return refuse(errc::endpoint_port, offset + after);
    if (!set_number(out.port, place.substr(after + 1), listens(out.kind) ? 0 : 1, 65535))
        return refuse(errc::endpoint_port, offset + after + 1);
    return {};
}

std::string query_of(const endpoint& where, const serial_settings& usual_serial) {
    const endpoint usual;
    std::string query;
    const auto add = [&](std::string_view key, std::string_view value) {
        query += query.empty() ? '?' : '&';
        query += key;
        query += '=';
        query += value;
    };
    if (where.kind == endpoint_kind::serial) {
        if (where.serial.baud != usual_serial.baud)
            add("baud", std::to_string(where.serial.baud));
        if (where.serial.parity != usual_serial.parity)
            add("parity", name(where.serial.parity));
        if (where.serial.data_bits != usual_serial.data_bits)
            add("data", std::to_string(where.serial.data_bits));
        if (where.serial.stop_bits != usual_serial.stop_bits)
            add("stop", std::to_string(where.serial.stop_bits));
        if (where.serial.rs485 != usual_serial.rs485)
            add("rs485", where.serial.rs485 ? "on" : "off");
    }
    if ((on_clients & bit(where.kind)) != 0 && where.connect_timeout != usual.connect_timeout)
        add("connect", to_text(where.connect_timeout));
    if (where.idle_timeout)
        add("idle", to_text(*where.idle_timeout));
    if (!where.retry && where.kind != endpoint_kind::replay)
        add("retry", "off");
    if (where.retry && *where.retry != *usual.retry)
        add("retry", to_text(where.retry->first) + ".." + to_text(where.retry->largest));
    if (where.echo)
        add("echo", "on");
    if (where.framing)
        add("framing", modbus::name(*where.framing));
    const auto add_text = [&](std::string_view key, const std::string& value) {
        if ((on_tls & bit(where.kind)) != 0 && !value.empty())
            add(key, value);
    };
    add_text("ca", where.tls.authorities);
    add_text("cert", where.tls.certificate);
    add_text("key", where.tls.key);
    add_text("name", where.tls.name);
    if (where.keeps_times)
        add("pace", "real");
    return query;
}

} // namespace

std::string_view scheme(endpoint_kind kind) noexcept {
    const auto index = static_cast<std::size_t>(kind);
    return index < schemes.size() ? schemes[index] : std::string_view{};
}

std::string_view name(parity which) noexcept {
    const auto index = static_cast<std::size_t>(which);
    return index < parities.size() ? parities[index] : std::string_view{};
}

result<endpoint> endpoint::parse(std::string_view text, const serial_settings& usual) {
    endpoint out;
    out.serial = usual;
    const auto* const found =
        std::ranges::find_if(schemes, [&](std::string_view prefix) { return text.starts_with(prefix); });
    if (found == schemes.end())
        return refuse(errc::endpoint_scheme, 0);
    out.kind = static_cast<endpoint_kind>(found - schemes.begin());

    const auto question = std::min(text.find('?'), text.size());
    const auto place = text.substr(found->size(), question - std::min(question, found->size()));
    if (out.kind == endpoint_kind::replay)
        out.retry.reset();
    if (is_file(out.kind)) {
        out.host = place;
        if (out.host.empty())
            return refuse(errc::endpoint_device, found->size());
    } else if (const auto done = parse_host_and_port(out, place, found->size()); !done) {
        return fail(done.error());
    }
    if (question < text.size())
        if (const auto done = parse_options(out, text.substr(question + 1), question + 1); !done)
            return fail(done.error());
    const bool needs_certificate = out.kind == endpoint_kind::tls_listen;
    if ((on_tls & bit(out.kind)) != 0 &&
        (out.tls.authorities.empty() || (needs_certificate && out.tls.certificate.empty())))
        return refuse(errc::endpoint_incomplete, text.size());
    return out;
}

endpoint endpoint::replay(std::string file) {
    endpoint out;
    out.kind = endpoint_kind::replay;
    out.host = std::move(file);
    out.retry.reset(); // what differs once would differ again
    return out;
}

std::string to_string(const endpoint& where, const serial_settings& usual) {
    std::string text{scheme(where.kind)};
    if (is_file(where.kind)) {
        text += where.host;
    } else {
        const bool bracketed = where.host.find(':') != std::string::npos;
        text += bracketed ? '[' + where.host + ']' : where.host;
        text += ':' + std::to_string(where.port);
    }
    return text + query_of(where, usual);
}

std::string endpoint_error_text(std::string_view text, const error& e) {
    const auto start = std::min(e.offset, text.size());
    const auto length = std::min(text.find_first_of("?&=", start), text.size()) - start;
    std::string out{message(e.code)};
    out += ": ";
    out += length == 0 ? "nothing" : '"' + std::string{text.substr(start, length)} + '"';
    out += " at column " + std::to_string(start + 1) + " of \"" + std::string{text} + '"';
    return out;
}

} // namespace meterlink::io
