#include <meterlink/tpl/decryption.hpp>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <vector>

#include <meterlink/tpl/encryption.hpp>

#include "support/catch.hpp"
#include "support/octets.hpp"
#include "tpl/fake_cipher.hpp"

using namespace meterlink;
using namespace meterlink::test;
using namespace meterlink::tpl;

namespace {

constexpr auto wireless = medium_access::wireless;
const auto records = "0C 14 27 04 85 02 04 6D 32 37 1F 15 02 FD 17 00 00"_octets;
const meter_address meter{{0x1593}, 0x12345678, 0x33, device_type::gas};

std::vector<std::uint8_t> protect(const protection& how, std::uint8_t ci = 0x7A, bytes_view of = records) {
    const unprotected_message from{{ci}, {0x12345678, {0x1593}, 0x33, device_type::gas, {0x2A, {}, {}}}, of};
    fake_cipher key{9};
    std::vector<std::uint8_t> out(protected_size(from, how).value());
    REQUIRE(protect_message(from, how, key, out));
    return out;
}

/// The layer for `wire`, kept alive by the caller.
afl layer_of(bytes_view wire, afl_fields fields, std::optional<key_derivation_input> derived_for) {
    fake_cipher key{9};
    return authenticate(fields, wire, key, derived_for).value();
}

afl_fields counter_and_mac(std::uint32_t counter) {
    afl_fields out;
    out.control = message_control{0x05};
    out.counter = counter;
    return out;
}

struct outcome {
    message_view message;
    std::vector<std::uint8_t> wire;   // the closed message
    std::vector<std::uint8_t> buffer; // the open one

    security_state state() const { return message.security().state; }
    bool starts_with_records() const {
        const auto octets = message.application_octets();
        return octets.size() >= records.size() && std::equal(records.begin(), records.end(), octets.begin());
    }
};

outcome open(std::vector<std::uint8_t> wire, std::vector<std::uint8_t> with,
             const std::optional<afl>& layer = std::nullopt, medium_access access = wireless) {
    outcome out;
    out.wire = std::move(wire);
    out.buffer.assign(out.wire.size(), 0xEE);
    const auto message = message_view::parse(out.wire, access);
    REQUIRE(message);
    security_context context{meter, std::nullopt};
    if (layer)
        context.afl = afl_view{*layer, layer->mac.view()};
    fake_keys keys{std::move(with), {}};
    out.message = open_payload(*message, context, keys, out.buffer);
    return out;
}

const std::vector<std::uint8_t> right{4, 9, 5};
const std::vector<std::uint8_t> wrong{4, 5};

configuration_extension extension(std::uint16_t raw, std::optional<std::uint32_t> counter = std::nullopt,
                                  std::optional<std::uint8_t> version = std::nullopt) {
    return {raw, counter, version};
}

} // namespace

TEST_CASE("a source without keys leaves a message closed") {
    const auto wire = protect({5});
    const auto closed = message_view::parse(wire, wireless);
    std::vector<std::uint8_t> buffer(wire.size());
    no_keys none;
    const auto message = open_payload(*closed, {meter, std::nullopt}, none, buffer);
    CHECK(message.security().state == security_state::no_key);
    CHECK(message.wire().data() == wire.data());
    CHECK(open(wire, {}).state() == security_state::no_key);
    CHECK(open(wire, wrong).state() == security_state::wrong_key);
    const auto opened = open(wire, right);
    CHECK(opened.state() == security_state::decrypted);
    CHECK(opened.starts_with_records());
    CHECK_FALSE(opened.message.security().is_authenticated);
}

TEST_CASE("the wired long frame is opened as that of the air") {
    const auto opened = open(protect({5}, 0x72), right, std::nullopt, medium_access::wired);
    CHECK(opened.state() == security_state::decrypted);
    CHECK(opened.starts_with_records());
    CHECK(opened.message.application_offset() == 15);
}

