#include "wireless_reading.hpp"

namespace meterlink::format::detail {

namespace {

/// How the payload is protected, where any layer says so.
void take_security(wireless_facts& out) noexcept {
    const auto& telegram = *out.telegram;
    const auto link_encryption = encryption_of(telegram.ell);
    auto& security = out.message.security;
    const bool has_mac = telegram.afl && !telegram.afl->mac().empty();
    if (!security && link_encryption.empty() && !has_mac)
        return;
    if (!security)
        security =
            security_facts{{}, telegram.message ? telegram.message->security() : tpl::payload_split{}, {}};
    security->link_encryption = link_encryption;
    security->split.state = telegram.security();
    if (telegram.ell_security == tpl::security_state::decrypted)
        security->split.plain_rest = 0; // it was not sent in the clear either
    if (!is_open(telegram.ell_security)) {
        security->split.encrypted = telegram.wire.subspan(telegram.ell_offset + telegram.ell->wire_size() -
                                                          wmbus::extended_link_layer::payload_crc_size);
        out.rest = {};
    }
}

} // namespace

wireless_facts facts_of(const wmbus::telegram_view& telegram) noexcept {
    wireless_facts out;
    out.telegram = &telegram;
    out.rest = telegram.rest;
    out.message.is_readable = telegram.message.has_value();
    if (telegram.message)
        out.message = facts_of(*telegram.message, telegram.message_offset);
    out.message.problem.reset(); // stands among the problems of the telegram
    const auto meter = telegram.meter();
    if (meter)
        out.message.meter = facts_of(*meter);
    const bool is_named_by_message = telegram.message && telegram.message->long_header();
    if (is_named_by_message && telegram.link->sender != meter)
        out.sender = facts_of(telegram.link->sender);
    out.message.access_number = telegram.access_number();
    take_security(out);
    return out;
}

std::vector<error_facts> problems_of(const wmbus::telegram_view& telegram) {
    std::vector<error_facts> out;
    for (const auto& problem : telegram.problems)
        out.push_back({problem, {}});
    return out;
}

std::string_view encryption_of(const std::optional<wmbus::extended_link_layer>& ell) noexcept {
    if (!ell || !ell->is_encrypted())
        return {};
    return ell->session->encryption() == wmbus::ell_encryption::aes_ctr ? "aes_ctr" : "reserved";
}

} // namespace meterlink::format::detail
