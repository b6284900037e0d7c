#pragma once

/// Modbus devices for scripts: ask, wait, and have the answer.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/error.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/io/detail/modbus_session.hpp>
#include <meterlink/io/detail/patient_line.hpp>
#include <meterlink/io/driver_options.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/modbus_answer.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/modbus/client_options.hpp>
#include <meterlink/modbus/detail/client_requests.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/request_options.hpp>

namespace meterlink::io {

/// One request of several.
struct modbus_request {
    modbus::unit_id unit = 0;
    modbus::pdu what;
    modbus::request_options how{};

    /// A request that can be put on the wire; errors are those of its PDU.
    template <emittable Request>
    [[nodiscard]] static result<modbus_request> make(modbus::unit_id unit, const Request& what,
                                                     const modbus::request_options& how = {}) {
        std::array<std::uint8_t, modbus::max_pdu_size> buffer{};
        const auto size = what.emit(buffer);
        if (!size)
            return fail(size.error());
        modbus_request out{unit, {}, how};
        out.what.append(bytes_view{buffer}.first(*size));
        return out;
    }
};

/// The client of a line or connection, for code that waits.
///
///     auto where = io::endpoint::parse("tcp://10.0.0.7:502");   // or serial:/dev/ttyUSB0?baud=9600
///     io::modbus_bus bus{*where};
///     if (auto answer = bus.read_holding_registers(1, 0, 10); answer && *answer)
///         for (auto value : answer->as<modbus::read_holding_registers_response_view>()->registers()) { … }
///
/// Framing and character times are those of the endpoint (`modbus_line.hpp`). For one thread. The line is
/// opened by the first request. A line that is lost while a request is under way is opened again as the
/// endpoint says, and the client's attempts go on meanwhile; where it is not, the request ends.
///
/// A request that cannot be put on the wire is an error of the `result`; what becomes of one that can is the
/// answer.
class modbus_bus {
public:
    explicit modbus_bus(const endpoint& where, const modbus::client_options& how = {})
        : line_{where, detail::modbus_session{with_line(how, where)}} {}

    /// Opens the line, if it is not open: waits for the first attempt, or for the next one when the link was
    /// lost. The error is that of the attempt, `timed_out`, or `operation_aborted` by `while_waiting`.
    [[nodiscard]] std::error_code connect() { return line_.connect(); }

    /// Carries out one request, and waits for its end. Errors are those of `modbus::client::submit`.
    [[nodiscard]] result<modbus_answer> perform(const modbus_request& what) {
        return perform_all({&what, 1}).transform([](auto all) { return std::move(all.front()); });
    }

    /// Carries out all of them, as many at a time as the window of the client says, and waits for the last
    /// end. The answers are in the order of the requests. Nothing is sent when one is refused.
    [[nodiscard]] result<std::vector<modbus_answer>> perform_all(std::span<const modbus_request> what);

    /// Any request that can be put on the wire.
    template <emittable Request>
    [[nodiscard]] result<modbus_answer> ask(modbus::unit_id unit, const Request& what,
                                            const modbus::request_options& how = {}) {
        return modbus_request::make(unit, what, how).and_then([this](const modbus_request& made) {
            return perform(made);
        });
    }

    [[nodiscard]] result<modbus_answer> read_coils(modbus::unit_id unit, std::uint16_t start,
                                                   std::uint16_t quantity) {
        return ask(unit, modbus::read_coils_request{start, quantity});
    }
    [[nodiscard]] result<modbus_answer> read_discrete_inputs(modbus::unit_id unit, std::uint16_t start,
                                                             std::uint16_t quantity) {
        return ask(unit, modbus::read_discrete_inputs_request{start, quantity});
    }
    [[nodiscard]] result<modbus_answer> read_holding_registers(modbus::unit_id unit, std::uint16_t start,
                                                               std::uint16_t quantity) {
        return ask(unit, modbus::read_holding_registers_request{start, quantity});
    }
    [[nodiscard]] result<modbus_answer> read_input_registers(modbus::unit_id unit, std::uint16_t start,
                                                             std::uint16_t quantity) {
        return ask(unit, modbus::read_input_registers_request{start, quantity});
    }
    [[nodiscard]] result<modbus_answer> write_single_coil(modbus::unit_id unit, std::uint16_t address,
                                                          bool value) {
        return ask(unit, modbus::write_single_coil_request{address, value});
    }
    [[nodiscard]] result<modbus_answer> write_single_register(modbus::unit_id unit, std::uint16_t address,
                                                              std::uint16_t value) {
        return ask(unit, modbus::write_single_register_request{address, value});
    }
    [[nodiscard]] result<modbus_answer> write_multiple_coils(modbus::unit_id unit, std::uint16_t start,
                                                             std::span<const bool> values) {
        return modbus::write_multiple_coils_request::make(start, values).and_then([&](const auto& made) {
            return ask(unit, made);
        });
    }
    [[nodiscard]] result<modbus_answer> write_multiple_registers(modbus::unit_id unit, std::uint16_t start,
                                                                 std::span<const std::uint16_t> values) {
        return modbus::write_multiple_registers_request::make(start, values).and_then([&](const auto& made) {
            return ask(unit, made);
        });
    }