TEST_CASE("keys are asked for by the long header and otherwise by the link") {
    const meter_address adapter{{0x4493}, 0x11223344, 0x55, static_cast<device_type>(0x37)};
    const auto with_long = protect({5}, 0x72);
    const auto with_short = protect({5});
    fake_keys keys{{9}, {}};
    std::vector<std::uint8_t> buffer(80);
    CHECK(open_payload(*message_view::parse(with_long, wireless), {adapter, std::nullopt}, keys, buffer)
              .security()
              .state == security_state::decrypted);
    CHECK(keys.asked_for == meter);
    CHECK(open_payload(*message_view::parse(with_short, wireless), {adapter, std::nullopt}, keys, buffer)
              .security()
              .state == security_state::wrong_key);
    CHECK(keys.asked_for == adapter);
}

TEST_CASE("a payload that is plain already stays what it is") {
    auto wire = protect({5});
    wire[5] = wire[6] = 0x2F;
    const auto message = open(wire, right);
    CHECK(message.state() == security_state::plain);
    CHECK(message.message.wire().data() == message.wire.data());
    CHECK(open("78 01 13 05"_octets, right).state() == security_state::plain);
    CHECK(open("7A 2A 00 00 00 01 13 05"_octets, right).state() == security_state::plain);
}

TEST_CASE("a message that was judged before is not opened again") {
    const auto wire = protect({5});
    const auto closed =
        message_view::parse(wire, wireless)->judged(security_state::wrong_key, false, no_error);
    std::vector<std::uint8_t> buffer(wire.size());
    fake_keys keys{right, {}};
    CHECK(open_payload(closed, {meter, std::nullopt}, keys, buffer).security().state ==
          security_state::wrong_key);
}

TEST_CASE("modes that cannot be opened are unsupported whatever keys there are") {
    for (const auto mode : std::initializer_list<std::uint8_t>{1, 2, 3, 4, 6, 8, 9, 13, 15, 24}) {
        auto wire = protect({5});
        wire[4] = mode;
        const auto message = open(wire, right);
        CHECK(message.state() == security_state::unsupported);
        CHECK(message.message.short_header()->configuration.mode() == mode);
    }
}

TEST_CASE("keys whose derivation is unknown or lacks its counter are unsupported") {
    auto wire = protect({7, 0, extension(0x10, 5)});
    wire[5] = 0x20;
    CHECK(open(wire, right).state() == security_state::unsupported);
    CHECK(open(protect({7, 0, extension(0x10), 6}), right).state() == security_state::unsupported);
    CHECK(open(protect({10, 0, extension(0x0110), 6}), right).state() == security_state::unsupported);
    CHECK(open(protect({10, 0, extension(0x0100), 6}), right).state() == security_state::unsupported);
    CHECK(open(protect({7, 0, extension(0x00)}), right).state() == security_state::decrypted);
}

TEST_CASE("mode 7 takes its counter from the message or from the layer before it") {
    CHECK(open(protect({7, 0, extension(0x10, 5)}), right).starts_with_records());
    afl layer;
    layer.counter = 6;
    const auto by_layer = open(protect({7, 0, extension(0x10), 6}), right, layer);
    CHECK(by_layer.starts_with_records());
    CHECK_FALSE(by_layer.message.security().is_authenticated);
    CHECK(open(protect({10, 0, extension(0x0110), 6}), right, layer).starts_with_records());
    CHECK(open(protect({7, 0, extension(0x10, 5)}), right, layer).starts_with_records());
}

TEST_CASE("counter and key version are understood in either order") {
    auto wire = protect({7, 0, extension(0x50, 5, 2)});
    CHECK(open(wire, right).starts_with_records());
    const auto other = "50 02 05 00 00 00"_octets;
    std::copy(other.begin(), other.end(), wire.begin() + 5);
    CHECK(open(wire, right).starts_with_records());
    CHECK(open(wire, wrong).state() == security_state::wrong_key);
}

