#include <meterlink/wmbus/owned_telegram.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <string>

#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/single_key.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::wmbus;
using tpl::security_state;

namespace {

/// Telegrams of every shape, the same in every run.
class random_telegrams {
public:
    [[nodiscard]] telegram next() {
        telegram out;
        out.c = {number<std::uint8_t>()};
        out.sender = address();
        const auto meter = address();
        const tpl::short_header common{number<std::uint8_t>(), {number<std::uint8_t>()}, {}};
        out.header = {meter.identification, meter.manufacturer, meter.version, meter.device_type, common};
        out.application = application(below(120));
        constexpr std::array<std::uint8_t, 6> ci_fields{0x7A, 0x72, 0x78, 0x5A, 0x5B, 0x76};
        out.ci = {ci_fields[below(6)]};
        if (below(2) == 0)
            out.ell = ell();
        if (out.ci.code != 0x78)
            out.security = protection(out.application.size());
        if (below(2) == 0)
            out.authentication = authentication();
        return out;
    }

    [[nodiscard]] crypto::key key() {
        std::string digits;
        for (int i = 0; i < 32; ++i)
            digits += "0123456789ABCDEF"[below(16)];
        return crypto::key::parse(digits).value();
    }

    [[nodiscard]] std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(engine_);
    }

private:
    template <class T>
    [[nodiscard]] T number() {
        return static_cast<T>(engine_());
    }

    [[nodiscard]] tpl::meter_address address() {
        return {{number<std::uint16_t>()},
                number<std::uint32_t>(),
                number<std::uint8_t>(),
                static_cast<tpl::device_type>(below(256))};
    }

    /// Not beginning with 2F 2F, which would pass for a payload that somebody decrypted.
    [[nodiscard]] std::vector<std::uint8_t> application(std::size_t size) {
        std::vector<std::uint8_t> out(size + 1);
        for (auto& octet : out)
            octet = number<std::uint8_t>();
        out[0] = 0x0C;
        return out;
    }

