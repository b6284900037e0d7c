#include <meterlink/modbus/client_event.hpp>

#include <type_traits>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

static_assert(std::is_trivially_copyable_v<client_event>); // so that handing it on costs little

TEST_CASE("every event but garbage names the request that ends with it") {
    constexpr request_id id{7};
    CHECK(id_of(reply{id, 1, {}, {}}) == id);
    CHECK(id_of(exception_reply{id, 1, function::read_coils, exception_code::illegal_function}) == id);
    CHECK(id_of(broadcast_sent{id}) == id);
    CHECK(id_of(no_reply{id, 1, 3}) == id);
    CHECK(id_of(bad_reply{id, 1, 3, {}}) == id);
    CHECK(id_of(cancelled{id}) == id);
    CHECK(id_of(unit_degraded{id, 1, {}}) == id);
    CHECK(id_of(garbage{1, {}}) == request_id::none);
}
