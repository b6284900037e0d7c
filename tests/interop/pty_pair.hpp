#pragma once

/// A serial line without hardware: two pseudo terminals whose octets go from one to the other.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <asio/buffer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/write.hpp>

namespace meterlink::test {

/// Two ends of a line, each a file that a serial program opens.
class pty_pair {
public:
    pty_pair() {
        relay(a_, b_);
        relay(b_, a_);
        thread_ = std::thread{[this] { context_.run(); }};
    }
    pty_pair(const pty_pair&) = delete;
    pty_pair& operator=(const pty_pair&) = delete;
    ~pty_pair() {
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] const std::string& one() const noexcept { return a_.path; }
    [[nodiscard]] const std::string& other() const noexcept { return b_.path; }

private:
    struct end {
        explicit end(asio::io_context& context) : master{context} {
            const int opened = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
            std::array<char, 64> name{};
            if (opened < 0 || ::grantpt(opened) != 0 || ::unlockpt(opened) != 0 ||
                ::ptsname_r(opened, name.data(), name.size()) != 0)
                throw std::runtime_error{"no pseudo terminal"};
            master.assign(opened);
            path = name.data();
            // Kept open, or the master hangs up whenever the program at this end goes.
            slave = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
            termios settings{};
            ::tcgetattr(slave, &settings);
            ::cfmakeraw(&settings);
            ::tcsetattr(slave, TCSANOW, &settings);
        }
        end(const end&) = delete;
        end& operator=(const end&) = delete;
        ~end() { ::close(slave); }

        asio::posix::stream_descriptor master;
        std::string path;
        int slave = -1;
        std::array<std::uint8_t, 1024> room{};
    };

    void relay(end& from, end& to) {
        from.master.async_read_some(
            asio::buffer(from.room), [this, &from, &to](asio::error_code error, std::size_t count) {
                if (error)
                    return;
                asio::async_write(to.master, asio::buffer(from.room.data(), count),
                                  [this, &from, &to](asio::error_code failure, std::size_t) {
                                      if (!failure)
                                          relay(from, to);
                                  });
            });
    }

    asio::io_context context_;
    end a_{context_};
    end b_{context_};
    std::thread thread_;
};

} // namespace meterlink::test
