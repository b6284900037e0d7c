// A user of everything.

#include <cstdio>

#include <meterlink/meterlink.hpp>

int main() {
    std::printf("meterlink %.*s\n", static_cast<int>(meterlink::version_string.size()),
                meterlink::version_string.data());
    return 0;
}
