// A user of the protocol layers alone.

#include <array>
#include <cstdint>
#include <cstdio>

#include <meterlink/core/reader.hpp>
#include <meterlink/version.hpp>

int main() {
    constexpr std::array<std::uint8_t, 4> id{0x78, 0x56, 0x34, 0x12};
    meterlink::reader in{id};
    const auto value = in.u32();
    std::printf("meterlink %.*s: %08lX\n", static_cast<int>(meterlink::version_string.size()),
                meterlink::version_string.data(), static_cast<unsigned long>(value));
    return value == 0x12345678 ? 0 : 1;
}
