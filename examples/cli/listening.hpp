#pragma once

/// What is done with all that a receiver tells.

#include <cstddef>
#include <optional>
#include <string>

#include <meterlink/wmbus/receivers/receiver_event.hpp>
#include <meterlink/wmbus/reception.hpp>

#include "meter_table.hpp"
#include "reading.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// How telegrams are shown as they come.
struct listening_options {
    bool is_table = false;          ///< Last values per meter; otherwise JSON, one line per telegram.
    bool shows_repetitions = false; ///< JSON also of the copies that repeaters and other receivers add.
    bool has_time = true;           ///< False where telegrams come from a record of long ago.
};

/// Takes the events of receivers, and writes readings and complaints.
class listener {
public:
    /// `from` names the input. All references outlive the object.
    listener(const origin& from, const listening_options& options, telegram_reader& reader, output& out,
             complaints& errors);

    void on(const wmbus::receiver_event& event);

    /// There is time now to write what has changed. False once nobody reads any more.
    bool show();
    /// There are no more telegrams: writes what is left, and a summary on the standard error.
    void finish();

private:
    void on_telegram(const wmbus::received& telegram);
    void on_answer(const wmbus::receiver_answer& answer);
    void complain(const std::string& message);
    void make_room_for_complaint();
    [[nodiscard]] std::string summary() const;

    const origin& from_;
    listening_options options_;
    telegram_reader& reader_;
    output& out_;
    complaints& errors_;
    wmbus::reception reception_;
    meter_table table_;
    live_view view_;
    bool has_changed_ = false;
    std::size_t unlisted_ = 0; // telegrams of meters for which the list has no room
    std::size_t other_lines_ = 0;
};

} // namespace meterlink::cli
