#include "modbus_device.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include <meterlink/core/decimal_text.hpp>
#include <meterlink/core/quantity.hpp>

#include "input.hpp"
#include "json_citation.hpp"
#include "modbus_points.hpp"
#include "modbus_units.hpp"
#include "modbus_values.hpp"
#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

using device_json = nlohmann::json;

/// What is wrong with a file; caught below and said with its name.
struct bad_device_file : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A value of the file, and where it stands.
class json_place {
public:
    json_place(const device_json& value, std::string path) : value_{value}, path_{std::move(path)} {}

    [[nodiscard]] const device_json& value() const { return value_; }

    [[noreturn]] void refuse(const std::string& why) const {
        throw bad_device_file{(path_.empty() ? "/" : path_) + ": " + why};
    }
    /// Says what should stand here, and what does.
    [[noreturn]] void refuse_as(const std::string& wanted) const {
        refuse(wanted + " has to stand here, not " + json_citation(value_));
    }

    void allow(std::initializer_list<std::string_view> members) const {
        if (!value_.is_object())
            refuse_as("an object");
        for (const auto& [key, value] : value_.items())
            if (std::ranges::find(members, key) == members.end()) {
                std::string known;
                for (const auto each : members)
                    known += (known.empty() ? "" : ", ") + std::string{each};
                json_place{value, path_ + '/' + key}.refuse("this means nothing; the members are " + known);
            }
    }
    [[nodiscard]] std::optional<json_place> find(const char* key) const {
        const auto found = value_.find(key);
        return found == value_.end() ? std::nullopt : std::optional{json_place{*found, path_ + '/' + key}};
    }
    [[nodiscard]] json_place at(const char* key) const {
        if (const auto found = find(key))
            return *found;
        refuse("there is no \"" + std::string{key} + "\" here");
    }
    template <class Use>
    void for_each(Use use) const {
        if (!value_.is_array())
            refuse_as("a list");
        for (std::size_t i = 0; i < value_.size(); ++i)
            use(json_place{value_[i], path_ + '/' + std::to_string(i)});
    }

    [[nodiscard]] std::string text() const {
        if (!value_.is_string())
            refuse_as("a text");
        return value_.get<std::string>();
    }
    [[nodiscard]] bool flag() const {
        if (!value_.is_boolean())
            refuse_as("true or false");
        return value_.get<bool>();
    }
    [[nodiscard]] unsigned number(unsigned least, unsigned most) const {
        if (!value_.is_number_unsigned() || value_.get<std::uint64_t>() < least ||
            value_.get<std::uint64_t>() > most)
            refuse_as("a number from " + std::to_string(least) + " to " + std::to_string(most));
        return value_.get<unsigned>();
    }
    /// The digits of a number, or a text.
    [[nodiscard]] std::string digits() const {
        if (!value_.is_string() && !value_.is_number())
            refuse_as("a number, or a text");
        return value_.is_string() ? value_.get<std::string>() : value_.dump();
    }
    [[nodiscard]] decimal exact() const {
        const auto out = parse_decimal(digits());
        if (!out)
            refuse_as("a number");
        return *out;
    }

private:
    const device_json& value_;
    std::string path_;
};

/// Reads one description.
class device_reader {
public:
    modbus_device read(const json_place& root) {
        root.allow({"$schema", "name", "description", "unit_id", "notation", "type", "order", "scale",
                    "identification", "caps", "pauses", "points"});
        if (const auto name = root.find("name"))
            out_.name = name->text();
        if (const auto text = root.find("description"))
            static_cast<void>(text->text());
        if (const auto unit = root.find("unit_id"))
            out_.unit_id = static_cast<std::uint8_t>(unit->number(0, 255));
        if (const auto notation = root.find("notation"))
            notation_ = notation_of(*notation);
        if (const auto type = root.find("type"))
            type_ = type_of(*type);
        if (const auto order = root.find("order"))
            order_ = order_of(*order);
        if (const auto scale = root.find("scale"))
            scale_ = scale_of(*scale);
        read_identification(root);
        read_caps(root);
        read_pauses(root);
        root.at("points").for_each([this](const json_place& point) { read_point(point); });
        if (out_.points.empty())
            root.at("points").refuse("there is no point here");
        return std::move(out_);
    }

private:
    static modbus::address_notation notation_of(const json_place& at) {
        const auto notation = modbus::address_notation_from(at.text());
        if (!notation)
            at.refuse_as("protocol, number, five_digit or six_digit");
        return *notation;
    }
    static modbus::register_type type_of(const json_place& at) {
        const auto type = modbus::register_type_from(at.text());
        if (!type)
            at.refuse_as(
                "a type: uint16, int16, uint32, int32, uint64, int64, float32, float64, bcd16, bcd32, "
                "bcd64, text:N, bit:N or bits:M-N");
        return *type;
    }
    static decimal scale_of(const json_place& at) {
        const auto scale = at.exact();
        if (scale.mantissa == 0)
            at.refuse("a scale of 0 leaves nothing of the value");
        return scale;
    }
    static modbus::register_order order_of(const json_place& at) {
        const auto order = modbus::register_order_from(at.text());
        if (!order)
            at.refuse_as(
                "an order: ABCD, CDAB, BADC, DCBA, or of 64 bits EFGHABCD, CDABGHEF, FEHGBADC or DCBAHGFE");
        return *order;
    }

