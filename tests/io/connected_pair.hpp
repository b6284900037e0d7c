#pragma once

/// Both ends of a TCP connection over the loopback interface.

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

namespace meterlink::test {

/// `far` is used with asio, waiting; `release` gives the descriptor of the near end away.
class connected_pair {
public:
    connected_pair() {
        asio::ip::tcp::acceptor acceptor{context_, {asio::ip::address_v4::loopback(), 0}};
        near_.connect(acceptor.local_endpoint());
        far.assign(asio::ip::tcp::v4(), acceptor.accept().release());
    }

    [[nodiscard]] int release() { return near_.release(); }

    void send(const std::vector<std::uint8_t>& octets) { asio::write(far, asio::buffer(octets)); }

    /// Exactly so many octets.
    [[nodiscard]] std::vector<std::uint8_t> receive(std::size_t count) {
        std::vector<std::uint8_t> out(count);
        asio::read(far, asio::buffer(out));
        return out;
    }

    /// What one call of the system gives.
    [[nodiscard]] std::vector<std::uint8_t> receive_piece() {
        std::vector<std::uint8_t> out(65536);
        asio::error_code error;
        out.resize(far.read_some(asio::buffer(out), error));
        return out;
    }

private:
    asio::io_context context_;
    asio::ip::tcp::socket near_{context_};

public:
    asio::ip::tcp::socket far{context_};
};

} // namespace meterlink::test
