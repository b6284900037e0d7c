// meterlink explain: telegrams octet by octet.

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include <meterlink/format/explain.hpp>

#include "command.hpp"

namespace meterlink::cli {

namespace {

constexpr auto explain_description =
    "Explain each octet of telegrams: its field, its meaning and its clause in the standard.";

constexpr auto explain_footer =
    R"(Damaged telegrams are explained as far as possible; carets stand under what is wrong. Without colour
the output is plain text for a ticket or a mail.

Input, keys and exit code are those of meterlink decode; see its --help. What a key opens is shown and
explained in the clear.

Examples
  meterlink explain 10 5B 01 5C 16
  meterlink explain --input telegram.hex
  meterlink explain --color always --input telegrams.hex | less -R
)";

int explain(const telegram_options& options) {
    output out{options.colour};
    auto is_first = true;
    return for_each_telegram(options, out, [&](const telegram& input, const reading& from, output& to) {
        if (!is_first)
            to.text() += '\n';
        is_first = false;
        if (input.from.name != "HEX")
            to.text() += "# " + to_string(input.from) + '\n';
        const format::explanation_options how{to.has_colour(), std::max<std::size_t>(to.width(), 80)};
        if (from.wireless != nullptr)
            format::append_explanation(to.text(), *from.wireless, from.octets, how);
        else if (from.wired)
            format::append_explanation(to.text(), *from.wired, from.octets, how);
        else
            format::append_explanation(to.text(), from.octets, how);
    });
}

} // namespace

void add_explain(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<telegram_options>();
    auto* command = app.add_subcommand("explain", explain_description);
    command->group("Commands");
    add_telegram_options(*command, *options);
    command->footer(explain_footer);
    command->callback([options, &run] { run = [options] { return explain(*options); }; });
}

} // namespace meterlink::cli
