#include <meterlink/io/any_stream.hpp>

#include <meterlink/io/replayed_line.hpp>
#include <meterlink/io/serial_port.hpp>
#include <meterlink/io/single_client_server.hpp>
#include <meterlink/io/tcp_client.hpp>
#include <meterlink/io/tls_client.hpp>
#include <meterlink/io/udp_link.hpp>

namespace meterlink::io {
namespace {

/// Stands where there is no stream of a kind.
class missing_line {
public:
    explicit missing_line(asio::any_io_executor executor) : executor_{std::move(executor)} {}

    [[nodiscard]] asio::any_io_executor get_executor() const { return executor_; }
    static void async_open(detail::completion<asio::error_code> done) {
        done.later(asio::error::operation_not_supported);
    }
    static void async_read_some(asio::mutable_buffer,
                                detail::completion<asio::error_code, std::size_t> done) {
        done.later(asio::error::operation_not_supported, 0);
    }
    static void async_write_some(asio::const_buffer, detail::completion<asio::error_code, std::size_t> done) {
        done.later(asio::error::operation_not_supported, 0);
    }
    static void close() noexcept {}

private:
    asio::any_io_executor executor_;
};

} // namespace

template <class Stream>
struct any_stream::model final : any_stream::base {
    explicit model(Stream stream) : line{std::move(stream)} {}

    asio::any_io_executor executor() override { return line.get_executor(); }
    bool waits_for_peers() const noexcept override { return io::waits_for_peers(line); }
    void open(done handler) override { line.async_open(std::move(handler)); }
    void read(asio::mutable_buffer room, counted handler) override {
        line.async_read_some(room, std::move(handler));
    }
    void write(asio::const_buffer octets, counted handler) override {
        line.async_write_some(octets, std::move(handler));
    }
    std::size_t write_now(asio::const_buffer octets, asio::error_code& error) override {
        if constexpr (writes_now<Stream>)
            return line.write_now(octets, error);
        error = asio::error::would_block;
        return 0;
    }
    void close() noexcept override { line.close(); }

    asio::error_code listen() override {
        if constexpr (requires { line.listen(); })
            return line.listen();
        return {};
    }

    std::uint16_t port() const noexcept override {
        if constexpr (requires { line.port(); })
            return line.port();
        return 0;
    }

    asio::error_code set_baud_rate([[maybe_unused]] std::uint32_t baud) override {
        if constexpr (has_baud_rate<Stream>)
            return line.set_baud_rate(baud);
        return {};
    }

    void drain(done handler) override {
        if constexpr (has_baud_rate<Stream>)
            line.async_drain(std::move(handler));
        else
            handler.later({});
    }

    std::string explanation() const override {
        if constexpr (requires { line.explanation(); })
            return line.explanation();
        return {};
    }

    Stream line;
};

any_stream::any_stream(const asio::any_io_executor& executor, const endpoint& where,
                       single_client_options options)
    : line_{make(executor, where, std::move(options))} {}

std::unique_ptr<any_stream::base> any_stream::make(const asio::any_io_executor& executor,
                                                   const endpoint& where, single_client_options options) {
    const auto wrap = []<class Stream>(Stream line) {
        return std::unique_ptr<base>{std::make_unique<model<Stream>>(std::move(line))};
    };
    switch (where.kind) {
    case endpoint_kind::serial: return wrap(serial_port{executor, where.host, where.serial});
    case endpoint_kind::tcp: return wrap(tcp_client{executor, where.host, where.port, where.connect_timeout});
    case endpoint_kind::tcp_listen:
        return wrap(single_client_server{executor, where.host, where.port, std::move(options)});
    case endpoint_kind::udp: return wrap(udp_link{executor, where.host, where.port});
    case endpoint_kind::replay: return wrap(replayed_line{executor, where.host, where.keeps_times});
    case endpoint_kind::tls:
        return wrap(tls_client{executor, where.host, where.port, where.tls, where.connect_timeout});
    case endpoint_kind::tls_listen: return wrap(missing_line{executor});
    case endpoint_kind::udp_listen: break;
    }
    return wrap(udp_link{executor, where.host, where.port, true});
}

} // namespace meterlink::io
