// Any octets as a wireless telegram, without a key and with one: what is said of them stays within them, says
// the same twice, and a key changes nothing but what it opens. The first octet says how the rest is
// disguised: as it is, or as the content of a telegram with a good link header, good CRCs, and an intact
// encryption under the key.

#include <meterlink/wmbus/telegram_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <meterlink/apl/value.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/tpl/fragments.hpp>
#include <meterlink/wmbus/owned_telegram.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

const crypto::key& meter_key() {
    static const auto key = crypto::key::parse("000102030405060708090A0B0C0D0E0F").value();
    return key;
}

/// What was said of a telegram, for comparison.
struct summary {
    std::vector<std::uint8_t> wire;
    tpl::security_state security{};
    std::size_t problems = 0;
    std::size_t records = 0;

    friend bool operator==(const summary&, const summary&) = default;
};

void check_problems(const wmbus::telegram_view& telegram, bytes_view input) {
    const auto limit = std::max(input.size(), telegram.message ? telegram.message->wire().size() : 0U);
    for (const auto& problem : telegram.problems) {
        require(problem.code != errc::none && problem.offset <= limit);
        require(!name(problem.code).empty());
    }
}

std::size_t count_records(const wmbus::telegram_view& telegram) {
    std::size_t count = 0;
    for (const auto& record : telegram.records()) {
        ++count;
        if (record)
            require(record->value().index() != std::variant_npos);
    }
    return count;
}

template <class Decoder>
summary decode(Decoder& decoder, bytes_view input) {
    const wmbus::telegram_view& telegram = decoder.decode(input);
    check_problems(telegram, input);
    require(telegram.wire.size() <= wmbus::max_telegram_size);
    require(telegram.opened.size() == telegram.wire.size());
    require(telegram.wire.empty() || telegram.wire[0] + std::size_t{1} == telegram.wire.size() ||
            !telegram.problems.empty());
    require(telegram.link.has_value() || !telegram.message);
    require(telegram.rest.empty() || !telegram.message);
    if (telegram.message) {
        const auto state = telegram.message->security().state;
        require(telegram.message->security().encrypted.empty() || state != tpl::security_state::plain);
    }
    return {{telegram.wire.begin(), telegram.wire.end()},
            telegram.security(),
            telegram.problems.size(),
            count_records(telegram)};
}

void check(bytes_view input) {
    tpl::no_keys nobody;
    tpl::fragment_collector pieces;
    wmbus::telegram_decoder without{nobody, {nullptr, &pieces}};
    const auto closed = decode(without, input);
    pieces = tpl::fragment_collector{};
    require(decode(without, input) == closed);

    crypto::single_key key{meter_key()};
    tpl::format_cache formats{16};
    tpl::fragment_collector fragments;
    wmbus::telegram_decoder with{key, {&formats, &fragments}};
    const auto open = decode(with, input);
    decode(with, input); // formats and fragments know it now
    if (closed.security == tpl::security_state::plain)
        require(open.security == tpl::security_state::plain ||
                open.security == tpl::security_state::decrypted ||
                open.security == tpl::security_state::mac_mismatch);
    require(open.security != tpl::security_state::no_key);
}

/// `content` behind a good link header, in one of the three frame formats.
std::optional<std::vector<std::uint8_t>> framed(bytes_view content, unsigned choice) {
    std::vector<std::uint8_t> telegram{0, 0x44, 0x93, 0x15, 0x78, 0x56, 0x34, 0x12, 0x33, 0x03};
    telegram.insert(telegram.end(), content.begin(), content.end());
    if (telegram.size() > wmbus::max_telegram_size)
        return std::nullopt;
    telegram[0] = static_cast<std::uint8_t>(telegram.size() - 1);
    std::vector<std::uint8_t> out(wmbus::max_air_size);
    const auto size = wmbus::add_crc(telegram, static_cast<wmbus::frame_format>(choice % 3), out);
    if (!size)
        return std::nullopt;
    out.resize(*size);
    return out;
}

/// A telegram that opens under the key, with `content` as its application.
std::optional<std::vector<std::uint8_t>> encrypted(bytes_view content, unsigned choice) {
    wmbus::telegram telegram;
    telegram.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    telegram.application.assign(content.begin(), content.end());
    constexpr std::uint8_t modes[]{5, 7, 10, 0};
    const auto mode = modes[choice % 4];
    if (mode == 0) {
        telegram.ci = {(choice & 0x10U) != 0 ? std::uint8_t{0x79} : std::uint8_t{0x78}};
        telegram.ell = wmbus::extended_link_layer{{}, 1, {}, wmbus::session_number{0x2000'0010}, 0};
    } else {
        telegram.ci = {(choice & 0x10U) != 0 ? std::uint8_t{0x7B} : std::uint8_t{0x7A}};
        telegram.security = tpl::protection{mode, 0, {0x0110, 0x0AB3, {}}, 0};
    }
    if (mode == 7)
        telegram.authentication = tpl::afl_fields{0, false, tpl::message_control{0x25}, {}, 0x0AB3, {}};
    crypto::single_key key{meter_key()};
    auto frame = telegram.to_frame(wmbus::frame_format::a, key.cipher());
    if (!frame)
        return std::nullopt;
    return *frame;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const bytes_view content{data + 1, size - 1};
    check(content);
    if (const auto frame = framed(content, data[0]))
        check(*frame);
    if (const auto frame = encrypted(content, data[0]))
        check(*frame);
    return 0;
}
