#include <meterlink/modbus/device_identification.hpp>

#include <array>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;

namespace {

using id = device_object_id;

struct listing {
    identification_head head;
    std::vector<std::pair<id, std::string>> objects;
    std::size_t size;
};

listing listed(const device_identification& device, identification_access access, id first) {
    std::array<std::uint8_t, max_pdu_size> out{};
    const auto size = device.respond({access, first}, out);
    const auto view = read_device_identification_response_view::parse(bytes_view{out}.first(size)).value();
    listing result{view.head(), {}, size};
    for (const auto object : view.objects())
        result.objects.emplace_back(object.id, object.text());
    return result;
}

device_identification usual() {
    device_identification device;
    REQUIRE(device.set(id::product_code, "M-1"));
    REQUIRE(device.set(id::vendor_name, "nobody"));
    REQUIRE(device.set(id::vendor_name, "Maker"));
    REQUIRE(device.set(id::major_minor_revision, "1.2"));
    return device;
}

} // namespace

TEST_CASE("the conformity of an identification follows from its objects") {
    auto device = usual();
    CHECK(device.conformity() == 0x81);
    REQUIRE(device.set(id::model_name, "model"));
    CHECK(device.conformity() == 0x82);
    REQUIRE(device.set(static_cast<id>(0x80), "own"));
    CHECK(device.conformity() == 0x83);
}

TEST_CASE("a list holds the objects of its level in their order") {
    auto device = usual();
    REQUIRE(device.set(id::model_name, "model"));
    const auto basic = listed(device, identification_access::basic, id::vendor_name);
    CHECK(basic.head == identification_head{identification_access::basic, 0x82, false, id::vendor_name});
    CHECK(basic.objects == decltype(basic.objects){{id::vendor_name, "Maker"},
                                                   {id::product_code, "M-1"},
                                                   {id::major_minor_revision, "1.2"}});
    const auto extended = listed(device, identification_access::extended, id::product_code);
    REQUIRE(extended.objects.size() == 3);
    CHECK(extended.objects[2] == std::pair<id, std::string>{id::model_name, "model"});
    CHECK(listed(device, identification_access::basic, id::model_name).objects == basic.objects);
    CHECK(listed(device, identification_access::basic, static_cast<id>(0x33)).objects == basic.objects);
}

TEST_CASE("what one response has no room for follows in the next") {
    auto device = usual();
    const std::string longest(device_identification::max_value_size, 'x');
    REQUIRE(device.set(id::vendor_url, longest));
    REQUIRE(device.set(id::product_name, "end"));
    const auto first = listed(device, identification_access::regular, id::vendor_name);
    CHECK(first.head.more_follows);
    CHECK(first.head.next_object == id::vendor_url);
    CHECK(first.objects.size() == 3);
    const auto second = listed(device, identification_access::regular, first.head.next_object);
    CHECK(second.size == max_pdu_size);
    CHECK(second.head.next_object == id::product_name);
    REQUIRE(second.objects.size() == 1);
    CHECK(second.objects[0].second == longest);
    const auto last = listed(device, identification_access::regular, second.head.next_object);
    CHECK_FALSE(last.head.more_follows);
    CHECK(last.objects == decltype(last.objects){{id::product_name, "end"}});
    CHECK(device.set(id::vendor_url, longest + "x").error().code == errc::value_out_of_range);
}

TEST_CASE("one object is given alone if there is one") {
    const auto device = usual();
    const auto one = listed(device, identification_access::individual, id::product_code);
    CHECK(one.objects == decltype(one.objects){{id::product_code, "M-1"}});
    CHECK_FALSE(one.head.more_follows);
    std::array<std::uint8_t, max_pdu_size> out{};
    CHECK(device.respond({identification_access::individual, id::model_name}, out) == 0);
}
