#include <meterlink/modbus/diagnostics.hpp>

#include "pdu_cases.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;

TEST_CASE("query data to repeat are taken apart and built") {
    const auto wire = "08 00 00 A5 37"_octets;
    const auto view = diagnostics_view::parse(wire);
    REQUIRE(view);
    CHECK(view->subfunction() == diagnostic::return_query_data);
    CHECK(view->value() == 0xA537);
    CHECK(view->data().size() == 2);
    check_emits(diagnostics{diagnostic::return_query_data, 0xA537}, wire);
    check_rebuilds<diagnostics_view, diagnostics>(wire);
    check_rebuilds<diagnostics_view, diagnostics>("08 00 00 01 02 03 04"_octets);
    for (std::size_t size = 0; size < wire.size(); ++size)
        CHECK(refusal<diagnostics_view>({wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(size)}) ==
              modbus_error(errc::truncated, size));
    CHECK(refusal<diagnostics_view>("08 00 00 01 02 03"_octets) == modbus_error(errc::truncated, 6));
}

TEST_CASE("a counter is asked for and read") {
    check_emits(diagnostics{diagnostic::bus_message_count}, "08 00 0B 00 00"_octets);
    const auto wire = "08 00 0B 12 34"_octets;
    const auto view = diagnostics_view::parse(wire);
    REQUIRE(view);
    CHECK(view->subfunction() == diagnostic::bus_message_count);
    CHECK(view->value() == 0x1234);
    for (const auto which :
         {0x01, 0x02, 0x03, 0x04, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x14}) {
        const auto counter = with(wire, 2, static_cast<std::uint8_t>(which));
        check_lengths<diagnostics_view>(counter);
        check_rebuilds<diagnostics_view, diagnostics>(counter);
        CHECK(is_known(static_cast<diagnostic>(which)));
    }
}

TEST_CASE("diagnostic functions without a name pass with any data") {
    for (const auto& wire : {"08 00 13"_octets, "08 00 15 01"_octets, "08 80 00 01 02 03"_octets}) {
        check_rebuilds<diagnostics_view, diagnostics>(wire);
        CHECK_FALSE(is_known(diagnostics_view::parse(wire)->subfunction()));
    }
    CHECK(diagnostics_view::parse("08 00 13"_octets)->value() == 0);
    CHECK(refusal<diagnostics_view>("09 00 00 00 00"_octets) ==
          modbus_error(errc::function_unexpected, 0, 8, 9));
}

TEST_CASE("data that do not fit their diagnostic function are refused") {
    const octets data(252, 0x5A);
    const auto make = [&](diagnostic which, std::size_t size) {
        return diagnostics::make(which, bytes_view{data}.first(size));
    };
    CHECK(to_bytes(*make(diagnostic::return_query_data, 250)).size() == 253);
    CHECK(make(diagnostic::return_query_data, 252).error() == modbus_error(errc::pdu_length, 253, 253, 255));
    CHECK(make(diagnostic::return_query_data, 0).error() == modbus_error(errc::truncated, 3));
    CHECK(make(diagnostic::clear_counters, 4).error() == modbus_error(errc::pdu_length, 5, 5, 7));
    CHECK(make(static_cast<diagnostic>(0x77), 0)->wire_size() == 3);
}

TEST_CASE("some diagnostic functions are answered by their own request") {
    CHECK(is_echoed(diagnostic::return_query_data));
    CHECK(is_echoed(diagnostic::clear_counters));
    CHECK_FALSE(is_echoed(diagnostic::bus_message_count));
    CHECK_FALSE(is_echoed(diagnostic::return_diagnostic_register));
}
