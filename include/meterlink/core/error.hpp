#pragma once

/// What went wrong, where, and in which layer: the error half of every `result`.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace meterlink {

/// The protocol layer that refused the bytes.
enum class layer : std::uint8_t { core, apl, tpl, mbus, wmbus, crypto, io, modbus };

/// Every way in which input can be refused, grouped by layer. The texts stand in `detail::errc_rows`.
enum class errc : std::uint16_t {
    none = 0, ///< Nothing went wrong; never stands in a `result`.
    // core
    truncated = 1,    ///< The input ends inside a field.
    buffer_too_small, ///< The caller's output has less room than `wire_size()`.
    value_out_of_range,
    hex_digit,
    hex_odd_digits,
    decimal_syntax,
    decimal_overflow,
    bcd_digit,
    date_out_of_range,
    // apl
    dif_reserved = 100, ///< DIF 3F..6F, 8F..FF: the length of what follows is unknown.
    dife_count,         ///< More than ten DIFE.
    vife_count,         ///< More than ten VIFE.
    lvar_reserved,      ///< LVAR CA..CF, DA..DF, F7..FF.
    value_not_encodable,
    profile_malformed,
    // tpl
    ci_unexpected = 200, ///< The CI field names another structure than the one asked for.
    manufacturer_letters,
    security_mode_unsupported, ///< A security mode that cannot be encrypted or decrypted here.
    mac_length,                ///< AT of the message control field names no length of a MAC.
    fragment_unexpected,       ///< A fragment that does not continue what came before.
    message_length,            ///< ML of the AFL differs from the octets that there are.
    signature_unknown,         ///< No format is known for the signature of a compact frame.
    signature_ambiguous,       ///< Different formats fit a compact frame.
    signature_mismatch,        ///< The signature of a format frame is not that of its headers.
    full_frame_crc,            ///< The full frame rebuilt from a compact one has another CRC.
    counter_missing,           ///< Keys or a nonce come from a message counter, and none is sent.
    key_missing,               ///< What is to be encrypted or authenticated takes a key.
    // mbus
    start_byte = 300,
    length_mismatch, ///< The two L fields of a long frame differ.
    length_too_small,
    length_unexpected, ///< A right length, but not that of the frame asked for.
    checksum,
    stop_byte,
    trailing_bytes,
    inter_byte_timeout,
    selection_malformed,
    secondary_address_syntax,
    answer_unexpected,      ///< An answer of another kind than the request asks for.
    answer_from_another,    ///< An answer of another slave than the one asked.
    baud_rate_not_followed, ///< A slave that has acknowledged another bit rate answers at the old one.
    // wmbus
    block_crc = 400,  ///< The CRC of a block of the link layer does not fit its octets.
    frame_length,     ///< The L field fits no frame format.
    chip_code,        ///< Chips that are no symbol of the line code.
    payload_crc,      ///< The payload CRC of the extended link layer does not fit.
    receiver_message, ///< A receiver module sent something that its protocol does not know.
    line_syntax,      ///< A line that is not one of the receiver's.
    // crypto
    key_syntax = 500, ///< A key is 32 hexadecimal digits.
    key_file_header,
    key_file_column,
    key_file_field,
    // io
    endpoint_scheme = 600, ///< An endpoint begins with none of the schemes that there are.
    endpoint_device,       ///< An endpoint names no device or file.
    endpoint_host,         ///< An endpoint names no host, or one in brackets that are not closed.
    endpoint_port,         ///< A port is 1 to 65535, or 0 where one listens.
    endpoint_option,       ///< An option that this kind of endpoint does not have, or has twice.
    endpoint_value,        ///< A value that does not fit its option.
    recording_line,        ///< A line that is none of a recording.
    endpoint_incomplete,   ///< An option that this kind of endpoint needs is not there.
    // modbus
    function_unexpected = 700, ///< The function code is not that of the PDU asked for.
    byte_count,                ///< A byte count differs from the octets or quantities that it counts.
    quantity_out_of_range,     ///< No quantity, or more than the function may carry.
    address_overflow,          ///< Start address and quantity run beyond address 65535.
    coil_value,                ///< A single coil is written 0000 or FF00.
    pdu_length,                ///< The PDU has another length than its function and fields say.
    protocol_identifier,       ///< The protocol identifier of an MBAP header is not 0.
    length_field,              ///< The length field of an MBAP header is below 2 or above 254.
    frame_crc,                 ///< The CRC of an RTU frame does not fit its octets.
    frame_lrc,                 ///< The LRC of an ASCII frame does not fit its octets.
    frame_silence,             ///< Silence in the middle of a frame.
    reply_mismatch,            ///< A reply whose fields are not those of the request.
    reply_from_another,        ///< A reply of another unit or transaction than the one asked.
    register_address_syntax,   ///< No register address in the notation that was named.
    range_overlap,             ///< A range of addresses that are served has some of another one.
    address_not_served,        ///< Addresses that no range serves.
};

