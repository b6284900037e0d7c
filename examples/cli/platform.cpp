#include "platform.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>

#ifdef _WIN32
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace meterlink::cli {

namespace {

int descriptor_of(standard_stream which) { return static_cast<int>(which); }

} // namespace

#ifdef _WIN32

bool is_terminal(standard_stream which) { return _isatty(descriptor_of(which)) != 0; }

std::size_t terminal_columns(standard_stream) { return 0; }

std::size_t terminal_rows(standard_stream) { return 0; }

void prepare_standard_streams() {
    for (const int descriptor : {0, 1, 2})
        _setmode(descriptor, _O_BINARY);
}

namespace {

std::ptrdiff_t write_some(int descriptor, const char* data, std::size_t size) {
    return _write(descriptor, data, static_cast<unsigned>(size));
}

std::ptrdiff_t read_some(int descriptor, char* to, std::size_t room) {
    return _read(descriptor, to, static_cast<unsigned>(room));
}

int open_file(const std::string& path) { return _open(path.c_str(), _O_RDONLY | _O_BINARY); }

void close_file(int descriptor) { _close(descriptor); }

} // namespace

#else

bool is_terminal(standard_stream which) { return ::isatty(descriptor_of(which)) == 1; }

std::size_t terminal_columns(standard_stream which) {
    winsize size{};
    return ::ioctl(descriptor_of(which), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::size_t terminal_rows(standard_stream which) {
    winsize size{};
    return ::ioctl(descriptor_of(which), TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

void prepare_standard_streams() { static_cast<void>(std::signal(SIGPIPE, SIG_IGN)); }

namespace {

std::ptrdiff_t write_some(int descriptor, const char* data, std::size_t size) {
    return ::write(descriptor, data, size);
}

std::ptrdiff_t read_some(int descriptor, char* to, std::size_t room) { return ::read(descriptor, to, room); }

int open_file(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }

void close_file(int descriptor) { ::close(descriptor); }

} // namespace

#endif

bool write_all(standard_stream which, const char* data, std::size_t size) {
    while (size != 0) {
        const auto written = write_some(descriptor_of(which), data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

input_file::input_file(const std::string& path) : descriptor_{open_file(path)} {}

input_file::~input_file() {
    if (descriptor_ > 0)
        close_file(descriptor_);
}

std::ptrdiff_t input_file::read(char* to, std::size_t room) const {
    for (;;) {
        const auto count = read_some(descriptor_, to, room);
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

} // namespace meterlink::cli
