#pragma once

/// Telegrams from the air for the tests of the formats.

#include <string>
#include <string_view>

#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/format/csv.hpp>
#include <meterlink/format/json.hpp>
#include <meterlink/format/link_facts.hpp>
#include <meterlink/format/text.hpp>
#include <meterlink/format/xml.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "telegrams.hpp"

namespace telegrams {

/// Appends to a string what `write(out, telegram)` says about a telegram, opened with `key`, 32 hex digits,
/// or without one.
template <class Write>
std::string written_from_air(std::string_view hex, std::string_view key, Write write,
                             meterlink::wmbus::decoder_aids aids = {}) {
    const auto input = from_hex(hex);
    std::string out;
    if (key.empty()) {
        meterlink::tpl::no_keys keys;
        meterlink::wmbus::telegram_decoder decoder{keys, aids};
        write(out, decoder.decode(input));
    } else {
        meterlink::crypto::single_key keys{meterlink::crypto::key::parse(key).value()};
        meterlink::wmbus::telegram_decoder decoder{keys, aids};
        write(out, decoder.decode(input));
    }
    return out;
}

inline std::string air_json(std::string_view hex, std::string_view key = {},
                            const meterlink::format::link_facts& link = {},
                            meterlink::wmbus::decoder_aids aids = {}) {
    return written_from_air(
        hex, key,
        [&](std::string& out, const auto& telegram) { meterlink::format::append_json(out, telegram, link); },
        aids);
}

inline std::string air_text(std::string_view hex, std::string_view key = {},
                            const meterlink::format::link_facts& link = {}) {
    return written_from_air(hex, key, [&](std::string& out, const auto& telegram) {
        meterlink::format::append_text(out, telegram, link);
    });
}

inline std::string air_csv(std::string_view hex, std::string_view key = {}) {
    return written_from_air(hex, key, [](std::string& out, const auto& telegram) {
        meterlink::format::append_csv(out, telegram);
    });
}

inline std::string air_xml(std::string_view hex, std::string_view key = {},
                           const meterlink::format::link_facts& link = {}) {
    return written_from_air(hex, key, [&](std::string& out, const auto& telegram) {
        meterlink::format::append_xml(out, telegram, link);
    });
}

// OMS Vol. 2, Annex N; EN 13757-3:2018, Annex G.
inline constexpr std::string_view oms_key = "0102030405060708090A0B0C0D0E0F11";
inline constexpr std::string_view gas_meter =
    "2E449315785634123303 3363 7A2A0020255923C95AAA26D1B2E7493B C2AD 013EC4A6F6D3529B520EDFF0EA6DEFC9 55B2 "
    "9D6D69EBF3 EC8A";
inline constexpr std::string_view gas_meter_format_b =
    "30449315785634123303 7A2A0020255923C95AAA26D1B2E7493B013EC4A6F6D3529B520EDFF0EA6DEFC99D6D69EBF3 B853";

inline constexpr std::string_view plain_sequence_key = "000102030405060708090A0B0C0D0E0F";
inline constexpr std::string_view heat_cost_allocator =
    "304493444433221155378C0075 7288776655934455080004 1005 00DFE2A782146D1513581CD2F83F3904 "
    "0CFD1078563412";
inline constexpr std::string_view gas_meter_with_adapter =
    "53082448443322110337 8E80753A63665544330A31 900F002C25B30A0000AF5D74DF73A600D9 "
    "7278563412931533037500200710 9058475F4BC91DF878B80A1B0F98B629024AAC727942BFC549233C0140829B93";

inline constexpr std::string_view mode_10_key = "BF902DD6DFADAFE83E4AE6832B5FA14C";
inline constexpr std::string_view mode_10_meter =
    "4544372C060382533C16 8C2030 7A3010FF2A10018C570E00 "
    "6DA7632471F42B0A3CECCD461353573ED02B87118BC5FFE982F7F00A0274543BC51938F8B9C8BB8928114D60788A";

inline constexpr std::string_view ell_key = "0102030405060708090A0B0C0D0E0F10";
inline constexpr std::string_view ell_meter =
    "35442D2C113134273302 8D20E9603A1020 "
    "08C67C819AAE99B4DE753AA136EF64917ED9D8B2E2D35840BDEA173B8FE14CCE3F1406B7CF";

} // namespace telegrams
