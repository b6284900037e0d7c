#include "pty.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <asio/error.hpp>

namespace meterlink::cli {

namespace {

struct rate_row {
    std::uint32_t baud;
    speed_t code;
};

constexpr std::array<rate_row, 9> rates{{{300, B300},
                                         {600, B600},
                                         {1200, B1200},
                                         {2400, B2400},
                                         {4800, B4800},
                                         {9600, B9600},
                                         {19200, B19200},
                                         {38400, B38400},
                                         {115200, B115200}}};

asio::error_code last_error() { return {errno, asio::error::get_system_category()}; }

bool set_raw(int device, std::uint32_t baud) {
    termios settings{};
    if (tcgetattr(device, &settings) != 0)
        return false;
    cfmakeraw(&settings);
    settings.c_cflag |= CS8 | PARENB | CREAD | CLOCAL;
    const auto* const row =
        std::find_if(rates.begin(), rates.end(), [baud](const rate_row& each) { return each.baud == baud; });
    if (row == rates.end()) {
        errno = EINVAL;
        return false;
    }
    cfsetispeed(&settings, row->code);
    cfsetospeed(&settings, row->code);
    return tcsetattr(device, TCSANOW, &settings) == 0;
}

} // namespace

pty::pty(const asio::any_io_executor& executor, std::uint32_t baud) : executor_{executor} {
    error_ = open(baud);
}

pty::~pty() {
    if (far_ >= 0)
        ::close(far_);
}

asio::error_code pty::open(std::uint32_t baud) {
    const int near = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (near < 0)
        return last_error();
    near_ = std::make_unique<asio::posix::stream_descriptor>(executor_, near);
    if (grantpt(near) != 0 || unlockpt(near) != 0)
        return last_error();
    const char* const name = ptsname(near);
    if (name == nullptr)
        return last_error();
    path_ = name;
    far_ = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (far_ < 0 || !set_raw(far_, baud))
        return last_error();
    return {};
}

std::optional<std::uint32_t> pty_baud(int device) {
    termios settings{};
    if (tcgetattr(device, &settings) != 0)
        return std::nullopt;
    const auto code = cfgetospeed(&settings);
    const auto* const row =
        std::find_if(rates.begin(), rates.end(), [code](const rate_row& each) { return each.code == code; });
    return row == rates.end() ? std::nullopt : std::optional{row->baud};
}

} // namespace meterlink::cli
