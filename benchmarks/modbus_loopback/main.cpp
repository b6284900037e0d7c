// Clients read 125 holding registers from servers over the loopback interface, each pair in two processes:
// how fast, and at what cost.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peers.hpp"
#include "server_process.hpp"
#include "system_calls.hpp"

namespace {

using namespace meterlink::bench;

constexpr auto usage =
    R"(usage: modbus_loopback [--transactions 20000] [--rounds 5] [--pair SERVER/CLIENT] [--syscalls 0|1]
Reads 125 registers so many times with each pair of server and client, or with one, in so many rounds, and
prints the medians of the rounds. With --syscalls 1 it runs itself again under strace. Fails when a
transaction is lost, or has other registers than the server holds.
)";

struct settings {
    std::size_t transactions = 20000;
    std::size_t rounds = 5;
    std::string pair; ///< All where empty.
    bool counts_calls = false;
};

struct figures {
    double per_second = 0;
    double half = 0; ///< Of the transactions took so many us at most.
    double most = 0; ///< 99 of 100 did.
    double client_time = 0;
    double server_time = 0; ///< Processor time in us of a transaction.
};

struct pairing {
    const server_kind* server;
    const client_kind* client;
    std::vector<figures> rounds{};
    [[nodiscard]] std::string name() const {
        return std::string{server->name} + '/' + std::string{client->name};
    }
};

bool take(settings& how, std::string_view name, std::string_view text) {
    if (name == "--pair") {
        how.pair = text;
        return true;
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return false;
    if (name == "--transactions")
        how.transactions = number;
    else if (name == "--rounds")
        how.rounds = number;
    else if (name == "--syscalls")
        how.counts_calls = number != 0;
    else
        return false;
    return how.transactions > 0 && how.rounds > 0;
}

/// None where a transaction was lost.
std::optional<figures> measure(const pairing& pair, std::size_t transactions) {
    server_process server{*pair.server};
    std::unique_ptr<client> asking{pair.client->connect(server.port(), pair.client->in_flight)};
    received_answers first{std::min<std::size_t>(transactions, 500)};
    asking->ask(first); // allocates what is allocated once

    received_answers answers{transactions};
    using clock = std::chrono::steady_clock;
    const auto time_before = processor_time();
    const auto began = clock::now();
    asking->ask(answers);
    const std::chrono::duration<double> took = clock::now() - began;
    const auto client_time = processor_time() - time_before;
    asking.reset();
    const auto server_time = server.wait();
    if (!first.is_complete() || !answers.is_complete() || server_time < 0)
        return std::nullopt;

    auto& each = answers.nanoseconds();
    std::sort(each.begin(), each.end());
    const auto count = static_cast<double>(transactions);
    const auto of_server = count + static_cast<double>(first.wanted());
    return figures{count / took.count(), each[each.size() / 2] / 1e3, each[each.size() * 99 / 100] / 1e3,
                   1e6 * client_time / count, 1e6 * server_time / of_server};
}

double median(const std::vector<figures>& rounds, double figures::* which) {
    std::vector<double> sorted;
    for (const auto& each : rounds)
        sorted.push_back(each.*which);
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
}

/// System calls of a transaction, as text: what a run with more transactions makes more, by their number.
std::string calls_of(const pairing& pair, const char* program) {
    constexpr std::size_t few = 1000;
    constexpr std::size_t many = 3000;
    const auto count = [&](std::size_t transactions) {
        return count_system_calls({program, "--pair", pair.name(), "--rounds", "1", "--transactions",
                                   std::to_string(transactions)});
    };
    const auto before = count(few);
    const auto after = count(many);
    if (!before || !after)
        return "    -      -";
    const auto each = [](std::size_t less, std::size_t more) {
        return (static_cast<double>(more) - static_cast<double>(less)) / double{many - few};
    };
    char text[64];
    std::snprintf(text, sizeof text, "%6.2f %6.2f", each(before->of_client, after->of_client),
                  each(before->of_server, after->of_server));
    return text;
}

void print(const pairing& pair, const std::string& calls) {
    const auto& all = pair.rounds;
    const auto by_rate = [](const figures& a, const figures& b) { return a.per_second < b.per_second; };
    const auto [least, most] = std::minmax_element(all.begin(), all.end(), by_rate);
    std::printf("%-10s %-21s %8.0f (%.0f-%.0f) %7.1f %7.1f %8.2f %8.2f %s\n", pair.server->name.data(),
                pair.client->name.data(), median(all, &figures::per_second), least->per_second,
                most->per_second, median(all, &figures::half), median(all, &figures::most),
                median(all, &figures::client_time), median(all, &figures::server_time), calls.c_str());
    std::fflush(stdout);
}

/// The median of what one pair took as a multiple of another one in the same round, so that what else the
/// machine did weighs on both.
void print_ratio(const std::vector<pairing>& pairs, std::string_view what, std::string_view one,
                 std::string_view other, double figures::* which) {
    const auto find = [&](std::string_view name) {
        return std::find_if(pairs.begin(), pairs.end(),
                            [&](const pairing& pair) { return pair.name() == name; });
    };
    const auto a = find(one);
    const auto b = find(other);
    if (a == pairs.end() || b == pairs.end())
        return;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a->rounds.size(); ++i)
        ratios.push_back(a->rounds[i].*which / (b->rounds[i].*which));
    std::sort(ratios.begin(), ratios.end());
    std::printf("%-30s %-29s %.2f times %s\n", what.data(), one.data(), ratios[ratios.size() / 2],
                other.data());
}

