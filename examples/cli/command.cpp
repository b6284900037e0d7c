#include "command.hpp"

#include <cstring>
#include <filesystem>
#include <map>

#include <CLI/CLI.hpp>

#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/mbus/selection.hpp>

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

} // namespace

void add_telegram_options(CLI::App& command, telegram_options& options) {
    const std::map<std::string, colour_choice> choices{{"auto", colour_choice::automatic},
                                                       {"always", colour_choice::always},
                                                       {"never", colour_choice::never}};
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
    command
        .add_option("--color", options.colour,
                    "Colours: auto (on a terminal, unless NO_COLOR is set; the default), always or never")
        ->type_name("WHEN")
        ->transform(CLI::CheckedTransformer(choices).description(""));
}

int for_each_telegram(const telegram_options& options, output& out, const telegram_use& use,
                      const std::string& ending) {
    complaints errors{options.colour};
    if (options.hex.empty() && options.input.empty() && is_terminal(standard_stream::in)) {
        errors.plain("nothing to read. Give telegrams as HEX arguments, name a file with --input, or pipe "
                     "telegrams into the standard input. --help shows examples.");
        return wrong_usage;
    }
    std::size_t count = 0;
    const receiver to{
        [&](const telegram& next) {
            ++count;
            use(next, out, errors);
            return out.commit();
        },
        [&](const unreadable& what) { errors.text(what); },
        [&] { out.flush(); },
    };
    int failure = 0;
    if (options.hex.empty()) {
        failure = read_file(options.input.empty() ? "-" : options.input, to);
    } else {
        read_arguments(options.hex, to);
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
    if (out.has_failed())
        errors.plain("cannot write everything to the standard output");
    return failure != 0 ? wrong_usage : errors.count() != 0 ? some_bad_input : all_good;
}

void complain_of_defects(const telegram& input, const mbus::telegram_view& parsed, complaints& errors) {
    const auto in_records = [&](const apl::record_range& records, std::size_t offset) {
        std::size_t number = 0;
        for (const auto& record : records)
            if (++number; !record)
                errors.octets(input.from, record.error().shifted(offset), input.octets,
                              "record " + std::to_string(number) + ": ");
    };
    in_records(parsed.records(), parsed.records_offset());
    if (!parsed.message())
        return;
    const auto& message = *parsed.message();
    const auto at_payload = mbus::telegram_view::message_offset + message.application_offset();
    if (message.application() == tpl::application::fixed_data) {
        if (const auto fixed = apl::fixed_data::parse(message.application_octets()); !fixed)
            errors.octets(input.from, fixed.error().shifted(at_payload), input.octets);
    } else if (message.application() == tpl::application::selection) {
        if (const auto selection = mbus::selection_view::parse(message.wire()); !selection)
            errors.octets(input.from, selection.error().shifted(mbus::telegram_view::message_offset),
                          input.octets);
        else
            in_records(apl::record_range{selection->records(), message.options()},
                       mbus::telegram_view::message_offset + mbus::selection_view::shortest_size);
    }
}

} // namespace meterlink::cli
