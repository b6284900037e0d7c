#pragma once

/// How far a search is: a bar in its place on a terminal, a line now and then elsewhere.

#include <chrono>
#include <cstddef>
#include <string>

namespace meterlink::cli {

/// Writes to the standard error.
class scan_progress {
public:
    /// `what` is searched for.
    explicit scan_progress(std::string what = "meter");

    /// So many questions have been asked, about `left` are to come.
    void show(std::size_t probes, std::size_t left, std::size_t found);
    /// Makes room for other text; the next `show` draws again.
    void clear();

private:
    using clock = std::chrono::steady_clock;

    std::string what_;
    bool is_live_;
    bool is_drawn_ = false;
    clock::time_point start_ = clock::now();
    clock::time_point last_{};
};

} // namespace meterlink::cli
