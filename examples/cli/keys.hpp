#pragma once

/// The keys that a user gives. None of them, nor a part of one, is ever written anywhere.

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <meterlink/crypto/key_ring.hpp>
#include <meterlink/tpl/meter_address.hpp>

#include "terminal.hpp"

namespace meterlink::cli {

struct key_options {
    std::string key;  ///< 32 digits, or `@FILE`.
    std::string file; ///< CSV.
};

/// Adds --key and --keys to `command`.
void add_key_options(CLI::App& command, key_options& options);

/// Adds the keys that `options`, or METERLINK_KEY, give to `ring`; one of --key is for every meter. Bad rows
/// of a file are complained about, and the others used; `owners` gets the meters that rows name in full.
/// False when a key or a file cannot be used at all.
[[nodiscard]] bool load_keys(const key_options& options, crypto::key_ring& ring,
                             std::vector<tpl::meter_address>& owners, complaints& errors);

/// `text` with every word that has 16 hexadecimal digits or more, and so may be a key however it is spelled,
/// replaced by dots: for messages that quote a command line.
[[nodiscard]] std::string without_keys(std::string_view text);

/// Whether `text`, which is no telegram, is of the size of a key, mistyped or not.
[[nodiscard]] bool may_be_key(std::string_view text);

} // namespace meterlink::cli
