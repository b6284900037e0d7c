// A gateway with a thousand buses on one thread: each is a TCP connection to a converter with one meter,
// which is read once a second. How much of a core does that take?

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include <sys/resource.h>

#include "gateway.hpp"
#include "meters.hpp"
#include "settings.hpp"

namespace {

using namespace meterlink::bench;

constexpr auto usage =
    R"(usage: thousand_buses [--buses 1000] [--seconds 10] [--interval 1000] [--baud 9600] [--packet 512]
                      [--most-cpu SHARE]
Reads each of so many buses every --interval milliseconds (0: again and again) for so many seconds. The meters
are simulated in another process, at --baud, behind converters that collect --packet octets. Fails when an
answer is missing, or when the gateway takes more than SHARE of a core.
)";

bool take(settings& how, std::string_view name, const char* text) {
    char* end = nullptr;
    const auto value = std::strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= 0) || value > 1e6)
        return false;
    if (name == "--buses")
        how.buses = static_cast<std::size_t>(value);
    else if (name == "--seconds")
        how.duration = std::chrono::seconds{static_cast<int>(value)};
    else if (name == "--interval")
        how.interval = std::chrono::milliseconds{static_cast<int>(value)};
    else if (name == "--baud")
        how.baud = static_cast<std::uint32_t>(value);
    else if (name == "--packet")
        how.packet = static_cast<std::size_t>(value);
    else if (name == "--most-cpu")
        how.most_cpu = value;
    else
        return false;
    return how.buses > 0 && how.baud > 0 && how.packet > 0;
}

/// One connection is one file in each process.
bool raise_limit_of_files(std::size_t buses) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    const auto wanted = static_cast<rlim_t>(buses + 32);
    if (limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted;
    return wanted <= limit.rlim_max && ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

rusage used_by(int whom) {
    rusage out{};
    ::getrusage(whom, &out);
    return out;
}

/// Reads, prints what it took, and says whether all went well.
bool measure(const settings& how, gateway& all) {
    using clock = std::chrono::steady_clock;
    all.read_for(how.interval); // the first read of a meter begins with a reset
    all.finish();
    const auto asked_before = all.counts().asked;
    const auto before = used_by(RUSAGE_SELF);
    const auto began = clock::now();
    all.read_for(how.duration);
    const auto wall = std::chrono::duration<double>{clock::now() - began}.count();
    const auto after = used_by(RUSAGE_SELF);
    all.finish();

    const auto& counts = all.counts();
    const auto reads = static_cast<double>(counts.asked - asked_before);
    const auto user = seconds(after.ru_utime) - seconds(before.ru_utime);
    const auto system = seconds(after.ru_stime) - seconds(before.ru_stime);
    const auto share = (user + system) / wall;
    std::printf("reads            %.0f, %.1f a second\n", reads, reads / wall);
    std::printf("answers missing  %zu of %zu\n", counts.asked - counts.answered, counts.asked);
    std::printf("gateway          %.3f of a core (user %.3f, system %.3f), %.1f us a read\n", share,
                user / wall, system / wall, 1e6 * (user + system) / reads);
    std::printf("                 %.2f sleeps a read\n",
                static_cast<double>(after.ru_nvcsw - before.ru_nvcsw) / reads);
    std::puts(share < 0.5 ? "below half a core" : "not below half a core");
    return counts.answered == counts.asked && (how.most_cpu == 0 || share <= how.most_cpu);
}

bool run(const settings& how) {
    meters others{how};
    gateway all{how, others.port()};
    if (!all.connect()) {
        std::fputs("thousand_buses: not all buses can be connected\n", stderr);
        return false;
    }
    std::printf("%zu buses at %u Bd, each read every %lld ms for %lld s\n", how.buses,
                static_cast<unsigned>(how.baud), static_cast<long long>(how.interval.count()),
                static_cast<long long>(how.duration.count()));
    return measure(how, all);
}

} // namespace

int main(int argc, char* argv[]) {
    settings how;
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && take(how, argv[i], argv[i + 1]))
            continue;
        std::fputs(usage, stderr);
        return 2;
    }
    if (!raise_limit_of_files(how.buses)) {
        std::fprintf(stderr, "thousand_buses: the limit of open files is too low for %zu connections\n",
                     how.buses);
        return 2;
    }
    try {
        return run(how) ? 0 : 1;
    } catch (const std::exception& wrong) {
        std::fprintf(stderr, "thousand_buses: %s\n", wrong.what());
        return 2;
    }
}
