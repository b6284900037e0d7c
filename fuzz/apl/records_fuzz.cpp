// Any octets as records (the first octet chooses order and direction): records, fillers, trailer and errors
// account for all of them in order; what a record says can be built again, and then says the same.

#include <meterlink/apl/compact_profile.hpp>
#include <meterlink/apl/owned_record.hpp>
#include <meterlink/apl/record_range.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

bool same(bytes_view a, bytes_view b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

bool all_fillers(bytes_view octets) {
    return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0x2F; });
}

/// Two values that somebody who reads them could not tell apart.
bool same(const apl::record_value& a, const apl::record_value& b) {
    if (a.index() != b.index())
        return false;
    return std::visit(
        [&](const auto& left) {
            using kind = std::decay_t<decltype(left)>;
            const auto& right = *std::get_if<kind>(&b);
            if constexpr (std::is_same_v<kind, apl::text>)
                return same(left.wire, right.wire) && left.is_reversed == right.is_reversed;
            else if constexpr (std::is_same_v<kind, apl::opaque>)
                return same(left.octets, right.octets);
            else
                return left == right;
        },
        a);
}

void check_reparse(const apl::record_view& record) {
    const auto again = apl::record_view::parse(record.wire(), record.options());
    require(again.has_value());
    require(again->dib() == record.dib() && again->measurement() == record.measurement());
    require(again->vib() == record.vib() && same(again->data_wire(), record.data_wire()));
    require(same(again->value(), record.value()));
    require(same(apl::record::from(record).wire(), record.wire()));
}

void check_parts(const apl::record_view& record) {
    const auto parts = {record.dib_wire(), record.vib().wire(), record.data_wire()};
    const auto* at = record.wire().data();
    for (const auto part : parts) {
        require(part.data() == at);
        at += part.size();
    }
    require(at == record.wire().data() + record.wire().size());
    require(same(to_bytes(record.dib()), record.dib_wire()));
    std::size_t modifiers = 0;
    for (const auto modifier : record.vib().modifiers())
        modifiers += modifier.name().empty() ? 0U : 1U;
    require(modifiers == record.vib().modifiers().size());
}

/// A value that was decoded and can be encoded decodes to itself.
void check_rebuild(const apl::record_view& record, const apl::record_value& value) {
    if (record.options().order != byte_order::least_significant_first ||
        std::get_if<apl::real>(&value) != nullptr)
        return; // an additive correction of a real is rounded
    const auto built = apl::record::make(record.dib(), apl::vib::from(record.vib()), value);
    if (built)
        require(same(built->view().value(), value));
}

void check_profile(const apl::record_view& record, const apl::record_range& range) {
    const auto profile = apl::compact_profile::parse(record, range);
    if (!profile)
        return;
    std::size_t points = 0;
    profile->for_each([&](const apl::profile_point&) { ++points; });
    require(points == profile->size() && points <= record.data().size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const apl::record_options options{
        (data[0] & 1U) != 0 ? byte_order::most_significant_first : byte_order::least_significant_first,
        (data[0] & 2U) != 0 ? apl::direction::to_meter : apl::direction::from_meter};
    const bytes_view octets{data + 1, size - 1};
    const apl::record_range range{octets, options};

    std::size_t end = 0; // of what is accounted for
    bool is_end_known = true;
    auto it = range.begin();
    for (; it != range.end(); ++it) {
        require(it.offset() >= end && it.offset() < octets.size());
        if (is_end_known)
            require(all_fillers(octets.subspan(end, it.offset() - end)));
        if (!*it) {
            require(it->error().offset >= it.offset() && it->error().offset <= octets.size());
            is_end_known = false;
            end = it.offset() + 1;
            continue;
        }
        const auto& record = **it;
        require(record.wire().data() == octets.data() + it.offset());
        is_end_known = true;
        end = it.offset() + record.wire().size();
        check_parts(record);
        check_reparse(record);
        check_rebuild(record, record.value());
        if (record.measurement().is_profile)
            check_profile(record, range);
    }
    const auto& trailer = it.trailer();
    require(trailer.offset >= end && trailer.offset <= octets.size());
    if (is_end_known)
        require(all_fillers(octets.subspan(end, trailer.offset - end)));
    const bool is_special = trailer.has_manufacturer_data || trailer.is_global_readout;
    require(is_special == (trailer.offset < octets.size()));
    if (trailer.has_manufacturer_data)
        require(trailer.offset + 1 + trailer.manufacturer_data.size() == octets.size());
    return 0;
}
