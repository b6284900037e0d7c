#pragma once

/// Lines with many simulated meters, and a session that is run on them.

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/mbus/master_event.hpp>
#include <meterlink/mbus/simulated_line.hpp>
#include <meterlink/mbus/slave.hpp>

#include "support/catch.hpp"
#include "virtual_line.hpp"

namespace meterlink::test {

/// A meter with one volume in its telegram.
inline mbus::slave park_meter(std::uint8_t primary, const mbus::secondary_address& secondary,
                              std::optional<std::uint32_t> fabrication = std::nullopt,
                              mbus::slave_options options = {}) {
    auto description = mbus::slave_description::of(primary, secondary);
    description.fabrication_number = fabrication;
    description.access_number = static_cast<std::uint8_t>(secondary.id * 37U + primary * 11U);
    apl::record_list list;
    list.records.push_back(apl::record::parse(std::vector<std::uint8_t>{0x01, 0x13, primary}).value());
    if (fabrication) {
        std::vector<std::uint8_t> number{0x0C, 0x78};
        for (unsigned shift = 0; shift < 32; shift += 8)
            number.push_back(static_cast<std::uint8_t>(*fabrication >> shift));
        list.records.push_back(apl::record::parse(number).value());
    }
    REQUIRE(description.add(list));
    return mbus::slave::make(description, options).value();
}

/// Eight decimal digits as BCD.
inline std::uint32_t bcd(std::uint32_t number) {
    std::uint32_t out = 0;
    for (unsigned shift = 0; shift < 32; shift += 4, number /= 10)
        out |= (number % 10) << shift;
    return out;
}

/// Runs `peer` on `line` until both are quiet; the line follows its bit rate. `sink` takes each event.
template <session Session, class Sink>
instant run_on(mbus::simulated_line& line, Session& peer, Sink&& sink, instant now = instant{}) {
    virtual_line<Session> joined{peer, line, now};
    joined.run(std::chrono::hours{48}, [&](const auto& event) {
        if (const auto* change = std::get_if<mbus::baud_rate_changed>(&event))
            line.set_baud(change->baud);
        sink(event, joined.now());
    });
    return joined.now();
}

} // namespace meterlink::test
