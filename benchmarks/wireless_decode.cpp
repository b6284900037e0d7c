// From the octets of a wireless telegram, without link layer CRCs, to the exact value of every record in it:
// the same fourteen records sent plain, and protected in each way.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/wmbus/owned_telegram.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "measure.hpp"

namespace {

using namespace meterlink;

/// A heat meter's: energy, volume, three temperatures, flow, power, time, the values of the last due day, and
/// two tariffs.
constexpr std::string_view records = "0C06785634120C14274805620A5A32070A5E88040A6244030B3B1502000B2D23010004"
                                     "6D320FF43B4C0655443312426CE13C4C14907856344B6E0100008C1006332211008C20"
                                     "0644332211";

const crypto::key& meter_key() {
    static const auto key = crypto::key::parse("000102030405060708090A0B0C0D0E0F").value();
    return key;
}

/// A telegram without protection.
wmbus::telegram heat_meter() {
    wmbus::telegram out;
    out.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::heat_outlet};
    out.header.common.access_number = 42;
    out.application = parse_hex_strict(records).value();
    return out;
}

wmbus::telegram in_mode_5() {
    auto out = heat_meter();
    out.security = tpl::protection{};
    return out;
}

wmbus::telegram in_mode_7() {
    auto out = heat_meter();
    out.ell = wmbus::extended_link_layer{{0x20}, 42, {}, {}, 0};
    out.authentication =
        tpl::afl_fields{0, false, tpl::message_control{0x25}, std::nullopt, 0x0AB3, std::nullopt};
    out.security = tpl::protection{7, 0, {0x10, std::nullopt, std::nullopt}, 0x0AB3};
    return out;
}

wmbus::telegram in_ell_ctr() {
    auto out = heat_meter();
    out.ci = {0x78};
    out.ell = wmbus::extended_link_layer{{0x20}, 42, {}, wmbus::session_number{0x2010'3A60}, 0};
    return out;
}

/// Sixteen telegrams of one meter, as they follow each other.
bench::corpus sixteen(wmbus::telegram telegram) {
    bench::corpus out;
    crypto::single_key key{meter_key()};
    wmbus::telegram_decoder decoder{key};
    for (int i = 0; i < 16; ++i) {
        ++telegram.header.common.access_number;
        if (telegram.authentication)
            ++*telegram.authentication->counter;
        if (telegram.ell && telegram.ell->session)
            telegram.ell->session->raw += 16;
        out.frames.push_back(telegram.to_frame(wmbus::frame_format::stripped, key.cipher()).value());
        out.octets += out.frames.back().size();
        for (const auto& record : decoder.decode(out.frames.back()).records())
            out.records += record ? 1U : 0U;
    }
    return out;
}

void wireless_decode(benchmark::State& state, wmbus::telegram (*make)(), tpl::security_state expected) {
    const auto telegrams = sixteen(make());
    crypto::single_key key{meter_key()};
    wmbus::telegram_decoder decoder{key};
    if (telegrams.records != telegrams.frames.size() * 14 ||
        decoder.decode(telegrams.frames[0]).security() != expected)
        return state.SkipWithError("not decoded");
    bench::measure_frames(state, telegrams, [&](const std::vector<std::uint8_t>& frame) {
        for (const auto& record : decoder.decode(frame).records()) {
            if (!record)
                continue;
            auto value = record->value();
            benchmark::DoNotOptimize(value);
        }
    });
}

void plain(benchmark::State& state) { wireless_decode(state, heat_meter, tpl::security_state::plain); }
void mode5(benchmark::State& state) { wireless_decode(state, in_mode_5, tpl::security_state::decrypted); }
void mode7(benchmark::State& state) { wireless_decode(state, in_mode_7, tpl::security_state::decrypted); }
void ell_ctr(benchmark::State& state) { wireless_decode(state, in_ell_ctr, tpl::security_state::decrypted); }

BENCHMARK(plain)->Name("wireless_decode/plain");
BENCHMARK(mode5)->Name("wireless_decode/mode5");
BENCHMARK(mode7)->Name("wireless_decode/mode7");
BENCHMARK(ell_ctr)->Name("wireless_decode/ell_ctr");

} // namespace
