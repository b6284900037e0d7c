// The application layer of explain(): data records, good or cut off anywhere.

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/apl/tables/vif_fb.hpp>
#include <meterlink/apl/tables/vif_fd.hpp>
#include <meterlink/apl/tables/vif_primary.hpp>
#include <meterlink/format/value_text.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"
#include "words.hpp"

namespace meterlink::format::detail {

namespace {

/// Octets of a chain of extension bits, as far as it is there.
std::size_t chain_size(bytes_view octets) {
    const auto last =
        std::find_if(octets.begin(), octets.end(), [](std::uint8_t o) { return (o & 0x80U) == 0; });
    return static_cast<std::size_t>(last - octets.begin()) + (last == octets.end() ? 0 : 1);
}

/// One record, whatever it is like. What is good is read with the library's own types; what is not, octet by
/// octet.
class record_writer {
public:
    /// `record` is the same one, if it could be read.
    record_writer(field_writer& out, apl::record_options options, const apl::record_view* record)
        : out_{out}, options_{options}, record_{record} {}

    void write() {
        if (write_header())
            write_data();
    }

    /// DIB and VIB alone, as a format frame has them; false where one of them is bad.
    bool write_header() { return write_dib() && write_vib(); }

    /// The data of `record` alone, as a compact frame has them.
    void write_data_of(const apl::record_view& record) {
        field_ = record.dib().field;
        measurement_ = record.measurement();
        write_data();
    }

private:
    bool write_dib() {
        const auto octets = out_.rest();
        const auto size = chain_size(octets);
        const auto dif = octets[0];
        field_ = static_cast<apl::data_field>(dif & 0x0FU);
        const auto is_complete = (octets[size - 1] & 0x80U) == 0;
        if (field_ == apl::data_field::special && is_complete) {
            out_.add_error(1, clause::special_dif, "DIF", "reserved: the length is unknown");
            return write_rest();
        }
        out_.add(1, clause::dib, "DIF", dif_meaning(dif));
        for (std::size_t i = 0; i + 1 < size; ++i) {
            const auto dife = octets[i + 1];
            // A final DIFE 00 may be the eleventh.
            if (i > apl::max_dife || (i == apl::max_dife && dife != 0))
                out_.add_error(1, clause::dib, "DIFE", "one too many: there are ten");
            else
                out_.add(1, clause::dib, "DIFE",
                         i < apl::max_dife ? dife_meaning(dife, i) : "a register number");
        }
        return is_complete || out_.has(1, clause::dib, "DIFE");
    }

    bool write_vib() {
        if (!out_.has(1, clause::vif, "VIF"))
            return false;
        const auto octets = out_.rest();
        apl::vib_view vib;
        error problem = no_error;
        if (vib.read(octets, options_.direction, problem) == 0)
            return write_broken_vib();
        measurement_ = vib.measurement();
        if (!vib.is_text_first())
            write_true_vif(vib.true_vif());
        else
            out_.add(1, clause::vif, "VIF", "plain text unit, which stands here");
        if (vib.is_text_first())
            write_text(vib.plain_text().size());
        write_modifiers(vib.modifiers(), vib.true_vif().size());
        if (vib.has_text() && !vib.is_text_first())
            write_text(vib.plain_text().size());
        return true;
    }

