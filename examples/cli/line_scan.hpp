#pragma once

/// The search for meters on one line, and what the searches of several lines share.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <asio/io_context.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/mbus/meter_search.hpp>

#include "bus_line.hpp"
#include "found_meters.hpp"
#include "scan_progress.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// Where slaves could not be told apart, as an address.
[[nodiscard]] std::string place_of(const mbus::search_conflict& conflict);

/// Where the searches of all lines write.
struct scan_board {
    found_meters& rows;
    complaints& errors;
    scan_progress progress{};
    std::vector<mbus::search_progress> lines{}; ///< How far each is.
    std::size_t limit = 0;                      ///< Meters wanted of all lines; 0 for all there are.
    bool is_closed = false;                     ///< Nobody reads the rows any more.

    [[nodiscard]] std::size_t meters() const;
    [[nodiscard]] std::size_t probes() const;
    [[nodiscard]] bool is_full() const { return limit > 0 && meters() >= limit; }
    void show();
};

/// A search whose events can wait: the octets that they only lend are left out.
struct kept_search {
    mbus::meter_search search;

    void handle_input(bytes_view octets, instant now) { search.handle_input(octets, now); }
    void handle_timeout(instant now) { search.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return search.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return search.poll_timeout(); }
    [[nodiscard]] std::optional<mbus::search_event> poll_event();
    [[nodiscard]] std::optional<std::uint32_t> line_rate() const { return search.line_rate(); }
};

/// A search on its line. Runs while its context does.
class line_scan {
public:
    /// `label` stands before what is said of this line, and in its rows; empty where it is the only one. The
    /// line is the one with the index `line` on the board.
    line_scan(asio::io_context& context, const io::endpoint& where, std::string label,
              mbus::meter_search_options how, scan_board& board, std::size_t line);

    /// Shows all octets of the line.
    void watch(traffic_log& log);
    void start() { driver_.start(); }
    /// Gives up a line that could not be opened in time.
    void check_patience();
    /// Ends the search; what was found stays.
    void end();

    [[nodiscard]] bool is_over() const { return is_over_; }
    /// Says what came of it.
    void tell_result();

private:
    void take(const io::link_event& event);
    void take(const mbus::search_event& event);
    void take_search(const mbus::search_progress& now);
    void take_search(const mbus::meter_found& found);
    void take_search(const mbus::search_conflict& conflict);
    void take_search(const mbus::baud_rate_changed&) {}
    void take_search(const mbus::search_finished& end);
    void finish();
    void lose(std::error_code why);
    /// Whether the line is lost again and again, and nothing comes of it.
    [[nodiscard]] bool is_hopeless();
    void give_up(const std::string& why);
    [[nodiscard]] std::string place(const std::string& text) const;

    io::endpoint where_;
    std::string label_;
    scan_board& board_;
    std::size_t line_;
    traffic_log* log_ = nullptr;
    refusal_watch refusal_;
    io::driver<io::any_stream, kept_search> driver_;
    std::chrono::steady_clock::time_point give_up_;
    mbus::search_end why_ = mbus::search_end::complete;
    std::chrono::steady_clock::time_point up_since_{};
    std::size_t losses_ = 0; ///< In a row.
    bool has_started_ = false;
    bool is_away_ = false;
    bool is_ending_ = false;
    bool is_over_ = false;
    bool has_failed_ = false;
};

} // namespace meterlink::cli
