// A master and a line on which something goes wrong: nothing wrong is accepted, and what follows is read.

#include <meterlink/mbus/master.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <meterlink/mbus/simulated_line.hpp>

#include "octets.hpp"
#include "support/catch.hpp"
#include "virtual_line.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;

namespace {

/// A meter whose telegrams tell which meter it is and which part.
slave meter(std::uint8_t number, std::uint8_t parts) {
    auto description = slave_description::of(number, {0x10000000U + number, 0x4024, 1, 7});
    for (std::uint8_t part = 0; part < parts; ++part) {
        apl::record_list list;
        const std::vector<std::uint8_t> volume{0x03, 0x13, number, part, 0x55};
        list.records.push_back(apl::record::parse(volume).value());
        REQUIRE(description.add(list));
    }
    return slave::make(description).value();
}

bool is_right(const reading& what, std::uint8_t number, std::uint8_t parts) {
    if (what.telegrams.size() != parts)
        return false;
    for (std::uint8_t part = 0; part < parts; ++part) {
        const auto telegram = telegram_view::parse(what.telegrams[part]);
        const std::vector<std::uint8_t> volume{0x03, 0x13, number, part, 0x55};
        const auto records = telegram->records();
        const auto first = records.begin();
        if (first == records.end() || !*first ||
            std::vector<std::uint8_t>{(*first)->wire().begin(), (*first)->wire().end()} != volume)
            return false;
    }
    return true;
}

/// One read: a right value, a wrong one, or none.
enum class outcome { right, wrong, none };

outcome read(test::virtual_line<master>& joined, master& asks, std::uint8_t number, std::uint8_t parts) {
    std::optional<outcome> ended;
    asks.submit(request::read(primary_address{number}).value(), joined.now());
    joined.run(1min, [&](const master_event& event) {
        if (const auto* got = event.as<reading>())
            ended = is_right(*got, number, parts) ? outcome::right : outcome::wrong;
        else if (event.is_final())
            ended = outcome::none;
    });
    REQUIRE(ended);
    return *ended;
}

} // namespace

TEST_CASE("whatever goes wrong with one answer no wrong value is accepted and the next reads are good") {
    for (const auto fault : line_faults)
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            for (const auto parts : {std::uint8_t{1}, std::uint8_t{3}})
                for (const std::size_t at : {0U, 1U, 2U}) {
                    line_options options;
                    options.seed = seed;
                    std::vector<line_fault> faults(at, line_fault::none);
                    faults.push_back(fault);
                    options.faults = fault_plan::script(faults);
                    simulated_line line{options};
                    line.add(meter(1, parts));
                    line.add(meter(2, parts));
                    master asks;
                    test::virtual_line<master> joined{asks, line};
                    INFO(name(fault) << " seed " << seed << " parts " << int{parts} << " at " << at);
                    CHECK(read(joined, asks, 1, parts) != outcome::wrong);
                    for (int again = 0; again < 5; ++again)
                        CHECK(read(joined, asks, again % 2 == 0 ? 2 : 1, parts) == outcome::right);
                }
}
