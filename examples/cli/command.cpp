#include "command.hpp"

#include <cstring>
#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>

#include "keys.hpp"
#include "platform.hpp"

namespace meterlink::cli {

namespace {

/// Somebody who gives a file where hex is expected means well.
void hint_at_files(const telegram_options& options, complaints& errors) {
    for (const auto& argument : options.hex) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(argument, ignored))
            errors.plain(std::string{"'"}
                             .append(argument)
                             .append("' is a file: read it with --input ")
                             .append(argument));
    }
}

/// Whoever forgets the option gives the key where hex is expected, and that is not shown.
void complain_of_text(const unreadable& what, const telegram_options& options, complaints& errors) {
    if (options.hex.empty() || !may_be_key(what.text))
        errors.text(what);
    else
        errors.text({what.from, what.message, "", 0, false});
}

} // namespace

void add_colour_option(CLI::App& command, colour_choice& colour) {
    const std::map<std::string, colour_choice> choices{{"auto", colour_choice::automatic},
                                                       {"always", colour_choice::always},
                                                       {"never", colour_choice::never}};
    command
        .add_option("--color", colour,
                    "Colours: auto (on a terminal, unless NO_COLOR is set; the default), always or never")
        ->type_name("WHEN")
        ->transform(CLI::CheckedTransformer(choices).description(""));
}

void add_telegram_options(CLI::App& command, telegram_options& options) {
    auto* hex = command.add_option(
        "HEX", options.hex,
        "Telegrams in hex of any usual spelling: 681F, 68 1F, 68:1F, 0x68,0x1F, \\x68 ...\n"
        "One per argument; octets given as single arguments make one telegram");
    hex->option_text("...");
    command
        .add_option("-i,--input", options.input,
                    "Read telegrams from FILE, or from the standard input with -, instead of HEX")
        ->option_text("FILE")
        ->excludes(hex);
    add_kind_option(command, options.reading);
    add_reading_options(command, options.reading);
    add_colour_option(command, options.colour);
}

int for_each_telegram(const telegram_options& options, output& out, const telegram_use& use,
                      const std::string& ending) {
    complaints errors{options.colour};
    telegram_reader reader{options.reading};
    if (!reader.load(errors))
        return wrong_usage;
    if (options.hex.empty() && options.input.empty() && is_terminal(standard_stream::in)) {
        errors.plain("nothing to read. Give telegrams as HEX arguments, name a file with --input, or pipe "
                     "telegrams into the standard input. --help shows examples.");
        return wrong_usage;
    }
    std::size_t count = 0;
    const receiver to{
        [&](const telegram& next) {
            ++count;
            const auto reading = reader.read(next.octets);
            use(next, reading, out);
            complain_of_defects(next, reading, errors);
            return out.commit();
        },
        [&](const unreadable& what) { complain_of_text(what, options, errors); },
        [&] { out.flush(); },
    };
    int failure = 0;
    if (options.hex.empty()) {
        failure = read_file(options.input.empty() ? "-" : options.input, options.reading.kind, to);
    } else {
        read_arguments(options.hex, options.reading.kind, to);
        if (errors.count() != 0)
            hint_at_files(options, errors);
        else if (count == 0)
            errors.plain("the arguments hold no octets");
    }
    if (failure != 0)
        errors.plain("cannot read " + (options.input.empty() ? "the standard input" : options.input) + ": " +
                     std::strerror(failure));
    out.text() += ending;
    out.flush();
    reader.save(errors);
    if (out.has_failed())
        errors.plain("cannot write everything to the standard output");
    return failure != 0 ? wrong_usage : errors.count() != 0 ? some_bad_input : all_good;
}

} // namespace meterlink::cli
