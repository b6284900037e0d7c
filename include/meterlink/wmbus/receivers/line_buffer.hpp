#pragma once

/// Cuts what receivers print into lines.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>

namespace meterlink::wmbus {

/// A line without its end.
struct text_line {
    std::string_view text;    ///< Empty when the line was too long to be kept.
    std::size_t size = 0;     ///< Octets of the line, kept or not.
    bool is_too_long = false; ///< More than `line_buffer::capacity`.
    instant time{};           ///< When its last octet came.
};

/// A splitter of text into lines; CR, LF and CR LF end a line, and so does an idle line of the other kind,
/// for the last line of a file often has no end. Empty lines are left out, and so how the input is cut makes
/// no difference. A line that is too long is reported at its end, with its size and without its text.
class line_buffer {
public:
    /// Octets of the longest line. A telegram of 290 octets as `0xFF, ` takes 1740.
    static constexpr std::size_t capacity = 2048;

    /// How long a line may stay unfinished.
    explicit constexpr line_buffer(session_clock::duration idle = std::chrono::seconds{1}) : idle_{idle} {}

    /// Gives each line that ends in `octets` to `sink(text_line)`; its text is good until `sink` returns.
    template <class Sink>
    void feed(bytes_view octets, instant now, Sink&& sink) {
        handle_timeout(now, sink);
        if (!octets.empty())
            last_ = now;
        while (!octets.empty()) {
            const auto end = std::find_if(octets.begin(), octets.end(),
                                          [](std::uint8_t octet) { return octet == '\r' || octet == '\n'; });
            keep(octets.first(static_cast<std::size_t>(end - octets.begin())));
            if (end == octets.end())
                break;
            finish(sink);
            octets = octets.subspan(static_cast<std::size_t>(end - octets.begin()) + 1);
        }
    }

    /// When the unfinished line counts as ended; none while there is none.
    [[nodiscard]] std::optional<instant> poll_timeout() const {
        if (size_ == 0)
            return std::nullopt;
        return last_ + idle_;
    }

    /// Ends the line when that is due.
    template <class Sink>
    void handle_timeout(instant now, Sink&& sink) {
        if (size_ > 0 && now >= last_ + idle_)
            finish(sink);
    }

private:
    void keep(bytes_view octets) {
        size_ += octets.size();
        if (size_ > capacity)
            text_.clear();
        else
            text_.append(reinterpret_cast<const char*>(octets.data()), octets.size());
    }

    template <class Sink>
    void finish(Sink&& sink) {
        if (size_ > 0)
            sink(text_line{text_, size_, size_ > capacity, last_});
        size_ = 0;
        text_.clear();
    }

    std::string text_;
    std::size_t size_ = 0; // of the line so far, more than text_ holds when it is too long
    session_clock::duration idle_;
    instant last_{};
};

} // namespace meterlink::wmbus
