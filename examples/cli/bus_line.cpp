#include "bus_line.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>

#include <meterlink/io/recording.hpp>
#include <meterlink/io/single_client_options.hpp>
#include <meterlink/mbus/secondary_address_text.hpp>

#include "command.hpp"
#include "platform.hpp"
#include "port.hpp"
#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

std::string times(std::size_t count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

/// A line of the record as somebody watches it: the time first, then the octets.
std::string shown(const std::string& line) {
    const auto mark = line.find('#');
    const auto time = line.substr(mark + 4);
    return std::string(time.size() < 9 ? 9 - time.size() : 0, ' ') + time + ' ' + line[mark + 2] + ' ' +
           line.substr(0, mark - 2) + '\n';
}

/// Whether the file is a recording. Complains about one that is none.
bool is_recording(const std::string& path, complaints& errors) {
    std::string text;
    if (const auto failure = read_whole_file(path, text); failure != 0) {
        errors.plain("cannot read " + path + ": " + std::strerror(failure));
        return false;
    }
    const auto parsed = io::recording::parse(text);
    if (!parsed)
        errors.plain(without_controls(io::recording_error_text(path, text, parsed.error())));
    return parsed.has_value();
}

/// What helps where several answered to `whom`.
std::string way_out(const std::string& whom) {
    const auto mask = mbus::parse_secondary_address(whom);
    if (!mask || whom.size() <= 3)
        return "two meters with one address have to be read by their secondary addresses";
    if (mask->has_wildcards())
        return "the address means every meter that it fits: \"meterlink scan --mask " + whom +
               "\" finds them one by one";
    return "meters with the same secondary address have to be read one by one, with the others disconnected";
}

} // namespace

traffic_log::~traffic_log() {
    if (file_ != nullptr)
        std::fclose(file_);
}

bool traffic_log::open(const bus_options& options, complaints& errors) {
    shows_ = options.shows_traffic;
    path_ = options.record;
    if (path_.empty())
        return true;
    file_ = std::fopen(path_.c_str(), "w");
    if (file_ == nullptr)
        errors.plain("cannot write " + path_ + ": " + std::strerror(errno));
    return file_ != nullptr;
}

void traffic_log::take(io::direction which, bytes_view octets, instant now) {
    if (!shows_ && file_ == nullptr)
        return;
    if (!start_)
        start_ = now;
    const auto line = io::recording_line(
        which, octets, std::chrono::duration_cast<std::chrono::milliseconds>(now - *start_));
    if (shows_) {
        const auto text = shown(line);
        static_cast<void>(write_all(standard_stream::error, text.data(), text.size()));
    }
    if (file_ != nullptr) {
        std::fprintf(file_, "%s\n", line.c_str());
        std::fflush(file_);
    }
}

void traffic_log::close(complaints& errors) {
    if (file_ == nullptr)
        return;
    const auto was_bad = std::ferror(file_) != 0;
    if (std::fclose(file_) != 0 || was_bad)
        errors.plain("cannot write everything to " + path_);
    file_ = nullptr;
}

void refusal_watch::take(io::direction which, bytes_view octets) {
    constexpr std::size_t most = 512;
    if (which == io::direction::received && heard_.size() < most)
        heard_.insert(heard_.end(), octets.begin(), octets.end());
}

std::optional<std::string> refusal_watch::text() const {
    const bytes_view heard{heard_};
    for (std::size_t i = 0; i < heard.size(); ++i)
        if (heard[i] == 'b')
            if (auto found = io::refusal_text(heard.subspan(i)))
                return found;
    return std::nullopt;
}

std::optional<io::endpoint> parse_line(const bus_options& options, complaints& errors) {
    auto where = options.replay.empty() ? io::endpoint::parse(options.url)
                                        : result<io::endpoint>{io::endpoint::replay(options.replay)};
    if (!where) {
        errors.plain(io::endpoint_error_text(options.url, where.error()) + url_hint(options.url) +
                     "; --help shows examples");
        return std::nullopt;
    }
    if (where->kind == io::endpoint_kind::replay && !is_recording(where->host, errors))
        return std::nullopt;
    if (options.baud != 0)
        where->serial.baud = options.baud;
    return *where;
}

