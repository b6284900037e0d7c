#include "system_calls.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace meterlink::bench {

namespace {

/// Whether the program ended well; what it prints is dropped.
bool run_silently(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (auto& each : command)
        arguments.push_back(each.data());
    arguments.push_back(nullptr);
    const auto child = ::fork();
    if (child == 0) {
        const auto nowhere = ::open("/dev/null", O_RDWR);
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/// Each line begins with the process, and the first one is of the program that was started. A call that was
/// interrupted by another process has a second line, which says "resumed".
call_counts count_lines(std::istream& in) {
    call_counts out;
    std::string first;
    for (std::string line; std::getline(in, line);) {
        std::string process;
        std::string what;
        std::istringstream{line} >> process >> what;
        if (first.empty())
            first = process;
        if (what.find('(') != std::string::npos && what[0] != '<')
            ++(process == first ? out.of_client : out.of_server);
    }
    return out;
}

} // namespace

std::optional<call_counts> count_system_calls(std::vector<std::string> command) {
    auto file = (std::filesystem::temp_directory_path() / "modbus_loopback.XXXXXX").string();
    const auto descriptor = ::mkstemp(file.data());
    if (descriptor < 0)
        return std::nullopt;
    ::close(descriptor);
    command.insert(command.begin(), {"strace", "-f", "-qq", "-o", file});
    std::optional<call_counts> out;
    if (run_silently(std::move(command))) {
        std::ifstream in{file};
        out = count_lines(in);
    }
    std::filesystem::remove(file);
    return out;
}

} // namespace meterlink::bench
