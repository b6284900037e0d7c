#include <meterlink/io/replayed_line.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>

#include <asio/error.hpp>
#include <asio/steady_timer.hpp>

#include <meterlink/core/hex.hpp>
#include <meterlink/io/recording.hpp>

namespace meterlink::io {
namespace {

class replay_errors final : public std::error_category {
public:
    const char* name() const noexcept override { return "meterlink.replay"; }
    std::string message(int line) const override {
        return "what is sent differs from the recording at line " + std::to_string(line);
    }
};

/// Appends what stands in a file. Returns 0 or an `errno`.
int read_file(const std::string& path, std::string& to) {
    struct close_file {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, close_file> file{std::fopen(path.c_str(), "rb")};
    if (!file)
        return errno;
    std::array<char, 65536> room{};
    while (const auto count = std::fread(room.data(), 1, room.size(), file.get()))
        to.append(room.data(), count);
    return std::ferror(file.get()) != 0 ? (errno != 0 ? errno : EIO) : 0;
}

} // namespace

const std::error_category& replay_category() noexcept {
    static const replay_errors only;
    return only;
}

namespace detail {

/// Walks through a recording. Its timer may outlive the stream by a moment.
class recording_player : public std::enable_shared_from_this<recording_player> {
public:
    using clock = std::chrono::steady_clock;

    recording_player(const asio::any_io_executor& executor, std::string file, bool keeps_times)
        : executor_{executor}, timer_{executor}, file_{std::move(file)}, keeps_times_{keeps_times} {}

    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] const std::string& explanation() const noexcept { return explanation_; }

    asio::error_code open() {
        if (!is_read_ && !error_)
            load();
        is_open_ = !error_;
        return error_;
    }

    void read(asio::mutable_buffer room, completion<asio::error_code, std::size_t> done) {
        if (!is_open_)
            return done.later(asio::error::bad_descriptor, 0);
        if (reader_)
            return done.later(asio::error::already_started, 0);
        room_ = room;
        reader_ = std::move(done);
        serve();
    }

    std::size_t write(bytes_view octets, asio::error_code& error) {
        error = is_open_ ? error_ : asio::error_code{asio::error::bad_descriptor};
        std::size_t count = 0;
        while (!error && count < octets.size()) {
            count += compare(octets.subspan(count));
            error = error_;
        }
        serve();
        return error ? 0 : count;
    }

    void close() noexcept {
        is_open_ = false;
        timer_.cancel();
        if (auto reader = std::move(reader_))
            reader.later(asio::error::operation_aborted, 0);
    }

private:
    struct answer {
        bytes_view octets;
        clock::time_point due;
    };

    void load() {
        std::string text;
        if (const auto failure = read_file(file_, text); failure != 0) {
            error_ = {failure, std::generic_category()};
            explanation_ = file_ + ": " + error_.message();
            return;
        }
        auto parsed = recording::parse(text);
        if (!parsed) {
            error_ = std::make_error_code(std::errc::bad_message);
            explanation_ = recording_error_text(file_, text, parsed.error());
            return;
        }
        record_ = std::move(*parsed);
        is_read_ = true;
        release();
    }

    /// Takes those of `octets` that belong to the next part that was sent.
    std::size_t compare(bytes_view octets) {
        if (next_ == record_.parts.size()) {
            complain(record_.lines + 1, {}, octets);
            return 0;
        }
        const auto& part = record_.parts[next_];
        const auto wanted = bytes_view{part.octets}.subspan(matched_);
        const auto common = std::min(wanted.size(), octets.size());
        if (!std::ranges::equal(wanted.first(common), octets.first(common))) {
            complain(part.line, part.octets, octets);
            return 0;
        }
        matched_ += common;
        if (matched_ == part.octets.size()) {
            ++next_;
            sent_at_ = part.at;
            matched_ = 0;
            release();
        }
        return common;
    }

    /// What came behind what has been sent last is on its way from now on.
    void release() {
        const auto now = clock::now();
        for (; next_ < record_.parts.size() && record_.parts[next_].way == direction::received; ++next_) {
            const auto& part = record_.parts[next_];
            answers_.push_back({part.octets, keeps_times_ ? now + (part.at - sent_at_) : now});
        }
    }

    void complain(std::size_t line, bytes_view recorded, bytes_view octets) {
        error_ = {static_cast<int>(line), replay_category()};
        const auto before = bytes_view{recorded}.first(std::min(matched_, recorded.size()));
        const auto sent =
            before.empty() ? to_hex(octets, ' ') : to_hex(before, ' ') + ' ' + to_hex(octets, ' ');
        explanation_ = file_ + ':' + std::to_string(line) + ": " +
                       (recorded.empty() ? "the recording is over" : "expected " + to_hex(recorded, ' ')) +
                       ", but " + sent + " is sent";
    }

    /// Lets whoever reads have what is due.
    void serve() {
        if (!reader_ || answers_.empty())
            return;
        auto& first = answers_.front();
        if (first.due > clock::now()) {
            timer_.expires_at(first.due);
            timer_.async_wait([self = shared_from_this()](asio::error_code aborted) {
                if (!aborted)
                    self->serve();
            });
            return;
        }
        const auto count = asio::buffer_copy(room_, asio::buffer(first.octets.data(), first.octets.size()));
        first.octets = first.octets.subspan(count);
        if (first.octets.empty())
            answers_.pop_front();
        auto reader = std::move(reader_);
        reader.later({}, count);
    }

    asio::any_io_executor executor_;
    asio::steady_timer timer_;
    std::string file_;
    bool keeps_times_;
    bool is_read_ = false;
    bool is_open_ = false;
    asio::error_code error_;
    std::string explanation_;

    recording record_;
    std::size_t next_ = 0;    ///< The part that has to be sent next.
    std::size_t matched_ = 0; ///< Octets of it that have been.
    std::chrono::milliseconds sent_at_{};
    std::deque<answer> answers_;

    asio::mutable_buffer room_;
    completion<asio::error_code, std::size_t> reader_;
};

} // namespace detail

replayed_line::replayed_line(const asio::any_io_executor& executor, std::string file, bool keeps_times)
    : player_{std::make_shared<detail::recording_player>(executor, std::move(file), keeps_times)} {}

replayed_line::~replayed_line() {
    if (player_)
        player_->close();
}

asio::any_io_executor replayed_line::get_executor() const { return player_->executor(); }

asio::error_code replayed_line::open() { return player_->open(); }

void replayed_line::read(asio::mutable_buffer room, detail::completion<asio::error_code, std::size_t> done) {
    player_->read(room, std::move(done));
}

std::size_t replayed_line::write_now(asio::const_buffer octets, asio::error_code& error) {
    return player_->write({static_cast<const std::uint8_t*>(octets.data()), octets.size()}, error);
}

void replayed_line::close() noexcept { player_->close(); }

std::string replayed_line::explanation() const { return player_->explanation(); }

} // namespace meterlink::io
