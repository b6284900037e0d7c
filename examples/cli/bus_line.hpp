#pragma once

/// A wired bus as the commands use it: opened by URL, watched, and with words for what went wrong.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <meterlink/core/result.hpp>
#include <meterlink/io/bus_answer.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/wired_bus.hpp>
#include <meterlink/mbus/request.hpp>

#include "bus_options.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// Shows and records what is on a line.
class traffic_log {
public:
    traffic_log() = default;
    ~traffic_log();
    traffic_log(const traffic_log&) = delete;
    traffic_log& operator=(const traffic_log&) = delete;

    /// False when the file cannot be written; why has been said then.
    [[nodiscard]] bool open(const bus_options& options, complaints& errors);
    void take(io::direction which, bytes_view octets, instant now);
    /// Ends the file. Complains when it could not be written.
    void close(complaints& errors);

private:
    bool shows_ = false;
    std::string path_;
    std::FILE* file_ = nullptr;
    std::optional<instant> start_;
};

/// Notices when somebody who serves one client at a time says that this is another one.
class refusal_watch {
public:
    void take(io::direction which, bytes_view octets);
    void reset() { heard_.clear(); }
    /// What was said since the last reset.
    [[nodiscard]] std::optional<std::string> text() const;

private:
    std::vector<std::uint8_t> heard_;
};

/// The endpoint that `options` name, with their bit rate. Complains about one that is none, and about a
/// recording that is none.
[[nodiscard]] std::optional<io::endpoint> parse_line(const bus_options& options, complaints& errors);

/// Why a line cannot be used, and what to do about it. `was_open` says that it could be used before;
/// `explanation` is that of its stream.
[[nodiscard]] std::string line_failure(const io::endpoint& where, bool was_open, const std::error_code& why,
                                       const std::string& explanation);

/// The same for a line that somebody else has, who says so with `refusal`.
[[nodiscard]] std::string busy_text(const io::endpoint& where, const std::string& refusal);

/// A bus that a command has opened. Ctrl-C cancels what is under way.
class bus_line {
public:
    /// Null for wrong usage; what has been said then.
    [[nodiscard]] static std::unique_ptr<bus_line> open(const bus_options& options, complaints& errors);

    /// Carries out `what` for `whom`, a meter as the user wrote it, and complains about a failure. Null when
    /// it did not succeed; a part of a reading that broke off is given nevertheless.
    [[nodiscard]] std::optional<io::bus_answer> perform(const std::string& whom,
                                                        const result<mbus::request>& what);
    /// Reads one meter by the first way of `ways` that works; otherwise as `perform`.
    [[nodiscard]] std::optional<io::bus_answer> read(const std::string& whom,
                                                     const std::vector<mbus::destination>& ways,
                                                     const mbus::request_options& how);
    /// Carries out `what`, and says nothing.
    [[nodiscard]] io::bus_answer try_out(const mbus::request& what) { return bus_.perform(what); }

    /// False once the line could not be opened or Ctrl-C was pressed: then nothing more will succeed.
    [[nodiscard]] bool can_go_on() const { return can_go_on_; }
    [[nodiscard]] const io::endpoint& where() const { return where_; }
    [[nodiscard]] complaints& errors() { return errors_; }

    /// Ends the record, and returns the exit code.
    [[nodiscard]] int finish();

private:
    bus_line(const io::endpoint& where, const bus_options& options, complaints& errors);
    [[nodiscard]] std::optional<io::bus_answer> settle(const std::string& whom,
                                                       result<io::bus_answer> answer);
    void complain(const std::string& whom, const io::bus_answer& answer);

    io::endpoint where_;
    complaints& errors_;
    traffic_log log_;
    refusal_watch refusal_;
    io::wired_bus bus_;
    bool can_go_on_ = true;
};

} // namespace meterlink::cli
