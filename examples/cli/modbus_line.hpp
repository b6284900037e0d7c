#pragma once

/// A line with Modbus devices as the commands use it: requests go out, and answers are waited for.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/io/blocking.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/link_event.hpp>
#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/exception.hpp>
#include <meterlink/modbus/pdu.hpp>

#include "bus_line.hpp"
#include "modbus_options.hpp"

namespace meterlink::cli {

/// What became of one request.
struct modbus_answer {
    enum class ending : std::uint8_t {
        reply,
        broadcast,
        exception,
        no_reply,
        bad_reply,
        degraded,
        cancelled
    };

    modbus::request_id id = modbus::request_id::none;
    ending how = ending::cancelled;
    modbus::pdu response{};        ///< With `reply`.
    modbus::exception_code code{}; ///< With `exception`.
    error why{};                   ///< With `bad_reply`.
    std::uint32_t attempts = 0;
    bool line_was_away = false; ///< With `no_reply`: the line was lost meanwhile.

    [[nodiscard]] bool is_reply() const { return how == ending::reply; }
};

/// What a request was for, as far as explanations differ.
enum class modbus_purpose : std::uint8_t { reading, writing };

/// What is wrong with an answer that is no reply, as one clause with an advice.
[[nodiscard]] std::string explanation_of(const modbus_answer& answer,
                                         modbus_purpose purpose = modbus_purpose::reading);

/// A client whose events own what they tell, so that they may wait.
class owning_modbus_client {
public:
    explicit owning_modbus_client(const modbus::client_options& how) : client_{how} {}

    [[nodiscard]] modbus::client& client() noexcept { return client_; }

    void handle_link(bool up, instant now) { client_.handle_link(up, now); }
    void handle_input(bytes_view octets, instant now) { client_.handle_input(octets, now); }
    void handle_timeout(instant now) { client_.handle_timeout(now); }
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return client_.poll_transmit(); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return client_.poll_timeout(); }
    [[nodiscard]] std::optional<modbus_answer> poll_event();
    [[nodiscard]] bool wants_reconnect() const noexcept { return client_.wants_reconnect(); }
    [[nodiscard]] bool wants_link() const noexcept { return client_.wants_link(); }

private:
    modbus::client client_;
};

/// A line that a command has opened. Ctrl-C ends what is waited for.
class modbus_line {
public:
    /// Null for wrong usage; what has been said then. `refine` may change what the options made.
    [[nodiscard]] static std::unique_ptr<modbus_line> open(const modbus_options& options,
                                                           const io::endpoint& where,
                                                           const modbus::client_options& how,
                                                           complaints& errors);

    /// Sends a request, or lets it wait for the others.
    template <emittable Request>
    result<modbus::request_id> submit(modbus::unit_id unit, const Request& what,
                                      const modbus::request_options& how = {}) {
        const auto id = driver_.command(
            [&](owning_modbus_client& peer, instant now) { return peer.client().ask(unit, what, now, how); });
        if (id)
            under_way_.emplace(*id, is_away_);
        return id;
    }
    /// The next answer; none when the line failed, which has been said then, or Ctrl-C was pressed.
    [[nodiscard]] std::optional<modbus_answer> wait();
    /// The answer to a request that is sent alone.
    template <emittable Request>
    [[nodiscard]] std::optional<modbus_answer> ask(modbus::unit_id unit, const Request& what,
                                                   const modbus::request_options& how = {}) {
        if (const auto id = submit(unit, what, how); !id)
            return modbus_answer{.how = modbus_answer::ending::bad_reply, .why = id.error()};
        return wait();
    }

    /// Lets time pass until `until`, or Ctrl-C.
    void pass_time(std::chrono::steady_clock::time_point until);
    /// No answer to what is under way is wanted any more.
    void give_up();

    /// How often the line has come back after it was lost.
    [[nodiscard]] unsigned returns() const { return returns_; }
    /// False once the line could not be opened or Ctrl-C was pressed: then nothing more will succeed.
    [[nodiscard]] bool can_go_on() const;
    [[nodiscard]] const io::endpoint& where() const { return where_; }
    [[nodiscard]] complaints& errors() { return errors_; }

    /// Calls `act` before octets are shown.
    void before_traffic(std::function<void()> act) { before_traffic_ = std::move(act); }

    /// Ends the record, and returns the exit code. `may_be_interrupted`: Ctrl-C is how the command ends.
    [[nodiscard]] int finish(bool may_be_interrupted = false);

private:
    modbus_line(const io::endpoint& where, const modbus::client_options& how, complaints& errors);

    void take(const io::link_event& event);
    void take_loss(const io::link_event& event);
    void fail(const std::error_code& why);
    void tell(const std::string& what);

    io::endpoint where_;
    complaints& errors_;
    traffic_log log_;
    std::function<void()> before_traffic_;
    io::blocking_driver<owning_modbus_client> driver_;
    std::chrono::steady_clock::time_point connect_until_;
    std::chrono::steady_clock::time_point connected_at_;
    std::map<modbus::request_id, bool> under_way_; ///< And whether the line was lost meanwhile.
    unsigned returns_ = 0;
    bool was_open_ = false;
    bool was_heard_ = false;   ///< Octets came since the line was opened last.
    bool is_away_ = false;     ///< Its loss has been told, and it is not back.
    bool is_rejected_ = false; ///< The server closes what it has just opened.
    bool has_failed_ = false;
};

} // namespace meterlink::cli
