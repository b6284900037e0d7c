#pragma once

/// A serial device of a POSIX system as a stream.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/endpoint.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {

/// The open device, and the timer for what takes time on it.
class serial_device : public std::enable_shared_from_this<serial_device> {
public:
    explicit serial_device(const asio::any_io_executor& executor)
        : descriptor{executor}, timer_{executor}, executor_{executor} {}

    asio::error_code open(const std::string& path, const serial_settings& settings);
    asio::error_code set_baud_rate(std::uint32_t baud);
    asio::error_code flush();
    void drain(completion<asio::error_code> done);
    void send_break(std::chrono::milliseconds length, completion<asio::error_code> done);
    void close() noexcept;

    asio::posix::stream_descriptor descriptor;

private:
    void wait_until_drained();
    void finish(asio::error_code error);

    asio::steady_timer timer_;
    asio::any_io_executor executor_;
    serial_settings settings_;
    completion<asio::error_code> done_; ///< Of the drain or break under way.
    bool breaking_ = false;
};

} // namespace detail

/// A serial device that this process has to itself: a second program, or a second port here, gets
/// `device_or_resource_busy`. Raw octets, no flow control. Bit rates are those that the driver of the device
/// takes, on Linux any number; `set_baud_rate` changes them while it is open.
class serial_port {
public:
    serial_port(const asio::any_io_executor& executor, std::string path, serial_settings settings = {})
        : device_{std::make_shared<detail::serial_device>(executor)}, path_{std::move(path)},
          settings_{settings} {}

    serial_port(serial_port&&) noexcept = default;
    serial_port& operator=(serial_port&&) = delete;
    ~serial_port() {
        if (device_)
            close();
    }

    /// Opens at once, for those who need no completion.
    [[nodiscard]] asio::error_code open() { return device_->open(path_, settings_); }

    [[nodiscard]] asio::any_io_executor get_executor() { return device_->descriptor.get_executor(); }
    [[nodiscard]] const serial_settings& settings() const noexcept { return settings_; }

    template <class Token>
    auto async_open(Token&& token) {
        return start<Token>([this](auto done) { done.later(open()); }, token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return device_->descriptor.async_read_some(room, std::forward<Token>(token));
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return device_->descriptor.async_write_some(octets, std::forward<Token>(token));
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) {
        return device_->descriptor.write_some(octets, error);
    }

    /// `void(error_code)`: when the last bit of what was written is on the line.
    template <class Token>
    auto async_drain(Token&& token) {
        return start<Token>([this](auto done) { device_->drain(std::move(done)); }, token);
    }

    /// Changes the bit rate from now on, in both directions, and when the port is opened again. What is still
    /// in the transmitter changes too: drain first.
    asio::error_code set_baud_rate(std::uint32_t baud) {
        const auto error = device_->descriptor.is_open() ? device_->set_baud_rate(baud) : asio::error_code{};
        if (!error)
            settings_.baud = baud;
        return error;
    }

    /// `void(error_code)`: holds the line at space for `length`. One drain or break at a time.
    template <class Token>
    auto async_send_break(std::chrono::milliseconds length, Token&& token) {
        return start<Token>([this, length](auto done) { device_->send_break(length, std::move(done)); },
                            token);
    }

    /// Throws away what has come and was not read, and what was written and has not gone.
    asio::error_code flush() { return device_->flush(); }

    void close() noexcept { device_->close(); }

private:
    template <class Token, class Start>
    auto start(Start begin, Token& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [executor = get_executor(), begin](auto handler) {
                begin(detail::completion<asio::error_code>{std::move(handler), executor});
            },
            token);
    }

    std::shared_ptr<detail::serial_device> device_;
    std::string path_;
    serial_settings settings_;
};

} // namespace meterlink::io
