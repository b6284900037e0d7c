#pragma once

/// Modbus clients in the event loop of a test.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include <meterlink/io/any_stream.hpp>
#include <meterlink/io/detail/modbus_session.hpp>
#include <meterlink/io/driver.hpp>
#include <meterlink/io/modbus_line.hpp>
#include <meterlink/modbus/read_holding_registers.hpp>

#include "io/scripted_peer.hpp"

namespace meterlink::test {

/// One client, and what came of its requests.
class modbus_client_at {
public:
    modbus_client_at(asio::io_context& context, const std::string& where, modbus::client_options how = {})
        : context_{&context}, where_{io::endpoint::parse(where, io::usual_modbus_line).value()},
          line_{std::make_unique<line_type>(io::any_stream{context.get_executor(), where_},
                                            io::detail::modbus_session{io::with_line(how, where_)},
                                            io::driver_options::from(where_))} {
        line_->on_event([this](line_type::event event) {
            if (auto* link = std::get_if<io::link_event>(&event))
                links.push_back(*link);
            else
                answers.push_back(std::get<1>(std::move(event)).answer);
        });
        line_->start();
    }

    template <class Request>
    void ask(modbus::unit_id unit, const Request& what) {
        line_->command([&](io::detail::modbus_session& it, instant now) {
            return it.client().ask(unit, what, now).has_value();
        });
    }
    /// Asks, and waits for the end.
    template <class Request>
    io::modbus_answer answer(modbus::unit_id unit, const Request& what) {
        const auto before = answers.size();
        ask(unit, what);
        if (!run_until(*context_, [&] { return answers.size() > before; }))
            return {};
        return answers.back();
    }
    /// What one holding register holds; -1 when that is not told.
    int holding_register(modbus::unit_id unit, std::uint16_t address) {
        const auto got = answer(unit, modbus::read_holding_registers_request{address, 1});
        if (got.how != io::modbus_ending::reply)
            return -1;
        return got.as<modbus::read_holding_registers_response_view>()->registers()[0];
    }

    [[nodiscard]] bool is_connected() const { return line_->state() == io::link_state::connected; }
    [[nodiscard]] bool was_lost() const {
        for (const auto& each : links)
            if (each.what == io::link_event::change::lost)
                return true;
        return false;
    }

    [[nodiscard]] std::string explanation() { return line_->line().explanation(); }

    std::vector<io::link_event> links;
    std::deque<io::modbus_answer> answers;

private:
    using line_type = io::driver<io::any_stream, io::detail::modbus_session>;

    asio::io_context* context_;
    io::endpoint where_;
    std::unique_ptr<line_type> line_;
};

} // namespace meterlink::test
