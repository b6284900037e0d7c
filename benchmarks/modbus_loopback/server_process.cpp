#include "server_process.hpp"

#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace meterlink::bench {

namespace {

double time_when_accepted = 0;

[[noreturn]] void fail_with(const char* what) {
    throw std::system_error{errno, std::generic_category(), what};
}

/// A socket on a free port of the loopback interface.
int listen_somewhere(std::uint16_t& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const auto out = ::socket(AF_INET, SOCK_STREAM, 0);
    if (out < 0 || ::bind(out, generic, size) != 0 || ::listen(out, 1) != 0 ||
        ::getsockname(out, generic, &size) != 0)
        fail_with("listen");
    port = ntohs(address.sin_port);
    return out;
}

[[noreturn]] void be_server(const server_kind& kind, int listening, int result) {
    try {
        kind.serve(listening, [] { time_when_accepted = processor_time(); });
        const auto used = processor_time() - time_when_accepted;
        ::_exit(::write(result, &used, sizeof used) == static_cast<ssize_t>(sizeof used) ? 0 : 1);
    } catch (const std::exception&) {
        ::_exit(1); // nothing is written
    }
}

} // namespace

double processor_time() {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

server_process::server_process(const server_kind& kind) {
    const auto listening = listen_somewhere(port_);
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
        fail_with("pipe");
    child_ = ::fork();
    if (child_ < 0)
        fail_with("fork");
    if (child_ == 0) {
        ::close(ends[0]);
        be_server(kind, listening, ends[1]);
    }
    ::close(listening);
    ::close(ends[1]);
    result_ = ends[0];
}

double server_process::wait() {
    double used = 0;
    return ::read(result_, &used, sizeof used) == static_cast<ssize_t>(sizeof used) ? used : -1;
}

server_process::~server_process() {
    ::close(result_);
    ::waitpid(child_, nullptr, 0);
}

} // namespace meterlink::bench
