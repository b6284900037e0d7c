#pragma once

/// Function 15: registers of one or more files are written.

#include <cstddef>
#include <cstdint>
#include <span>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/detail/item_range.hpp>
#include <meterlink/modbus/detail/pdu_fields.hpp>
#include <meterlink/modbus/file_record.hpp>
#include <meterlink/modbus/function.hpp>

namespace meterlink::modbus {

/// Writes registers of files (Modbus application protocol V1.1b3, 6.15), in borrowed octets.
class write_file_record_request_view {
public:
    static constexpr function code = function::write_file_record;
    static constexpr std::size_t header_size = 2;
    static constexpr std::size_t min_body = 9;
    static constexpr std::size_t max_body = 0xFB;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) outside of 9 to 251, or where the last
    /// record is cut off; `errc::truncated`; `errc::pdu_length`; `errc::value_out_of_range` for another
    /// reference type than 6 and for file 0; `errc::quantity_out_of_range`; `errc::address_overflow`.
    [[nodiscard]] static constexpr result<write_file_record_request_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        if (input[1] < min_body || input[1] > max_body)
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = detail::size_error(input, header_size + input[1]); problem != no_error)
            return fail(problem);
        for (std::size_t at = header_size; at < input.size();) {
            const auto rest = input.subspan(at);
            if (rest.size() < file_record_reference::size)
                return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
            if (const auto problem = detail::reference_type_error(input, at); problem != no_error)
                return fail(problem);
            const auto where = file_record_reference::first_of(rest);
            if (const auto problem = where.check(at, (rest.size() - file_record_reference::size) / 2);
                problem != no_error)
                return fail(problem);
            at += file_record_reference::size + 2U * where.quantity;
        }
        return write_file_record_request_view{input};
    }

    /// What is written, a range of `file_record`.
    [[nodiscard]] constexpr detail::item_range<file_record> records() const noexcept {
        return detail::item_range<file_record>{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr write_file_record_request_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Writes registers of files, all stored inside the object.
class write_file_record_request {
public:
    using view_type = write_file_record_request_view;

    /// Registers for a file, from `record` on.
    struct part {
        std::uint16_t file = 1;
        std::uint16_t record = 0;
        std::span<const std::uint16_t> values;
    };

    /// `errc::byte_count` (offset 1) without parts; else `errc::value_out_of_range` (file 0),
    /// `errc::quantity_out_of_range` (no registers, or more than there is room for),
    /// `errc::address_overflow`.
    [[nodiscard]] static constexpr result<write_file_record_request>
    make(std::span<const part> parts) noexcept {
        if (parts.empty())
            return fail(errc::byte_count, layer::modbus, 1, -1, 0);
        write_file_record_request out;
        for (const auto& [file, record, values] : parts) {
            const auto at = out.wire_size();
            const auto taken = out.body_.size() + file_record_reference::size;
            const auto room = taken > view_type::max_body ? 0 : (view_type::max_body - taken) / 2;
            if (values.size() > room)
                return fail(detail::field_error(errc::quantity_out_of_range, at + 5, room, values.size()));
            const file_record_reference where{file, record, static_cast<std::uint16_t>(values.size())};
            if (const auto problem = where.check(at, room); problem != no_error)
                return fail(problem);
            out.body_.push_back(file_record_reference::reference_type);
            for (const auto field : {where.file, where.record, where.quantity})
                out.push(field);
            for (const auto value : values)
                out.push(value);
        }
        return out;
    }

    [[nodiscard]] static constexpr write_file_record_request from(view_type view) noexcept {
        write_file_record_request out;
        out.body_.append(view.records().octets());
        return out;
    }

    /// As `write_file_record_request_view::records`.
    [[nodiscard]] constexpr detail::item_range<file_record> records() const noexcept {
        return detail::item_range<file_record>{body_.view()};
    }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + body_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return detail::emit_counted(out, view_type::code, body_.view());
    }

    [[nodiscard]] friend constexpr bool operator==(const write_file_record_request&,
                                                   const write_file_record_request&) noexcept = default;

private:
    constexpr write_file_record_request() noexcept = default;

    constexpr void push(std::uint16_t field) noexcept {
        body_.push_back(static_cast<std::uint8_t>(field >> 8));
        body_.push_back(static_cast<std::uint8_t>(field));
    }

    bounded_bytes<view_type::max_body> body_;
};

/// The response repeats the request.
using write_file_record_response_view = write_file_record_request_view;

/// The response repeats the request.
using write_file_record_response = write_file_record_request;

} // namespace meterlink::modbus
