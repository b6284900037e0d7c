#include <meterlink/io/direct_socket.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <asio/error.hpp>
#include <asio/io_context.hpp>

#include <meterlink/io/tcp_client.hpp>

namespace meterlink::io {
namespace {

using std::chrono::nanoseconds;

#if defined(MSG_NOSIGNAL)
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0; // SO_NOSIGPIPE does it
#endif

std::error_code last_error() noexcept { return {errno, asio::error::get_system_category()}; }

/// Whether a call was only interrupted, or would have had to wait.
bool is_nothing(int error) noexcept { return error == EINTR || error == EAGAIN || error == EWOULDBLOCK; }

void switch_on(int descriptor, int level, int option) noexcept {
    const int on = 1;
    ::setsockopt(descriptor, level, option, &on, sizeof on);
}

} // namespace

direct_socket::direct_socket(int connected) noexcept : descriptor_{connected} {
    if (!is_open())
        return;
    const auto flags = ::fcntl(descriptor_, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) != 0)
        ::fcntl(descriptor_, F_SETFL, flags & ~O_NONBLOCK);
    switch_on(descriptor_, IPPROTO_TCP, TCP_NODELAY);
    switch_on(descriptor_, SOL_SOCKET, SO_KEEPALIVE);
#if defined(SO_NOSIGPIPE)
    switch_on(descriptor_, SOL_SOCKET, SO_NOSIGPIPE);
#endif
}

direct_socket direct_socket::connect(const std::string& host, std::uint16_t port,
                                     std::chrono::milliseconds timeout, std::error_code& error) {
    asio::io_context context{1};
    const auto connector = std::make_shared<detail::tcp_connector>(context.get_executor());
    const auto done = [&error](asio::error_code how) { error = how; };
    connector->open(host, port, timeout, {done, context.get_executor()});
    context.run();
    return error ? direct_socket{} : direct_socket{connector->socket.release()};
}

void direct_socket::close() noexcept {
    if (is_open())
        ::close(std::exchange(descriptor_, -1));
    limit_ = limit::max();
    is_limit_over_ = false;
}

std::size_t direct_socket::send(bytes_view octets, std::error_code& error) noexcept {
    const auto count = ::send(descriptor_, octets.data(), octets.size(), no_signal | MSG_DONTWAIT);
    if (count >= 0)
        return static_cast<std::size_t>(count);
    if (!is_nothing(errno))
        error = last_error();
    return 0;
}

std::size_t direct_socket::receive(bytes_span room, std::optional<nanoseconds> patience,
                                   std::error_code& error) noexcept {
    const bool is_waiting = !patience || *patience > nanoseconds{};
    if (is_waiting) {
        set_limit(patience, error);
        if (error)
            return 0;
    }
    const auto count = ::recv(descriptor_, room.data(), room.size(), is_waiting ? 0 : MSG_DONTWAIT);
    if (count > 0)
        return static_cast<std::size_t>(count);
    if (count == 0)
        error = asio::error::eof;
    else if (!is_nothing(errno))
        error = last_error();
    else
        is_limit_over_ = is_waiting && errno != EINTR;
    return 0;
}

void direct_socket::wait_either(std::optional<nanoseconds> patience, std::error_code& error) noexcept {
    using std::chrono::milliseconds;
    pollfd wanted{descriptor_, POLLIN | POLLOUT, 0};
    int wait = -1;
    if (patience)
        wait = static_cast<int>(std::clamp(std::chrono::ceil<milliseconds>(*patience), milliseconds{0},
                                           milliseconds{std::numeric_limits<int>::max()})
                                    .count());
    if (::poll(&wanted, 1, wait) < 0 && !is_nothing(errno))
        error = last_error();
}

/// A limit that is too short costs but a look at the clock, should it ever end. So it is set when it would
/// end too late, somewhat shorter than need be for the like of this wait to come, and when it has ended too
/// early.
void direct_socket::set_limit(std::optional<nanoseconds> patience, std::error_code& error) noexcept {
    auto wanted = limit::max();
    if (patience)
        wanted = std::clamp(std::chrono::ceil<limit>(*patience), limit{1}, limit{std::chrono::hours{24}});
    if (wanted == limit_ || (wanted > limit_ && !is_limit_over_))
        return;
    if (wanted < limit_ && !is_limit_over_)
        wanted -= wanted / 8;
    is_limit_over_ = false;
    timeval time{}; // 0 is for ever
    if (wanted != limit::max()) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(wanted);
        time.tv_sec = static_cast<decltype(time.tv_sec)>(seconds.count());
        time.tv_usec = static_cast<decltype(time.tv_usec)>((wanted - seconds).count());
    }
    if (::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) < 0)
        error = last_error();
    else
        limit_ = wanted;
}

} // namespace meterlink::io
