// A user of everything.

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include <meterlink/io/endpoint.hpp>
#include <meterlink/meterlink.hpp>

namespace {

/// A key for every meter, and the cipher that a decoder would get from it: CMAC of RFC 4493, example 1.
bool has_working_keys() {
    using namespace meterlink;
    const auto secret = crypto::key::parse("2B7E151628AED2A6ABF7158809CF4F3C");
    if (!secret)
        return false;
    crypto::key_ring ring;
    ring.add({{}, {}, {}, {}, *secret, false});
    crypto::keyed_ciphers keys{ring};
    return keys.for_each(tpl::meter_address{},
                         [](crypto::aes& cipher) { return cipher.cmac({}, {})[0] == 0xBB; });
}

/// That the lines to meters are linked.
bool knows_endpoints() {
    const auto where = meterlink::io::endpoint::parse("tcp://meter.example:10001");
    return where && to_string(*where) == "tcp://meter.example:10001";
}

} // namespace

int main() {
    // A variable data response of EN 13757-3 with three records: volume, volume flow and energy.
    constexpr std::array<std::uint8_t, 37> octets{0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
                                                  0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03,
                                                  0x13, 0x15, 0x31, 0x00, 0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B,
                                                  0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16};
    const auto telegram = meterlink::mbus::telegram_view::parse(octets);
    std::string json;
    if (telegram)
        meterlink::format::append_json(json, *telegram);
    else
        meterlink::format::append_json(json, telegram.error());
    std::printf("meterlink %s: %s\n", meterlink::version_string.data(), json.c_str());
    return json.find(R"("id":"12345678")") != std::string::npos && has_working_keys() && knows_endpoints()
               ? 0
               : 1;
}