    [[nodiscard]] extended_link_layer ell() {
        extended_link_layer out{{number<std::uint8_t>()}, number<std::uint8_t>(), {}, {}, 0};
        if (below(2) == 0)
            out.receiver = address();
        if (below(2) == 0) { // encrypted or not, seldom in a way that is reserved
            const auto encryption = static_cast<std::uint32_t>(below(20) == 0 ? below(8) : below(2));
            out.session = session_number{(number<std::uint32_t>() & 0x1FFF'FFFFU) | encryption << 29U};
        }
        return out;
    }

    /// Persistent or derived, seldom reserved; in bits 5 and 4.
    [[nodiscard]] unsigned derivation() {
        return static_cast<unsigned>(below(20) == 0 ? below(4) : below(2)) << 4U;
    }

    [[nodiscard]] std::optional<tpl::protection> protection(std::size_t size) {
        constexpr std::array<std::uint8_t, 4> modes{0, 5, 7, 10};
        const auto mode = modes[below(4)];
        if (mode == 0)
            return std::nullopt;
        tpl::protection out;
        out.mode = mode;
        out.plain_octets = below(2) == 0 ? 0 : below(size);
        const auto tag = mode == 10 ? below(4) << 8U : 0U;
        out.extension.raw = static_cast<std::uint16_t>(tag | derivation() | below(16));
        if (below(4) != 0)
            out.extension.counter = number<std::uint32_t>();
        if (below(4) == 0)
            out.extension.key_version = number<std::uint8_t>();
        return out;
    }

    [[nodiscard]] tpl::afl_fields authentication() {
        tpl::afl_fields out;
        out.control = tpl::message_control{static_cast<std::uint8_t>(3 + below(5))};
        if (below(3) == 0)
            out.key =
                tpl::key_information{static_cast<std::uint16_t>(below(256) << 8U | derivation() | below(16))};
        if (below(4) != 0)
            out.counter = number<std::uint32_t>();
        if (below(2) == 0)
            out.message_length = std::uint16_t{0};
        return out;
    }

    std::mt19937 engine_{13757};
};

/// What has been encrypted, or sent plain behind it, must come out as it went in.
void check_content(const telegram& sent, const telegram_view& received) {
    REQUIRE(received.message);
    const auto& message = *received.message;
    const auto octets = message.application_octets();
    REQUIRE(octets.size() >= sent.application.size());
    if (!sent.security) {
        CHECK(std::equal(octets.begin(), octets.end(), sent.application.begin(), sent.application.end()));
        return;
    }
    const auto closed = sent.application.size() - sent.security->plain_octets;
    CHECK(std::equal(sent.application.begin(), sent.application.begin() + static_cast<std::ptrdiff_t>(closed),
                     octets.begin()));
    CHECK(std::equal(sent.application.begin() + static_cast<std::ptrdiff_t>(closed), sent.application.end(),
                     octets.end() - static_cast<std::ptrdiff_t>(sent.security->plain_octets)));
}

/// Whether a telegram has what its builder says that it lacks, or lacks what it says is wrong.
bool is_right(const error& refusal, const telegram& sent) {
    const auto is_sent = [&] {
        return (sent.authentication && sent.authentication->counter) ||
               (sent.security && sent.security->mode != 5 && sent.security->extension.counter);
    };
    const auto is_reserved = [](tpl::key_derivation how) { return how > tpl::key_derivation::kdf_a; };
    switch (refusal.code) {
    case errc::security_mode_unsupported: return sent.ell && sent.ell->session->raw >> 29U > 1;
    case errc::counter_missing: return !is_sent();
    case errc::value_out_of_range: // a rest that stays plain does not go with every length
        return (sent.security &&
                (sent.security->plain_octets != 0 || is_reserved(sent.security->extension.derivation()))) ||
               (sent.authentication && sent.authentication->key &&
                is_reserved(sent.authentication->key->derivation()));
    default: return false;
    }
}

/// A tag of mode 10 speaks for the whole message only where none of it is plain.
bool has_tag(const telegram& sent) {
    return sent.security && sent.security->mode == 10 && sent.security->plain_octets == 0;
}

/// The key of the link opens what is a message of another meter, and does not speak for it.
security_state state_of(const telegram& sent) {
    if (sent.security)
        return security_state::decrypted;
    const bool is_of_another = sent.ci.header() == tpl::header_kind::long_header &&
                               tpl::meter_address::from(sent.header) != sent.sender;
    return sent.ell && sent.ell->is_encrypted() && !is_of_another ? security_state::decrypted
                                                                  : security_state::plain;
}

bool is_encrypted(const telegram& sent) { return sent.security || (sent.ell && sent.ell->is_encrypted()); }

} // namespace

TEST_CASE("random telegrams of every shape come back as they were sent or are refused with a reason") {
    random_telegrams random;
    std::size_t sent_count = 0;
    std::map<errc, std::size_t> refused;
    for (int round = 0; round < 4000; ++round) {
        INFO("round " << round);
        const auto sent = random.next();
        crypto::single_key key{random.key()};
        const auto format = static_cast<frame_format>(random.below(3));
        const auto frame = sent.to_frame(format, key.cipher());
        if (!frame) {
            INFO(to_string(frame.error()));
            CHECK(is_right(frame.error(), sent));
            ++refused[frame.error().code];
            continue;
        }
        ++sent_count;
        telegram_decoder decoder{key};
        const auto& received = decoder.decode(*frame, format);
        INFO(to_hex(*frame));
        REQUIRE(received.problems.empty());
        CHECK(received.link->c == sent.c);
        CHECK(received.link->sender == sent.sender);
        CHECK(received.security() == state_of(sent));
        CHECK(received.ell.has_value() == sent.ell.has_value());
        CHECK(received.afl.has_value() == sent.authentication.has_value());
        if (sent.authentication)
            CHECK(received.message->security().is_authenticated ==
                  (sent.authentication->control->authentication_type() > 3 || has_tag(sent)));
        check_content(sent, received);
    }
    CHECK(sent_count > 2500);
    CHECK(refused[errc::counter_missing] > 100);
    CHECK(refused[errc::value_out_of_range] > 30);
    CHECK(refused[errc::security_mode_unsupported] > 10);
}

TEST_CASE("random telegrams stay closed under another key and say so") {
    random_telegrams random;
    for (int round = 0; round < 1000; ++round) {
        INFO("round " << round);
        const auto sent = random.next();
        crypto::single_key key{random.key()};
        const auto frame = sent.to_frame(frame_format::stripped, key.cipher());
        if (!frame || !is_encrypted(sent))
            continue;
        crypto::single_key other{random.key()};
        telegram_decoder with_other{other};
        INFO(to_hex(*frame));
        CHECK(with_other.decode(*frame, frame_format::stripped).security() == security_state::wrong_key);
        tpl::no_keys nobody;
        telegram_decoder without{nobody};
        CHECK(without.decode(*frame, frame_format::stripped).security() == security_state::no_key);
    }
}

TEST_CASE("no change of a telegram with a MAC gets past it") {
    random_telegrams random;
    std::size_t tried = 0;
    for (int round = 0; round < 300; ++round) {
        const auto sent = random.next();
        crypto::single_key key{random.key()};
        const auto frame = sent.to_frame(frame_format::stripped, key.cipher());
        // A MAC of two octets is passed by chance too often to be tested.
        if (!frame || !sent.authentication || sent.authentication->control->authentication_type() < 5 ||
            sent.ell)
            continue;
        auto changed = *frame;
        const auto message_at = changed.size() - sent.application.size();
        changed[message_at + random.below(sent.application.size())] ^=
            static_cast<std::uint8_t>(1 + random.below(255));
        telegram_decoder decoder{key};
        const auto& received = decoder.decode(changed, frame_format::stripped);
        INFO(to_hex(changed));
        CHECK(received.security() != security_state::decrypted);
        CHECK_FALSE((received.message && received.message->security().is_authenticated));
        ++tried;
    }
    CHECK(tried > 20);
}

TEST_CASE("a MAC speaks for a telegram that is not encrypted too") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.application = "0C 14 27 04 85 02"_octets;
    sent.authentication =
        tpl::afl_fields{0, false, tpl::message_control{0x25}, std::nullopt, 0x0AB3, std::nullopt};
    random_telegrams random;
    crypto::single_key key{random.key()};
    auto frame = sent.to_frame(frame_format::stripped, key.cipher()).value();
    telegram_decoder decoder{key};
    const auto& good = decoder.decode(frame);
    CHECK(good.security() == security_state::plain);
    CHECK(good.message->security().is_authenticated);
    check_content(sent, good);
    frame.back() ^= 0x01;
    const auto& forged = decoder.decode(frame);
    CHECK(forged.security() == security_state::mac_mismatch);
    CHECK(forged.message->application_octets().empty());
    CHECK(forged.message->security().encrypted.size() == sent.application.size());
    CHECK_FALSE(forged.message->security().is_authenticated);
    tpl::no_keys nobody;
    telegram_decoder without{nobody};
    CHECK(without.decode(frame).security() == security_state::plain);
}

