#include "scan_progress.hpp"

#include <algorithm>
#include <utility>

#include "platform.hpp"

namespace meterlink::cli {

namespace {

void write(const std::string& text) {
    static_cast<void>(write_all(standard_stream::error, text.data(), text.size()));
}

/// `2:05`, minutes and seconds, or `1:02:05`.
std::string duration_text(std::chrono::seconds time) {
    const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const auto all = time.count();
    const auto hours = all / 3600;
    return (hours > 0 ? std::to_string(hours) + ':' + two(all / 60 % 60) : std::to_string(all / 60)) + ':' +
           two(all % 60);
}

std::string count_text(std::size_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

std::string bar(std::size_t probes, std::size_t left) {
    constexpr std::size_t width = 24;
    const auto all = std::max<std::size_t>(probes + left, 1);
    const auto done = std::min(width, width * probes / all);
    return '[' + std::string(done, '#') + std::string(width - done, '.') + "] ";
}

} // namespace

scan_progress::scan_progress(std::string what)
    : what_{std::move(what)}, is_live_{is_terminal(standard_stream::error)} {}

void scan_progress::show(std::size_t probes, std::size_t left, std::size_t found) {
    using namespace std::chrono_literals;
    const auto now = clock::now();
    const auto pause = is_live_ ? 100ms : 5000ms;
    if (now - (is_live_ ? last_ : std::max(last_, start_)) < pause)
        return;
    last_ = now;
    auto text = count_text(probes, "probe") + ", " + count_text(found, what_) + " found";
    if (probes != 0 && left != 0)
        text += ", about " +
                duration_text(std::chrono::duration_cast<std::chrono::seconds>(
                    (now - start_) / static_cast<std::int64_t>(probes) * static_cast<std::int64_t>(left))) +
                " left";
    if (!is_live_)
        return write("meterlink: " + text + '\n');
    text = bar(probes, left) + text;
    const auto columns = terminal_columns(standard_stream::error);
    if (columns > 1 && text.size() >= columns)
        text.resize(columns - 1);
    write("\r\x1b[K" + text);
    is_drawn_ = true;
}

void scan_progress::clear() {
    if (is_drawn_)
        write("\r\x1b[K");
    is_drawn_ = false;
    if (is_live_)
        last_ = {};
}

} // namespace meterlink::cli
