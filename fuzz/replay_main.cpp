// Runs a fuzz target once over every file of the given files and folders: the corpus as an ordinary test,
// with any compiler and without libFuzzer. Having nothing to run is a failure, so a lost corpus is noticed.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::vector<char> content{std::istreambuf_iterator<char>{in}, {}};
    // A copy of exactly this size, so that a sanitizer sees a read one past its end.
    const std::vector<std::uint8_t> input(content.begin(), content.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::size_t replay_all(const fs::path& path) {
    if (fs::is_regular_file(path)) {
        replay(path);
        return 1;
    }
    std::size_t count = 0;
    if (fs::is_directory(path))
        for (const auto& entry : fs::recursive_directory_iterator{path})
            if (entry.is_regular_file()) {
                replay(entry.path());
                ++count;
            }
    return count;
}

} // namespace

int main(int argc, char* argv[]) {
    try {
        std::size_t count = 0;
        for (int i = 1; i < argc; ++i)
            count += replay_all(argv[i]);
        std::printf("replayed %zu inputs\n", count);
        if (count == 0)
            std::fprintf(stderr, "no input found in the files and folders given\n");
        return count == 0 ? 1 : 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
