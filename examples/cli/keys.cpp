#include "keys.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/key_file.hpp>

#include "blanks.hpp"
#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

constexpr auto variable = "METERLINK_KEY";

void wipe(std::string& secret) {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
}

/// As many hexadecimal digits are half a key: whoever typed them wrong did not get far.
constexpr std::size_t suspicious = 16;

bool is_digit(char c) { return detail::hex_value(c) >= 0; }

std::size_t digits_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
}

/// Digits, and what people write between octets.
bool is_only_digits(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) {
        return is_digit(c) || std::string_view{"xX:;,-.'\""}.find(c) != std::string_view::npos;
    });
}

std::size_t end_of_word(std::string_view text, std::size_t begin) {
    return std::min(text.find_first_of(blanks, begin), text.size());
}

/// What is wrong, without a character of it.
std::string complaint_of(const std::string& where, std::string_view text, const error& why) {
    auto out = where + ": " + std::string{message(why.code)} + "; ";
    if (text.size() != crypto::key::digits)
        return out + "these are " + std::to_string(text.size()) + " characters";
    return out + "character " + std::to_string(why.offset + 1) + " is none";
}

bool add_key(const std::string& where, std::string_view text, crypto::key_ring& ring, complaints& errors) {
    const auto secret = crypto::key::parse(text);
    if (!secret) {
        errors.plain(complaint_of(where, text, secret.error()));
        return false;
    }
    crypto::key_entry for_every_meter;
    for_every_meter.key = *secret;
    ring.add(for_every_meter);
    return true;
}

bool add_key_of_file(const std::string& path, crypto::key_ring& ring, complaints& errors) {
    std::string content;
    if (const auto failure = read_whole_file(path, content); failure != 0) {
        errors.plain("cannot read " + path + ": " + std::strerror(failure));
        return false;
    }
    const auto is_good = add_key(path, trimmed(content), ring, errors);
    wipe(content);
    return is_good;
}

/// Rows are never shown: a key may stand in any of their fields.
bool add_keys_of_csv(const std::string& path, crypto::key_ring& ring, std::vector<tpl::meter_address>& owners,
                     complaints& errors) {
    std::string content;
    if (const auto failure = read_whole_file(path, content); failure != 0) {
        errors.plain("cannot read " + path + ": " + std::strerror(failure));
        return false;
    }
    const auto keys = crypto::key_file::parse(content);
    wipe(content);
    if (!keys) {
        errors.plain(path + ": " + std::string{message(keys.error().code)});
        return false;
    }
    for (const auto& problem : keys->problems)
        errors.telegram({path, 0}, crypto::to_string(problem));
    ring.reserve(ring.size() + keys->entries.size());
    for (const auto& entry : keys->entries) {
        ring.add(entry);
        if (entry.identification && entry.manufacturer && entry.device_type && entry.version)
            owners.push_back(
                {*entry.manufacturer, *entry.identification, *entry.version, *entry.device_type});
    }
    return true;
}

} // namespace

bool load_keys(const key_options& options, crypto::key_ring& ring, std::vector<tpl::meter_address>& owners,
               complaints& errors) {
    const auto* from_environment = std::getenv(variable);
    auto is_good = true;
    if (options.key.starts_with('@'))
        is_good = add_key_of_file(options.key.substr(1), ring, errors);
    else if (!options.key.empty())
        is_good = add_key("--key", options.key, ring, errors);
    else if (from_environment != nullptr && *from_environment != '\0')
        is_good = add_key(variable, from_environment, ring, errors);
    return is_good && (options.file.empty() || add_keys_of_csv(options.file, ring, owners, errors));
}

void add_key_options(CLI::App& command, key_options& options) {
    command
        .add_option(
            "-k,--key", options.key,
            "Key of 32 hexadecimal digits, for every meter. Others on this machine can see it in the\n"
            "list of processes: @FILE reads it from a file, and without --key the variable\n"
            "METERLINK_KEY gives it")
        ->option_text("KEY");
    command
        .add_option(
            "-K,--keys", options.file,
            "Keys of many meters: CSV with the columns address, key, manufacturer, deviceType, version")
        ->option_text("FILE");
}

std::string without_keys(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find_first_not_of(blanks, at);
        out += text.substr(at, begin - at);
        if (begin == text.npos)
            break;
        auto end = end_of_word(text, begin);
        // Octets with blanks between them are one key.
        while (is_only_digits(text.substr(begin, end - begin)) && end < text.size()) {
            const auto next = text.find_first_not_of(blanks, end);
            if (next == text.npos || !is_only_digits(text.substr(next, end_of_word(text, next) - next)))
                break;
            end = end_of_word(text, next);
        }
        const auto word = text.substr(begin, end - begin);
        out += digits_of(word) < suspicious ? word : "...";
        at = end;
    }
    return out;
}

bool may_be_key(std::string_view text) {
    const auto count = std::count_if(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    constexpr std::ptrdiff_t forgotten = 4; // or typed twice
    constexpr auto whole = static_cast<std::ptrdiff_t>(crypto::key::digits);
    return count >= whole - forgotten && count <= whole + forgotten && digits_of(text) >= suspicious;
}

} // namespace meterlink::cli