std::string line_failure(const io::endpoint& where, bool was_open, const std::error_code& why,
                         const std::string& explanation) {
    if (where.kind == io::endpoint_kind::replay)
        return without_controls(explanation.empty() ? where.host + ": " + why.message() : explanation) +
               "; a recording can only be replayed for the command that it was made with" +
               (where.keeps_times ? "" : ", and one of a disturbed line may take replay:FILE?pace=real");
    return (was_open ? "lost " : "cannot open ") + io::to_string(where) + ": " + why.message() +
           (where.kind == io::endpoint_kind::serial
                ? "; check the device and your rights to it"
                : "; check host and port, and that nobody else is connected");
}

std::string busy_text(const io::endpoint& where, const std::string& refusal) {
    return io::to_string(where) + " refuses, because it serves somebody else: \"" + refusal + '"';
}

std::unique_ptr<bus_line> bus_line::open(const bus_options& options, complaints& errors) {
    const auto where = parse_line(options, errors);
    if (!where)
        return nullptr;
    std::unique_ptr<bus_line> out{new bus_line{*where, options, errors}};
    if (!out->log_.open(options, errors))
        return nullptr;
    catch_interrupts();
    return out;
}

bus_line::bus_line(const io::endpoint& where, const bus_options& options, complaints& errors)
    : where_{where}, errors_{errors}, bus_{where, master_options(options, where.kind, where.serial.baud)} {
    bus_.while_waiting([] { return !is_interrupted(); });
    bus_.on_traffic([this](io::direction which, bytes_view octets, instant now) {
        log_.take(which, octets, now);
        refusal_.take(which, octets);
    });
}

std::optional<io::bus_answer> bus_line::perform(const std::string& whom, const result<mbus::request>& what) {
    refusal_.reset();
    return settle(whom, bus_.perform(what));
}

std::optional<io::bus_answer> bus_line::read(const std::string& whom,
                                             const std::vector<mbus::destination>& ways,
                                             const mbus::request_options& how) {
    refusal_.reset();
    return settle(whom, bus_.read_by(ways, how));
}

std::optional<io::bus_answer> bus_line::settle(const std::string& whom, result<io::bus_answer> answer) {
    if (!answer) {
        errors_.plain(whom + ": " + to_string(answer.error()));
        return std::nullopt;
    }
    const auto refusal = *answer || answer->how == io::bus_ending::cancelled ? std::nullopt : refusal_.text();
    if (refusal)
        errors_.plain(busy_text(where_, *refusal));
    else if (!*answer)
        complain(whom, *answer);
    if (refusal || answer->how == io::bus_ending::no_line || answer->how == io::bus_ending::line_lost ||
        answer->how == io::bus_ending::cancelled)
        can_go_on_ = false;
    if (!*answer && answer->telegrams.empty())
        return std::nullopt;
    return *std::move(answer);
}

void bus_line::complain(const std::string& whom, const io::bus_answer& answer) {
    using io::bus_ending;
    const origin from{whom};
    const auto asked = "asked " + times(answer.attempts);
    switch (answer.how) {
    case bus_ending::no_answer:
        errors_.telegram(from,
                         answer.was_selected
                             ? "it was selected, but then gave no answer (" + asked +
                                   "): try --timing readout, or --timeout with more milliseconds"
                             : "no answer (" + asked +
                                   "): check the address, the bit rate (--baud), the wiring and the power "
                                   "of the bus; \"meterlink scan\" finds who is there");
        break;
    case bus_ending::collision:
        errors_.octets(from, answer.why, answer.octets,
                       "several meters at once, or a disturbed line (" + asked + "); " + way_out(whom) +
                           ": ");
        break;
    case bus_ending::bad_answer:
        if (answer.why.code == errc::answer_from_another) {
            errors_.octets(from, answer.why, answer.octets,
                           "another meter than the one that was asked for: ");
            break;
        }
        errors_.octets(from, answer.why, answer.octets,
                       "a bad answer (" + asked + "); try a lower bit rate, or --timing readout: ");
        break;
    case bus_ending::refused:
        errors_.telegram(from, "the meter refuses: " + std::string{apl::name(answer.refusal)} +
                                   (answer.refusal.code == 8 ? "; ask again in a minute" : ""));
        break;
    case bus_ending::no_line:
    case bus_ending::line_lost:
        errors_.plain(
            line_failure(where_, answer.how == bus_ending::line_lost, answer.line_error, bus_.explanation()));
        break;
    case bus_ending::cancelled: errors_.plain("interrupted"); break;
    default: errors_.telegram(from, name(answer.how)); break;
    }
}

int bus_line::finish() {
    log_.close(errors_);
    return errors_.count() != 0 ? some_bad_input : all_good;
}

} // namespace meterlink::cli
