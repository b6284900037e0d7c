#pragma once

/// What the command writes, and how it looks: buffered output, complaints, colour.

#include <cstddef>
#include <string>
#include <string_view>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>

#include "input.hpp"

namespace meterlink::cli {

enum class colour_choice { automatic, always, never };

/// The standard output. A terminal gets each telegram at once; anything else gets them in large pieces, and
/// what is left whenever the input has nothing more to give.
class output {
public:
    explicit output(colour_choice choice);

    [[nodiscard]] bool is_terminal() const { return is_terminal_; }
    [[nodiscard]] bool has_colour() const { return has_colour_; }
    /// Columns for a table.
    [[nodiscard]] std::size_t width() const;
    /// Lines of the terminal; 0 where there is none.
    [[nodiscard]] std::size_t height() const;

    /// Text that is not written yet; append to it.
    [[nodiscard]] std::string& text() { return text_; }
    /// One telegram is complete. False once nobody reads any more.
    bool commit();
    /// Writes what is left. False once nobody reads any more.
    bool flush();

    /// True when a write failed although somebody reads: a full disk.
    [[nodiscard]] bool has_failed() const { return has_failed_; }

private:
    std::string text_;
    bool is_terminal_;
    bool has_colour_;
    bool is_closed_ = false;
    bool has_failed_ = false;
};

/// The standard error, where everything stands that is no reading.
class complaints {
public:
    explicit complaints(colour_choice choice);

    /// `FILE:LINE: mbus: wrong checksum at offset 9 (expected 18, found 19)`, the octets, and a caret under
    /// the bad one. `remark` stands before the message.
    void octets(const origin& from, const error& why, bytes_view octets, std::string_view remark = {});
    /// Something about a telegram that no octet is to blame for: `FILE:LINE: MESSAGE`.
    void telegram(const origin& from, std::string_view message);
    /// Text that is no telegram at all.
    void text(const unreadable& what);
    /// A line of its own: `meterlink: MESSAGE`.
    void plain(std::string_view message);

    /// The same for something that is nobody's mistake, and does not count.
    void note(std::string_view message);

    /// How many there were.
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    void write(std::string_view place, std::string_view message, std::string_view context, std::size_t column,
               std::size_t carets);

    bool has_colour_;
    std::size_t width_;
    std::size_t count_ = 0;
};

} // namespace meterlink::cli
