// meterlink alarm and set-clock: what is asked of one meter, or told to all of them.

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <CLI/CLI.hpp>

#include <meterlink/apl/date_codec.hpp>
#include <meterlink/mbus/telegram.hpp>

#include "bus_line.hpp"
#include "command.hpp"
#include "meter_command.hpp"

namespace meterlink::cli {

namespace {

// ---- alarm ------------------------------------------------------------------------------------------------

constexpr auto alarm_footer =
    R"(Asks by REQ_UD1 whether there is an alarm. A meter without one acknowledges, and so do those that know none.
)";

constexpr auto alarm_examples = R"(  meterlink alarm tcp://192.168.1.20:10001 5
)";

/// The flags, as the maker of the meter gives them a meaning; none where the telegram has none.
std::optional<unsigned> alarm_flags(const io::bus_answer& answer) {
    if (answer.telegrams.empty())
        return std::nullopt;
    const auto telegram = mbus::telegram_view::parse(answer.telegrams.front());
    if (!telegram || !telegram->message() || telegram->message()->payload().empty())
        return std::nullopt;
    return telegram->message()->payload()[0];
}

int ask_alarm(const meter_options& options) {
    complaints errors{options.colour};
    const auto to = parse_destination(options.address, false, errors);
    const auto line = to ? bus_line::open(options, errors) : nullptr;
    if (!line)
        return wrong_usage;
    if (const auto answer = line->perform(options.address, mbus::request::poll_alarm(*to))) {
        std::array<char, 8> flags{"0x00"};
        std::snprintf(flags.data(), flags.size(), "0x%02X", alarm_flags(*answer).value_or(0));
        say(options.address + (answer->how == io::bus_ending::alarm
                                   ? ": alarm, flags " + std::string{flags.data()}
                                   : std::string{": no alarm"}));
    }
    return line->finish();
}

// ---- set-clock --------------------------------------------------------------------------------------------

struct clock_options : meter_options {
    std::string time;
};

constexpr auto clock_footer =
    R"(TIME is local time, as 2026-03-29T14:05; without it the clock of this machine is taken. The meter is told date and
time to the minute, and whether it is summer time. At 255 all meters hear it, and nobody answers.
)";

constexpr auto clock_examples = R"(  meterlink set-clock tcp://192.168.1.20:10001 5
  meterlink set-clock serial:/dev/ttyUSB0 255 2026-03-29T14:05
)";

/// Local time, as `text` says or as it is now; none for a text that is no time.
std::optional<std::tm> local_time(const std::string& text) {
    auto seconds = std::time(nullptr);
    if (text.empty())
        return *std::localtime(&seconds);
    std::tm parts{};
    int end = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*[T ]%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                    &parts.tm_hour, &parts.tm_min, &end) != 5 ||
        static_cast<std::size_t>(end) != text.size())
        return std::nullopt;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    auto asked = parts;
    asked.tm_isdst = -1;
    std::mktime(&asked);
    parts.tm_isdst = asked.tm_isdst;
    return parts;
}

/// `time` as a type F; none for one that the type does not have.
std::optional<std::array<std::uint8_t, 4>> type_f_of(const std::tm& time) {
    const auto octet = [](int value) {
        return std::optional{static_cast<std::uint8_t>(value >= 0 && value < 256 ? value : 255)};
    };
    apl::date_time out;
    out.date.year = static_cast<std::int16_t>(time.tm_year + 1900);
    out.date.month = octet(time.tm_mon + 1);
    out.date.day = octet(time.tm_mday);
    out.time.hour = octet(time.tm_hour);
    out.time.minute = octet(time.tm_min);
    out.is_summer_time = time.tm_isdst > 0;
    const auto bits = apl::encode_type_f(out);
    if (!bits)
        return std::nullopt;
    return std::array{static_cast<std::uint8_t>(*bits), static_cast<std::uint8_t>(*bits >> 8U),
                      static_cast<std::uint8_t>(*bits >> 16U), static_cast<std::uint8_t>(*bits >> 24U)};
}

std::string clock_text(const std::tm& time) {
    std::array<char, 40> out{};
    std::strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M", &time);
    return std::string{out.data()} + (time.tm_isdst > 0 ? " summer time" : "");
}

int set_clock(const clock_options& options) {
    complaints errors{options.colour};
    const auto to = parse_destination(options.address, false, errors, audience::all);
    const auto time = local_time(options.time);
    const auto octets = time ? type_f_of(*time) : std::nullopt;
    if (!octets)
        errors.plain("TIME is local time, as 2026-03-29T14:05, and not " + without_controls(options.time));
    const auto line = to && octets ? bus_line::open(options, errors) : nullptr;
    if (!line)
        return wrong_usage;
    const auto done = line->perform(options.address,
                                    mbus::request::set_clock(*to, std::span<const std::uint8_t, 4>{*octets}));
    if (done)
        say(done->how == io::bus_ending::sent ? "sent to all: " + clock_text(*time)
                                              : options.address + " is told " + clock_text(*time));
    return line->finish();
}

} // namespace

void add_clock_commands(CLI::App& app, std::function<int()>& run) {
    const auto meter = std::make_shared<meter_options>();
    auto* command = add_bus_command(app, "alarm", "Ask a meter whether it has an alarm.", *meter);
    add_address_option(*command, *meter);
    command->footer(bus_footer(alarm_footer, alarm_examples));
    command->callback([meter, &run] { run = [meter] { return ask_alarm(*meter); }; });

    const auto clock = std::make_shared<clock_options>();
    command = add_bus_command(app, "set-clock", "Set the clock of a meter, or of all.", *clock);
    add_address_option(*command, *clock);
    command->add_option("TIME", clock->time, "Local time; that of this machine unless given")
        ->option_text("");
    command->footer(bus_footer(clock_footer, clock_examples));
    command->callback([clock, &run] { run = [clock] { return set_clock(*clock); }; });
}

} // namespace meterlink::cli
