#include "meters.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <meterlink/io/driver.hpp>
#include <meterlink/io/tcp_connection.hpp>
#include <meterlink/mbus/simulated_line.hpp>

#include "simulated_converter.hpp"

namespace meterlink::bench {

namespace {

/// A dozen volumes, one for each month: an answer of 105 octets.
mbus::slave_telegram volumes() {
    std::vector<std::uint8_t> payload{0x72};
    payload.resize(13); // the header is filled in by the meter
    for (std::uint8_t month = 1; month <= 12; ++month)
        payload.insert(payload.end(), {0x8C, month, 0x13, month, 0x34, 0x12, 0x00});
    return {std::move(payload), 0};
}

simulated_converter bus_with(std::uint32_t id, const settings& how) {
    auto description = mbus::slave_description::of(address_of_meter, {id, 0x4024, 1, 7});
    description.telegrams.push_back(volumes());
    mbus::slave_options options;
    options.baud = how.baud;
    mbus::line_options line_options;
    line_options.baud = how.baud;
    line_options.packet_size = how.packet;
    mbus::simulated_line line{line_options};
    line.add(mbus::slave::make(std::move(description), options).value());
    return simulated_converter{std::move(line)};
}

class meter_server {
public:
    meter_server(const settings& how, int channel)
        : how_{how}, acceptor_{context_, {asio::ip::address_v4::loopback(), 0}}, channel_{context_, channel} {
    }

    void run() {
        acceptor_.listen(static_cast<int>(how_.buses) + 16);
        const auto port = acceptor_.local_endpoint().port();
        channel_.write_some(asio::buffer(&port, sizeof port));
        channel_.async_read_some(asio::buffer(goodbye_),
                                 [this](asio::error_code, std::size_t) { context_.stop(); });
        accept();
        context_.run();
    }

private:
    using bus = io::driver<io::tcp_connection, simulated_converter>;

    void accept() {
        acceptor_.async_accept([this](asio::error_code error, asio::ip::tcp::socket socket) {
            if (error)
                return context_.stop();
            io::driver_options no_retry;
            no_retry.retry.reset();
            const auto id = static_cast<std::uint32_t>(buses_.size() + 1);
            buses_.push_back(
                std::make_unique<bus>(io::tcp_connection{std::move(socket)}, bus_with(id, how_), no_retry));
            buses_.back()->start();
            accept();
        });
    }

    settings how_;
    asio::io_context context_{1};
    asio::ip::tcp::acceptor acceptor_;
    asio::posix::stream_descriptor channel_;
    std::array<char, 1> goodbye_{};
    std::vector<std::unique_ptr<bus>> buses_;
};

} // namespace

meters::meters(const settings& how) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error{errno, std::generic_category(), "socketpair"};
    child_ = ::fork();
    if (child_ < 0)
        throw std::system_error{errno, std::generic_category(), "fork"};
    if (child_ == 0) {
        ::close(ends[0]);
        try {
            meter_server{how, ends[1]}.run();
        } catch (const std::exception&) {
            ::_exit(1); // the other end reads no port
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    channel_ = ends[0];
    if (::read(channel_, &port_, sizeof port_) != static_cast<ssize_t>(sizeof port_))
        throw std::system_error{ECONNREFUSED, std::generic_category(), "the meters do not listen"};
}

meters::~meters() {
    ::close(channel_);
    ::waitpid(child_, nullptr, 0);
}

} // namespace meterlink::bench
