// From the address of a meter to a cipher under its key that has opened one block: what a telegram costs
// because there are keys, be there a thousand or a million. Meters come in random order, so keys are not kept
// ready by chance and lie anywhere in memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <meterlink/crypto/key_entry.hpp>
#include <meterlink/crypto/key_ring.hpp>
#include <meterlink/crypto/keyed_ciphers.hpp>
#include <meterlink/tpl/meter_address.hpp>

#include "measure.hpp"

namespace {

using namespace meterlink;

/// A ring of keys, each linked to one meter, and the meters in random order.
struct installation {
    explicit installation(std::size_t count) {
        std::mt19937_64 random{count};
        ring.reserve(count);
        meters.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            const tpl::meter_address meter{{0x15B5}, bcd(i * 97 % 100'000'000), 1, tpl::device_type::water};
            tpl::aes_block secret{};
            std::ranges::generate(secret, [&] { return static_cast<std::uint8_t>(random()); });
            ring.add(crypto::key_entry::linked(meter, crypto::key{secret}));
            meters.push_back(meter);
        }
        std::ranges::shuffle(meters, random);
    }

    static std::uint32_t bcd(std::size_t number) {
        std::uint32_t out = 0;
        for (unsigned shift = 0; shift < 32; shift += 4, number /= 10)
            out |= static_cast<std::uint32_t>(number % 10) << shift;
        return out;
    }

    crypto::key_ring ring;
    std::vector<tpl::meter_address> meters;
};

void measure_lookups(benchmark::State& state, const installation& all) {
    crypto::keyed_ciphers keys{all.ring};
    tpl::aes_block block{};
    std::size_t at = 0;
    std::size_t found = 0;
    const auto allocations_before = bench::allocation_count();
    for (auto _ : state) {
        found += keys.for_each(all.meters[at], [&](crypto::aes& cipher) {
            cipher.decrypt_cbc(tpl::aes_block{}, block, block);
            benchmark::DoNotOptimize(block);
            return true;
        });
        at = at + 1 < all.meters.size() ? at + 1 : 0;
    }
    const auto allocations = bench::allocation_count() - allocations_before;
    if (found != static_cast<std::size_t>(state.iterations()))
        state.SkipWithError("a key was not found");
    state.counters["keys"] = static_cast<double>(all.ring.size());
    state.counters["allocations/lookup"] =
        static_cast<double>(allocations) / static_cast<double>(state.iterations());
}

void key_lookup_1k(benchmark::State& state) {
    static const installation thousand{1'000};
    measure_lookups(state, thousand);
}

void key_lookup_1m(benchmark::State& state) {
    static const installation million{1'000'000};
    measure_lookups(state, million);
}

BENCHMARK(key_lookup_1k)->Name("key_lookup/1k");
BENCHMARK(key_lookup_1m)->Name("key_lookup/1M");

} // namespace
