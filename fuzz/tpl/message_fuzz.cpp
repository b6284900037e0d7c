// Any octets as a message (the first octet says whether it came by wire or by air): its parts are all of its
// octets in order, it is built again as the same octets, and everything that can be asked of it has an
// answer.

#include <meterlink/tpl/owned_message.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/apl/fixed_data.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

bool same(bytes_view a, bytes_view b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void check_parts(const tpl::message_view& message) {
    const std::size_t header = message.header() == tpl::header_kind::long_header    ? 12
                               : message.header() == tpl::header_kind::short_header ? 4
                                                                                    : 0;
    require(message.long_header().has_value() == (header == 12));
    require(message.short_header().has_value() == (header != 0));
    const auto* at = message.wire().data() + 1 + header;
    require(message.payload().data() == at);
    const auto& split = message.security();
    for (const auto part : {split.extension, split.encrypted, split.plain, split.tag})
        if (!part.empty()) {
            require(part.data() == at);
            at += part.size();
        }
    require(at == message.wire().data() + message.wire().size());
    require(message.application_offset() + message.application_octets().size() + split.tag.size() ==
            message.wire().size());
}

void check_fixed_data(const tpl::message_view& message) {
    const auto order = message.options().order;
    const auto fixed = apl::fixed_data::parse(message.application_octets(), order);
    if (!fixed)
        return;
    std::array<std::uint8_t, apl::fixed_data::wire_size()> out{};
    require(fixed->emit(out, order) == out.size() && same(out, message.application_octets()));
    for (std::size_t i = 0; i < 2; ++i)
        require(fixed->counter(i).value.index() != std::variant_npos);
    require(!apl::fixed_medium_name(fixed->medium_code).empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    const auto access = (data[0] & 1U) != 0 ? tpl::medium_access::wireless : tpl::medium_access::wired;
    const bytes_view input{data + 1, size - 1};
    const auto message = tpl::message_view::parse(input, access);
    if (!message) {
        require(message.error().offset == input.size() && message.error().code == errc::truncated);
        return 0;
    }
    check_parts(*message);
    require(same(to_bytes(tpl::message::from(*message)), input));
    require(!name(message->application()).empty() && !message->ci().row().name.empty());
    if (const auto address = message->long_header())
        require(!name(address->device_type).empty());
    if (const auto status = message->short_header())
        status->status.for_each_flag([](std::string_view flag) { require(!flag.empty()); });

    std::size_t records = 0;
    for (const auto& record : message->records()) {
        ++records;
        if (record)
            require(record->value().index() != std::variant_npos);
    }
    require(records <= message->application_octets().size());
    require(records == 0 || message->has_records());

    if (message->application() == tpl::application::fixed_data)
        check_fixed_data(*message);
    if (message->application() == tpl::application::application_error)
        require(!name(apl::application_error::parse(message->application_octets())).empty());
    return 0;
}
