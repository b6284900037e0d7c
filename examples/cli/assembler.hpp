#pragma once

/// Puts telegrams together from lines of text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>

#include "input.hpp"
#include "telegram_kind.hpp"

namespace meterlink::cli {

/// A telegram is one line, or goes on over the following lines until it has as many octets as its length
/// field says. A line that begins a telegram of its own ends one that is incomplete.
class assembler {
public:
    assembler(const receiver& to, telegram_kind kind) : to_{to}, kind_{kind} {}

    /// Comments and blank lines are skipped.
    void add_line(const origin& from, std::string_view text);
    /// There are no more lines.
    void finish() { give_pending(); }

    /// True once the receiver wants no more.
    [[nodiscard]] bool is_stopped() const { return is_stopped_; }

private:
    void add_json(const origin& from, std::string_view text);
    void add_octets(const origin& from, bytes_view octets);
    void give(telegram&& complete);
    void give_pending();
    void refuse(const origin& from, const error& why, std::string_view text);

    const receiver& to_;
    telegram_kind kind_;
    telegram pending_;
    bool is_stopped_ = false;
};

} // namespace meterlink::cli
