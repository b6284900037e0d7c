#include "keys.hpp"

#include <cstdlib>
#include <cstring>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/key_file.hpp>

#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

constexpr auto variable = "METERLINK_KEY";

void wipe(std::string& secret) {
    crypto::wipe({reinterpret_cast<std::uint8_t*>(secret.data()), secret.size()});
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
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
bool add_keys_of_csv(const std::string& path, crypto::key_ring& ring, complaints& errors) {
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
    for (const auto& entry : keys->entries)
        ring.add(entry);
    return true;
}

} // namespace

bool load_keys(const key_options& options, crypto::key_ring& ring, complaints& errors) {
    const auto* from_environment = std::getenv(variable);
    auto is_good = true;
    if (options.key.starts_with('@'))
        is_good = add_key_of_file(options.key.substr(1), ring, errors);
    else if (!options.key.empty())
        is_good = add_key("--key", options.key, ring, errors);
    else if (from_environment != nullptr && *from_environment != '\0')
        is_good = add_key(variable, from_environment, ring, errors);
    return is_good && (options.file.empty() || add_keys_of_csv(options.file, ring, errors));
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

std::string without_keys(std::string text) {
    constexpr std::size_t suspicious = 16; // digits in a row
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
        auto end = begin;
        while (end < text.size() && detail::hex_value(text[end]) >= 0)
            ++end;
        if (end - begin >= suspicious)
            text.replace(begin, end - begin, "...");
        else
            begin = end;
    }
    return text;
}

} // namespace meterlink::cli
