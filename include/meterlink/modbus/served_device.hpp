#pragma once

/// One device that a server serves: its tables, what it says about itself, and what else it can do.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/decimal.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/packed.hpp>
#include <meterlink/modbus/detail/served_table.hpp>
#include <meterlink/modbus/device_identification.hpp>
#include <meterlink/modbus/pdu.hpp>
#include <meterlink/modbus/register_address.hpp>
#include <meterlink/modbus/register_table.hpp>
#include <meterlink/modbus/served_range.hpp>
#include <meterlink/modbus/served_value.hpp>
#include <meterlink/modbus/table_range.hpp>

namespace meterlink::modbus {

/// What a device can do beside its tables; a function that is missing is one that the device has not.
struct device_services {
    /// What `report_server_id` answers: mostly one octet of identification; none, and there is no such
    /// function.
    std::vector<std::uint8_t> server_id{};
    bool is_running = true;
    std::vector<std::uint8_t> additional_data{};

    std::function<std::uint8_t()> exception_status{};
    std::function<std::uint16_t()> diagnostic_register{};
    /// Appends the queue at `pointer`, the oldest register first, up to 31.
    std::function<refusal(std::uint16_t pointer, std::vector<std::uint16_t>& queue)> read_fifo{};
    std::function<refusal(std::uint16_t file, std::uint16_t record, std::span<std::uint16_t> out)>
        read_file{};
    std::function<refusal(std::uint16_t file, std::uint16_t record, std::span<const std::uint16_t> values)>
        write_file{};
    /// Functions that this library does not know; `response` begins with the function code.
    std::function<refusal(bytes_view request, pdu& response)> custom{};
};

/// A device: ranges of its four tables (Modbus application protocol V1.1b3, 4.3), none of which overlap, and
/// its services. Neighbouring ranges are read and written by one request; what is in none is no address that
/// there is.
class served_device {
public:
    /// Values that are stored, 0 at the beginning. Clients read them, and write them where `rights` says so.
    /// `errc::range_overlap`, `errc::quantity_out_of_range` (an empty range), `errc::address_overflow`.
    result<void> add(const table_range& where, access rights = access::read_only) {
        const auto size = (holds_bits(where.table) ? 1U : 2U) * std::size_t{where.count};
        return add(where, detail::stored_values{std::vector<std::uint8_t>(size), rights});
    }
    /// Registers that the application has itself; `errc::value_out_of_range` for a table of bits.
    result<void> add(const table_range& where, served_registers source) {
        if (holds_bits(where.table))
            return fail(errc::value_out_of_range, layer::modbus, 0);
        return add_source(where, std::move(source));
    }
    /// Bits that the application has itself; `errc::value_out_of_range` for a table of registers.
    result<void> add(const table_range& where, served_bits source) {
        if (!holds_bits(where.table))
            return fail(errc::value_out_of_range, layer::modbus, 0);
        return add_source(where, std::move(source));
    }

    /// Sets stored registers, whatever clients may write. `errc::address_not_served` unless all of them are
    /// stored; then nothing is set. The other setters are alike.
    result<void> set_registers(register_address where, std::span<const std::uint16_t> values) {
        if (holds_bits(where.table) || !is_stored(where, values.size()))
            return fail(errc::address_not_served, layer::modbus, 0);
        auto& table = this->table(where.table);
        for (std::size_t at = 0; at < values.size(); at += max_piece) {
            const auto part = values.subspan(at, std::min(max_piece, values.size() - at));
            detail::packed_registers<max_piece> packed;
            packed.fill(part.size(), [&](std::size_t i) { return part[i]; });
            static_cast<void>(
                table.write_registers(static_cast<std::uint16_t>(where.offset + at), packed.view()));
        }
        return {};
    }
    result<void> set_register(register_address where, std::uint16_t value) {
        return set_registers(where, std::span{&value, 1});
    }
    result<void> set_bit(register_address where, bool value) {
        if (!holds_bits(where.table) || !is_stored(where, 1))
            return fail(errc::address_not_served, layer::modbus, 0);
        const std::array<std::uint8_t, 1> octet{static_cast<std::uint8_t>(value ? 1 : 0)};
        static_cast<void>(table(where.table).write_bits(where.offset, bit_view{octet, 1}));
        return {};
    }

