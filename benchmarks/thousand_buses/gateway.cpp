#include "gateway.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>

#include <meterlink/mbus/telegram.hpp>

namespace meterlink::bench {

namespace {

using clock = std::chrono::steady_clock;

/// The identification number in an answer; 0 where there is none.
std::uint32_t id_in(bytes_view frame) {
    const auto telegram = mbus::telegram_view::parse(frame);
    const auto header = telegram && telegram->message() ? telegram->message()->long_header() : std::nullopt;
    return header ? mbus::secondary_address::from(*header).id : 0;
}

} // namespace

gateway::gateway(const settings& how, std::uint16_t port) : how_{how}, ids_(how.buses) {
    mbus::master::options options;
    options.baud = how.baud;
    options.timing = mbus::timing_profile::standard(how.baud, std::chrono::seconds{1});
    for (std::size_t i = 0; i < how.buses; ++i) {
        buses_.push_back(std::make_unique<bus>(io::tcp_client{context_.get_executor(), "127.0.0.1", port},
                                               mbus::master{options}));
        buses_.back()->on_event([this, i](bus::event event) { take(i, std::move(event)); });
    }
}

bool gateway::connect() {
    for (const auto& each : buses_)
        each->start();
    return run_until([this] { return connected_ == buses_.size(); }, clock::now() + std::chrono::seconds{20});
}

void gateway::read_for(std::chrono::nanoseconds duration) {
    is_reading_ = true;
    began_ = clock::now();
    turns_ = 0;
    if (how_.interval.count() != 0)
        ask_those_due();
    else
        for (std::size_t i = 0; i < buses_.size(); ++i)
            ask(i);
    run_until([] { return false; }, began_ + duration);
    is_reading_ = false;
    timer_.cancel();
}

void gateway::finish() {
    run_until([this] { return counts_.answered + counts_.failed == counts_.asked; },
              clock::now() + std::chrono::seconds{20});
}

/// Each turn belongs to the next bus, and turns follow each other at the same distance.
void gateway::ask_those_due() {
    const auto due = [this](std::size_t turn) {
        return began_ + std::chrono::nanoseconds{how_.interval} * turn / buses_.size();
    };
    for (const auto now = clock::now(); due(turns_) <= now; ++turns_)
        ask(turns_ % buses_.size());
    timer_.expires_at(due(turns_));
    timer_.async_wait([this](asio::error_code error) {
        if (!error && is_reading_)
            ask_those_due();
    });
}

void gateway::ask(std::size_t number) {
    ++counts_.asked;
    buses_[number]->command([](mbus::master& master, instant now) {
        static const auto read = mbus::request::read(mbus::primary_address{address_of_meter}).value();
        master.submit(read, now);
    });
}

void gateway::take(std::size_t number, bus::event event) {
    if (const auto* link = std::get_if<io::link_event>(&event)) {
        connected_ += link->what == io::link_event::change::connected ? 1 : 0;
        return;
    }
    const auto& ended = std::get<mbus::master_event>(event);
    if (!ended.is_final())
        return;
    const auto* reading = ended.as<mbus::reading>();
    const auto id = reading != nullptr ? id_in(reading->telegrams.front()) : 0;
    if (ids_[number] == 0)
        ids_[number] = id;
    ++(id != 0 && id == ids_[number] ? counts_.answered : counts_.failed);
    if (is_reading_ && how_.interval.count() == 0)
        ask(number);
}

template <class Condition>
bool gateway::run_until(Condition is_done, clock::time_point deadline) {
    while (!is_done()) {
        if (context_.stopped())
            context_.restart();
        if (context_.run_one_until(deadline) == 0 || clock::now() >= deadline)
            return is_done();
    }
    return true;
}

} // namespace meterlink::bench