namespace detail {

struct errc_row {
    errc code;
    std::string_view name;    // stable identifier, used in JSON
    std::string_view message; // for people
};

inline constexpr std::array errc_rows{
    errc_row{errc::truncated, "truncated", "the input ends inside a field"},
    errc_row{errc::buffer_too_small, "buffer_too_small", "the output buffer is too small"},
    errc_row{errc::value_out_of_range, "value_out_of_range", "the value is out of range"},
    errc_row{errc::hex_digit, "hex_digit", "not a hexadecimal digit"},
    errc_row{errc::hex_odd_digits, "hex_odd_digits", "odd number of hexadecimal digits"},
    errc_row{errc::decimal_syntax, "decimal_syntax", "not a decimal number"},
    errc_row{errc::decimal_overflow, "decimal_overflow", "the decimal number exceeds 64 bits"},
    errc_row{errc::bcd_digit, "bcd_digit", "not a BCD digit"},
    errc_row{errc::date_out_of_range, "date_out_of_range", "no such date or time"},
    errc_row{errc::dif_reserved, "dif_reserved", "reserved DIF, the rest cannot be split into records"},
    errc_row{errc::dife_count, "dife_count", "more than ten DIFE"},
    errc_row{errc::vife_count, "vife_count", "more than ten VIFE"},
    errc_row{errc::lvar_reserved, "lvar_reserved", "reserved LVAR, the length of the data is unknown"},
    errc_row{errc::value_not_encodable, "value_not_encodable", "the value does not fit the data field"},
    errc_row{errc::profile_malformed, "profile_malformed", "malformed compact profile"},
    errc_row{errc::ci_unexpected, "ci_unexpected", "unexpected CI field"},
    errc_row{errc::manufacturer_letters, "manufacturer_letters", "a manufacturer is three letters A to Z"},
    errc_row{errc::security_mode_unsupported, "security_mode_unsupported", "unsupported security mode"},
    errc_row{errc::mac_length, "mac_length", "no such length of a MAC"},
    errc_row{errc::fragment_unexpected, "fragment_unexpected", "a fragment that continues no other"},
    errc_row{errc::message_length, "message_length", "the message length differs from the octets there are"},
    errc_row{errc::signature_unknown, "signature_unknown", "no format is known for this compact frame"},
    errc_row{errc::signature_ambiguous, "signature_ambiguous", "different formats fit this compact frame"},
    errc_row{errc::signature_mismatch, "signature_mismatch", "the signature is not that of the format"},
    errc_row{errc::full_frame_crc, "full_frame_crc", "wrong CRC of the full frame behind a compact one"},
    errc_row{errc::counter_missing, "counter_missing", "keys or a nonce take a message counter"},
    errc_row{errc::key_missing, "key_missing", "encryption and authentication take a key"},
    errc_row{errc::start_byte, "start_byte", "wrong start byte"},
    errc_row{errc::length_mismatch, "length_mismatch", "the two length fields differ"},
    errc_row{errc::length_too_small, "length_too_small", "the length field is too small"},
    errc_row{errc::length_unexpected, "length_unexpected", "the length is that of another frame format"},
    errc_row{errc::checksum, "checksum", "wrong checksum"},
    errc_row{errc::stop_byte, "stop_byte", "wrong stop byte"},
    errc_row{errc::trailing_bytes, "trailing_bytes", "bytes after the end of the frame"},
    errc_row{errc::inter_byte_timeout, "inter_byte_timeout", "the frame stopped in the middle"},
    errc_row{errc::selection_malformed, "selection_malformed", "malformed selection"},
    errc_row{errc::secondary_address_syntax, "secondary_address_syntax",
             "a secondary address reads 12345678 or 12345678.PAD.01.07"},
    errc_row{errc::answer_unexpected, "answer_unexpected",
             "the answer is of another kind than was asked for"},
    errc_row{errc::answer_from_another, "answer_from_another", "the answer is from another slave"},
    errc_row{errc::baud_rate_not_followed, "baud_rate_not_followed", "the slave stays at its bit rate"},
    errc_row{errc::block_crc, "block_crc", "wrong CRC of a block"},
    errc_row{errc::frame_length, "frame_length", "the length field fits no frame format"},
    errc_row{errc::chip_code, "chip_code", "chips that are no symbol of the line code"},
    errc_row{errc::payload_crc, "payload_crc", "wrong CRC of the payload"},
    errc_row{errc::receiver_message, "receiver_message", "not a message of this receiver"},
    errc_row{errc::line_syntax, "line_syntax", "not a line of this receiver"},
    errc_row{errc::key_syntax, "key_syntax", "a key is 32 hexadecimal digits"},
    errc_row{errc::key_file_header, "key_file_header",
             "the header must name the columns address, key, manufacturer, devicetype, version"},
    errc_row{errc::key_file_column, "key_file_column", "a row has another number of columns than the header"},
    errc_row{errc::key_file_field, "key_file_field", "the field does not fit its column"},
    errc_row{errc::endpoint_scheme, "endpoint_scheme",
             "an endpoint begins with serial:, tcp://, tcp-listen://, udp://, udp-listen://, "
             "tls://, tls-listen:// or replay:"},
    errc_row{errc::endpoint_device, "endpoint_device", "the endpoint names no device or file"},
    errc_row{errc::endpoint_host, "endpoint_host", "the endpoint names no host"},
    errc_row{errc::endpoint_port, "endpoint_port", "a port is a number of 1 to 65535"},
    errc_row{errc::endpoint_option, "endpoint_option", "no option of this kind of endpoint"},
    errc_row{errc::endpoint_value, "endpoint_value", "the value does not fit its option"},
    errc_row{errc::recording_line, "recording_line", "a line of a recording reads HEX  # > SECONDS"},
    errc_row{errc::endpoint_incomplete, "endpoint_incomplete",
             "tls:// needs ca=FILE, and tls-listen:// cert=FILE too"},
    errc_row{errc::function_unexpected, "function_unexpected", "unexpected function code"},
    errc_row{errc::byte_count, "byte_count", "the byte count does not fit"},
    errc_row{errc::quantity_out_of_range, "quantity_out_of_range",
             "the quantity is not one the function allows"},
    errc_row{errc::address_overflow, "address_overflow", "addresses beyond 65535"},
    errc_row{errc::coil_value, "coil_value", "a coil is written 0000 or FF00"},
    errc_row{errc::pdu_length, "pdu_length", "the PDU has not the length of its function"},
    errc_row{errc::protocol_identifier, "protocol_identifier", "the protocol identifier is not 0"},
    errc_row{errc::length_field, "length_field", "the length field is out of range"},
    errc_row{errc::frame_crc, "frame_crc", "wrong CRC of the frame"},
    errc_row{errc::frame_lrc, "frame_lrc", "wrong LRC of the frame"},
    errc_row{errc::frame_silence, "frame_silence", "silence in the middle of a frame"},
    errc_row{errc::reply_mismatch, "reply_mismatch", "the reply does not fit the request"},
    errc_row{errc::reply_from_another, "reply_from_another", "the reply is from another unit or transaction"},
    errc_row{errc::register_address_syntax, "register_address_syntax",
             "no register address in this notation"},
    errc_row{errc::range_overlap, "range_overlap", "some of these addresses are served already"},
    errc_row{errc::address_not_served, "address_not_served", "no range serves these addresses"},
};

/// By value: g++ with the undefined behaviour sanitizer refuses pointers to rows in constant expressions.
constexpr errc_row find_errc_row(errc code) noexcept {
    for (const auto& row : errc_rows)
        if (row.code == code)
            return row;
    return {code, "unknown", "unknown error"};
}

} // namespace detail

