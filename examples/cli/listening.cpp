#include "listening.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <type_traits>
#include <variant>

#include <meterlink/core/hex.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/link_facts.hpp>

namespace meterlink::cli {

namespace {

/// More meters than one place can hear.
constexpr std::size_t most_meters_heard = 100'000;

/// Meters that somebody makes up take no room from those that are named, and those that a key opens.
wmbus::reception::options reception_options(std::size_t named) {
    wmbus::reception::options out;
    out.meters.capacity = named + 2 * most_meters_heard;
    out.meters.reserved = most_meters_heard;
    return out;
}

std::string printed(const std::tm* time, const char* how) {
    std::array<char, 32> text{};
    const auto size = time == nullptr ? 0 : std::strftime(text.data(), text.size(), how, time);
    return {text.data(), size};
}

/// `2026-03-29T12:05:30Z`
std::string date_and_time() {
    const auto now = std::time(nullptr);
    return printed(std::gmtime(&now), "%Y-%m-%dT%H:%M:%SZ");
}

/// `14:05:30`, as the clock on the wall says.
std::string hour() {
    const auto now = std::time(nullptr);
    return printed(std::localtime(&now), "%H:%M:%S");
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

} // namespace

listener::listener(const origin& from, const listening_options& options, telegram_reader& reader, output& out,
                   complaints& errors)
    : from_{from}, options_{options}, reader_{reader}, out_{out}, errors_{errors},
      reception_{reception_options(reader.key_owners().size())}, view_{out.has_colour()} {
    for (const auto& owner : reader.key_owners())
        (void)reception_.meters().expect(owner);
}

void listener::on(const wmbus::receiver_event& event) {
    const auto handle = [this](const auto& what) {
        using type = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<type, wmbus::received>)
            on_telegram(what);
        else if constexpr (std::is_same_v<type, wmbus::rejected>)
            complain("the receiver calls a telegram broken: " + std::string{message(what.why.code)});
        else if constexpr (std::is_same_v<type, wmbus::receiver_text>)
            ++other_lines_;
        else if constexpr (std::is_same_v<type, wmbus::receiver_answer>)
            on_answer(what);
        else if constexpr (std::is_same_v<type, wmbus::receiver_silent>)
            complain("the receiver did not answer " + std::string{name(what.command)} + ", sent " +
                     counted(what.attempts, "time", "times"));
        else if constexpr (std::is_same_v<type, wmbus::garbage>)
            complain(counted(what.count, "octet", "octets") + " skipped: " + to_string(what.why));
        else {
            static_assert(std::is_same_v<type, wmbus::events_lost>);
            complain(counted(what.count, "event", "events") + " of the receiver lost");
        }
    };
    std::visit(handle, event);
}

/// What was obeyed needs no word.
void listener::on_answer(const wmbus::receiver_answer& answer) {
    if (answer.is_refused && answer.command)
        complain("the receiver refuses " + std::string{name(*answer.command)} + ", status " +
                 to_hex(answer.payload.view().first(1)));
}

void listener::on_telegram(const wmbus::received& telegram) {
    const auto& parsed = reader_.read(telegram);
    if (!parsed.problems.empty())
        make_room_for_complaint();
    complain_of_transmission(from_, parsed, telegram.telegram.view(), errors_);
    const auto heard = wmbus::heard::from(parsed);
    if (!heard)
        return;
    auto outcome = reception_.on(telegram, *heard);
    if (outcome.result == wmbus::reception_result::list_full) {
        if (heard->proof.is_opened && reception_.meters().expect(heard->meter) != nullptr)
            outcome = reception_.on(telegram, *heard);
        else
            ++unlisted_;
    }
    const auto is_repetition = outcome.result == wmbus::reception_result::repetition;
    has_changed_ = true;
    if (options_.is_table) {
        if (outcome.meter != nullptr && !is_repetition)
            table_.on(*outcome.meter, parsed, options_.has_time ? hour() : "");
        return;
    }
    if (is_repetition && !options_.shows_repetitions)
        return;
    const auto time = options_.has_time ? date_and_time() : "";
    format::append_json(out_.text(), parsed, format::link_facts::from(telegram, time));
    out_.text() += '\n';
    out_.commit();
}

void listener::complain(const std::string& message) {
    make_room_for_complaint();
    errors_.telegram(from_, message);
}

void listener::make_room_for_complaint() {
    if (!options_.is_table || !out_.is_terminal())
        return;
    view_.erase(out_.text());
    out_.flush();
    has_changed_ = true;
}

bool listener::show() {
    if (options_.is_table && out_.is_terminal() && has_changed_)
        view_.draw(out_.text(), table_.lines(reception_.meters(), {out_.width(), out_.height()}));
    has_changed_ = false;
    return out_.flush();
}

void listener::finish() {
    if (options_.is_table && !out_.is_terminal())
        for (const auto& line : table_.lines(reception_.meters(), {}))
            out_.text() += line + '\n';
    show();
    errors_.note(summary());
}

std::string listener::summary() const {
    std::size_t telegrams = 0;
    std::size_t repetitions = 0;
    std::size_t lost = 0;
    std::array<std::size_t, wmbus::meter_state_count> states{};
    for (const auto& meter : reception_.meters()) {
        telegrams += meter.telegrams();
        repetitions += meter.repetitions();
        lost += meter.lost();
        ++states.at(static_cast<std::size_t>(meter.state()));
    }
    auto out = counted(reception_.meters().size(), "meter", "meters");
    for (std::size_t i = 0; i < states.size(); ++i)
        if (states[i] != 0)
            out += ", " + std::to_string(states[i]) + ' ' +
                   std::string{name(static_cast<wmbus::meter_state>(i))};
    out += "; " + counted(telegrams, "telegram", "telegrams") + ", " +
           counted(repetitions, "repetition", "repetitions") + ", " + std::to_string(lost) + " lost";
    if (unlisted_ != 0)
        out += "; " + counted(unlisted_, "telegram", "telegrams") + " of meters that have no room";
    if (other_lines_ != 0)
        out += "; " + counted(other_lines_, "line", "lines") + " without a telegram";
    return out;
}

} // namespace meterlink::cli
