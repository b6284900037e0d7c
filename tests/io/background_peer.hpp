#pragma once

/// A scripted peer that runs beside code that waits.

#include <string>
#include <thread>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include "io/scripted_peer.hpp"

namespace meterlink::test {

/// Runs its script in a thread of its own for as long as it lives.
class background_peer {
public:
    enum class kind { tcp, pty };

    template <class Script>
    explicit background_peer(Script script, kind what = kind::tcp)
        : peer_{what == kind::tcp ? scripted_peer::tcp(context_) : scripted_peer::pty(context_)},
          where_{what == kind::tcp ? "tcp://127.0.0.1:" + std::to_string(peer_.port())
                                   : "serial:" + peer_.path()} {
        script(peer_);
        peer_.start();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    background_peer(const background_peer&) = delete;
    background_peer& operator=(const background_peer&) = delete;
    ~background_peer() {
        context_.stop();
        thread_.join();
    }

    /// The endpoint by which it is reached.
    [[nodiscard]] const std::string& where() const { return where_; }

private:
    asio::io_context context_;
    scripted_peer peer_;
    std::string where_;
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
    std::thread thread_;
};

} // namespace meterlink::test
