#include <meterlink/mbus/request_queue.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace meterlink::mbus;

namespace {

request with(priority rank) {
    request_options how;
    how.priority = rank;
    return request::read(primary_address{1}, how).value();
}

std::vector<int> drain(request_queue& queue) {
    std::vector<int> order;
    while (const auto next = queue.pop())
        order.push_back(static_cast<int>(next->id));
    return order;
}

} // namespace

TEST_CASE("the queue gives by priority and then by age", "[request_queue]") {
    request_queue queue;
    queue.push(request_id{1}, with(priority::low));
    queue.push(request_id{2}, with(priority::normal));
    queue.push(request_id{3}, with(priority::high));
    queue.push(request_id{4}, with(priority::normal));
    queue.push(request_id{5}, with(priority::high));
    CHECK(queue.size() == 5);
    CHECK(drain(queue) == std::vector{3, 5, 2, 4, 1});
    CHECK(queue.empty());
    CHECK_FALSE(queue.pop());
}

TEST_CASE("a request is taken out of the queue wherever it stands", "[request_queue]") {
    for (int victim = 1; victim <= 4; ++victim) {
        request_queue queue;
        std::vector<int> rest;
        for (int id = 1; id <= 4; ++id) {
            queue.push(static_cast<request_id>(id), with(priority::normal));
            if (id != victim)
                rest.push_back(id);
        }
        CHECK(queue.remove(static_cast<request_id>(victim)));
        CHECK_FALSE(queue.remove(static_cast<request_id>(victim)));
        CHECK(drain(queue) == rest);
    }
}
