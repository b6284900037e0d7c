#include "port.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#ifdef _WIN32
#include <io.h>
#else
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#endif

namespace meterlink::cli {

#ifdef _WIN32

// Files and pipes; a serial port takes other calls there.

void catch_interrupts() {}

bool is_interrupted() { return false; }

port::port(const std::string& path)
    : descriptor_{path == "-" ? 0 : _open(path.c_str(), _O_RDONLY | _O_BINARY)}, is_own_{path != "-"} {}

port::~port() {
    if (is_own_ && is_open())
        _close(descriptor_);
}

bool port::is_serial() const { return false; }

bool port::is_recording() const {
    struct _stat about{};
    return _fstat(descriptor_, &about) == 0 && (about.st_mode & _S_IFREG) != 0;
}

int port::set_up(unsigned) const { return ENOTSUP; }

port::wait_result port::wait(std::optional<std::chrono::milliseconds>) const { return wait_result::ready; }

std::ptrdiff_t port::read(bytes_span to) const {
    return _read(descriptor_, to.data(), static_cast<unsigned>(to.size()));
}

bool port::write(bytes_view) const {
    errno = ENOTSUP;
    return false;
}

#else

namespace {

volatile std::sig_atomic_t interrupted = 0;

/// A signal between a look at `interrupted` and the wait would be slept through; an octet here wakes it.
std::array<int, 2> wake{-1, -1};

void interrupt(int) {
    const auto saved = errno;
    interrupted = 1;
    [[maybe_unused]] const auto written = ::write(wake[1], "", 1);
    errno = saved;
}

std::optional<speed_t> speed_of(unsigned baud) {
    constexpr std::array<std::pair<unsigned, speed_t>, 8> speeds{{{2400, B2400},
                                                                  {4800, B4800},
                                                                  {9600, B9600},
                                                                  {19200, B19200},
                                                                  {38400, B38400},
                                                                  {57600, B57600},
                                                                  {115200, B115200},
                                                                  {230400, B230400}}};
    for (const auto& [rate, speed] : speeds)
        if (rate == baud)
            return speed;
    return std::nullopt;
}

/// A serial port can be written to, a file need not be; neither is to become the terminal that controls us.
int open_port(const std::string& path) {
    struct stat about{};
    const auto is_device = ::stat(path.c_str(), &about) == 0 && S_ISCHR(about.st_mode);
    return ::open(path.c_str(), (is_device ? O_RDWR : O_RDONLY) | O_NOCTTY | O_CLOEXEC);
}

} // namespace

void catch_interrupts() {
    if (wake[0] < 0 && ::pipe(wake.data()) == 0)
        for (const auto end : wake)
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
    struct sigaction action{};
    action.sa_handler = interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (const int signal : {SIGINT, SIGTERM})
        ::sigaction(signal, &action, nullptr);
}

bool is_interrupted() { return interrupted != 0; }

port::port(const std::string& path)
    : descriptor_{path == "-" ? STDIN_FILENO : open_port(path)}, is_own_{path != "-"} {}

port::~port() {
    if (is_own_ && is_open())
        ::close(descriptor_);
}

bool port::is_serial() const { return is_own_ && ::isatty(descriptor_) == 1; }

bool port::is_recording() const {
    struct stat about{};
    return ::fstat(descriptor_, &about) == 0 && S_ISREG(about.st_mode);
}

int port::set_up(unsigned baud) const {
    const auto speed = speed_of(baud);
    if (!speed)
        return EINVAL;
    termios settings{};
    if (::tcgetattr(descriptor_, &settings) != 0)
        return errno;
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::cfsetispeed(&settings, *speed);
    ::cfsetospeed(&settings, *speed);
    return ::tcsetattr(descriptor_, TCSAFLUSH, &settings) == 0 ? 0 : errno;
}

port::wait_result port::wait(std::optional<std::chrono::milliseconds> patience) const {
    std::array<pollfd, 2> both{{{descriptor_, POLLIN, 0}, {wake[0], POLLIN, 0}}};
    constexpr std::chrono::milliseconds longest = std::chrono::hours{1};
    const auto timeout = patience ? static_cast<int>(std::min(*patience, longest).count()) : -1;
    if (is_interrupted())
        return wait_result::interrupted;
    const auto ready = ::poll(both.data(), wake[0] < 0 ? 1 : 2, timeout);
    if (is_interrupted())
        return wait_result::interrupted;
    return ready == 0 ? wait_result::timeout : wait_result::ready;
}

std::ptrdiff_t port::read(bytes_span to) const {
    for (;;) {
        const auto count = ::read(descriptor_, to.data(), to.size());
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

bool port::write(bytes_view octets) const {
    while (!octets.empty()) {
        const auto count = ::write(descriptor_, octets.data(), octets.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        octets = octets.subspan(static_cast<std::size_t>(count));
    }
    return true;
}

#endif

} // namespace meterlink::cli
