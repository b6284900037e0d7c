#include <meterlink/modbus/function.hpp>

#include <set>

#include "support/catch.hpp"

using namespace meterlink::modbus;

TEST_CASE("every function has a name of its own and is known") {
    std::set<std::string_view> names;
    std::set<std::uint8_t> codes;
    for (const auto& row : detail::function_rows) {
        names.insert(name(row.code));
        codes.insert(to_octet(row.code));
        CHECK(is_known(row.code));
    }
    CHECK(names.size() == 19);
    CHECK(codes == std::set<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 0x0B, 0x0C, 0x0F, 0x10, 0x11, 0x14, 0x15,
                                          0x16, 0x17, 0x18, 0x2B});
}

TEST_CASE("a function code without a name survives as a value") {
    const auto custom = static_cast<function>(0x41);
    CHECK(to_octet(custom) == 0x41);
    CHECK(name(custom) == "unknown");
    CHECK_FALSE(is_known(custom));
    STATIC_REQUIRE(name(function::read_fifo_queue) == "read_fifo_queue");
}
