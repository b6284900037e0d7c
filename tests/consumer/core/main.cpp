// A user of the protocol layers alone.

#include <array>
#include <cstdint>
#include <cstdio>

#include <meterlink/mbus/telegram.hpp>
#include <meterlink/version.hpp>

int main() {
    // A variable data response of EN 13757-3 with three records: volume, volume flow and energy.
    constexpr std::array<std::uint8_t, 37> octets{0x68, 0x1F, 0x1F, 0x68, 0x08, 0x02, 0x72, 0x78, 0x56, 0x34,
                                                  0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x03,
                                                  0x13, 0x15, 0x31, 0x00, 0xDA, 0x02, 0x3B, 0x13, 0x01, 0x8B,
                                                  0x60, 0x04, 0x37, 0x18, 0x02, 0x18, 0x16};
    const auto telegram = meterlink::mbus::telegram_view::parse(octets);
    if (!telegram) {
        std::printf("%s\n", to_string(telegram.error()).c_str());
        return 1;
    }
    int records = 0;
    for (const auto& record : telegram->records())
        records += record ? 1 : 0;
    std::printf("meterlink %s: %d records\n", meterlink::version_string.data(), records);
    return records == 3 ? 0 : 1;
}