TEST_CASE("a MAC is verified with derived and with persistent keys") {
    const key_derivation_input input{6, 0x12345678};
    const auto derived = protect({7, 0, extension(0x10), 6});
    const auto open_7 = open(derived, right, layer_of(derived, counter_and_mac(6), input));
    CHECK(open_7.starts_with_records());
    CHECK(open_7.message.security().is_authenticated);
    const auto persistent = protect({7, 0, extension(0x00)});
    CHECK(open(persistent, right, layer_of(persistent, counter_and_mac(6), std::nullopt))
              .message.security()
              .is_authenticated);
    const auto mode_5 = protect({5});
    CHECK(
        open(mode_5, right, layer_of(mode_5, counter_and_mac(6), input)).message.security().is_authenticated);
    auto by_key_information = counter_and_mac(6);
    by_key_information.key = key_information{0x0100}; // the meter's own key
    CHECK(open(mode_5, right, layer_of(mode_5, by_key_information, std::nullopt))
              .message.security()
              .is_authenticated);
    const auto both = protect({10, 0, extension(0x0110, 6)});
    CHECK(open(both, right, layer_of(both, counter_and_mac(6), input)).message.security().is_authenticated);
}

TEST_CASE("a wrong MAC closes a message that would open") {
    const key_derivation_input input{6, 0x12345678};
    for (const auto& how :
         {protection{5}, protection{7, 0, extension(0x10), 6}, protection{10, 0, extension(0x0110), 6}}) {
        const auto wire = protect(how);
        auto layer = layer_of(wire, counter_and_mac(6), input);
        auto mac = layer.mac;
        layer.mac.clear();
        for (const auto octet : mac)
            layer.mac.push_back(static_cast<std::uint8_t>(octet ^ 1U));
        const auto closed = open(wire, right, layer);
        CHECK(closed.state() == security_state::mac_mismatch);
        CHECK(closed.message.application_octets().empty());
        CHECK(closed.message.wire().data() == closed.wire.data());
        CHECK(std::find(closed.buffer.begin(), closed.buffer.end(), 0x14) ==
              closed.buffer.end()); // no plaintext
        CHECK(open(wire, wrong, layer).state() == security_state::wrong_key);
        CHECK(open(wire, {}, layer).state() == security_state::no_key);
    }
}

TEST_CASE("an encrypted message with a MAC that cannot be verified stays closed") {
    const auto wire = protect({5});
    afl gmac;
    gmac.control = message_control{0x08};
    gmac.mac.append(bytes_view{wire}.first(12));
    CHECK_FALSE(open(wire, right, gmac).message.security().is_authenticated);
    CHECK(open(wire, right, gmac).state() == security_state::unsupported);
    afl no_counter;
    no_counter.control = message_control{0x05};
    no_counter.mac.append(bytes_view{wire}.first(8));
    CHECK(open(wire, right, no_counter).state() == security_state::unsupported);
    auto reserved = no_counter;
    reserved.key = key_information{0x0020};
    reserved.counter = 6;
    CHECK(open(wire, right, reserved).state() == security_state::unsupported);
    CHECK_FALSE(open(wire, right, reserved).message.security().is_authenticated);
}

TEST_CASE("a MAC authenticates a message without encryption too") {
    const auto wire = "7A 2A 00 00 00 01 13 05"_octets;
    const key_derivation_input input{6, 0x12345678};
    auto layer = layer_of(wire, counter_and_mac(6), input);
    const auto held = open(wire, right, layer);
    CHECK(held.state() == security_state::plain);
    CHECK(held.message.security().is_authenticated);
    CHECK_FALSE(open(wire, wrong, layer).message.security().is_authenticated);
    CHECK_FALSE(open(wire, {}, layer).message.security().is_authenticated);
}

TEST_CASE("a message that announces no blocks is opened where a key verifies") {
    auto wire = protect({5});
    wire[3] = 0x00;
    const auto opened = open(wire, right);
    CHECK(opened.state() == security_state::decrypted);
    CHECK(opened.starts_with_records());
    CHECK(open(wire, wrong).state() == security_state::plain);
    CHECK(open(wire, {}).state() == security_state::plain);
    CHECK(open(wire, wrong).message.application_octets().size() == 32);
    wire.insert(wire.end(), {0x01, 0x13, 0x05});
    CHECK(open(wire, right).message.application_octets().size() == 33);
    wire.resize(20);
    CHECK(open(wire, right).state() == security_state::plain);
}

TEST_CASE("fifteen blocks are all whole blocks and the rest is plain") {
    auto wire = protect({5});
    wire[3] = 0xF0;
    wire.insert(wire.end(), {0x01, 0x13, 0x05});
    const auto opened = open(wire, right);
    CHECK(opened.starts_with_records());
    CHECK(opened.message.application_octets().size() == 33);
    CHECK(opened.message.application_octets().back() == 0x05);
    CHECK(opened.message.security().problem == no_error);
}

