#include "serial_line.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#if defined(__linux__)
// termbits has termios2, which takes any bit rate; it cannot stand beside <termios.h>.
#include <asm/termbits.h>
#include <linux/serial.h>
#else
#include <termios.h>
#endif

namespace meterlink::io::detail {
namespace {

#if defined(__linux__)
using line_settings = termios2;

int read_settings(int descriptor, line_settings& out) noexcept { return ::ioctl(descriptor, TCGETS2, &out); }
int write_settings(int descriptor, const line_settings& in) noexcept {
    return ::ioctl(descriptor, TCSETS2, &in);
}

struct named_rate {
    std::uint32_t baud;
    tcflag_t code;
};

/// The rates that every driver knows by a code; old drivers know no other.
constexpr named_rate named_rates[] = {{50, B50},         {75, B75},         {110, B110},      {134, B134},
                                      {150, B150},       {200, B200},       {300, B300},      {600, B600},
                                      {1200, B1200},     {1800, B1800},     {2400, B2400},    {4800, B4800},
                                      {9600, B9600},     {19200, B19200},   {38400, B38400},  {57600, B57600},
                                      {115200, B115200}, {230400, B230400}, {460800, B460800}};

int set_rate(line_settings& settings, std::uint32_t baud) noexcept {
    tcflag_t code = BOTHER;
    for (const auto& rate : named_rates)
        if (rate.baud == baud)
            code = rate.code;
    settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | (CBAUD << IBSHIFT));
    settings.c_cflag |= code | (code << IBSHIFT);
    settings.c_ispeed = baud;
    settings.c_ospeed = baud;
    return 0;
}

/// Drivers choose the nearest rate they can make; 3 % off is too far for an octet (EN 13757-2 asks for 1 %).
bool took_rate(const line_settings& settings, std::uint32_t baud) noexcept {
    const auto have = std::uint64_t{settings.c_ospeed} * 100;
    return have >= std::uint64_t{baud} * 97 && have <= std::uint64_t{baud} * 103;
}

/// RTS is active for as long as something is sent, and not a bit longer: the answer may come at once. What
/// else the driver is set to, as the pin of a receiver, stays.
int drive_transceiver(int descriptor) noexcept {
    serial_rs485 how{};
    if (::ioctl(descriptor, TIOCGRS485, &how) < 0)
        return errno;
    how.flags |= SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
    how.flags &= ~static_cast<decltype(how.flags)>(SER_RS485_RTS_AFTER_SEND);
    how.delay_rts_before_send = 0;
    how.delay_rts_after_send = 0;
    if (::ioctl(descriptor, TIOCSRS485, &how) < 0)
        return errno;
    // A driver that can do some of it takes that, and says what it took.
    constexpr decltype(how.flags) wanted = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
    return (how.flags & wanted) == wanted ? 0 : EINVAL;
}
#else
using line_settings = termios;

int read_settings(int descriptor, line_settings& out) noexcept { return ::tcgetattr(descriptor, &out); }
int write_settings(int descriptor, const line_settings& in) noexcept {
    return ::tcsetattr(descriptor, TCSANOW, &in);
}
int set_rate(line_settings& settings, std::uint32_t baud) noexcept { return ::cfsetspeed(&settings, baud); }
bool took_rate(const line_settings& settings, std::uint32_t baud) noexcept {
    return ::cfgetospeed(&settings) == baud;
}
int drive_transceiver(int) noexcept { return EOPNOTSUPP; }
#endif

/// Raw octets, no flow control, modem lines ignored.
void make_raw(line_settings& settings, const serial_settings& wanted) noexcept {
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS | HUPCL);
    settings.c_cflag |= CREAD | CLOCAL;
    settings.c_cflag |= wanted.data_bits == 7 ? CS7 : CS8;
    if (wanted.parity != parity::none)
        settings.c_cflag |= PARENB;
    if (wanted.parity == parity::odd)
        settings.c_cflag |= PARODD;
    if (wanted.stop_bits == 2)
        settings.c_cflag |= CSTOPB;
    // An octet with wrong parity is left out: the frame is then too short, and never wrong by chance.
    settings.c_iflag = wanted.parity != parity::none ? INPCK | IGNPAR | IGNBRK : IGNBRK;
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
}

int apply(int descriptor, const line_settings& settings, std::uint32_t baud) noexcept {
    line_settings now{};
    if (write_settings(descriptor, settings) < 0 || read_settings(descriptor, now) < 0)
        return errno;
    return took_rate(now, baud) ? 0 : EINVAL;
}

int prepare(int descriptor, const serial_settings& wanted) noexcept {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? EBUSY : errno;
    line_settings settings{};
    if (read_settings(descriptor, settings) < 0)
        return errno;
    if (::ioctl(descriptor, TIOCEXCL) < 0)
        return errno;
    make_raw(settings, wanted);
    if (set_rate(settings, wanted.baud) < 0)
        return errno;
    if (const auto refused = apply(descriptor, settings, wanted.baud))
        return refused;
    if (wanted.rs485)
        if (const auto refused = drive_transceiver(descriptor))
            return refused;
    return flush_line(descriptor);
}

} // namespace

int open_line(const char* path, const serial_settings& settings) noexcept {
    const auto descriptor = ::open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0)
        return -errno;
    if (const auto refused = prepare(descriptor, settings)) {
        ::close(descriptor);
        return -refused;
    }
    return descriptor;
}

int set_line_baud_rate(int descriptor, std::uint32_t baud) noexcept {
    line_settings before{};
    if (read_settings(descriptor, before) < 0)
        return errno;
    auto settings = before;
    if (set_rate(settings, baud) < 0)
        return errno;
    const auto refused = apply(descriptor, settings, baud);
    if (refused)
        write_settings(descriptor, before);
    return refused;
}

int set_line_break(int descriptor, bool on) noexcept {
    return ::ioctl(descriptor, on ? TIOCSBRK : TIOCCBRK) < 0 ? errno : 0;
}

void release_line(int descriptor) noexcept {
    // Or the system waits in close until what is left has gone.
    flush_line(descriptor);
    ::ioctl(descriptor, TIOCNXCL);
}

int flush_line(int descriptor) noexcept {
#if defined(__linux__)
    return ::ioctl(descriptor, TCFLSH, TCIOFLUSH) < 0 ? errno : 0;
#else
    return ::tcflush(descriptor, TCIOFLUSH) < 0 ? errno : 0;
#endif
}

std::size_t octets_to_send(int descriptor) noexcept {
    int queued = 0;
    if (::ioctl(descriptor, TIOCOUTQ, &queued) < 0 || queued < 0)
        return 0;
    if (queued > 0)
        return static_cast<std::size_t>(queued);
#if defined(TIOCSERGETLSR)
    unsigned int status = 0;
    constexpr unsigned int transmitter_empty = 1; // TIOCSER_TEMT of <linux/serial.h>
    if (::ioctl(descriptor, TIOCSERGETLSR, &status) == 0 && (status & transmitter_empty) == 0)
        return 1;
#endif
    return 0;
}

} // namespace meterlink::io::detail
