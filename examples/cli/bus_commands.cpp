// meterlink set-address, set-baud, reset and send: what changes a meter on a wired bus.

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/mbus/long_frame.hpp>

#include "bus_line.hpp"
#include "bus_reading.hpp"
#include "command.hpp"
#include "meter_command.hpp"

namespace meterlink::cli {

namespace {

// ---- set-address ------------------------------------------------------------------------------------------

struct address_options : meter_options {
    unsigned wanted = 0;
    bool is_forced = false;
};

constexpr auto address_footer =
    R"(The new address has to be free: it is asked first, and the command ends when somebody is there. Afterwards
the meter has to answer at it. --force leaves the first question out.
)";

constexpr auto address_examples = R"(  meterlink set-address tcp://192.168.1.20:10001 0 17
  meterlink set-address serial:/dev/ttyUSB0 12345678.PAD.01.07 18
)";

int set_address(const address_options& options) {
    complaints errors{options.colour};
    const auto to = parse_destination(options.address, false, errors);
    const auto line = to ? bus_line::open(options, errors) : nullptr;
    if (!line)
        return wrong_usage;
    const mbus::primary_address wanted{static_cast<std::uint8_t>(options.wanted)};
    const auto new_address = std::to_string(options.wanted);
    const auto question = mbus::request::normalise(wanted);
    if (!options.is_forced && question) {
        const auto there = line->try_out(*question);
        if (there || there.how == io::bus_ending::collision || there.how == io::bus_ending::bad_answer) {
            errors.plain("address " + new_address +
                         " is taken: choose another one, or use --force if it is this very meter");
            return line->finish();
        }
    }
    if (line->perform(options.address, mbus::request::set_primary_address(*to, wanted)) &&
        line->perform(new_address, question))
        say(options.address + " has the address " + new_address + " now");
    return line->finish();
}

// ---- set-baud ---------------------------------------------------------------------------------------------

struct baud_options : meter_options {
    std::uint32_t wanted = 0;
};

constexpr auto baud_footer =
    R"(The meter is told at the old rate, then asked at the new one; a serial line follows by itself. A converter in
the network keeps the rate that it is set to: unless it finds out by itself, the meter will not be heard until
the converter is set to the new rate too.
)";

constexpr auto baud_examples = R"(  meterlink set-baud 'serial:/dev/ttyUSB0?baud=2400' 5 9600
)";

int set_baud(const baud_options& options) {
    complaints errors{options.colour};
    const auto to = parse_destination(options.address, false, errors);
    const auto line = to ? bus_line::open(options, errors) : nullptr;
    if (!line)
        return wrong_usage;
    if (line->perform(options.address, mbus::request::set_baud_rate(*to, options.wanted)))
        say(options.address + " works at " + std::to_string(options.wanted) + " bit/s now");
    else if (line->where().kind != io::endpoint_kind::serial &&
             line->where().kind != io::endpoint_kind::replay && line->can_go_on())
        errors.note("if the meter has followed, set the converter at " + io::to_string(line->where()) +
                    " to " + std::to_string(options.wanted) + " bit/s, and give --baud " +
                    std::to_string(options.wanted) + " from now on");
    return line->finish();
}

// ---- reset ------------------------------------------------------------------------------------------------

struct reset_options : bus_options {
    std::vector<std::string> addresses;
    unsigned subcode = 0;
    bool is_link_reset = false;
};

constexpr auto reset_footer =
    R"(An application reset chooses by its subcode what a meter sends from then on: 0 all, 10h user data, 20h simple
billing, 30h enhanced billing, 40h multi-tariff billing, 50h instantaneous values, 60h load profile ...
At 255 all hear it, and nobody answers. --link resets the link layer alone (SND_NKE): the frame count bit, and a selection.
)";

constexpr auto reset_examples = R"(  meterlink reset tcp://192.168.1.20:10001 5
  meterlink reset serial:/dev/ttyUSB0 5 6 7 --subcode 0x50
  meterlink reset serial:/dev/ttyUSB0 --link 253
)";

int reset(const reset_options& options) {
    complaints errors{options.colour};
    std::vector<mbus::destination> meters;
    const auto whom = options.is_link_reset ? audience::one : audience::all;
    for (const auto& text : options.addresses)
        if (const auto to = parse_destination(text, false, errors, whom))
            meters.push_back(*to);
    if (options.is_link_reset)
        for (std::size_t i = 0; i < meters.size(); ++i)
            if (meters[i].selection())
                errors.plain(options.addresses[i] + ": --link takes primary addresses only");
    const auto line = errors.count() == 0 ? bus_line::open(options, errors) : nullptr;
    if (!line)
        return wrong_usage;
    for (std::size_t i = 0; i < meters.size() && line->can_go_on(); ++i) {
        const auto done = line->perform(
            options.addresses[i],
            options.is_link_reset
                ? mbus::request::normalise(meters[i].address())
                : mbus::request::application_reset(meters[i], static_cast<std::uint8_t>(options.subcode)));
        if (done)
            say(done->how == io::bus_ending::sent ? "sent to all" : options.addresses[i] + " is reset");
    }
    return line->finish();
}

// ---- send -------------------------------------------------------------------------------------------------

struct send_options : bus_options {
    std::vector<std::string> words; ///< The address, but with --raw; then the octets.
    std::optional<unsigned> ci;
    bool is_raw = false;
    std::string answer = "nothing";
    bus_reading_options output;
};

constexpr auto send_footer =
    R"(With an address, HEX is the user data of a SND_UD: records behind CI field 51, or behind that of --ci. The