    /// Sets the registers of a value to what decodes to the same. Errors are those of `encode_registers`, and
    /// `errc::address_not_served`. Of `bits`, the other bits are left as they are.
    result<void> put(register_address where, const register_value& value, const register_format& format) {
        return put_encoded(where, format.type, format.order, [&](std::span<std::uint16_t> out) {
            return encode_registers(value, format, out);
        });
    }
    /// Sets the registers of a measured value, multiplied and rounded as `how` says; `encode_served`.
    result<void> put(register_address where, decimal value, const served_format& how) {
        return put_encoded(where, how.type, how.order,
                           [&](std::span<std::uint16_t> out) { return encode_served(value, how, out); });
    }
    /// Sets the registers to what says that there is no value; `encode_missing`.
    result<void> put_missing(register_address where, const served_format& how) {
        return put_encoded(where, how.type, how.order,
                           [&](std::span<std::uint16_t> out) { return encode_missing(how, out); });
    }

    /// What a stored register holds; `errc::address_not_served`.
    [[nodiscard]] result<std::uint16_t> register_at(register_address where) {
        std::array<std::uint8_t, 2> octets{};
        if (holds_bits(where.table) || !is_stored(where, 1))
            return fail(errc::address_not_served, layer::modbus, 0);
        static_cast<void>(table(where.table).read_registers(where.offset, octets));
        return detail::u16_at(octets, 0);
    }
    /// What a stored coil or discrete input holds; `errc::address_not_served`.
    [[nodiscard]] result<bool> bit_at(register_address where) {
        std::array<std::uint8_t, 1> octet{};
        if (!holds_bits(where.table) || !is_stored(where, 1))
            return fail(errc::address_not_served, layer::modbus, 0);
        static_cast<void>(table(where.table).read_bits(where.offset, 1, octet));
        return octet[0] != 0;
    }

    /// The ranges of one table, for a server.
    [[nodiscard]] detail::served_table& table(register_table which) noexcept {
        return tables_[static_cast<std::size_t>(which) % tables_.size()];
    }
    [[nodiscard]] const detail::served_table& table(register_table which) const noexcept {
        return tables_[static_cast<std::size_t>(which) % tables_.size()];
    }

    device_identification identification;
    device_services services;

private:
    static constexpr std::size_t max_piece = detail::served_table::most_registers;

    template <class Source>
    result<void> add_source(const table_range& where, Source source) {
        if (where.count == 0)
            return fail(errc::quantity_out_of_range, layer::modbus, 0, -1, 0);
        if (where.end() > 65536)
            return fail(errc::address_overflow, layer::modbus, 0);
        return table(where.table).add({where.start, where.end(), std::move(source)});
    }
    result<void> add(const table_range& where, detail::stored_values source) {
        return add_source(where, std::move(source));
    }

    [[nodiscard]] bool is_stored(register_address where, std::size_t count) const noexcept {
        return table(where.table).is_stored(where.offset, count);
    }

    template <class Encode>
    result<void> put_encoded(register_address where, register_type type, register_order order,
                             Encode&& encode) {
        std::array<std::uint16_t, max_text_registers> registers{};
        const auto out = std::span{registers}.first(type.width());
        if (holds_bits(where.table) || !is_stored(where, out.size()))
            return fail(errc::address_not_served, layer::modbus, 0);
        const auto size = encode(out);
        if (!size)
            return fail(size.error());
        if (type.kind() == register_kind::bits)
            keep_other_bits(where, type, order, out);
        return set_registers(where, out);
    }

    void keep_other_bits(register_address where, register_type type, register_order order,
                         std::span<std::uint16_t> out) {
        std::array<std::uint8_t, 8> octets{};
        const auto present = bytes_span{octets}.first(2 * out.size());
        static_cast<void>(table(where.table).read_registers(where.offset, present));
        const auto others = load_registers(register_view{present}, out.size(), order) & ~type.mask();
        store_registers(out, out.size(), order, load_registers(out, out.size(), order) | others);
    }

    std::array<detail::served_table, 4> tables_;
};

} // namespace meterlink::modbus
