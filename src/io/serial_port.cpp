#include <meterlink/io/serial_port.hpp>

#include <algorithm>

#include "serial_line.hpp"

namespace meterlink::io::detail {
namespace {

asio::error_code system_error(int number) {
    return number == 0 ? asio::error_code{} : asio::error_code{number, std::system_category()};
}

} // namespace

asio::error_code serial_device::open(const std::string& path, const serial_settings& settings) {
    close();
    const auto opened = open_line(path.c_str(), settings);
    if (opened < 0)
        return system_error(-opened);
    settings_ = settings;
    asio::error_code error;
    descriptor.assign(opened, error);
    if (!error)
        descriptor.non_blocking(true, error);
    if (error)
        close();
    return error;
}

asio::error_code serial_device::set_baud_rate(std::uint32_t baud) {
    const auto error = system_error(set_line_baud_rate(descriptor.native_handle(), baud));
    if (!error)
        settings_.baud = baud;
    return error;
}

asio::error_code serial_device::flush() {
    return descriptor.is_open() ? system_error(flush_line(descriptor.native_handle()))
                                : asio::error_code{asio::error::bad_descriptor};
}

void serial_device::drain(completion<asio::error_code> done) {
    if (!descriptor.is_open())
        return done.later(asio::error::bad_descriptor);
    if (done_)
        return done.later(asio::error::already_started);
    if (octets_to_send(descriptor.native_handle()) == 0)
        return done.later({});
    done_ = std::move(done);
    wait_until_drained();
}

/// The system tells how much is left but not when it is gone; how long that takes follows from the bit rate.
void serial_device::wait_until_drained() {
    const auto left = octets_to_send(descriptor.native_handle());
    if (left == 0)
        return finish({});
    const auto bits = std::uint64_t{left} * settings_.bits_per_octet();
    timer_.expires_after(
        std::chrono::nanoseconds{std::max<std::uint64_t>(bits * 1'000'000'000U / settings_.baud, 100'000U)});
    timer_.async_wait([self = shared_from_this()](asio::error_code error) {
        if (!error && self->done_ && self->descriptor.is_open())
            self->wait_until_drained();
    });
}

void serial_device::send_break(std::chrono::milliseconds length, completion<asio::error_code> done) {
    if (!descriptor.is_open())
        return done.later(asio::error::bad_descriptor);
    if (done_)
        return done.later(asio::error::already_started);
    if (const auto error = system_error(set_line_break(descriptor.native_handle(), true)))
        return done.later(error);
    breaking_ = true;
    done_ = std::move(done);
    timer_.expires_after(length);
    timer_.async_wait([self = shared_from_this()](asio::error_code error) {
        if (error || !self->breaking_)
            return;
        self->breaking_ = false;
        self->finish(system_error(set_line_break(self->descriptor.native_handle(), false)));
    });
}

void serial_device::finish(asio::error_code error) {
    auto done = std::move(done_);
    done(error);
}

void serial_device::close() noexcept {
    timer_.cancel();
    if (std::exchange(breaking_, false))
        set_line_break(descriptor.native_handle(), false);
    if (descriptor.is_open())
        release_line(descriptor.native_handle());
    asio::error_code ignored;
    descriptor.close(ignored);
    if (auto done = std::move(done_))
        done.later(asio::error::operation_aborted);
}

} // namespace meterlink::io::detail
