#pragma once

/// What is heard of meters as a table that stays in its place on a terminal.

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/wmbus/heard_meter.hpp>
#include <meterlink/wmbus/meter_list.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::cli {

/// One line per meter, in the order in which they were heard first: identification, manufacturer, medium,
/// state, signal strength, when it was heard last, how many telegrams came and were lost, and its first
/// values. Whatever a telegram holds, a line is one line, and commands no terminal.
class meter_table {
public:
    /// Room on the terminal; 0 for any.
    struct size {
        std::size_t columns = 0;
        std::size_t rows = 0;
    };

    /// A new telegram of `meter`; `time` is the hour to show. Values stay until the next ones can be read,
    /// and are not doubtful.
    void on(const wmbus::heard_meter& meter, const wmbus::telegram_view& telegram, std::string time);

    /// The table as lines without line ends: a header, the meters, and how many more there are where they
    /// have no room.
    [[nodiscard]] std::vector<std::string> lines(const wmbus::meter_list& meters, size room) const;

private:
    struct row {
        std::string time;
        std::string values;
    };

    std::unordered_map<const wmbus::heard_meter*, row> rows_;
};

/// Draws lines over those that it drew before.
class live_view {
public:
    explicit live_view(bool has_colour) : has_colour_{has_colour} {}

    /// Appends what replaces the lines drawn before by `lines`, the first of them a header.
    void draw(std::string& out, const std::vector<std::string>& lines);
    /// Appends what takes the lines away, so that other output can follow.
    void erase(std::string& out);

private:
    bool has_colour_;
    std::size_t drawn_ = 0;
};

} // namespace meterlink::cli
