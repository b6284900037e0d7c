#include "modbus_space.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <variant>

#include <meterlink/modbus/point.hpp>
#include <meterlink/modbus/table_range.hpp>

#include "modbus_values.hpp"

namespace meterlink::cli {

namespace {

/// Adds the entries of all points of one table: neighbours with the same rights together. Points may share
/// registers, as bits do; what one of them may write, may be written.
void add_ranges(const modbus_device& from, modbus::register_table table, modbus::served_device& to,
                complaints& errors) {
    constexpr std::size_t longest = 65535; // a range cannot hold all 65536 entries of a table
    std::map<std::size_t, bool> entries;
    for (const auto& each : from.points)
        if (each.point.address.table == table)
            for (std::size_t i = 0; i < each.point.width(); ++i) {
                auto& is_writable = entries[each.point.address.offset + i];
                is_writable = is_writable || each.is_writable;
            }
    for (auto at = entries.begin(); at != entries.end();) {
        const auto first = *at;
        auto last = first.first;
        for (++at; at != entries.end() && at->first == last + 1 && at->second == first.second &&
                   at->first - first.first < longest;
             ++at)
            last = at->first;
        const modbus::table_range range{table, static_cast<std::uint16_t>(first.first),
                                        static_cast<std::uint16_t>(last - first.first + 1)};
        const auto rights = first.second ? modbus::access::writable : modbus::access::read_only;
        if (const auto added = to.add(range, rights); !added)
            errors.plain("entries " + std::to_string(range.start) + " to " + std::to_string(last) + " of " +
                         std::string{name(table)} + " cannot be served: " + to_string(added.error()));
    }
}

/// False where `value` has no place in `p`.
bool put_value(const modbus::point& p, const modbus::register_value& value, modbus::served_device& to) {
    if (!holds_bits(p.address.table))
        return to.put(p.address, value, p.format).has_value();
    const auto* number = std::get_if<decimal>(&value);
    if (number == nullptr || (*number != decimal{0, 0} && *number != decimal{1, 0}))
        return false;
    return to.set_bit(p.address, *number == decimal{1, 0}).has_value();
}

std::optional<modbus::register_value> held(const modbus::point& p, modbus::served_device& device) {
    if (holds_bits(p.address.table)) {
        const auto bit = device.bit_at(p.address);
        const auto value = bit ? decode_point(p, *bit) : fail(bit.error());
        return value ? std::optional{*value} : std::nullopt;
    }
    std::vector<std::uint16_t> registers;
    for (std::size_t i = 0; i < p.width(); ++i) {
        const auto next =
            device.register_at({p.address.table, static_cast<std::uint16_t>(p.address.offset + i)});
        if (!next)
            return std::nullopt;
        registers.push_back(*next);
    }
    const auto value = decode_point(p, registers);
    return value ? std::optional{*value} : std::nullopt;
}

} // namespace

void serve_device(const modbus_device& from, const std::map<std::string, std::string>& values,
                  modbus::served_device& to, complaints& errors) {
    for (const auto table :
         {modbus::register_table::coils, modbus::register_table::discrete_inputs,
          modbus::register_table::input_registers, modbus::register_table::holding_registers})
        add_ranges(from, table, to, errors);
    for (const auto& [id, text] : from.identification)
        if (!to.identification.set(id, text))
            errors.plain(
                without_controls("the text of " + std::string{name(id)} + " is longer than 244 characters"));
    for (const auto& each : from.points)
        if (each.point.format.not_available)
            static_cast<void>(put_value(each.point, modbus::invalid{}, to));
    for (const auto& [name, text] : values) {
        const auto* found = from.find(name);
        if (found == nullptr) {
            complain_of_unknown_point(from, from.name.empty() ? "the device" : from.name, name, errors);
            continue;
        }
        const auto value = parse_modbus_value(text, found->point, errors);
        if (value && !put_value(found->point, *value, to))
            errors.plain(without_controls(name + ": " + misfit_text(text, found->point)));
    }
}

std::string text_of_write(const modbus_device& device, modbus::register_space& space,
                          const modbus::values_written& what) {
    std::string out;
    auto* const unit = space.find(what.unit);
    if (unit == nullptr)
        return out;
    for (const auto& each : device.points) {
        const auto range = range_of(each.point);
        if (range.table != what.where.table || range.end() <= what.where.start ||
            what.where.end() <= range.start)
            continue;
        const auto value = held(each.point, *unit);
        if (!value)
            continue;
        const auto* none = std::get_if<modbus::invalid>(&*value);
        out += "unit " + std::to_string(what.unit) + ": " + without_controls(each.point.name) + " = " +
               (none != nullptr ? '(' + std::string{name(none->reason)} + ')'
                                : without_controls(modbus_value_text(*value))) +
               '\n';
    }
    return out;
}

} // namespace meterlink::cli
