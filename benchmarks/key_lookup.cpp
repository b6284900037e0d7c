// What a telegram costs because there are keys, be there a thousand or a million: from the octets of a
// telegram in mode 5 to the value of its record, each telegram from another meter with a key of its own.
// Meters come in random order, so keys are not kept ready by chance and lie anywhere in memory. key_ring/* is
// the part of it that finds the key and makes it ready.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/aes.hpp>
#include <meterlink/crypto/key_entry.hpp>
#include <meterlink/crypto/key_ring.hpp>
#include <meterlink/crypto/keyed_ciphers.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/wmbus/owned_telegram.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "measure.hpp"

namespace {

using namespace meterlink;

constexpr std::string_view record = "0C1427048502";

/// A ring of keys, each linked to one meter; the meters in random order, and telegrams of some of them.
struct installation {
    explicit installation(std::size_t count) {
        std::mt19937_64 random{count};
        ring.reserve(count);
        meters.reserve(count);
        std::vector<crypto::key> keys;
        for (std::size_t i = 0; i < count; ++i) {
            const tpl::meter_address meter{{0x15B5}, bcd(i * 97 % 100'000'000), 1, tpl::device_type::water};
            tpl::aes_block secret{};
            std::ranges::generate(secret, [&] { return static_cast<std::uint8_t>(random()); });
            keys.emplace_back(secret);
            ring.add(crypto::key_entry::linked(meter, keys.back()));
            meters.push_back(meter);
        }
        add_telegrams(keys, random);
        std::ranges::shuffle(meters, random);
    }

    /// Enough that neither they nor their keys stay in the caches of a processor.
    void add_telegrams(const std::vector<crypto::key>& keys, std::mt19937_64& random) {
        crypto::aes cipher;
        for (std::size_t i = 0; i < std::min<std::size_t>(keys.size(), 200'000); ++i) {
            const auto which = random() % keys.size();
            cipher.set_key(keys[which]);
            wmbus::telegram telegram;
            telegram.sender = meters[which];
            telegram.application = parse_hex_strict(record).value();
            telegram.security = tpl::protection{};
            telegrams.push_back(telegram.to_frame(wmbus::frame_format::stripped, cipher).value());
        }
    }

    static std::uint32_t bcd(std::size_t number) {
        std::uint32_t out = 0;
        for (unsigned shift = 0; shift < 32; shift += 4, number /= 10)
            out |= static_cast<std::uint32_t>(number % 10) << shift;
        return out;
    }

    crypto::key_ring ring;
    std::vector<tpl::meter_address> meters;
    std::vector<std::vector<std::uint8_t>> telegrams;
};

const installation& thousand() {
    static const installation all{1'000};
    return all;
}

const installation& million() {
    static const installation all{1'000'000};
    return all;
}

/// Calls `use(i)` with 0, 1, 2 … and again from 0 at `count`; reports the allocations of one call.
template <class Use>
void measure_each(benchmark::State& state, std::size_t count, Use use) {
    std::size_t at = 0;
    bool is_right = true;
    const auto allocations_before = bench::allocation_count();
    for (auto _ : state) {
        is_right = use(at) && is_right;
        at = at + 1 < count ? at + 1 : 0;
    }
    const auto allocations = bench::allocation_count() - allocations_before;
    if (!is_right)
        state.SkipWithError("a key was not found");
    state.counters["allocations"] =
        static_cast<double>(allocations) / static_cast<double>(state.iterations());
}

void key_lookup(benchmark::State& state, const installation& all) {
    crypto::keyed_ciphers keys{all.ring};
    wmbus::telegram_decoder decoder{keys};
    measure_each(state, all.telegrams.size(), [&](std::size_t i) {
        std::size_t count = 0;
        for (const auto& each : decoder.decode(all.telegrams[i], wmbus::frame_format::stripped).records()) {
            auto value = each->value();
            benchmark::DoNotOptimize(value);
            ++count;
        }
        return count == 1;
    });
}

void key_ring(benchmark::State& state, const installation& all) {
    crypto::keyed_ciphers keys{all.ring};
    tpl::aes_block block{};
    measure_each(state, all.meters.size(), [&](std::size_t i) {
        return keys.for_each(all.meters[i], [&](crypto::aes& cipher) {
            cipher.decrypt_cbc(tpl::aes_block{}, block, block);
            benchmark::DoNotOptimize(block);
            return true;
        });
    });
}

void key_lookup_1k(benchmark::State& state) { key_lookup(state, thousand()); }
void key_lookup_1m(benchmark::State& state) { key_lookup(state, million()); }
void key_ring_1k(benchmark::State& state) { key_ring(state, thousand()); }
void key_ring_1m(benchmark::State& state) { key_ring(state, million()); }

BENCHMARK(key_lookup_1k)->Name("key_lookup/1k");
BENCHMARK(key_lookup_1m)->Name("key_lookup/1M");
BENCHMARK(key_ring_1k)->Name("key_ring/1k");
BENCHMARK(key_ring_1m)->Name("key_ring/1M");

} // namespace