    modbus::register_address address_of(const json_place& point) const {
        std::optional<modbus::register_table> table;
        if (const auto text = point.find("table")) {
            table = modbus_table_from(text->text());
            if (!table)
                text->refuse_as("a table: holding, input, coil or discrete");
        }
        const auto own = point.find("notation");
        const auto notation = own ? notation_of(*own) : notation_;
        const auto at = point.at("address");
        const auto names_table = notation == modbus::address_notation::five_digit ||
                                 notation == modbus::address_notation::six_digit;
        if (!table && !names_table)
            point.refuse("there is no \"table\" here, and an address in notation " +
                         std::string{name(notation)} + " names none");
        const auto address = modbus::parse_register_address(at.digits(), notation, table);
        if (!address)
            at.refuse_as("an address in notation " + std::string{name(notation)} +
                         (table ? " of the table " + std::string{short_name(*table)} : ""));
        return *address;
    }

    void read_point(const json_place& from) {
        from.allow({"name", "comment", "table", "address", "notation", "type", "order", "scale", "offset",
                    "not_available", "unit", "quantity", "writable"});
        modbus_device::described_point out;
        auto& p = out.point;
        p.name = from.at("name").text();
        if (p.name.empty() || p.name.find_first_of("=,") != std::string::npos)
            from.at("name").refuse_as("a name without = and ,");
        if (out_.find(p.name) != nullptr)
            from.at("name").refuse("another point has this name: " + p.name);
        p.address = address_of(from);
        read_format(from, p);
        read_meaning(from, p);
        if (const auto writable = from.find("writable"))
            out.is_writable = writable->flag();
        if (!check(p))
            from.at("address").refuse("the value would go on behind entry 65535");
        out_.points.push_back(std::move(out));
    }

    void read_format(const json_place& from, modbus::point& p) const {
        auto& format = p.format;
        format.order = order_;
        const bool is_register = !holds_bits(p.address.table);
        if (const auto type = from.find("type"))
            format.type = type_of(*type);
        else if (is_register && type_)
            format.type = *type_;
        else if (is_register)
            from.refuse("there is no \"type\" here");
        if (const auto order = from.find("order"))
            format.order = order_of(*order);
        if (const auto scale = from.find("scale"))
            format.scale = scale_of(*scale);
        else if (is_register && format.type.kind() != modbus::register_kind::text &&
                 format.type.kind() != modbus::register_kind::bits)
            format.scale = scale_;
        if (const auto offset = from.find("offset"))
            format.offset = offset->exact();
        if (const auto pattern = from.find("not_available"))
            if (!read_not_available(pattern->text(), format))
                pattern->refuse_as("usual, none, or the bits in hex as a text");
    }

    static void read_meaning(const json_place& from, modbus::point& p) {
        if (const auto unit = from.find("unit")) {
            const auto found = scaled_unit_from(unit->text());
            if (!found)
                unit->refuse_as("a unit that is known, such as Wh, kWh, m3, m3/h, W, degC, V, A or Hz,");
            if (!count_in(p, *found))
                unit->refuse("scale and unit together are beyond all numbers");
        }
        if (const auto quantity = from.find("quantity")) {
            const auto found = quantity_from(quantity->text());
            if (!found)
                quantity->refuse_as(
                    "a quantity by its name, such as energy, volume, power or flow_temperature,");
            p.quantity = *found;
        }
    }

    void read_identification(const json_place& root) {
        const auto from = root.find("identification");
        if (!from)
            return;
        from->allow({"vendor_name", "product_code", "major_minor_revision", "vendor_url", "product_name",
                     "model_name", "user_application_name"});
        for (unsigned code = 0;
             code <= static_cast<unsigned>(modbus::device_object_id::user_application_name); ++code) {
            const auto id = static_cast<modbus::device_object_id>(code);
            const std::string key{modbus::name(id)};
            if (const auto text = from->find(key.c_str()))
                out_.identification.emplace_back(id, text->text());
        }
    }

