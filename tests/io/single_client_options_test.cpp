#include <meterlink/io/single_client_options.hpp>

#include <string>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;

TEST_CASE("the usual refusal names the client that is served") {
    const meterlink::io::single_client_options options;
    CHECK(options.refusal.find("%s") != std::string::npos);
    CHECK_FALSE(options.on_refused);
}

TEST_CASE("a refusal is known by its text and nothing else is") {
    const auto text_of = [](const std::string& heard) {
        return io::refusal_text(
            bytes_view{reinterpret_cast<const std::uint8_t*>(heard.data()), heard.size()});
    };
    auto refusal = io::single_client_options{}.refusal;
    refusal.replace(refusal.find("%s"), 2, "10.0.0.7:50000");
    CHECK(text_of(refusal) == "busy: 10.0.0.7:50000 is connected, one client at a time");
    CHECK(text_of(refusal + refusal) == "busy: 10.0.0.7:50000 is connected, one client at a time");
    CHECK(text_of("busy\n") == "busy");
    for (std::size_t length = 0; length < refusal.size() - 1; ++length)
        CHECK_FALSE(text_of(refusal.substr(0, length)));
    CHECK_FALSE(text_of("ready\r\n"));
    CHECK_FALSE(text_of("busy\xFF\r\n"));
    CHECK_FALSE(text_of("busy\x7F\r\n"));
    CHECK_FALSE(text_of("busy" + std::string(300, 'x') + "\n"));
    CHECK_FALSE(io::refusal_text("68 03 03 68 08 05 70 7D 16"_octets));
}