TEST_CASE("a MAC that is stripped or made unknown opens nothing that it protected") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.application = "0C 13 78 56 34 12 4C 13 11 11 11 11"_octets;
    sent.authentication =
        tpl::afl_fields{0, false, tpl::message_control{0x25}, std::nullopt, 0x0AB3, std::nullopt};
    sent.security = tpl::protection{7, 0, {0x10, std::nullopt, std::nullopt}, std::nullopt};
    random_telegrams random;
    crypto::single_key key{random.key()};
    const auto frame = sent.to_frame(frame_format::stripped, key.cipher()).value();
    telegram_decoder decoder{key};
    REQUIRE(decoder.decode(frame).security() == security_state::decrypted);
    auto gmac = frame;
    gmac[14] = 0x28; // AT 8, and four octets more of a MAC
    gmac[11] += 4;
    gmac.insert(gmac.begin() + 27, 4, 0xAA);
    gmac[0] += 4;
    CHECK(decoder.decode(gmac).security() == security_state::unsupported);
    CHECK(decoder.decode(gmac).message->application_octets().empty());
}

TEST_CASE("a payload that is plain under an encrypted header is not what its MAC speaks for") {
    const auto forged = "30 44 93 15 78 56 34 12 33 03 90 0F 00 2C 25 01 00 00 00 AA AA AA AA AA AA AA AA "
                        "7A 2A 00 10 07 10 2F 2F 0C 13 78 56 34 12 4C 13 11 11 11 11 00 2F 2F"_octets;
    crypto::single_key key{crypto::key::parse("000102030405060708090A0B0C0D0E0F").value()};
    telegram_decoder decoder{key};
    const auto& telegram = decoder.decode(forged, frame_format::stripped);
    CHECK(telegram.security() == security_state::mac_mismatch);
    CHECK(telegram.message->application_octets().empty());
}