    void read_caps(const json_place& root) {
        const auto from = root.find("caps");
        if (!from)
            return;
        from->allow({"max_registers", "max_bits", "max_register_gap", "max_bit_gap", "one_request_per_point",
                     "forbidden"});
        auto& caps = out_.caps;
        if (const auto most = from->find("max_registers"))
            caps.max_registers = static_cast<std::uint16_t>(most->number(1, 125));
        if (const auto most = from->find("max_bits"))
            caps.max_bits = static_cast<std::uint16_t>(most->number(1, 2000));
        if (const auto most = from->find("max_register_gap"))
            caps.max_register_hole = static_cast<std::uint16_t>(most->number(0, 125));
        if (const auto most = from->find("max_bit_gap"))
            caps.max_bit_hole = static_cast<std::uint16_t>(most->number(0, 2000));
        if (const auto single = from->find("one_request_per_point"))
            caps.one_request_per_range = single->flag();
        if (const auto forbidden = from->find("forbidden"))
            forbidden->for_each([&](const json_place& range) {
                range.allow({"table", "address", "notation", "count", "comment"});
                const auto first = address_of(range);
                const auto count = range.find("count") ? range.at("count").number(1, 65535) : 1;
                caps.forbidden.push_back(
                    {first.table, first.offset,
                     static_cast<std::uint16_t>(std::min(count, 65536U - first.offset))});
            });
    }

    void read_pauses(const json_place& root) {
        const auto from = root.find("pauses");
        if (!from)
            return;
        from->allow({"after_connect", "between_requests"});
        if (const auto time = from->find("after_connect"))
            out_.pause_after_connect = std::chrono::milliseconds{time->number(0, 600'000)};
        if (const auto time = from->find("between_requests"))
            out_.pause_between_requests = std::chrono::milliseconds{time->number(0, 60'000)};
    }

    modbus_device out_;
    modbus::address_notation notation_ = modbus::address_notation::protocol;
    std::optional<modbus::register_type> type_;
    decimal scale_{1, 0};
    modbus::register_order order_ = modbus::register_order::abcd;
};

/// Parses the file at `path`, and lets `use` read it. Complains, and returns false, where that fails.
template <class Use>
bool with_json_file(const std::string& path, complaints& errors, Use use) {
    std::string text;
    if (const auto failure = read_whole_file(path, text); failure != 0) {
        errors.plain("cannot read " + without_controls(path) + ": " + std::strerror(failure));
        return false;
    }
    try {
        use(device_json::parse(text));
        return true;
    } catch (const bad_device_file& e) {
        errors.plain(without_controls(path + ": " + e.what()));
    } catch (const device_json::exception& e) {
        errors.plain(without_controls(path + ": " + e.what()));
    }
    return false;
}

} // namespace

const modbus_device::described_point* modbus_device::find(const std::string& wanted) const {
    const auto found =
        std::ranges::find_if(points, [&](const auto& each) { return each.point.name == wanted; });
    return found == points.end() ? nullptr : &*found;
}

std::optional<modbus_device> load_modbus_device(const std::string& path, complaints& errors) {
    std::optional<modbus_device> out;
    with_json_file(path, errors, [&](const device_json& all) { out = device_reader{}.read({all, ""}); });
    return out;
}

void complain_of_unknown_point(const modbus_device& device, const std::string& file,
                               const std::string& wanted, complaints& errors) {
    std::string known;
    for (const auto& each : device.points)
        known += (known.empty() ? "" : ", ") + each.point.name;
    errors.plain(without_controls(file + " has no point " + wanted + "; it has " + known));
}

std::optional<std::map<std::string, std::string>> load_modbus_values(const std::string& path,
                                                                     complaints& errors) {
    std::optional<std::map<std::string, std::string>> out;
    with_json_file(path, errors, [&](const device_json& all) {
        const json_place root{all, ""};
        if (!all.is_object())
            root.refuse_as("an object of values by the names of their points");
        std::map<std::string, std::string> values;
        for (const auto& [key, value] : all.items()) {
            if (value.is_structured())
                json_place{value, '/' + key}.refuse_as("a number, a text, true, false or null");
            values[key] = value.is_string() ? value.get<std::string>() : value.dump();
        }
        out = std::move(values);
    });
    return out;
}

} // namespace meterlink::cli
