#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <variant>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <meterlink/core/session.hpp>
#include <meterlink/io/direct_link.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/tcp_client.hpp>
#include <meterlink/modbus/client.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>

#include "peers.hpp"

namespace meterlink::bench {

namespace {

using namespace std::chrono_literals;

modbus::client client_with(std::size_t in_flight) {
    modbus::client_options how;
    how.window = in_flight;
    return modbus::client{how};
}

std::int64_t now_in_nanoseconds() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
}

/// Requests under way and when they were asked; they are answered in their order.
class asked_requests {
public:
    explicit asked_requests(std::size_t in_flight) : at_(in_flight) {}

    /// Whether another one may be asked, which then counts as asked.
    [[nodiscard]] bool next(const received_answers& answers) {
        if (count_ == answers.wanted() || count_ - answered_ == at_.size())
            return false;
        at_[count_++ % at_.size()] = now_in_nanoseconds();
        return true;
    }

    void take(const modbus::client_event& event, received_answers& answers) {
        const auto* got = std::get_if<modbus::reply>(&event);
        const auto view = got != nullptr ? modbus::read_holding_registers_response_view::parse(got->response)
                                         : fail(errc::truncated, layer::modbus, 0);
        if (!view || view->registers().size() != register_count)
            return answers.fail();
        const auto values = view->registers();
        for (std::size_t i = 0; i < register_count; ++i)
            values_[i] = values[i];
        answers.take(values_, now_in_nanoseconds() - at_[answered_++ % at_.size()]);
    }

private:
    std::vector<std::int64_t> at_;
    std::size_t count_ = 0;
    std::size_t answered_ = 0;
    registers values_{};
};

void ask_one(modbus::client& from, instant now) {
    static_cast<void>(from.read_holding_registers(1, 0, register_count, now));
}

class direct_client final : public client {
public:
    direct_client(std::uint16_t port, std::size_t in_flight)
        : in_flight_{in_flight}, line_{connect(port), client_with(in_flight)} {}

    void ask(received_answers& answers) override {
        asked_requests asked{in_flight_};
        while (!answers.is_over()) {
            while (asked.next(answers))
                line_.command(ask_one);
            if (const auto event = line_.wait_event(10s))
                asked.take(*event, answers);
            else
                answers.fail();
        }
    }

private:
    static io::direct_socket connect(std::uint16_t port) {
        std::error_code error;
        auto out = io::direct_socket::connect("127.0.0.1", port, 10s, error);
        if (error)
            throw std::system_error{error, "connect"};
        return out;
    }

    std::size_t in_flight_;
    io::direct_link<modbus::client> line_;
};

class driver_client final : public client {
public:
    driver_client(std::uint16_t port, std::size_t in_flight)
        : in_flight_{in_flight},
          line_{io::tcp_client{context_.get_executor(), "127.0.0.1", port}, client_with(in_flight)} {
        line_.start();
        while (line_.state() == io::link_state::connecting)
            context_.run_one();
        if (line_.state() != io::link_state::connected)
            throw std::system_error{ECONNREFUSED, std::generic_category(), "connect"};
    }

    void ask(received_answers& answers) override {
        asked_requests asked{in_flight_};
        const auto ask_more = [&] {
            while (asked.next(answers))
                line_.command(ask_one);
        };
        line_.on_event([&](const io::driver_event<modbus::client>& event) {
            const auto* told = std::get_if<modbus::client_event>(&event);
            if (told == nullptr)
                return;
            asked.take(*told, answers);
            if (!answers.is_over())
                ask_more();
        });
        ask_more();
        while (!answers.is_over())
            if (context_.run_one_for(10s) == 0)
                answers.fail();
        line_.on_event({});
    }

private:
    std::size_t in_flight_;
    asio::io_context context_{1};
    io::driver<io::tcp_client, modbus::client> line_;
};

/// Sends the same request, and waits for as many octets as the answer has: what the system takes of the time.
class bare_client final : public client {
public:
    bare_client(std::uint16_t port, std::size_t) : socket_{context_} {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        socket_.set_option(asio::ip::tcp::no_delay{true});
    }

    void ask(received_answers& answers) override {
        constexpr std::array<std::uint8_t, 12> request{0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, register_count};
        std::array<std::uint8_t, 9 + 2 * register_count> answer{};
        registers values{};
        while (!answers.is_over()) {
            const auto asked = now_in_nanoseconds();
            asio::write(socket_, asio::buffer(request));
            asio::read(socket_, asio::buffer(answer));
            for (std::size_t i = 0; i < register_count; ++i)
                values[i] = static_cast<std::uint16_t>((answer[9 + 2 * i] << 8) | answer[10 + 2 * i]);
            answers.take(values, now_in_nanoseconds() - asked);
        }
    }

private:
    asio::io_context context_{1};
    asio::ip::tcp::socket socket_;
};

template <class Client>
client* connect_to(std::uint16_t port, std::size_t in_flight) {
    return new Client{port, in_flight};
}

constexpr client_kind kinds[] = {
    {"direct", connect_to<direct_client>},
    {"driver", connect_to<driver_client>},
    {"bare socket", connect_to<bare_client>},
#if defined(METERLINK_HAS_LIBMODBUS)
    {"libmodbus", connect_libmodbus},
#endif
    {"direct, 16 in flight", connect_to<direct_client>, 16},
    {"driver, 16 in flight", connect_to<driver_client>, 16},
};

} // namespace

std::span<const client_kind> client_kinds() { return kinds; }

} // namespace meterlink::bench
