// Stands where the streams under TLS would, in a library that is built without them.

#include <meterlink/io/detail/tls_link.hpp>

#include <utility>

#include <asio/error.hpp>

namespace meterlink::io::detail {
namespace {

constexpr auto reason = "this meterlink was built without TLS";

class no_link final : public tls_link {
public:
    explicit no_link(asio::any_io_executor executor) : executor_{std::move(executor)} {}

    asio::any_io_executor executor() override { return executor_; }
    void open(done handler) override { handler.later(asio::error::operation_not_supported); }
    void read(asio::mutable_buffer, counted handler) override {
        handler.later(asio::error::operation_not_supported, 0);
    }
    void write(asio::const_buffer, counted handler) override {
        handler.later(asio::error::operation_not_supported, 0);
    }
    void close() noexcept override {}
    asio::ip::tcp::endpoint peer() const noexcept override { return {}; }
    std::optional<std::string> role() const override { return std::nullopt; }
    std::string explanation() const override { return reason; }

private:
    asio::any_io_executor executor_;
};

} // namespace

loaded_tls load_tls_server(const tls_settings&) {
    return {nullptr, asio::error::operation_not_supported, reason};
}

std::shared_ptr<tls_link> make_tls_client(const asio::any_io_executor& executor, const std::string&,
                                          std::uint16_t, const tls_settings&, std::chrono::milliseconds) {
    return std::make_shared<no_link>(executor);
}

std::shared_ptr<tls_link> make_tls_connection(asio::ip::tcp::socket socket, std::shared_ptr<tls_context>,
                                              std::chrono::milliseconds) {
    return std::make_shared<no_link>(socket.get_executor());
}

} // namespace meterlink::io::detail
