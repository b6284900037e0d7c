#pragma once

/// A completion handler of any type in one type, so that the bodies of operations can be compiled once.

#include <memory>
#include <tuple>
#include <utility>

#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

namespace meterlink::io::detail {

/// Owns a handler for `void(Args...)` and calls it, once, on its associated executor. It counts as work of
/// that executor until then. Destroyed without having been called, it destroys the handler.
template <class... Args>
class completion {
public:
    completion() = default;

    template <class Handler>
    completion(Handler handler, const asio::any_io_executor& otherwise)
        : handler_{std::make_unique<model<Handler>>(std::move(handler), otherwise)} {}

    [[nodiscard]] explicit operator bool() const noexcept { return handler_ != nullptr; }

    /// Calls the handler, from within this call where its executor allows that. Not from a function that
    /// starts an operation.
    void operator()(Args... args) { std::move(*this).call(false, std::move(args)...); }

    /// Calls the handler, never from within this call.
    void later(Args... args) { std::move(*this).call(true, std::move(args)...); }

private:
    struct base {
        virtual ~base() = default;
        virtual void call(bool later, std::tuple<Args...> args) = 0;
    };

    template <class Handler>
    struct model final : base {
        using executor_type = asio::associated_executor_t<Handler, asio::any_io_executor>;

        model(Handler h, const asio::any_io_executor& otherwise)
            : handler{std::move(h)}, work{asio::get_associated_executor(handler, otherwise)} {}

        void call(bool later, std::tuple<Args...> args) override {
            auto run = [h = std::move(handler), a = std::move(args)]() mutable {
                std::apply(std::move(h), std::move(a));
            };
            const auto executor = work.get_executor();
            if (later)
                asio::post(executor, std::move(run));
            else
                asio::dispatch(executor, std::move(run));
        }

        Handler handler;
        asio::executor_work_guard<executor_type> work;
    };

    void call(bool later, Args... args) && {
        // The handler may destroy whoever holds this object.
        const auto owned = std::move(handler_);
        owned->call(later, std::tuple<Args...>{std::move(args)...});
    }

    std::unique_ptr<base> handler_;
};

} // namespace meterlink::io::detail
