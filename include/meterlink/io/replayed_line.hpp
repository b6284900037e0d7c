#pragma once

/// A line that is not there any more: a recording answers as it did.

#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>

#include <meterlink/core/bytes.hpp>
#include <meterlink/io/detail/completion.hpp>
#include <meterlink/io/stream.hpp>

namespace meterlink::io {

namespace detail {
class recording_player;
} // namespace detail

/// Whose errors say that a recording does not go on with what is sent. Their value is the line of the text
/// that has something else, or the last one and one more where the recording is over.
[[nodiscard]] const std::error_category& replay_category() noexcept;

/// A stream on a recording (`recording.hpp`) in a file, which is read when it is opened for the first time;
/// one that is none is the error `bad_message`. Each octet that is written is compared with the next one that
/// was sent; when all octets before an answer have been sent, the answer comes, in the pieces that it had.
/// It comes at once, or with the time behind the question that it took, if `keeps_times`: that is for lines
/// whose answers came too late, or in bits and pieces. Other octets than were recorded are an error of
/// `replay_category()`, then and ever after. Closed and opened again it goes on where it was.
class replayed_line {
public:
    replayed_line(const asio::any_io_executor& executor, std::string file, bool keeps_times = false);
    replayed_line(replayed_line&&) noexcept = default;
    replayed_line& operator=(replayed_line&&) = delete;
    ~replayed_line();

    [[nodiscard]] asio::any_io_executor get_executor() const;

    template <class Token>
    auto async_open(Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code)>(
            [this](auto handler) {
                detail::completion<asio::error_code> done{std::move(handler), get_executor()};
                done.later(open());
            },
            token);
    }

    template <class Token>
    auto async_read_some(asio::mutable_buffer room, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, room](auto handler) { read(room, {std::move(handler), get_executor()}); }, token);
    }

    template <class Token>
    auto async_write_some(asio::const_buffer octets, Token&& token) {
        return asio::async_initiate<Token, void(asio::error_code, std::size_t)>(
            [this, octets](auto handler) {
                detail::completion<asio::error_code, std::size_t> done{std::move(handler), get_executor()};
                asio::error_code error;
                const auto count = write_now(octets, error);
                done.later(error, count);
            },
            token);
    }

    std::size_t write_now(asio::const_buffer octets, asio::error_code& error);

    void close() noexcept;

    /// What is wrong, as one line with file, line, and the octets that were recorded and are sent; empty
    /// while nothing is.
    [[nodiscard]] std::string explanation() const;

private:
    asio::error_code open();
    void read(asio::mutable_buffer room, detail::completion<asio::error_code, std::size_t> done);

    std::shared_ptr<detail::recording_player> player_;
};

} // namespace meterlink::io
