#pragma once

/// A wired bus for scripts: ask, wait, and have the answer.

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include <asio/error.hpp>

#include <meterlink/core/result.hpp>
#include <meterlink/io/bus_answer.hpp>
#include <meterlink/io/detail/bus_session.hpp>
#include <meterlink/io/detail/patient_line.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/mbus/expected_answer.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/master.hpp>
#include <meterlink/mbus/request.hpp>

namespace meterlink::io {

namespace detail {

/// Turns an answer with a telegram of another meter than the selections in `ways` mean into a failure without
/// telegrams. Whether it did.
inline bool refuse_stranger(bus_answer& answer, std::span<const mbus::destination> ways) {
    for (auto& telegram : answer.telegrams) {
        const auto frame = mbus::long_frame_view::parse(telegram);
        const auto is_stranger = [&](const mbus::destination& way) {
            return frame && way.selection() &&
                   !mbus::expected_answer{mbus::answer_kind::response, mbus::primary_address::test,
                                          way.selection()->address()}
                        .is_from_asked(*frame);
        };
        if (std::none_of(ways.begin(), ways.end(), is_stranger))
            continue;
        answer.how = bus_ending::bad_answer;
        answer.why = {errc::answer_from_another, layer::mbus, mbus::telegram_view::message_offset};
        answer.octets = std::move(telegram);
        answer.telegrams.clear();
        answer.attempts = 1;
        return true;
    }
    return false;
}

} // namespace detail

/// The master of the bus behind an endpoint (EN 13757-2), for code that waits.
///
///     auto where = io::endpoint::parse("tcp://10.0.0.7:10001");
///     io::wired_bus bus{*where};
///     if (auto answer = bus.read(5))
///         for (const auto& frame : answer.telegrams) { … }
///
/// For one thread. The line is opened by the first request. A line that is lost while a request is under way
/// is opened again as the endpoint says, and the master's attempts go on meanwhile; where it is not, the
/// request ends.
class wired_bus {
public:
    /// A serial line begins at the bit rate of its endpoint; behind a network the master counts with `how`.
    explicit wired_bus(const endpoint& where, mbus::master::options how = {})
        : line_{where, detail::bus_session{adapted(where, how)}} {}

    /// Opens the line, if it is not open: waits for the first attempt, or for the next one when the link was
    /// lost. The error is that of the attempt, `timed_out`, or `operation_aborted` by `while_waiting`.
    [[nodiscard]] std::error_code connect() { return line_.connect(); }

    /// Carries out one request, and waits for its end.
    [[nodiscard]] bus_answer perform(const mbus::request& what) {
        if (const auto error = connect())
            return without_line(
                error == asio::error::operation_aborted ? bus_ending::cancelled : bus_ending::no_line, error);
        const auto id = line_.command(
            [&](detail::bus_session& bus, instant now) { return bus.master().submit(what, now); });
        bus_answer answer;
        const auto lost = line_.await(
            [&](detail::bus_event& ended) {
                if (ended.id != id)
                    return false;
                answer = std::move(ended.answer);
                return true;
            },
            [id](detail::bus_session& bus, instant) { bus.master().cancel(id); });
        return lost ? without_line(bus_ending::line_lost, lost) : answer;
    }

    /// The same for what may have been refused when it was built; the refusal is then the error.
    [[nodiscard]] result<bus_answer> perform(const result<mbus::request>& what) {
        return what.transform([this](const mbus::request& good) { return perform(good); });
    }

    /// A readout by primary address or selection. An address that nobody has is `errc::value_out_of_range`.
    [[nodiscard]] result<bus_answer> read(const mbus::destination& from, mbus::request_options how = {}) {
        return perform(mbus::request::read(from, how));
    }

    /// The same for a plain number.
    [[nodiscard]] result<bus_answer> read(mbus::primary_address from, mbus::request_options how = {}) {
        return read(mbus::destination{from}, how);
    }

    /// A readout of one meter by several ways of addressing it, the preferred one first, until it answers. An
    /// answer by primary address must come from the meter that the selections among them mean; one from
    /// another is a `bad_answer` with `errc::answer_from_another`. No way at all is
    /// `errc::value_out_of_range`.
    [[nodiscard]] result<bus_answer> read_by(std::span<const mbus::destination> ways,
                                             const mbus::request_options& how = {}) {
        result<bus_answer> last = fail(errc::value_out_of_range, layer::io, 0);
        for (const auto& way : ways) {
            last = read(way, how);
            if (!last || last->how == bus_ending::no_line || last->how == bus_ending::line_lost ||
                last->how == bus_ending::cancelled)
                break;
            if (!detail::refuse_stranger(*last, ways) && *last)
                break;
        }
        return last;
    }

    /// Is asked about ten times a second while something is waited for. When it says false, what is under way
    /// ends with `cancelled`, as soon as the answer to a question on the line can no longer come.
    void while_waiting(std::function<bool()> question) { line_.while_waiting(std::move(question)); }

    /// Shows all octets.
    void on_traffic(traffic_observer observer) { line_.on_traffic(std::move(observer)); }

    /// What the error of a lost line cannot say: of a recording, what differs from it. Otherwise empty.
    [[nodiscard]] std::string explanation() { return line_.explanation(); }

private:
    [[nodiscard]] static bus_answer without_line(bus_ending how, std::error_code why) {
        bus_answer out;
        out.how = how;
        out.line_error = why;
        return out;
    }

    [[nodiscard]] static mbus::master::options adapted(const endpoint& where, mbus::master::options how) {
        if (where.kind == endpoint_kind::serial)
            how.baud = where.serial.baud;
        return how;
    }

    detail::patient_line<detail::bus_session> line_;
};

} // namespace meterlink::io
