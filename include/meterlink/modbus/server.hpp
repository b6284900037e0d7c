#pragma once

/// The server, or slave, of Modbus: answers what is asked of the devices in a register space.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/adu.hpp>
#include <meterlink/modbus/detail/any_decoder.hpp>
#include <meterlink/modbus/detail/event_ring.hpp>
#include <meterlink/modbus/detail/frame_output.hpp>
#include <meterlink/modbus/line_counters.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/register_space.hpp>
#include <meterlink/modbus/server_event.hpp>
#include <meterlink/modbus/server_options.hpp>

namespace meterlink::modbus {

/// Server on one connection or one line, a `session`. Any number of them share a `register_space`, which
/// outlives them.
///
///     register_space space;
///     server one{space};                       // per connection that io accepts
///     one.handle_input(octets, now);
///     send(one.poll_transmit());
///
/// Requests are answered in their order and at once, on a line after t3.5; all that came together goes out
/// together. What is wrong with a request is judged in the order of the standard: is there such a function
/// (01), are quantities, values and lengths right (03), may this client (01), are there such addresses (02);
/// then it is carried out. A function that writes exists where its table has something that may be written.
///
/// Over TCP a header that cannot be one ends the conversation: `wants_close`. On a line broken frames are
/// skipped, and broadcasts are carried out by all devices without an answer. There a request counts only if
/// nothing follows it: who asked something else meanwhile does not wait for the answer any more, which would
/// be taken for one from another device. What other devices answer is passed over, whatever is in it.
///
/// It allocates when more waits at once than ever before, and not per request.
class server {
public:
    explicit server(register_space& space, server_options how = {})
        : space_{&space}, options_{std::move(how)},
          decoder_{options_.framing, listen_for::requests, frame_silence_of(options_), options_.timing},
          output_{options_.framing}, events_{options_.most_events} {}

    /// The role in the certificate of the client, for `server_options::authorise`.
    void set_role(std::optional<std::string> role) { role_ = std::move(role); }

    /// Another connection came, or the one there was is gone: all that was under way is forgotten, and when
    /// it is gone, the role of its client is too.
    void handle_link(bool up, instant now);
    void handle_input(bytes_view octets, instant now);
    void handle_timeout(instant now);
    /// All answers that wait.
    [[nodiscard]] std::optional<bytes_view> poll_transmit();
    [[nodiscard]] std::optional<instant> poll_timeout() const;
    [[nodiscard]] std::optional<server_event> poll_event() { return events_.pop(); }

    /// Over TCP: the connection is to be closed once the answers that wait have been sent, because its
    /// framing is lost, a request does not end, or the client does not take its answers. What comes until
    /// then is not looked at.
    [[nodiscard]] bool wants_close() const noexcept { return wants_close_; }

    [[nodiscard]] const line_counters& counters() const noexcept { return counters_; }
    [[nodiscard]] const server_options& settings() const noexcept { return options_; }

private:
    /// One request, and where its response goes: room for the longest PDU.
    struct job {
        served_device* device;
        unit_id unit;
        bytes_view request;
        bytes_span out;
    };

    [[nodiscard]] bool is_on_line() const noexcept { return is_line(options_.framing); }

    // frames
    void decode(bytes_view octets, instant now);
    void take(const adu_view& adu, instant now);
    void take_from_line(const adu_view& adu);
    void take_broadcast(const adu_view& adu);
    void answer_held(instant now);
    void forget_answer();
    void respond(std::uint16_t transaction, unit_id unit, bytes_view request, instant now);
    void take(const garbage& noise);
    void tell(server_event event);
    void watch_half_frame(std::uint64_t frames_before, instant now);
    [[nodiscard]] served_device* device_of(unit_id unit) const noexcept;

    // functions: each returns the size of its response, 0 where there is none
    [[nodiscard]] std::size_t answer(job& what);
    [[nodiscard]] std::size_t execute(job& what);
    [[nodiscard]] std::size_t refuse(const job& what, exception_code why);
    [[nodiscard]] bool may(const job& what, std::optional<table_range> read = {},
                           std::optional<table_range> write = {},
                           std::span<const file_record_reference> files = {}) const;
    template <class Request>
    [[nodiscard]] std::size_t read_table(job& what, register_table table);
    [[nodiscard]] std::size_t write_single_coil(job& what);
    [[nodiscard]] std::size_t write_single_register(job& what);
    [[nodiscard]] std::size_t mask_write_register(job& what);
    [[nodiscard]] std::size_t write_multiple_coils(job& what);
    [[nodiscard]] std::size_t write_multiple_registers(job& what);
    [[nodiscard]] std::size_t read_write_multiple_registers(job& what);
    [[nodiscard]] refusal writing_refusal(const job& what, const table_range& where,
                                          std::optional<table_range> read = {}) const;
    [[nodiscard]] refusal store(const job& what, const table_range& where, bytes_view values);
    template <class Response>
    [[nodiscard]] std::size_t write(job& what, const table_range& where, bytes_view values,
                                    const Response& response);

    // services
    [[nodiscard]] std::size_t serve(job& what);
    [[nodiscard]] std::size_t diagnose(job& what);
    [[nodiscard]] std::size_t diagnose(job& what, const diagnostics_view& asked);
    [[nodiscard]] std::size_t tell_event_log(job& what) const;
    [[nodiscard]] std::size_t report_server_id(job& what);
    [[nodiscard]] std::size_t read_file_record(job& what);
    [[nodiscard]] std::size_t write_file_record(job& what);
    [[nodiscard]] std::size_t read_fifo_queue(job& what);
    [[nodiscard]] std::size_t identify(job& what);
    [[nodiscard]] std::size_t do_custom(job& what);

    register_space* space_;
    server_options options_;
    std::optional<std::string> role_;
    detail::any_decoder decoder_;
    detail::frame_output output_;
    detail::event_ring<server_event> events_;
    line_counters counters_;
    std::vector<std::uint16_t> queue_; // of function 18, kept for its memory
    std::optional<unit_id> held_unit_; // on a line, the request in `held_` may be the last one
    pdu held_;
    instant heard_{};                      // when octets came last
    std::uint64_t frames_ = 0;             // how many have come
    std::optional<instant> answer_at_;     // on a line, when what waits may be sent
    std::optional<instant> request_until_; // over TCP, when what has begun is to have ended
    bool wants_close_ = false;
};

} // namespace meterlink::modbus

#include <meterlink/modbus/detail/server_functions.hpp>
#include <meterlink/modbus/detail/server_services.hpp>
#include <meterlink/modbus/detail/server_session.hpp>