meter has to acknowledge it; at 255 all hear it, and nobody answers. With --raw, HEX is what goes over the line, once and octet for octet, whatever it
is; --expect says what comes back: nothing, an acknowledgement (ack), or a telegram (response), which is
written as by "meterlink read".
)";

constexpr auto send_examples = R"(  meterlink send tcp://192.168.1.20:10001 5 01 7A 08
  meterlink send tcp://192.168.1.20:10001 5 --ci 0x54
  meterlink send tcp://192.168.1.20:10001 --raw --expect response 10 5B 01 5C 16
)";

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

/// What the options want sent; none when something has been complained about.
std::optional<result<mbus::request>> request_of(const send_options& options, complaints& errors) {
    static const std::map<std::string, mbus::raw_answer> answers{{"nothing", mbus::raw_answer::nothing},
                                                                 {"ack", mbus::raw_answer::acknowledgement},
                                                                 {"response", mbus::raw_answer::response}};
    std::optional<mbus::destination> to;
    if (!options.is_raw && !(to = parse_destination(options.words.front(), false, errors, audience::all)))
        return std::nullopt;
    const auto text = joined({options.words.begin() + (options.is_raw ? 0 : 1), options.words.end()});
    const auto octets = parse_hex_lenient(text);
    if (!octets) {
        errors.text({{"HEX", 0}, std::string{message(octets.error().code)}, text, octets.error().offset});
        return std::nullopt;
    }
    if (options.is_raw)
        return mbus::request::raw(*octets, answers.at(options.answer));
    if (!options.ci)
        return mbus::request::send(*to, *octets);
    return mbus::long_frame::make(mbus::c_field::snd_ud(), to->address(),
                                  static_cast<std::uint8_t>(*options.ci), *octets)
        .and_then([&](const mbus::long_frame& frame) { return mbus::request::send_frame(*to, frame); });
}

int send(const send_options& options) {
    complaints errors{options.colour};
    const auto what = request_of(options, errors);
    if (!what)
        return wrong_usage;
    bus_readings to{options.output, options.colour, errors};
    if (!to.load())
        return wrong_usage;
    const auto line = bus_line::open(options, errors);
    if (!line)
        return wrong_usage;
    const auto whom = options.is_raw ? std::string{"the line"} : options.words.front();
    if (const auto answer = line->perform(whom, *what)) {
        if (answer->how == io::bus_ending::acknowledged)
            say(whom + " has acknowledged");
        if (answer->how == io::bus_ending::sent && !options.is_raw)
            say("sent to all");
        to.write(whom, *answer);
    }
    to.finish();
    return line->finish();
}

} // namespace

void add_bus_commands(CLI::App& app, std::function<int()>& run) {
    const auto address = std::make_shared<address_options>();
    auto* command = add_bus_command(app, "set-address", "Give a meter another primary address.", *address);
    add_address_option(*command, *address);
    command->add_option("NEW", address->wanted, "The new address, 0 to 250")
        ->option_text("")
        ->required()
        ->check(CLI::Range(0U, 250U).description(""));
    command->add_flag("--force", address->is_forced, "Do not ask whether the new address is free");
    command->footer(bus_footer(address_footer, address_examples));
    command->callback([address, &run] { run = [address] { return set_address(*address); }; });

    const auto baud = std::make_shared<baud_options>();
    command = add_bus_command(app, "set-baud", "Let a meter change its bit rate.", *baud);
    add_address_option(*command, *baud);
    command->add_option("RATE", baud->wanted, "The new bit rate, 300 to 38400")
        ->option_text("")
        ->required()
        ->check(known_baud_rate());
    command->footer(bus_footer(baud_footer, baud_examples));
    command->callback([baud, &run] { run = [baud] { return set_baud(*baud); }; });

    const auto to_reset = std::make_shared<reset_options>();
    command = add_bus_command(app, "reset", "Reset the application or the link layer of meters.", *to_reset);
    command->add_option("ADDRESS", to_reset->addresses, "The meters, as in \"meterlink read\"")
        ->option_text("...")
        ->required();
    command
        ->add_option("--subcode", to_reset->subcode,
                     "What the meter sends from then on; 0, the default, for all")
        ->option_text("SUBCODE")
        ->check(CLI::Range(0U, 255U).description(""));
    command->add_flag("--link", to_reset->is_link_reset, "Reset the link layer only (SND_NKE)");
    command->footer(bus_footer(reset_footer, reset_examples));
    command->callback([to_reset, &run] { run = [to_reset] { return reset(*to_reset); }; });
}

void add_send(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<send_options>();
    auto* command =
        add_bus_command(app, "send", "Send data to a meter, or any octets to the line.", *options);
    command
        ->add_option(
            "ADDRESS HEX", options->words,
            "The meter, as in \"meterlink read\", but not with --raw; then the octets, in any usual\n"
            "spelling")
        ->option_text("...")
        ->required();
    command->footer(bus_footer(send_footer, send_examples));
    command->callback([options, &run] { run = [options] { return send(*options); }; });
    command->add_option("--ci", options->ci, "CI field of the data; otherwise 0x51")
        ->option_text("CI")
        ->check(CLI::Range(0U, 255U).description(""));
    auto* raw = command->add_flag("--raw", options->is_raw,
                                  "HEX goes over the line as it is, and there is no ADDRESS");
    command
        ->add_option("--expect", options->answer,
                     "What answers to --raw: nothing (the default), ack or response")
        ->type_name("ANSWER")
        ->needs(raw)
        ->check(CLI::IsMember({"nothing", "ack", "response"}).description(""));
    add_bus_reading_options(*command, options->output);
}

} // namespace meterlink::cli
