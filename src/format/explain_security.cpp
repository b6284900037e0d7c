// The security of explain(): what the configuration field announces, and what came of it.

#include <array>

#include <fmt/format.h>
#include <meterlink/core/reader.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/tpl/message.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format::detail {

namespace {

using tpl::security_state;

/// What the modes do, by number; empty where the standard reserves it.
constexpr std::array<std::string_view, 14> mode_names{
    "no encryption",
    "manufacturer specific",
    "DES-CBC, IV zero",
    "DES-CBC",
    "AES-128-CBC, IV zero",
    "AES-128-CBC",
    "",
    "AES-128-CBC, derived key",
    "AES-128-CTR",
    "AES-128-GCM",
    "AES-128-CCM",
    "",
    "",
    "TLS",
};

std::string_view mode_name(std::uint8_t mode) {
    return mode < mode_names.size() ? mode_names[mode] : std::string_view{};
}

std::string content_words(unsigned content) {
    constexpr std::array<std::string_view, 4> names{"standard", "reserved", "static", "reserved"};
    return fmt::format("CC {:02b} {}", content, names[content]);
}

/// Bits B, A and S, of modes 0 to 5.
std::string access_words(unsigned raw) {
    constexpr std::array<std::string_view, 4> names{"no access", "no access now", "short access window",
                                                    "unlimited access"};
    const auto access = (raw >> 14U) & 0x03U;
    return fmt::format("B {}, A {}: {}; S {}{}", access >> 1U, access & 1U, names[access], (raw >> 13U) & 1U,
                       (raw & 0x2000U) != 0 ? " synchronous" : "");
}

/// What the bits besides mode and number of blocks say; empty where that is not known.
std::string bits_meaning(tpl::configuration_field field) {
    const unsigned raw = field.raw;
    const auto bit = [raw](unsigned index) { return (raw >> index) & 1U; };
    switch (field.mode()) {
    case 0:
    case 5:
        return fmt::format("{}, R {}, H {}, {}", content_words((raw >> 2U) & 3U), bit(1), bit(0),
                           access_words(raw));
    case 2:
    case 3: return fmt::format("N {}, {}", count_octets(field.encrypted_octets()), access_words(raw));
    case 7: return fmt::format("{}, Z {}, P {}, I {}", content_words(raw >> 14U), bit(13), bit(3), raw & 7U);
    case 10:
        return fmt::format("N {}, {}, Z {}",
                           field.encrypted_octets() == 0xFF ? "all octets"
                                                            : count_octets(field.encrypted_octets()),
                           content_words(raw >> 14U), bit(13));
    case 13:
        return fmt::format("N {}, {}", count_octets(field.encrypted_octets()), content_words(raw >> 14U));
    default: return {};
    }
}

std::string_view derivation_words(tpl::key_derivation derivation) {
    switch (derivation) {
    case tpl::key_derivation::persistent: return "the key as it is";
    case tpl::key_derivation::kdf_a: return "keys derived from the counter (KDF-A)";
    case tpl::key_derivation::reserved_2:
    case tpl::key_derivation::reserved_3: break;
    }
    return "reserved key derivation";
}

std::string extension_meaning(const tpl::configuration_extension& extension, std::uint8_t mode) {
    if (mode == 13)
        return fmt::format("protocol {}{}", extension.key_id(), extension.key_id() == 0 ? ", TLS 1.2" : "");
    auto text = fmt::format("key {}, D {:02b} {}, V {}", extension.key_id(),
                            static_cast<unsigned>(extension.derivation()),
                            derivation_words(extension.derivation()), (extension.raw >> 6U) & 1U);
    return mode == 10 ? text + fmt::format(", tag of {}", count_octets(extension.tag_size())) : text;
}

void explain_extension(field_writer& out, tpl::configuration_field configuration, bytes_view octets) {
    if (octets.empty())
        return;
    const auto extension = tpl::configuration_extension::parse(configuration, octets);
    if (!extension) {
        out.add_error(octets.size(), clause::security, "extension", "of the configuration field: cut off");
        return;
    }
    const auto mode = configuration.mode();
    out.add(tpl::configuration_extension::cfe_size(mode), clause::security, "extension",
            extension_meaning(*extension, mode));
    if (extension->counter)
        out.add(4, clause::security, "message counter", fmt::format("{}", *extension->counter));
    if (extension->key_version)
        out.add(1, clause::security, "key version", fmt::format("{}", *extension->key_version));
}

std::string_view why_closed(security_state state) {
    switch (state) {
    case security_state::wrong_key: return "closed: no key that there is opens them";
    case security_state::unsupported: return "closed: this mode is not decrypted here";
    case security_state::mac_mismatch: return "closed: the MAC is wrong";
    case security_state::decrypted: return "behind the part that was opened";
    case security_state::plain:
    case security_state::no_key: break;
    }
    return "readable with the key";
}

void explain_closed(field_writer& out, const tpl::payload_split& split) {
    const auto size = split.encrypted.size();
    const auto is_cut_off = split.problem.code == errc::truncated;
    if (size == 0 && !is_cut_off)
        return;
    // A MAC that does not hold closes what is not encrypted too.
    const auto is_withheld = split.state == security_state::mac_mismatch;
    const std::string_view what = is_withheld ? "withheld" : "encrypted";
    out.begin_group(fmt::format("{} data", what));
    const auto octets =
        size % 16 == 0 ? fmt::format("{} x 16 octets", size / 16) : std::string{count_octets(size)};
    if (size == 0)
        out.add_error(0, clause::security, "encrypted", "missing: fewer octets than announced");
    else if (is_cut_off)
        out.add_error(size, clause::security, what, fmt::format("cut off: {}, less than announced", octets));
    else
        out.add(size, clause::security, what, fmt::format("{}, {}", octets, why_closed(split.state)));
}

} // namespace

