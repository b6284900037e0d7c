// The extended link layer in explain().

#include <fmt/format.h>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/ell_security.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format::detail {

namespace {

using tpl::security_state;
using wmbus::extended_link_layer;

std::string control_meaning(wmbus::communication_control control) {
    auto text = fmt::format("B {:d}, D {:d}, S {:d}, H {:d}, P {:d}, A {:d}, R {:d}, X {:d}: {}",
                            control.is_bidirectional(), control.is_fast_response(), control.is_synchronised(),
                            control.is_hop(), control.is_priority(), control.is_accessible(),
                            control.is_repeated_access(), control.is_extended_delay(),
                            control.is_bidirectional() ? "two ways" : "one way");
    const auto note = [&text](bool holds, std::string_view what) {
        text += holds ? fmt::format(", {}", what) : "";
    };
    note(control.is_fast_response(), "fast response");
    note(control.is_extended_delay(), "extended delay");
    note(control.is_synchronised(), "synchronised");
    note(control.is_hop(), "sent on by a repeater");
    note(control.is_priority(), "priority");
    note(control.is_accessible(), "accessible");
    note(control.is_repeated_access(), "repeated access");
    return text;
}

std::string session_meaning(wmbus::session_number session) {
    const auto encryption = session.encryption();
    const auto words = encryption == wmbus::ell_encryption::none ? std::string{"not encrypted"}
                       : encryption == wmbus::ell_encryption::aes_ctr
                           ? std::string{"AES-128-CTR"}
                           : fmt::format("reserved encryption {}", static_cast<unsigned>(encryption));
    return fmt::format("{}, minute {}, session {}", words, session.minutes(), session.session());
}

std::string_view why_link_closed(security_state state) {
    switch (state) {
    case security_state::wrong_key: return "closed: no key that there is opens them";
    case security_state::unsupported: return "closed: this encryption is reserved";
    default: return "readable with the key";
    }
}

bool explain_closed_payload(field_writer& out, security_state state) {
    out.begin_group("encrypted data");
    out.add(2, clause::session_number, "payload CRC", "encrypted too");
    if (const auto size = out.rest().size(); size != 0)
        out.add(size, clause::session_number, "encrypted",
                fmt::format("{}, {}", count_octets(size), why_link_closed(state)));
    return false;
}

void explain_payload_crc(field_writer& out) {
    const auto octets = out.rest();
    const auto expected = crc16_en13757::of(octets.subspan(extended_link_layer::payload_crc_size));
    if (octets.size() == extended_link_layer::payload_crc_size)
        out.add(2, clause::session_number, "payload CRC", "of no octets");
    else if (wmbus::payload_crc_holds(octets))
        out.add(2, clause::session_number, "payload CRC", "right: of all that follows");
    else
        out.add_error(2, clause::session_number, "payload CRC",
                      fmt::format("wrong: expected {:04X}", expected));
}

} // namespace

bool explain_extended_link_layer(field_writer& out, security_state state) {
    constexpr auto where = clause::extended_link;
    const auto form = *wmbus::find_ell_form(out.rest()[0]); // the caller has seen that there is one
    const auto title = fmt::format("extended link layer {}", form.numeral);
    out.enter(layer::wmbus);
    out.begin_group(title);
    out.add(1, where, "CI field", title);
    if (!form.is_known) {
        if (const auto size = out.rest().size(); size != 0)
            out.add_error(size, where, "unread", "the layout of this form is not known here");
        return false;
    }
    if (!out.has(1, clause::communication_control, "CC field"))
        return false;
    out.add(1, clause::communication_control, "CC field", control_meaning({out.rest()[0]}));
    if (!out.has(1, where, "access number"))
        return false;
    out.add(1, where, "access number", fmt::format("{}", out.rest()[0]));
    if (form.has_receiver && !explain_link_address(out, where, true, false))
        return false;
    if (!form.has_session)
        return true;
    if (!out.has(4, clause::session_number, "session number"))
        return false;
    const wmbus::session_number session{static_cast<std::uint32_t>(load_little_endian(out.rest().first(4)))};
    out.add(4, clause::session_number, "session number", session_meaning(session));
    if (!out.has(2, clause::session_number, "payload CRC"))
        return false;
    const auto is_closed = session.encryption() != wmbus::ell_encryption::none && !is_open(state);
    if (is_closed)
        return explain_closed_payload(out, state);
    if (state == security_state::decrypted)
        out.begin_group("decrypted, AES-128-CTR: from here on in the clear");
    explain_payload_crc(out);
    return true;
}

} // namespace meterlink::format::detail
