// The address of the wireless link layer in explain().

#include <array>

#include <fmt/format.h>
#include <meterlink/core/reader.hpp>
#include <meterlink/tpl/device_type.hpp>
#include <meterlink/tpl/manufacturer.hpp>

#include "explain_words.hpp"
#include "explain_writer.hpp"
#include "words.hpp"

namespace meterlink::format::detail {

bool explain_link_address(field_writer& out, clause where, bool is_receiver, bool is_reversed) {
    enum part : std::uint8_t { identification, version, device_type };
    constexpr std::array in_order{identification, version, device_type};
    constexpr std::array reversed{version, device_type, identification};
    const auto name_of = [is_receiver](std::string_view sender, std::string_view receiver) {
        return is_receiver ? receiver : sender;
    };
    const auto maker_name = name_of("manufacturer", "receiver M");
    if (!out.has(2, clause::manufacturer, maker_name))
        return false;
    const tpl::manufacturer maker{static_cast<std::uint16_t>(load_little_endian(out.rest().first(2)))};
    out.add(2, clause::manufacturer, maker_name,
            manufacturer_meaning(maker.code) + (maker.is_locally_unique() && maker != tpl::any_manufacturer
                                                    ? ", address unique only here"
                                                    : ""));
    for (const auto next : is_reversed ? reversed : in_order) {
        const auto size = next == identification ? std::size_t{4} : std::size_t{1};
        const auto name = next == identification ? name_of("identification", "receiver ID")
                          : next == version      ? name_of("version", "receiver version")
                                                 : name_of("device type", "receiver type");
        if (!out.has(size, where, name))
            return false;
        const auto value = load_little_endian(out.rest().first(size));
        if (next == identification)
            out.add(size, where, name, fmt::format("{:08X}", value));
        else if (next == version)
            out.add(size, where, name, fmt::format("{}", value));
        else
            out.add(size, clause::device_type, name,
                    words(meterlink::tpl::name(static_cast<tpl::device_type>(value))));
    }
    return true;
}

} // namespace meterlink::format::detail
