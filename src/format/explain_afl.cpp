// The authentication and fragmentation layer in explain().

#include <optional>

#include <fmt/format.h>
#include <meterlink/core/reader.hpp>
#include <meterlink/tpl/afl.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"

namespace meterlink::format::detail {

namespace {

constexpr auto afl_clause = clause::afl;

using tpl::fragmentation_control;

std::string fcl_meaning(fragmentation_control fcl) {
    const auto bit = [fcl](std::uint16_t which) { return fcl.has(which) ? 1 : 0; };
    const auto part = fcl.is_fragment() ? fmt::format("fragment {}, {}", fcl.fragment_id(),
                                                      fcl.has(fcl.more_bit) ? "more follow" : "the last")
                                        : std::string{"not fragmented"};
    return fmt::format("MF {}, MCLP {}, MLP {}, MCRP {}, MACP {}, KIP {}: {}", bit(fcl.more_bit),
                       bit(fcl.control_bit), bit(fcl.length_bit), bit(fcl.counter_bit), bit(fcl.mac_bit),
                       bit(fcl.key_bit), part);
}

std::string mcl_meaning(tpl::message_control control) {
    const auto bit = [&](unsigned index) { return (control.raw >> index) & 1U; };
    const auto type = control.authentication_type();
    const auto size = control.mac_size();
    const auto kind =
        size ? fmt::format("{} of {}", control.is_cmac() ? "AES-CMAC" : "AES-GMAC", count_octets(*size))
        : type == 0 ? std::string{"no MAC"}
                    : std::string{"reserved"};
    return fmt::format("ML {}, MCR {}, KI {}, AT {}: {}", bit(6), bit(5), bit(4), type, kind);
}

/// Walks the fields between FCL and the message; what cannot be read stays where it is.
class afl_writer {
public:
    /// `behind` are the octets behind the layer.
    afl_writer(field_writer& out, fragmentation_control fcl, const wmbus::telegram_view& telegram,
               std::size_t behind)
        : out_{out}, fcl_{fcl}, telegram_{telegram}, behind_{behind} {}

    bool write() {
        return (!fcl_.has(fcl_.control_bit) || write_control()) && (!fcl_.has(fcl_.key_bit) || write_key()) &&
               (!fcl_.has(fcl_.counter_bit) || write_counter()) && (!fcl_.has(fcl_.mac_bit) || write_mac()) &&
               (!fcl_.has(fcl_.length_bit) || write_length());
    }

private:
    bool write_control() {
        if (!out_.has(1, afl_clause, "MCL"))
            return false;
        control_ = tpl::message_control{out_.rest()[0]};
        out_.add(1, afl_clause, "MCL", mcl_meaning(*control_));
        return true;
    }

    bool write_key() {
        if (!out_.has(2, afl_clause, "KI"))
            return false;
        const tpl::key_information key{number<std::uint16_t>(2)};
        out_.add(2, afl_clause, "KI",
                 fmt::format("key {}, version {}, key derivation {}", key.key_id(), key.version(),
                             static_cast<unsigned>(key.derivation())));
        return true;
    }

    bool write_counter() {
        if (!out_.has(4, afl_clause, "MCR"))
            return false;
        out_.add(4, afl_clause, "MCR", fmt::format("message counter {}", number<std::uint32_t>(4)));
        return true;
    }

    bool write_mac() {
        const auto left = out_.rest().size();
        const auto size = tpl::mac_size(fcl_, control_, left);
        if (!size) {
            out_.add_error(left, afl_clause, "MAC",
                           control_ ? std::string{"of unknown length: AT names none"}
                                    : fmt::format("of unknown length: none is as long as what is left, {}",
                                                  count_octets(left)));
            return false;
        }
        if (!out_.has(*size, afl_clause, "MAC"))
            return false;
        write_mac_of(*size);
        return true;
    }

    void write_mac_of(std::size_t size) {
        const auto* message = telegram_.message ? &*telegram_.message : nullptr;
        if (message == nullptr)
            out_.add(size, afl_clause, "MAC", "of the whole message: not verified here");
        else if (message->security().is_authenticated)
            out_.add(size, afl_clause, "MAC", "right: nobody has changed the message");
        else if (message->security().state == tpl::security_state::mac_mismatch)
            out_.add_error(size, afl_clause, "MAC", "wrong: the message was changed, or the key is another");
        else
            out_.add(size, afl_clause, "MAC",
                     message->security().state == tpl::security_state::wrong_key
                         ? "fits no key that there is"
                         : "not verified: that takes the key");
    }

    bool write_length() {
        if (!out_.has(2, afl_clause, "ML"))
            return false;
        const auto length = number<std::uint16_t>(2);
        const auto text = fmt::format("{} of the whole message", count_octets(length));
        if (!fcl_.is_fragment() && length != behind_)
            out_.add_error(2, afl_clause, "ML", fmt::format("{}, but there are {}", text, behind_));
        else
            out_.add(2, afl_clause, "ML", text);
        return true;
    }

    template <class T>
    [[nodiscard]] T number(std::size_t size) const {
        return static_cast<T>(load_little_endian(out_.rest().first(size)));
    }

    field_writer& out_;
    fragmentation_control fcl_;
    const wmbus::telegram_view& telegram_;
    std::size_t behind_;
    std::optional<tpl::message_control> control_;
};

bool explain_fragment(field_writer& out, fragmentation_control fcl, const wmbus::telegram_view& telegram) {
    if (!fcl.is_fragment())
        return true;
    const auto text = telegram.is_reassembled
                          ? std::string{"the last part of a message that is complete with it"}
                          : fmt::format("part {} of a message in several telegrams", fcl.fragment_id());
    if (const auto size = out.rest().size(); size != 0) {
        out.begin_group("fragment");
        out.add(size, afl_clause, "fragment", fmt::format("{}, {}", count_octets(size), text));
    }
    return false;
}

} // namespace

bool explain_afl(field_writer& out, const wmbus::telegram_view& telegram) {
    out.enter(layer::tpl);
    out.begin_group("authentication and fragmentation layer");
    out.add(1, clause::ci_field, "CI field", "authentication and fragmentation layer");
    if (!out.has(1, afl_clause, "AFLL"))
        return false;
    const std::size_t length = out.rest()[0];
    const auto is_cut = out.rest().size() - 1 < length;
    if (is_cut)
        out.add_error(1, afl_clause, "AFLL", fmt::format("{}: cut off", count_octets(length)));
    else
        out.add(1, afl_clause, "AFLL", fmt::format("{} up to the message", count_octets(length)));
    const auto behind = is_cut ? 0 : out.rest().size() - length;
    out.limit_to(out.at() + length);
    if (!out.has(2, afl_clause, "FCL")) {
        out.lift_limit();
        return false;
    }
    const fragmentation_control fcl{static_cast<std::uint16_t>(load_little_endian(out.rest().first(2)))};
    out.add(2, afl_clause, "FCL", fcl_meaning(fcl));
    const auto is_good = afl_writer{out, fcl, telegram, behind}.write();
    if (const auto surplus = out.rest().size(); is_good && surplus != 0)
        out.add(surplus, afl_clause, "unknown", fmt::format("{}, not defined", count_octets(surplus)));
    out.lift_limit();
    return is_good && !is_cut && explain_fragment(out, fcl, telegram);
}

} // namespace meterlink::format::detail