TEST_CASE("a ciphertext that is cut short is opened as far as it goes") {
    const auto whole = protect({5});
    for (std::size_t size = 6; size < whole.size(); ++size) {
        CAPTURE(size);
        auto cut = whole;
        cut.resize(size);
        const auto message = open(cut, right);
        const auto& security = message.message.security();
        CHECK(security.problem == tpl_error(errc::truncated, size));
        if (size < 5 + 16) {
            CHECK(message.state() == security_state::wrong_key);
            CHECK(security.plain.empty());
            continue;
        }
        CHECK(message.state() == security_state::decrypted);
        CHECK(security.plain.size() == 14);
        CHECK(std::equal(security.plain.begin(), security.plain.end(), records.begin()));
        CHECK(security.encrypted.size() == size - 5 - 16);
        CHECK(std::equal(security.encrypted.begin(), security.encrypted.end(), whole.begin() + 21));
    }
    auto cut = protect({10, 0, extension(0x0110, 5)});
    cut.resize(17);
    CHECK(open(cut, right).state() == security_state::wrong_key);
    CHECK(open(cut, right).message.security().problem == tpl_error(errc::truncated, 17));
}

TEST_CASE("a plain rest in mode 10 is read and not called authenticated") {
    const auto opened = open(protect({10, 5, extension(0x0110, 5)}), right);
    CHECK(opened.state() == security_state::decrypted);
    CHECK(opened.message.application_octets().size() == records.size());
    CHECK(opened.starts_with_records());
    CHECK_FALSE(opened.message.security().is_authenticated);
    const auto whole = open(protect({10, 0, extension(0x0110, 5)}), right);
    CHECK(whole.message.security().is_authenticated);
    CHECK(whole.message.security().tag.size() == 8);
}

TEST_CASE("without room for the message it stays closed and says so") {
    const auto wire = protect({5});
    std::vector<std::uint8_t> buffer(wire.size() - 1);
    fake_keys keys{right, {}};
    const auto message =
        open_payload(*message_view::parse(wire, wireless), {meter, std::nullopt}, keys, buffer);
    CHECK(message.security().state == security_state::no_key);
    CHECK(message.security().problem == tpl_error(errc::buffer_too_small, wire.size() - 1));
}

TEST_CASE("any octets are opened or left as they are") {
    std::mt19937 random{5};
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::uint8_t> wire(1 + random() % 70);
        for (auto& octet : wire)
            octet = static_cast<std::uint8_t>(random());
        constexpr std::uint8_t modes[] = {0, 5, 7, 10};
        wire[0] = random() % 2 == 0 ? 0x7A : 0x72;
        if (wire.size() > 13)
            wire[wire[0] == 0x7A ? 4 : 12] =
                static_cast<std::uint8_t>((random() & 0xE0U) | modes[random() % 4]);
        const auto access = round % 2 == 0 ? medium_access::wired : wireless;
        const auto closed = message_view::parse(wire, access);
        if (!closed)
            continue;
        std::vector<std::uint8_t> buffer(wire.size());
        std::vector<std::uint8_t> some(40);
        for (std::size_t i = 0; i < some.size(); ++i)
            some[i] = static_cast<std::uint8_t>(i);
        fake_keys keys{some, {}};
        afl layer;
        layer.control = message_control{0x23};
        layer.counter = 7;
        if (round % 3 == 0)
            layer.mac.append("12 34"_octets);
        const auto message = open_payload(*closed, {meter, afl_view{layer, layer.mac.view()}}, keys, buffer);
        const auto& parts = message.security();
        const auto octets = message.application_octets();
        if (parts.state == security_state::decrypted) {
            REQUIRE(message.wire().data() == buffer.data());
            REQUIRE(message.application_offset() + octets.size() + parts.encrypted.size() +
                        parts.tag.size() ==
                    wire.size());
        } else {
            REQUIRE(message.wire().data() == wire.data());
            const bool is_withheld = parts.state == security_state::mac_mismatch;
            REQUIRE(octets.size() == (is_withheld ? 0 : closed->application_octets().size()));
        }
    }
}
