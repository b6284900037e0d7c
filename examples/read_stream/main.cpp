// Reads a line as its octets come and prints each telegram. A serial port is set up outside:
//     stty -F /dev/ttyUSB0 2400 cs8 parenb -parodd -cstopb raw && read_stream < /dev/ttyUSB0

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <variant>

#include <poll.h>
#include <unistd.h>

#include <meterlink/core/session.hpp>
#include <meterlink/format/text.hpp>
#include <meterlink/mbus/decoder.hpp>
#include <meterlink/mbus/telegram.hpp>

namespace {

using namespace meterlink;

/// The library knows no clock: whoever drives a decoder tells it the time.
instant now() { return instant{std::chrono::steady_clock::now().time_since_epoch()}; }

void print(const mbus::decoder_event& event) {
    std::string text;
    if (const auto* skipped = std::get_if<mbus::garbage>(&event))
        text = std::to_string(skipped->count) + (skipped->count == 1 ? " octet" : " octets") +
               " skipped: " + to_string(skipped->why) + '\n';
    else if (const auto telegram = mbus::telegram_view::from(std::get<mbus::frame_event>(event).frame))
        format::append_text(text, *telegram);
    else
        text = to_string(telegram.error()) + '\n';
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

/// Milliseconds until `decoder` wants to be woken, rounded up; -1 for never.
int patience(const mbus::decoder& decoder) {
    const auto wake = decoder.poll_timeout();
    if (!wake)
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*wake - now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

} // namespace

int main() {
    mbus::decoder decoder; // for 2400 Bd
    std::array<std::uint8_t, 256> octets{};
    for (;;) {
        pollfd line{STDIN_FILENO, POLLIN, 0};
        const auto ready = ::poll(&line, 1, patience(decoder));
        if (ready < 0)
            return 1;
        const auto count = ready == 0 ? 0 : ::read(STDIN_FILENO, octets.data(), octets.size());
        if (ready != 0 && count <= 0)
            break;
        decoder.decode(bytes_view{octets}.first(static_cast<std::size_t>(count)), now(), print);
    }
    decoder.decode({}, instant::max(), print); // the line is gone: nothing completes what is left
}
