#pragma once

/// The other end of a line, which does what a script says: `expect(octets)`, `reply(octets, after)`,
/// `hang_up()`.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

namespace meterlink::test {

using octets = std::vector<std::uint8_t>;

/// Runs `context` until `done()`, but not for longer than `patience`. Whether it was done.
template <class Condition>
bool run_until(asio::io_context& context, Condition done,
               std::chrono::steady_clock::duration patience = std::chrono::seconds{10}) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        if (context.stopped())
            context.restart();
        if (context.run_one_until(deadline) == 0 && std::chrono::steady_clock::now() >= deadline)
            return done();
    }
    return true;
}

/// The peer of one line. What goes wrong in the script stands in `failure`, which is empty when all is well.
class scripted_peer {
public:
    /// A TCP server on a free port of the loopback interface. A step that needs a connection waits for one.
    static scripted_peer tcp(asio::io_context& context) {
        scripted_peer out{context};
        out.parts_->acceptor = asio::ip::tcp::acceptor{context, {asio::ip::address_v4::loopback(), 0}};
        return out;
    }

    /// The master side of a pty.
    static scripted_peer pty(asio::io_context& context) {
        scripted_peer out{context};
        const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0)
            throw std::runtime_error{"no pty"};
        std::array<char, 64> path{};
        if (::ptsname_r(master, path.data(), path.size()) != 0)
            throw std::runtime_error{"no name of the pty"};
        out.parts_->path = path.data();
        out.parts_->slave = ::open(path.data(), O_RDWR | O_NOCTTY | O_CLOEXEC); // or the master hangs up
        out.parts_->line.assign(master);
        return out;
    }

    scripted_peer(scripted_peer&&) noexcept = default;
    scripted_peer& operator=(scripted_peer&&) = delete;
    ~scripted_peer() {
        if (parts_)
            parts_->end();
    }

    scripted_peer& expect(octets wanted) {
        return add([wanted](parts& p) { p.expect(wanted); });
    }
    scripted_peer& reply(octets answer, std::chrono::milliseconds after = std::chrono::milliseconds{0}) {
        return add([answer, after](parts& p) { p.reply(answer, after); });
    }
    /// Closes the connection.
    scripted_peer& hang_up() {
        return add([](parts& p) { p.hang_up(); });
    }
    /// Calls `act` when the script has come to it.
    scripted_peer& then(std::function<void()> act) {
        return add([a = std::move(act)](parts& p) {
            a();
            p.next();
        });
    }

    /// Lets the script run.
    scripted_peer& start() {
        parts_->busy = true;
        parts_->next();
        return *this;
    }

    [[nodiscard]] bool done() const { return !parts_->busy; }
    [[nodiscard]] const std::string& failure() const { return parts_->failure; }
    [[nodiscard]] std::uint16_t port() const { return parts_->acceptor.local_endpoint().port(); }
    [[nodiscard]] const std::string& path() const { return parts_->path; }
    [[nodiscard]] int connections() const { return parts_->connections; }
    /// The pty as the other side sees it.
    [[nodiscard]] int slave() const { return parts_->slave; }
    /// No more connections: the port is closed.
    void stop_listening() { parts_->acceptor.close(); }

private:
    struct parts : std::enable_shared_from_this<parts> {
        explicit parts(asio::io_context& context) : acceptor{context}, line{context}, timer{context} {}

        void next() {
            if (steps.empty() || !failure.empty()) {
                busy = false;
                return;
            }
            if (!line.is_open())
                return accept();
            const auto step = std::move(steps.front());
            steps.pop_front();
            step(*this);
        }

        void accept() {
            acceptor.async_accept(
                [self = shared_from_this()](asio::error_code error, asio::ip::tcp::socket socket) {
                    if (self->check(error, "accept"))
                        return;
                    ++self->connections;
                    self->line.assign(socket.release());
                    self->next();
                });
        }

        void expect(const octets& wanted) {
            room.assign(wanted.size(), 0);
            asio::async_read(line, asio::buffer(room),
                             [self = shared_from_this(), wanted](asio::error_code error, std::size_t) {
                                 if (self->check(error, "read"))
                                     return;
                                 if (self->room != wanted)
                                     self->failure = "other octets than expected";
                                 self->next();
                             });
        }

        void reply(const octets& answer, std::chrono::milliseconds after) {
            room = answer;
            timer.expires_after(after);
            timer.async_wait([self = shared_from_this()](asio::error_code aborted) {
                if (aborted)
                    return;
                asio::async_write(self->line, asio::buffer(self->room),
                                  [self](asio::error_code error, std::size_t) {
                                      if (!self->check(error, "write"))
                                          self->next();
                                  });
            });
        }

        void hang_up() {
            line.close();
            if (slave >= 0)
                ::close(std::exchange(slave, -1));
            next();
        }

        void end() {
            asio::error_code ignored;
            acceptor.close(ignored);
            line.close(ignored);
            timer.cancel();
            if (slave >= 0)
                ::close(std::exchange(slave, -1));
        }

        bool check(asio::error_code error, const char* what) {
            if (!error)
                return false;
            failure = std::string{what} + ": " + error.message();
            busy = false;
            return true;
        }

        asio::ip::tcp::acceptor acceptor;
        asio::posix::stream_descriptor line;
        asio::steady_timer timer;
        std::deque<std::function<void(parts&)>> steps;
        octets room;
        std::string path;
        std::string failure;
        int slave = -1;
        int connections = 0;
        bool busy = false;
    };

    explicit scripted_peer(asio::io_context& context) : parts_{std::make_shared<parts>(context)} {}

    scripted_peer& add(std::function<void(parts&)> step) {
        parts_->steps.push_back(std::move(step));
        return *this;
    }

    std::shared_ptr<parts> parts_;
};

} // namespace meterlink::test
