#pragma once

/// One connection of a client to a bridge, as a session.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/modbus/bridge.hpp>
#include <meterlink/modbus/bridge_event.hpp>

namespace meterlink::modbus {

/// The line of the bridge may have something to do: whoever drives it does what follows every call.
struct line_ready {};

/// Passes on to a `bridge`, which outlives it, and disconnects at its end.
///
/// Whoever joins the two drives this session again when the bridge says `upstream_ready` of its `id`, and the
/// bridge when this session says `line_ready`.
class bridge_upstream {
public:
    explicit bridge_upstream(bridge& owner) : bridge_{&owner}, id_{owner.connect()} {}
    bridge_upstream(bridge_upstream&& other) noexcept
        : bridge_{std::exchange(other.bridge_, nullptr)}, id_{other.id_},
          is_line_ready_{other.is_line_ready_} {}
    bridge_upstream& operator=(bridge_upstream&&) = delete;
    ~bridge_upstream() {
        if (bridge_ != nullptr)
            bridge_->disconnect(id_);
    }

    [[nodiscard]] upstream_id id() const noexcept { return id_; }

    /// The role in the certificate of the client, for `bridge_options::authorise`.
    void set_role(std::optional<std::string> role) { bridge_->set_role(id_, std::move(role)); }

    /// The connection came or is gone. With it goes what was asked over it, the `id`, and the role.
    void handle_link(bool up, instant) {
        if (up)
            return;
        bridge_->disconnect(id_);
        id_ = bridge_->connect();
        is_line_ready_ = true;
    }
    void handle_input(bytes_view octets, instant now) {
        bridge_->handle_upstream_input(id_, octets, now);
        is_line_ready_ = true;
    }
    /// The bridge keeps the time.
    void handle_timeout(instant) {}
    [[nodiscard]] std::optional<bytes_view> poll_transmit() { return bridge_->poll_upstream_transmit(id_); }
    [[nodiscard]] std::optional<instant> poll_timeout() const { return std::nullopt; }
    [[nodiscard]] std::optional<line_ready> poll_event() {
        return std::exchange(is_line_ready_, false) ? std::optional{line_ready{}} : std::nullopt;
    }
    [[nodiscard]] bool wants_close() const noexcept { return bridge_->wants_close(id_); }

private:
    bridge* bridge_;
    upstream_id id_;
    bool is_line_ready_ = false;
};

} // namespace meterlink::modbus
