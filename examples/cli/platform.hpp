#pragma once

/// The few calls of the operating system that the command needs: POSIX, and what Windows calls the same.

#include <cstddef>
#include <string>

namespace meterlink::cli {

enum class standard_stream { in = 0, out = 1, error = 2 };

/// True when a person sits at the other end.
[[nodiscard]] bool is_terminal(standard_stream which);

/// Columns of the terminal behind `which`; 0 where there is none or it does not say.
[[nodiscard]] std::size_t terminal_columns(standard_stream which);

/// Lines of the terminal behind `which`; 0 where there is none or it does not say.
[[nodiscard]] std::size_t terminal_rows(standard_stream which);

/// A reader that went away is an error of the write, not the end of the program. Octets pass unchanged.
void prepare_standard_streams();

/// Writes all of it. False when nobody reads any more or the write failed; `errno` says which.
[[nodiscard]] bool write_all(standard_stream which, const char* data, std::size_t size);

/// A file that is read as its octets come: what a slow writer has sent so far is there at once.
class input_file {
public:
    /// The standard input.
    input_file() = default;
    /// `errno` says why where `is_open` is false.
    explicit input_file(const std::string& path);
    ~input_file();
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;

    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

    /// Waits for octets. 0 at the end, -1 for a failure that `errno` names.
    [[nodiscard]] std::ptrdiff_t read(char* to, std::size_t room) const;

private:
    int descriptor_ = 0;
};

} // namespace meterlink::cli