    /// A VIB that the input cuts off: within its codes, or within the text behind them.
    bool write_broken_vib() {
        const auto octets = out_.rest();
        const auto size = chain_size(octets);
        if ((octets[0] & 0x7FU) == 0x7CU) {
            out_.add(1, clause::vif, "VIF", "plain text unit");
            write_modifiers({octets.subspan(1, size - 1), apl::vife_table::combinable, options_.direction},
                            1);
            if ((octets[size - 1] & 0x80U) != 0)
                return out_.has(1, clause::vife, "VIFE");
            if (out_.has(1, clause::plain_text, "text length"))
                write_text(out_.rest()[0]);
            return false;
        }
        // With its last extension bit cleared the part that is there is a VIB of its own.
        std::vector<std::uint8_t> part(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
        part.back() &= 0x7FU;
        apl::vib_view vib;
        error problem = no_error;
        static_cast<void>(vib.read(part, options_.direction, problem));
        write_true_vif(octets.first(vib.true_vif().size()));
        write_modifiers(vib.modifiers(), vib.true_vif().size());
        return out_.has(1, clause::vife, "VIFE");
    }

    void write_true_vif(bytes_view vif) {
        const auto code = static_cast<std::uint8_t>(vif.back() & 0x7FU);
        if (vif.size() == 1) {
            const auto is_table = vif[0] == 0xFB || vif[0] == 0xFD;
            out_.add(1, clause::vif, "VIF",
                     is_table ? "the quantity stands in the next octet"
                              : measurement_meaning(apl::tables::vif_primary[code]));
            return;
        }
        out_.add(1, clause::vif, "VIF", fmt::format("table {:02X}", vif[0]));
        if (vif.size() == 3)
            out_.add(1, clause::vif_extension, "VIFE", "its second part");
        const auto& table = vif.size() == 3   ? apl::tables::vif_fd_fd
                            : vif[0] == 0xFBU ? apl::tables::vif_fb
                                              : apl::tables::vif_fd;
        out_.add(1, clause::vif_extension, "VIFE", measurement_meaning(table[code]));
    }

    /// The VIFE behind `codes_before` codes; those in FB and FD chains count too.
    void write_modifiers(const apl::vife_range& modifiers, std::size_t codes_before) {
        auto codes = codes_before;
        for (const auto modifier : modifiers) {
            if (codes++ > apl::max_vife)
                out_.add_error(1, clause::vife, "VIFE", "one too many: there are ten");
            else
                out_.add(1, clause::vife, "VIFE", vife_meaning(modifier));
        }
    }

    void write_text(std::size_t size) {
        out_.add(1, clause::plain_text, "text length", fmt::format("{}", size));
        if (size == 0 || !out_.has(size, clause::plain_text, "unit"))
            return;
        std::string text;
        append_value(text, apl::text{out_.rest().first(size)});
        out_.add(size, clause::plain_text, "unit", fmt::format("\"{}\"", text));
    }

    void write_data() {
        apl::lvar length;
        auto size = data_size(field_);
        if (field_ == apl::data_field::variable) {
            if (!out_.has(1, clause::data_field, "LVAR"))
                return;
            length.code = out_.rest()[0];
            size = length.size();
            if (length.kind() == apl::lvar_kind::reserved) {
                out_.add_error(1, clause::data_field, "LVAR", "reserved: the length is unknown");
                write_rest();
                return;
            }
            out_.add(1, clause::data_field, "LVAR",
                     fmt::format("{}, {}", name(length.kind()), count_octets(size)));
        }
        if (size == 0 || !out_.has(size, clause::data_types, "value"))
            return;
        const auto value =
            decode_value(field_, length, out_.rest().first(size), measurement_, options_.order);
        out_.add(size, clause::data_types, "value", value_meaning(value, size));
    }

    [[nodiscard]] std::string value_meaning(const apl::record_value& value, std::size_t size) const {
        if (measurement_.is_profile)
            return fmt::format("compact profile, {}", count_octets(size));
        if (std::holds_alternative<apl::opaque>(value))
            return fmt::format("{}, not interpreted", count_octets(size));
        return value_words(value, record_);
    }

    bool write_rest() {
        if (const auto size = out_.rest().size(); size != 0)
            out_.add(size, clause::none, "unread", "cannot be split into records");
        return false;
    }

    field_writer& out_;
    apl::record_options options_;
    const apl::record_view* record_;
    apl::data_field field_ = apl::data_field::none;
    apl::measurement measurement_{};
};

/// What stands where no record is: fillers, manufacturer data, global readout. False where a record begins.
bool explain_special(field_writer& out) {
    const auto octets = out.rest();
    switch (octets[0]) {
    case apl::detail::dif_filler: {
        const auto end = std::find_if(octets.begin(), octets.end(),
                                      [](std::uint8_t o) { return o != apl::detail::dif_filler; });
        out.begin_group("idle fillers");
        out.add(static_cast<std::size_t>(end - octets.begin()), clause::special_dif, "filler", "skipped");
        return true;
    }
    case apl::detail::dif_manufacturer:
    case apl::detail::dif_more_follow:
        out.begin_group("manufacturer data");
        out.add(1, clause::special_dif, "DIF",
                octets[0] == apl::detail::dif_manufacturer ? "manufacturer data to the end"
                                                           : "manufacturer data; another telegram follows");
        break;
    case apl::detail::dif_global_readout:
        out.begin_group("global readout");
        out.add(1, clause::special_dif, "DIF", "request for everything");
        break;
    default: return false;
    }
    if (const auto size = out.rest().size(); size != 0)
        out.add(size, clause::none, "data", fmt::format("{}, the manufacturer's own", count_octets(size)));
    return true;
}

} // namespace

void explain_records(field_writer& out, apl::record_options options) {
    for (std::size_t number = 1; !out.rest().empty();) {
        out.enter(layer::apl);
        if (explain_special(out))
            continue;
        apl::record_view record;
        error problem = no_error;
        static_cast<void>(record.read(out.rest(), options, problem));
        const auto is_good = problem.code == errc::none;
        out.begin_group(is_good ? record_title(number, record)
                                : fmt::format("record {}: {}", number, message(problem.code)));
        record_writer{out, options, is_good ? &record : nullptr}.write();
        ++number;
    }
}

void explain_record_headers(field_writer& out, apl::record_options options) {
    for (std::size_t number = 1; !out.rest().empty(); ++number) {
        out.begin_group(fmt::format("format of record {}", number));
        if (!record_writer{out, options, nullptr}.write_header())
            return;
    }
}

void explain_record_data(field_writer& out, const apl::record_view& record) {
    record_writer{out, record.options(), &record}.write_data_of(record);
}

} // namespace meterlink::format::detail
