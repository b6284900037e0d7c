#include "whole_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "platform.hpp"

namespace meterlink::cli {

namespace {

constexpr std::size_t largest_file = std::size_t{256} << 20U;

struct file_closer {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

/// `errno`, which some failures leave at 0.
int last_failure() { return errno != 0 ? errno : EIO; }

} // namespace

int read_whole_file(const std::string& path, std::string& to) {
    const input_file file{path};
    if (!file.is_open())
        return last_failure();
    std::vector<char> piece(1U << 16U);
    while (to.size() <= largest_file) {
        const auto count = file.read(piece.data(), piece.size());
        if (count < 0)
            return last_failure();
        if (count == 0)
            return 0;
        to.append(piece.data(), static_cast<std::size_t>(count));
    }
    return EFBIG;
}

int write_whole_file(const std::string& path, const std::string& content) {
    const auto beside = path + ".new";
    errno = 0;
    std::unique_ptr<std::FILE, file_closer> file{std::fopen(beside.c_str(), "wb")};
    if (!file)
        return last_failure();
    const auto is_written = std::fwrite(content.data(), 1, content.size(), file.get()) == content.size() &&
                            std::fclose(file.release()) == 0;
    const auto failure = is_written ? 0 : last_failure();
    std::error_code moved;
    if (is_written)
        std::filesystem::rename(beside, path, moved);
    if (!is_written || moved)
        static_cast<void>(std::remove(beside.c_str()));
    return is_written ? moved.value() : failure;
}

} // namespace meterlink::cli
