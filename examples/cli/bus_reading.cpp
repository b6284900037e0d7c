#include "bus_reading.hpp"

namespace meterlink::cli {

void add_bus_reading_options(CLI::App& command, bus_reading_options& options) {
    add_format_option(command, options.format);
    add_reading_options(command, options.reading);
}

bus_readings::bus_readings(const bus_reading_options& options, colour_choice colour, complaints& errors)
    : errors_{errors}, out_{colour}, reader_{options.reading},
      writer_{make_reading_writer(format_for(options.format, out_))} {
    out_.text() = writer_.beginning;
}

void bus_readings::write(const std::string& whom, const io::bus_answer& answer) {
    for (const auto& octets : answer.telegrams) {
        const auto taken = reader_.read(octets);
        if (!taken.refusal)
            writer_.write(out_, taken);
        complain_of_defects({{whom}, octets}, taken, errors_);
    }
    if (!answer.is_complete)
        errors_.note(whom + ": more telegrams were announced than were asked for; --multi auto reads all");
    if (answer.was_disturbed)
        errors_.note(whom + ": noise came with the answer; perhaps another meter has the same address");
    is_closed_ = !out_.flush();
}

void bus_readings::finish() {
    out_.text() += writer_.ending;
    out_.flush();
    reader_.save(errors_);
    if (out_.has_failed())
        errors_.plain("cannot write everything to the standard output");
}

} // namespace meterlink::cli