/// Stable identifier of `code`, as it stands in JSON: `"checksum"`.
[[nodiscard]] constexpr std::string_view name(errc code) noexcept { return detail::find_errc_row(code).name; }

/// One English clause that says what `code` means.
[[nodiscard]] constexpr std::string_view message(errc code) noexcept {
    return detail::find_errc_row(code).message;
}

/// Short name of a layer, as it stands in JSON: `"apl"`.
[[nodiscard]] constexpr std::string_view name(layer which) noexcept {
    switch (which) {
    case layer::core: return "core";
    case layer::apl: return "apl";
    case layer::tpl: return "tpl";
    case layer::mbus: return "mbus";
    case layer::wmbus: return "wmbus";
    case layer::crypto: return "crypto";
    case layer::io: return "io";
    case layer::modbus: return "modbus";
    }
    return "unknown";
}

/// A refusal of input: what, where (octets from the start of the input), by which layer, and, where one
/// octet or count was wrong, what was expected and what was found (-1 where that says nothing).
struct error {
    errc code = errc::truncated;
    meterlink::layer layer = meterlink::layer::core;
    std::size_t offset = 0;
    std::int32_t expected = -1;
    std::int32_t found = -1;

    [[nodiscard]] friend constexpr bool operator==(const error&, const error&) noexcept = default;

