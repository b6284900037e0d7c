#include <meterlink/io/replayed_line.hpp>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <unistd.h>

#include <meterlink/io/wired_bus.hpp>

#include "io/scripted_peer.hpp"
#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::io;
using namespace meterlink::test;
using namespace meterlink::test::literals;
using namespace std::chrono_literals;

static_assert(stream<replayed_line>);
static_assert(writes_now<replayed_line>);
static_assert(!has_baud_rate<replayed_line>);

namespace {

const std::string request = "10 5B 02 5D 16";
const std::string reset = "10 40 02 42 16";
const std::string water = "68 1F 1F 68 08 02 72 78 56 34 12 24 40 01 07 55 00 00 00 03 13 15 31 00 DA 02 3B "
                          "13 01 8B 60 04 37 18 02 "
                          "18 16";

/// A file that goes with the test.
class recorded_file {
public:
    explicit recorded_file(const std::string& text) {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("meterlink_replay_" + std::to_string(::getpid()) + '_' + std::to_string(++count));
        std::ofstream{path_} << text;
    }
    ~recorded_file() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    recorded_file(const recorded_file&) = delete;
    recorded_file& operator=(const recorded_file&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

/// A replayed line, and what it gives.
class player {
public:
    explicit player(const std::string& file, bool keeps_times = false)
        : line{context.get_executor(), file, keeps_times} {}

    asio::error_code open() {
        std::optional<asio::error_code> opened;
        line.async_open([&](asio::error_code error) { opened = error; });
        REQUIRE(run_until(context, [&] { return opened.has_value(); }));
        return *opened;
    }

    asio::error_code write(const octets& some) {
        asio::error_code error;
        const auto count = line.write_now(asio::buffer(some), error);
        CHECK(count == (error ? 0 : some.size()));
        return error;
    }

    /// The next piece; nothing when there is none for `patience`.
    octets read(std::chrono::milliseconds patience = 10s) {
        if (!is_reading_) {
            is_reading_ = true;
            line.async_read_some(asio::buffer(room_), [this](asio::error_code error, std::size_t count) {
                is_reading_ = false;
                last = error;
                got_.assign(room_.begin(), room_.begin() + static_cast<std::ptrdiff_t>(count));
            });
        }
        run_until(context, [this] { return !is_reading_; }, patience);
        return is_reading_ ? octets{} : got_;
    }

    asio::io_context context;
    replayed_line line;
    asio::error_code last;

private:
    std::array<std::uint8_t, 256> room_{};
    octets got_;
    bool is_reading_ = false;
};

mbus::master::options quick() {
    mbus::master::options how;
    how.baud = 38400;
    how.timing = mbus::timing_profile::standard(how.baud, 50ms);
    return how;
}

} // namespace

TEST_CASE("an answer comes in its pieces once all before it was sent") {
    const recorded_file file{"10 5B  # > 0.000\n02 5D 16  # > 0.001\n68 1F  # < 9.000\n1F 68  # < 9.500\n"};
    player line{file.path()};
    REQUIRE_FALSE(line.open());
    CHECK_FALSE(line.write("10"_octets));
    CHECK_FALSE(line.write("5B 02 5D"_octets));
    CHECK(line.read(20ms).empty());
    CHECK_FALSE(line.write("16"_octets));
    CHECK(line.read() == "68 1F"_octets);
    CHECK(line.read() == "1F 68"_octets);
    CHECK(line.read(20ms).empty());
    CHECK(line.line.explanation().empty());
}

TEST_CASE("what nobody has asked for comes when the line is open") {
    const recorded_file file{"FF  # < 0.000\n10  # > 0.100\n"};
    player line{file.path()};
    REQUIRE_FALSE(line.open());
    CHECK(line.read() == "FF"_octets);
}

TEST_CASE("answers may take the time that they took") {
    const recorded_file file{"10  # > 5.000\nE5  # < 5.080\nE5  # < 5.120\n"};
    player line{file.path(), true};
    REQUIRE_FALSE(line.open());
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(line.write("10"_octets));
    CHECK(line.read() == "E5"_octets);
    CHECK(std::chrono::steady_clock::now() - begin >= 80ms);
    CHECK(line.read() == "E5"_octets);
    CHECK(std::chrono::steady_clock::now() - begin >= 120ms);
}

TEST_CASE("the first octet that differs is an error with its line") {
    const recorded_file file{"# a read\n10 40 02 42 16  # > 0.000\nE5  # < 0.100\n" + request +
                             "  # > 0.200\n"};
    player line{file.path()};
    REQUIRE_FALSE(line.open());
    CHECK_FALSE(line.write("10 40 02 42 16 10"_octets));
    const asio::error_code differs{4, replay_category()};
    CHECK(line.write("5B 03 5E 16"_octets) == differs);
    CHECK(differs.message() == "what is sent differs from the recording at line 4");
    CHECK(line.line.explanation() == file.path() + ":4: expected 10 5B 02 5D 16, but 10 5B 03 5E 16 is sent");
    line.line.close();
    CHECK(line.open() == differs);
}

TEST_CASE("a recording that is over says so") {
    const recorded_file file{"10  # > 0.000\n"};
    player line{file.path()};
    REQUIRE_FALSE(line.open());
    CHECK(line.write("10 E5"_octets) == asio::error_code{2, replay_category()});
    CHECK(line.line.explanation() == file.path() + ":2: the recording is over, but E5 is sent");
}

TEST_CASE("a line that is closed and opened again goes on where it was") {
    const recorded_file file{"10  # > 0.000\nE5  # < 0.100\n20  # > 0.200\nA2  # < 0.300\n"};
    player line{file.path()};
    REQUIRE_FALSE(line.open());
    CHECK_FALSE(line.write("10"_octets));
    CHECK(line.read() == "E5"_octets);
    CHECK(line.read(1ms).empty());
    line.line.close();
    CHECK(line.read().empty());
    CHECK(line.last == asio::error::operation_aborted);
    CHECK(line.write("20"_octets) == asio::error::bad_descriptor);
    REQUIRE_FALSE(line.open());
    CHECK_FALSE(line.write("20"_octets));
    CHECK(line.read() == "A2"_octets);
}

TEST_CASE("a file that is no recording cannot be opened") {
    const recorded_file file{"E5  # < 0.100\nE5 # later\n"};
    player broken{file.path()};
    CHECK(broken.open() == std::errc::bad_message);
    CHECK(broken.line.explanation() == file.path() + ":2:6: a line of a recording reads HEX  # > SECONDS");
    player missing{"/no/such/recording"};
    CHECK(missing.open() == std::errc::no_such_file_or_directory);
    CHECK(missing.line.explanation() == "/no/such/recording: No such file or directory");
    player folder{"/tmp"};
    CHECK(folder.open() == std::errc::is_a_directory);
}

TEST_CASE("a master reads a recorded meter after the attempts that were recorded") {
    const recorded_file file{reset + "  # > 0.000\n" + reset + "  # > 0.300\nE5  # < 0.400\n" +
                             "10 7B 02 7D 16  # > 0.500\n" + water + "  # < 0.900\n"};
    wired_bus bus{endpoint::replay(file.path()), quick()};
    REQUIRE(bus.perform(mbus::request::normalise(2))->how == bus_ending::acknowledged);
    const auto answer = bus.read(2);
    REQUIRE(answer);
    REQUIRE(answer->how == bus_ending::reading);
    CHECK(to_hex(answer->telegrams.at(0), ' ') == water);
}

TEST_CASE("a master that asks for another meter is told at once and cannot go on") {
    const recorded_file file{reset + "  # > 0.000\nE5  # < 0.100\n"};
    wired_bus bus{endpoint::replay(file.path()), quick()};
    const auto answer = bus.perform(mbus::request::normalise(3));
    REQUIRE(answer);
    CHECK(answer->how == bus_ending::line_lost);
    CHECK(answer->line_error == asio::error_code{1, replay_category()});
    CHECK(bus.explanation() == file.path() + ":1: expected 10 40 02 42 16, but 10 40 03 43 16 is sent");
    CHECK(bus.perform(mbus::request::normalise(2))->how == bus_ending::no_line);
}
