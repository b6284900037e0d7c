#pragma once

/// Function 14: registers of one or more files are read.

#include <array>
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
#include <meterlink/modbus/register_view.hpp>

namespace meterlink::modbus {

/// What a response of one record has before its registers: its length and the reference type.
inline constexpr std::size_t file_record_overhead = 2;

/// Longest body of function 14, request and response.
inline constexpr std::size_t max_read_file_record_body = 0xF5;

/// Asks for registers of files (Modbus application protocol V1.1b3, 6.14), in borrowed octets.
class read_file_record_request_view {
public:
    static constexpr function code = function::read_file_record;
    static constexpr std::size_t header_size = 2;
    static constexpr std::size_t max_references = max_read_file_record_body / file_record_reference::size;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1) when it is not that of 1 to 35 references;
    /// `errc::truncated`; `errc::pdu_length`; `errc::value_out_of_range` for another reference type than 6
    /// and for file 0; `errc::quantity_out_of_range` where the response would grow too long;
    /// `errc::address_overflow`.
    [[nodiscard]] static constexpr result<read_file_record_request_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        const std::size_t count = input[1];
        if (count == 0 || count % file_record_reference::size != 0 || count > max_read_file_record_body)
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = detail::size_error(input, header_size + count); problem != no_error)
            return fail(problem);
        std::size_t response = 0;
        for (std::size_t at = header_size; at < input.size(); at += file_record_reference::size) {
            if (const auto problem = detail::reference_type_error(input, at); problem != no_error)
                return fail(problem);
            const auto reference = file_record_reference::first_of(input.subspan(at));
            if (const auto problem = reference.check(at, room_behind(response)); problem != no_error)
                return fail(problem);
            response += file_record_overhead + 2U * reference.quantity;
        }
        return read_file_record_request_view{input};
    }

    /// How many registers one more record can have when those before take `response` octets of the response.
    [[nodiscard]] static constexpr std::size_t room_behind(std::size_t response) noexcept {
        const auto taken = response + file_record_overhead;
        return taken > max_read_file_record_body ? 0 : (max_read_file_record_body - taken) / 2;
    }

    /// The references, a range of `file_record_reference`.
    [[nodiscard]] constexpr detail::item_range<file_record_reference> references() const noexcept {
        return detail::item_range<file_record_reference>{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr read_file_record_request_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Asks for registers of files, the references stored inside the object.
class read_file_record_request {
public:
    using view_type = read_file_record_request_view;

    /// `errc::byte_count` (offset 1) for no reference or more than 35, else as `parse`.
    [[nodiscard]] static constexpr result<read_file_record_request>
    make(std::span<const file_record_reference> references) noexcept {
        if (references.empty() || references.size() > view_type::max_references)
            return fail(detail::field_error(errc::byte_count, 1,
                                            view_type::max_references * file_record_reference::size,
                                            references.size() * file_record_reference::size));
        read_file_record_request out;
        std::size_t response = 0;
        for (const auto& reference : references) {
            const auto at = view_type::header_size + out.count_ * file_record_reference::size;
            if (const auto problem = reference.check(at, view_type::room_behind(response));
                problem != no_error)
                return fail(problem);
            response += file_record_overhead + 2U * reference.quantity;
            out.references_[out.count_++] = reference;
        }
        return out;
    }

    [[nodiscard]] static constexpr read_file_record_request from(view_type view) noexcept {
        read_file_record_request out;
        for (const auto reference : view.references())
            out.references_[out.count_++] = reference;
        return out;
    }

    [[nodiscard]] constexpr std::span<const file_record_reference> references() const noexcept {
        return {references_.data(), count_};
    }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + count_ * file_record_reference::size;
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        if (out.size() < wire_size())
            return detail::no_room(out);
        detail::field_writer fields{out};
        fields.u8(to_octet(view_type::code)).u8(static_cast<std::uint8_t>(wire_size() - 2));
        for (const auto& reference : references())
            fields.u8(file_record_reference::reference_type)
                .u16(reference.file)
                .u16(reference.record)
                .u16(reference.quantity);
        return fields.size();
    }

    [[nodiscard]] friend constexpr bool operator==(const read_file_record_request&,
                                                   const read_file_record_request&) noexcept = default;

private:
    constexpr read_file_record_request() noexcept = default;

    std::array<file_record_reference, view_type::max_references> references_{};
    std::size_t count_ = 0;
};

/// The registers of one reference, borrowed from a response.
struct file_record_data {
    register_view registers;

    /// The data at the beginning of `octets`, which have been checked.
    [[nodiscard]] static constexpr file_record_data first_of(bytes_view octets) noexcept {
        return {register_view{octets.subspan(file_record_overhead, octets[0] - std::size_t{1})}};
    }

    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return file_record_overhead + registers.octets().size();
    }
};