void print_ratios(const std::vector<pairing>& pairs) {
    print_ratio(pairs, "processor time of the client", "libmodbus/direct", "libmodbus/libmodbus",
                &figures::client_time);
    print_ratio(pairs, "processor time of the client", "direct/direct", "direct/libmodbus",
                &figures::client_time);
    print_ratio(pairs, "processor time of the client", "direct/bare socket", "direct/libmodbus",
                &figures::client_time);
    print_ratio(pairs, "processor time of the client", "direct/direct", "libmodbus/libmodbus",
                &figures::client_time);
    print_ratio(pairs, "processor time of the server", "direct/libmodbus", "libmodbus/libmodbus",
                &figures::server_time);
    print_ratio(pairs, "transactions/s", "direct/libmodbus", "libmodbus/libmodbus", &figures::per_second);
    print_ratio(pairs, "transactions/s", "direct/direct, 16 in flight", "libmodbus/direct, 16 in flight",
                &figures::per_second);
    print_ratio(pairs, "transactions/s", "direct/direct", "libmodbus/libmodbus", &figures::per_second);
}

bool run(const settings& how, const char* program) {
    std::vector<pairing> pairs;
    for (const auto& server : server_kinds())
        for (const auto& client : client_kinds())
            if (const pairing pair{&server, &client}; how.pair.empty() || how.pair == pair.name())
                pairs.push_back(pair);
    if (pairs.empty()) {
        std::fprintf(stderr, "modbus_loopback: there is no pair %s\n", how.pair.c_str());
        return false;
    }
#if defined(METERLINK_HAS_LIBMODBUS)
    std::printf("libmodbus %s\n", libmodbus_version().data());
#else
    std::puts("without libmodbus, which was not found when this was built");
#endif
    for (std::size_t round = 0; round < how.rounds; ++round)
        for (auto& pair : pairs) {
            const auto got = measure(pair, how.transactions);
            if (!got) {
                std::fprintf(stderr, "modbus_loopback: %s lost a transaction\n", pair.name().c_str());
                return false;
            }
            pair.rounds.push_back(*got);
        }
    std::puts(
        "server     client                transactions/s          p50 us  p99 us  us of processor  system "
        "calls\n"
        "                                                                        client   server client "
        "server");
    for (const auto& pair : pairs)
        print(pair, how.counts_calls ? calls_of(pair, program) : std::string{});
    print_ratios(pairs);
    return true;
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
    try {
        return run(how, argv[0]) ? 0 : 1;
    } catch (const std::exception& wrong) {
        std::fprintf(stderr, "modbus_loopback: %s\n", wrong.what());
        return 2;
    }
}
