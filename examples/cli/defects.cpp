// What is wrong with a telegram, said aloud.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/apl/fixed_data.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/wmbus/telegram.hpp>

#include "meter_name.hpp"
#include "reading.hpp"

namespace meterlink::cli {

namespace {

/// What to do about a payload that stays closed; empty for one that is open.
std::string_view advice(tpl::security_state state) {
    switch (state) {
    case tpl::security_state::plain:
    case tpl::security_state::decrypted: return {};
    case tpl::security_state::no_key:
        return "encrypted, and there is no key for this meter: give it with --key or --keys";
    case tpl::security_state::wrong_key:
        return "encrypted, and no key that was given for this meter opens it: check --key and --keys";
    case tpl::security_state::mac_mismatch:
        return "the message does not authenticate: it was damaged or forged on its way, or its key is wrong";
    case tpl::security_state::unsupported: break;
    }
    return "encrypted in a way that meterlink cannot open";
}

void complain_of_security(const origin& from, tpl::security_state state,
                          const std::optional<tpl::meter_address>& meter, complaints& errors) {
    const auto what = advice(state);
    if (what.empty())
        return;
    errors.telegram(
        from, (meter ? "meter " + manufacturer_of(*meter) + ' ' + identification_of(*meter) + ": " : "") +
                  std::string{what});
}

/// `octets` are those that the records stand in, from `offset` on.
void complain_of_records(const origin& from, const apl::record_range& records, std::size_t offset,
                         bytes_view octets, complaints& errors) {
    std::size_t number = 0;
    for (const auto& record : records)
        if (++number; !record)
            errors.octets(from, record.error().shifted(offset), octets,
                          "record " + std::to_string(number) + ": ");
}

/// `octets` with those of `message`, which may have been opened, from `offset` on.
std::vector<std::uint8_t> in_the_clear(bytes_view octets, const tpl::message_view& message,
                                       std::size_t offset) {
    std::vector<std::uint8_t> out{octets.begin(), octets.end()};
    const auto clear = message.wire();
    if (offset + clear.size() <= out.size())
        std::copy(clear.begin(), clear.end(), out.begin() + static_cast<std::ptrdiff_t>(offset));
    return out;
}

/// The message of a frame or telegram, `message` standing in `octets` from `offset` on.
void complain_of_message(const origin& from, const tpl::message_view& message, std::size_t offset,
                         bytes_view octets, complaints& errors) {
    if (message.is_expanded())
        return complain_of_records(from, message.records(), 0, message.application_octets(), errors);
    const auto clear = in_the_clear(octets, message, offset);
    const auto at_payload = offset + message.application_offset();
    complain_of_records(from, message.records(), at_payload, clear, errors);
    if (message.application() == tpl::application::fixed_data) {
        if (const auto fixed = apl::fixed_data::parse(message.application_octets()); !fixed)
            errors.octets(from, fixed.error().shifted(at_payload), clear);
    } else if (message.application() == tpl::application::selection) {
        if (const auto selection = mbus::selection_view::parse(message.wire()); !selection)
            errors.octets(from, selection.error().shifted(offset), clear);
        else
            complain_of_records(from, apl::record_range{selection->records(), message.options()},
                                offset + mbus::selection_view::shortest_size, clear, errors);
    }
}

std::optional<tpl::meter_address> meter_of(const tpl::message_view& message) {
    const auto header = message.long_header();
    return header ? std::optional{tpl::meter_address::from(*header)} : std::nullopt;
}

void complain_of_wired(const origin& from, const reading& what, complaints& errors) {
    const auto& message = what.wired->message();
    if (!message)
        return;
    if (what.problem)
        errors.octets(from, *what.problem, what.octets);
    complain_of_message(from, *message, mbus::telegram_view::message_offset, what.octets, errors);
    complain_of_security(from, message->security().state, meter_of(*message), errors);
}

/// The octets that the offset of `problem` counts in; `received` as they came, the others in the clear.
bytes_view octets_of(const wmbus::telegram_problem& problem, const wmbus::telegram_view& telegram,
                     bytes_view received) {
    switch (problem.place) {
    case wmbus::problem_place::input: return received;
    case wmbus::problem_place::message:
        if (telegram.message)
            return telegram.message->wire();
        break;
    case wmbus::problem_place::telegram: break;
    }
    return telegram.opened;
}

void complain_of_wireless(const origin& from, const reading& what, complaints& errors) {
    const auto& telegram = *what.wireless;
    for (const auto& problem : telegram.problems)
        errors.octets(from, problem, octets_of(problem, telegram, what.octets));
    if (telegram.message)
        complain_of_message(from, *telegram.message, telegram.is_reassembled ? 0 : telegram.message_offset,
                            telegram.is_reassembled ? telegram.message->wire() : telegram.opened, errors);
    complain_of_security(from, telegram.security(), telegram.meter(), errors);
}

} // namespace

void complain_of_defects(const telegram& input, const reading& what, complaints& errors) {
    if (what.refusal)
        errors.octets(input.from, *what.refusal, what.octets);
    else if (what.wired)
        complain_of_wired(input.from, what, errors);
    else if (what.wireless != nullptr)
        complain_of_wireless(input.from, what, errors);
}

void complain_of_transmission(const origin& from, const wmbus::telegram_view& telegram, bytes_view octets,
                              complaints& errors) {
    for (const auto& problem : telegram.problems)
        if (problem.layer == layer::wmbus)
            errors.octets(from, problem, octets_of(problem, telegram, octets));
}

} // namespace meterlink::cli
