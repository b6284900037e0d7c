#pragma once

/// Who asks and who answers: clients and servers of this library and of libmodbus, for one connection each.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace meterlink::bench {

/// What every transaction reads: all that one request can.
inline constexpr std::size_t register_count = 125;
using registers = std::array<std::uint16_t, register_count>;

/// What the servers hold.
[[nodiscard]] constexpr registers served_registers() noexcept {
    registers out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint16_t>(0x1234 + 257 * i);
    return out;
}

/// What a client got, before it asks for more.
class received_answers {
public:
    explicit received_answers(std::size_t wanted) : wanted_{wanted} { nanoseconds_.reserve(wanted); }

    /// The registers that came `nanoseconds` after they had been asked for.
    void take(const registers& got, std::int64_t nanoseconds) {
        is_wrong_ = is_wrong_ || got != served_registers();
        nanoseconds_.push_back(static_cast<std::uint32_t>(nanoseconds));
    }
    void fail() noexcept { is_wrong_ = true; }

    [[nodiscard]] bool is_over() const noexcept { return is_wrong_ || nanoseconds_.size() == wanted_; }
    /// Whether all that was asked for has come.
    [[nodiscard]] bool is_complete() const noexcept { return !is_wrong_ && nanoseconds_.size() == wanted_; }
    [[nodiscard]] std::size_t wanted() const noexcept { return wanted_; }
    [[nodiscard]] std::vector<std::uint32_t>& nanoseconds() noexcept { return nanoseconds_; }

private:
    std::size_t wanted_;
    std::vector<std::uint32_t> nanoseconds_;
    bool is_wrong_ = false;
};

/// A client with a connection.
class client {
public:
    virtual ~client() = default;
    /// Asks until `answers` is over, always again as soon as there is an answer.
    virtual void ask(received_answers& answers) = 0;
};

/// A kind of client; `connect` throws when it cannot.
struct client_kind {
    std::string_view name;
    client* (*connect)(std::uint16_t port, std::size_t in_flight);
    std::size_t in_flight = 1;
};

/// A kind of server; `serve` accepts one connection from a socket that listens, and answers until it ends.
/// `accepted` is called when there is a connection.
struct server_kind {
    std::string_view name;
    void (*serve)(int listening, void (*accepted)());
};

[[nodiscard]] std::span<const client_kind> client_kinds();
[[nodiscard]] std::span<const server_kind> server_kinds();

#if defined(METERLINK_HAS_LIBMODBUS)
[[nodiscard]] client* connect_libmodbus(std::uint16_t port, std::size_t in_flight);
void serve_libmodbus(int listening, void (*accepted)());
[[nodiscard]] std::string_view libmodbus_version();
#endif

} // namespace meterlink::bench
