#pragma once

/// Telegrams taken apart, whichever kind they are, with keys and formats that the user gave.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/crypto/key_ring.hpp>
#include <meterlink/crypto/keyed_ciphers.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/tpl/fragments.hpp>
#include <meterlink/tpl/message_opener.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/wmbus/received.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "input.hpp"
#include "keys.hpp"
#include "terminal.hpp"

namespace meterlink::cli {

/// What decoding takes besides telegrams.
struct reading_options {
    telegram_kind kind = telegram_kind::automatic;
    key_options keys;
    std::string formats; ///< JSON file; empty for none.
};

/// Adds --as to `command`.
void add_kind_option(CLI::App& command, reading_options& options);
/// Adds --key, --keys and --formats.
void add_reading_options(CLI::App& command, reading_options& options);

/// A telegram taken apart. What it borrows is good until the reader reads again.
struct reading {
    bytes_view octets;                              ///< That were taken apart: chips already decoded.
    std::optional<error> refusal;                   ///< No telegram at all.
    std::optional<mbus::telegram_view> wired;       ///< A wired frame.
    std::optional<error> problem;                   ///< Of a compact or format frame that came by wire.
    const wmbus::telegram_view* wireless = nullptr; ///< A telegram from the air.
};

/// Reads one telegram after the other, and learns formats of compact frames on its way.
class telegram_reader {
public:
    explicit telegram_reader(const reading_options& options) : options_{options} {}
    telegram_reader(const telegram_reader&) = delete;
    telegram_reader& operator=(const telegram_reader&) = delete;

    /// Reads the files that the options name. False when one of them cannot be used; why has been said then.
    [[nodiscard]] bool load(complaints& errors);
    /// Keeps what was learned in the file of formats.
    void save(complaints& errors) const;

    /// Meters that have a key of their own in the key file, named in full.
    [[nodiscard]] const std::vector<tpl::meter_address>& key_owners() const { return key_owners_; }

    [[nodiscard]] reading read(bytes_view octets);
    [[nodiscard]] const wmbus::telegram_view& read(const wmbus::received& from);

private:
    [[nodiscard]] reading read_coded(bytes_view octets);
    [[nodiscard]] reading read_wired(bytes_view octets);
    void open_message(reading& frame);

    const reading_options& options_;
    crypto::key_ring ring_;
    std::vector<tpl::meter_address> key_owners_;
    crypto::keyed_ciphers keys_{ring_};
    tpl::format_cache formats_;
    std::string saved_formats_; // as they stand in the file
    tpl::fragment_collector fragments_;
    wmbus::telegram_decoder<crypto::keyed_ciphers> decoder_{keys_, {&formats_, &fragments_}};
    tpl::message_opener<crypto::keyed_ciphers> opener_{keys_, &formats_}; // of wired messages
    std::vector<std::uint8_t> octets_;                                    // of chips
};

/// Complains about each thing that is wrong with a telegram or inside it: its frame, bad records, a malformed
/// selection, and values that stay closed without the right key.
void complain_of_defects(const telegram& input, const reading& from, complaints& errors);

/// Complains about what happened to a telegram on its way, for one that came in as `octets`: a wrong CRC, a
/// wrong length. Closed values, unknown formats and bad records are everyday on the air, and stand in the
/// reading.
void complain_of_transmission(const origin& from, const wmbus::telegram_view& telegram, bytes_view octets,
                              complaints& errors);

} // namespace meterlink::cli