    /// The same error, `distance` octets further into a larger input.
    [[nodiscard]] constexpr error shifted(std::size_t distance) const noexcept {
        auto moved = *this;
        moved.offset += distance;
        return moved;
    }
};

/// The start value of code that collects a problem on its way.
inline constexpr error no_error{errc::none};

/// The error as one line: `mbus: wrong checksum at offset 9 (expected 18, found 19)`; octets in hex.
[[nodiscard]] inline std::string to_string(const error& e) {
    constexpr auto hex = [](std::int32_t v) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        std::string out;
        for (int shift = v > 0xFF ? 12 : 4; shift >= 0; shift -= 4)
            out += digits[(static_cast<std::uint32_t>(v) >> shift) & 0xFU];
        return out;
    };
    std::string out{name(e.layer)};
    out += ": ";
    out += message(e.code);
    out += " at offset ";
    out += std::to_string(e.offset);
    if (e.expected >= 0 && e.found >= 0)
        out += " (expected " + hex(e.expected) + ", found " + hex(e.found) + ")";
    else if (e.found >= 0)
        out += " (found " + hex(e.found) + ")";
    return out;
}

/// The category behind `std::error_code` made from `errc`.
[[nodiscard]] inline const std::error_category& error_category() noexcept {
    class category final : public std::error_category {
        const char* name() const noexcept override { return "meterlink"; }
        std::string message(int value) const override {
            return std::string{meterlink::message(static_cast<errc>(value))};
        }
    };
    static const category instance;
    return instance;
}

/// Found by argument-dependent lookup, so that `std::error_code e = errc::checksum;` works.
[[nodiscard]] inline std::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

} // namespace meterlink

template <>
struct std::is_error_code_enum<meterlink::errc> : std::true_type {};