TEST_CASE("a MAC of two octets proves nothing") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.application = "0C 14 27 04 85 02"_octets;
    for (const int type : {3, 4}) {
        sent.authentication = tpl::afl_fields{
            0, false,       tpl::message_control{static_cast<std::uint8_t>(0x20 | type)}, std::nullopt,
            1, std::nullopt};
        random_telegrams random;
        crypto::single_key key{random.key()};
        const auto frame = sent.to_frame(frame_format::stripped, key.cipher()).value();
        telegram_decoder decoder{key};
        CHECK(decoder.decode(frame).message->security().is_authenticated == (type == 4));
    }
}

TEST_CASE("records behind the encrypted part are told from those in it") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.application = "0C 14 27 04 85 02 0C 13 99 99 99 99"_octets;
    sent.security = tpl::protection{};
    sent.security->plain_octets = 6;
    random_telegrams random;
    crypto::single_key key{random.key()};
    telegram_decoder decoder{key};
    const auto open = sent.to_frame(frame_format::stripped, key.cipher()).value();
    CHECK(decoder.decode(open).message->security().plain_rest == 6);
    sent.security->plain_octets = 0;
    const auto closed = sent.to_frame(frame_format::stripped, key.cipher()).value();
    CHECK(decoder.decode(closed).message->security().plain_rest == 0);
}

TEST_CASE("the key of a radio converter speaks for nobody else's meter") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.ci = {0x72};
    sent.header = {0x99999999, {0x1593}, 0x33, tpl::device_type::gas, {}};
    sent.application = "0C 13 10 00 00 00"_octets;
    sent.ell = extended_link_layer{{}, 1, {}, session_number{0x2000'0010}, 0};
    random_telegrams random;
    crypto::single_key key{random.key()};
    const auto frame = sent.to_frame(frame_format::stripped, key.cipher()).value();
    telegram_decoder decoder{key};
    const auto& other = decoder.decode(frame);
    CHECK(other.ell_security == security_state::decrypted);
    CHECK(other.security() == security_state::plain);
    sent.header.identification = 0x12345678;
    const auto own = sent.to_frame(frame_format::stripped, key.cipher()).value();
    CHECK(decoder.decode(own).security() == security_state::decrypted);
}

TEST_CASE("a ciphertext that begins like a plain payload is opened all the same") {
    telegram sent;
    sent.sender = {{0x1593}, 0x12345678, 0x33, tpl::device_type::gas};
    sent.application = "0C 14 27 04 85 02 04 13 00 00 00 00"_octets;
    sent.security = tpl::protection{};
    crypto::single_key key{crypto::key::parse("000102030405060708090A0B0C0D0E0F").value()};
    telegram_decoder decoder{key};
    std::size_t found = 0;
    for (std::uint32_t counter = 0; counter < 400'000 && found < 2; ++counter) {
        for (std::size_t i = 0; i < 4; ++i)
            sent.application[8 + i] = static_cast<std::uint8_t>(counter >> (8 * i));
        const auto frame = sent.to_frame(frame_format::stripped, key.cipher()).value();
        if (frame[15] != 0x2F || frame[16] != 0x2F)
            continue;
        ++found;
        const auto& received = decoder.decode(frame, frame_format::stripped);
        CHECK(received.security() == security_state::decrypted);
        check_content(sent, received);
    }
    CHECK(found == 2);
}