    /// What a unit needs, from its next request on.
    void set_unit(modbus::unit_id unit, const modbus::unit_options& how) {
        line_.command([&](detail::modbus_session& bus, instant) { bus.client().set_unit(unit, how); });
    }

    /// Is asked about ten times a second while something is waited for. When it says false, what is under way
    /// ends with `cancelled`.
    void while_waiting(std::function<bool()> question) { line_.while_waiting(std::move(question)); }

    /// Shows all octets.
    void on_traffic(traffic_observer observer) { line_.on_traffic(std::move(observer)); }

    /// What the error of a lost line cannot say: of a recording, what differs from it. Otherwise empty.
    [[nodiscard]] std::string explanation() { return line_.explanation(); }

private:
    using ids = std::vector<modbus::request_id>;

    [[nodiscard]] result<ids> submit_all(std::span<const modbus_request> what) {
        return line_.command([what](detail::modbus_session& bus, instant now) -> result<ids> {
            ids out;
            out.reserve(what.size());
            for (const auto& each : what) {
                const auto id = bus.client().submit(each.unit, each.what, now, each.how);
                if (!id) {
                    for (const auto before : out)
                        bus.client().cancel(before);
                    return fail(id.error());
                }
                out.push_back(*id);
            }
            return out;
        });
    }

    template <class Failed>
    result<void> carry_out(std::span<const modbus_request> what, std::vector<modbus_answer>& answers,
                           const Failed& failed);

    detail::patient_line<detail::modbus_session> line_;
};

inline result<std::vector<modbus_answer>> modbus_bus::perform_all(std::span<const modbus_request> what) {
    std::vector<modbus_answer> answers(what.size());
    const auto failed = [&](std::size_t which, modbus_ending how, std::error_code why) {
        answers[which].how = how;
        answers[which].line_error = why;
    };
    const auto error = connect();
    const auto how =
        error == asio::error::operation_aborted ? modbus_ending::cancelled : modbus_ending::no_line;
    if (error)
        for (std::size_t i = 0; i < what.size(); ++i)
            failed(i, how, error);
    else if (const auto done = carry_out(what, answers, failed); !done)
        return fail(done.error());
    for (std::size_t i = 0; i < what.size(); ++i)
        answers[i].unit = what[i].unit; // not every ending tells it
    return answers;
}

template <class Failed>
result<void> modbus_bus::carry_out(std::span<const modbus_request> what, std::vector<modbus_answer>& answers,
                                   const Failed& failed) {
    auto open = submit_all(what);
    if (!open)
        return fail(open.error());
    auto left = open->size();
    const auto take = [&](detail::modbus_event& ended) {
        // The first ones mostly end first.
        if (const auto at = std::ranges::find(*open, ended.id); at != open->end()) {
            answers[static_cast<std::size_t>(at - open->begin())] = std::move(ended.answer);
            *at = modbus::request_id::none;
            --left;
        }
        return left == 0;
    };
    const auto cancel = [&](detail::modbus_session& bus, instant) {
        for (const auto id : *open)
            bus.client().cancel(id);
    };
    if (left == 0)
        return {};
    if (const auto lost = line_.await(take, cancel))
        for (std::size_t i = 0; i < open->size(); ++i)
            if ((*open)[i] != modbus::request_id::none)
                failed(i, modbus_ending::line_lost, lost);
    return {};
}

} // namespace meterlink::io