std::string configuration_meaning(tpl::configuration_field field, tpl::medium_access access,
                                  bool is_old_signature) {
    const auto mode = field.mode();
    if (is_old_signature)
        return fmt::format("{:04X}, not possible as mode {}: read as not encrypted", field.raw, mode);
    if (mode_name(mode).empty())
        return fmt::format("mode {}: reserved{}", mode,
                           access == tpl::medium_access::wired ? ", read as not encrypted" : "");
    auto text = fmt::format("mode {}: {}", mode, mode_name(mode));
    if (mode == 5 || mode == 7) {
        const auto blocks = field.encrypted_blocks();
        text +=
            blocks == 15 ? ", all whole blocks" : fmt::format(", {} block{}", blocks, blocks == 1 ? "" : "s");
    }
    const auto bits = access == tpl::medium_access::wireless ? bits_meaning(field) : std::string{};
    return bits.empty() ? text : fmt::format("{}; {}", text, bits);
}

void explain_protection(field_writer& out, tpl::configuration_field configuration,
                        const tpl::payload_split& split, std::size_t verification_size) {
    explain_extension(out, configuration, split.extension);
    if (split.state != security_state::decrypted)
        return explain_closed(out, split);
    const auto mode = configuration.mode();
    const auto rest = split.plain_rest == 0 ? std::string{}
                                            : fmt::format("; the last {} were sent so, not protected",
                                                          count_octets(split.plain_rest));
    out.begin_group(
        fmt::format("decrypted, {} (mode {}): from here on in the clear{}", mode_name(mode), mode, rest));
    if (verification_size != 0)
        out.add(verification_size, clause::security, "verification", "2F 2F: the key is right");
}

void explain_protection_end(field_writer& out, const tpl::payload_split& split) {
    if (split.state == security_state::decrypted)
        explain_closed(out, split);
    if (split.tag.empty())
        return;
    out.begin_group("end of the message");
    const auto size = split.tag.size();
    if (split.is_authenticated)
        out.add(size, clause::security, "tag", "right: nobody has changed the message");
    else if (split.state == security_state::mac_mismatch)
        out.add_error(size, clause::security, "tag", "wrong: the message was changed, or the key is another");
    else
        out.add(size, clause::security, "tag",
                split.state == security_state::wrong_key ? "fits no key that there is"
                                                         : "not verified: that takes the key");
}

} // namespace meterlink::format::detail
