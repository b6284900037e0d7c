#pragma once

/// Keys from a CSV file: `Address, Key, Manufacturer, DeviceType, Version`.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/core/result.hpp>
#include <meterlink/crypto/key_entry.hpp>

namespace meterlink::crypto {

/// The columns of a key file. Their names are read in any case and any order; other columns are ignored.
enum class key_column : std::uint8_t {
    address,      ///< Up to eight decimal digits, zeros in front of them; -1 for every meter.
    key,          ///< Exactly 32 hexadecimal digits.
    manufacturer, ///< Three letters; `*` for every one.
    device_type,  ///< 0 to 255; -1 for every one.
    version,      ///< 0 to 255; -1 for every one.
    linked,       ///< Optional: 1, yes or true for a key linked to exactly this meter; 0, no, false or empty.
};

inline constexpr std::size_t key_column_count = 6;

/// The name of a column as it stands in a header: `"DeviceType"`.
[[nodiscard]] std::string_view name(key_column column) noexcept;

/// Why a row was not taken over. It holds nothing of the row, and so nothing of a key.
struct key_file_problem {
    std::size_t line = 0;   ///< Counted from 1.
    std::size_t column = 0; ///< The octet of the line where the problem is, counted from 1.
    /// `errc::key_syntax`; `errc::key_file_field` for any other field; `errc::key_file_column` for a row with
    /// too few or too many fields.
    errc code = errc::key_file_field;
    key_column field = key_column::address; ///< Not for `errc::key_file_column`.
    std::size_t digits = 0;                 ///< For `errc::key_syntax`: how many characters the field has.

    [[nodiscard]] friend bool operator==(const key_file_problem&, const key_file_problem&) noexcept = default;
};

/// One line for people: `line 2, column 35: Key: a key is 32 hexadecimal digits, this has 30 characters`.
[[nodiscard]] std::string to_string(const key_file_problem& problem);

/// What a key file holds: the good rows in their order, and what is wrong with the others.
struct key_file {
    std::vector<key_entry> entries{};
    std::vector<key_file_problem> problems{};

    /// Reads the whole text of a file. The delimiter is the comma, semicolon or tab that the header has most
    /// of. A byte order mark, CR LF, blank lines, blanks around fields and quotation marks around them are
    /// taken as they come; a quoted field ends on its line. `-1`, `-00000001` and `*` exclude a criterion in
    /// any of its four columns.
    ///
    /// `errc::key_file_header`, with the offset in octets, when the first line that is not blank lacks one of
    /// the five columns (the offset of its end) or names one twice (the offset of the second).
    [[nodiscard]] static result<key_file> parse(std::string_view text);
};

} // namespace meterlink::crypto