/// Registers of files (Modbus application protocol V1.1b3, 6.14), in borrowed octets.
class read_file_record_response_view {
public:
    static constexpr function code = function::read_file_record;
    static constexpr std::size_t header_size = 2;

    /// `errc::function_unexpected`; `errc::byte_count` (offset 1 for no or too long a body, or that of the
    /// record whose length is impossible); `errc::truncated`; `errc::pdu_length`; `errc::value_out_of_range`
    /// for another reference type than 6.
    [[nodiscard]] static constexpr result<read_file_record_response_view> parse(bytes_view input) noexcept {
        if (const auto problem = detail::header_error(input, code, header_size); problem != no_error)
            return fail(problem);
        if (input[1] == 0 || input[1] > max_read_file_record_body)
            return fail(errc::byte_count, layer::modbus, 1, -1, input[1]);
        if (const auto problem = detail::size_error(input, header_size + input[1]); problem != no_error)
            return fail(problem);
        for (std::size_t at = header_size; at < input.size(); at += 1U + input[at]) {
            if (input[at] < 3 || input[at] % 2 == 0 || input[at] >= input.size() - at)
                return fail(errc::byte_count, layer::modbus, at, -1, input[at]);
            if (const auto problem = detail::reference_type_error(input, at + 1); problem != no_error)
                return fail(problem);
        }
        return read_file_record_response_view{input};
    }

    /// The registers of each reference, a range of `file_record_data` in the order of the request.
    [[nodiscard]] constexpr detail::item_range<file_record_data> records() const noexcept {
        return detail::item_range<file_record_data>{wire_.subspan(header_size)};
    }
    /// The PDU as it travels.
    [[nodiscard]] constexpr bytes_view wire() const noexcept { return wire_; }

private:
    explicit constexpr read_file_record_response_view(bytes_view wire) noexcept : wire_{wire} {}

    bytes_view wire_;
};

/// Registers of files, stored inside the object.
class read_file_record_response {
public:
    using view_type = read_file_record_response_view;

    /// One span of registers per reference. `errc::quantity_out_of_range` at the length of a record without
    /// registers or with more than there is room for; `errc::byte_count` (offset 1) for no record.
    [[nodiscard]] static constexpr result<read_file_record_response>
    make(std::span<const std::span<const std::uint16_t>> records) noexcept {
        if (records.empty())
            return fail(errc::byte_count, layer::modbus, 1, -1, 0);
        read_file_record_response out;
        for (const auto registers : records) {
            const auto room = read_file_record_request_view::room_behind(out.body_.size());
            if (registers.empty() || registers.size() > room)
                return fail(detail::field_error(errc::quantity_out_of_range,
                                                view_type::header_size + out.body_.size(), room,
                                                registers.size()));
            out.body_.push_back(static_cast<std::uint8_t>(1 + 2 * registers.size()));
            out.body_.push_back(file_record_reference::reference_type);
            for (const auto value : registers) {
                out.body_.push_back(static_cast<std::uint8_t>(value >> 8));
                out.body_.push_back(static_cast<std::uint8_t>(value));
            }
        }
        return out;
    }

    [[nodiscard]] static constexpr read_file_record_response from(view_type view) noexcept {
        read_file_record_response out;
        out.body_.append(view.records().octets());
        return out;
    }

    /// As `read_file_record_response_view::records`.
    [[nodiscard]] constexpr detail::item_range<file_record_data> records() const noexcept {
        return detail::item_range<file_record_data>{body_.view()};
    }
    [[nodiscard]] constexpr std::size_t wire_size() const noexcept {
        return view_type::header_size + body_.size();
    }

    /// `errc::buffer_too_small` without room.
    [[nodiscard]] constexpr result<std::size_t> emit(bytes_span out) const noexcept {
        return detail::emit_counted(out, view_type::code, body_.view());
    }

    [[nodiscard]] friend constexpr bool operator==(const read_file_record_response&,
                                                   const read_file_record_response&) noexcept = default;

private:
    constexpr read_file_record_response() noexcept = default;

    bounded_bytes<max_read_file_record_body> body_;
};

} // namespace meterlink::modbus
