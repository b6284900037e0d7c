#pragma once

/// What a driver needs of a line: serial device, TCP connection or UDP peer alike.

#include <concepts>
#include <cstddef>
#include <cstdint>

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/error_code.hpp>

namespace meterlink::io {

namespace detail {

struct on_done {
    void operator()(asio::error_code) const;
};
struct on_octets {
    void operator()(asio::error_code, std::size_t) const;
};

} // namespace detail

/// A line for octets. Its operations take completion tokens:
///
/// - `async_open(token)`, `void(error_code)`: connects, opens or waits for a client;
/// - `async_read_some(buffer, token)` and `async_write_some(buffer, token)`, `void(error_code, size_t)`.
///
/// `close()` lets all of them complete with `asio::error::operation_aborted`, and the line can be opened
/// again where that makes sense at all. No operation is started by two threads at once.
template <class T>
concept stream = requires(T& line, asio::mutable_buffer room, asio::const_buffer octets) {
    { line.get_executor() } -> std::convertible_to<asio::any_io_executor>;
    line.async_open(detail::on_done{});
    line.async_read_some(room, detail::on_octets{});
    line.async_write_some(octets, detail::on_octets{});
    line.close();
};

/// A stream that writes at once what the system takes, and says how much; `error::would_block` for nothing.
template <class T>
concept writes_now = requires(T& line, asio::const_buffer octets, asio::error_code& error) {
    { line.write_now(octets, error) } -> std::same_as<std::size_t>;
};

/// A stream whose bit rate can be changed while it is open. `async_drain` completes once the last bit is on
/// the line.
template <class T>
concept has_baud_rate = requires(T& line, std::uint32_t baud) {
    { line.set_baud_rate(baud) } -> std::same_as<asio::error_code>;
    line.async_drain(detail::on_done{});
};

/// Whether opening `line` means waiting for a peer, which is done at once when one has left.
template <class T>
[[nodiscard]] bool waits_for_peers(const T& line) noexcept {
    if constexpr (requires {
                      { line.waits_for_peers() } -> std::same_as<bool>;
                  })
        return line.waits_for_peers();
    else
        return false;
}

} // namespace meterlink::io
