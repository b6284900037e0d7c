#pragma once

/// From the octets of a wireless telegram to its records: the whole stack, as a list of steps.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/tpl/fragments.hpp>
#include <meterlink/tpl/message_opener.hpp>
#include <meterlink/wmbus/detected_frame.hpp>
#include <meterlink/wmbus/ell_security.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/received.hpp>
#include <meterlink/wmbus/telegram.hpp>

namespace meterlink::wmbus {

/// What a decoder may use besides keys. Both are the caller's, may be shared by decoders of one thread, and
/// outlive the decoder.
struct decoder_aids {
    tpl::format_cache* formats = nullptr; ///< Learns from full and format frames, expands compact ones.
    tpl::fragment_collector* fragments = nullptr; ///< Joins messages that come in several telegrams.
};

/// Decodes telegrams one after the other. Allocates nothing, except for messages joined from fragments and
/// formats learned for the first time. Not for several threads at once.
template <tpl::key_source Keys>
class telegram_decoder {
public:
    /// `keys` are the caller's and outlive the decoder.
    explicit telegram_decoder(Keys& keys, decoder_aids aids = {}) noexcept
        : keys_{&keys}, aids_{aids}, opener_{keys, aids.formats} {}

    telegram_decoder(const telegram_decoder&) = delete;
    telegram_decoder& operator=(const telegram_decoder&) = delete;

    /// Takes a telegram apart, L field first. Every layer that can be read is there in what it returns, and
    /// `problems` names what is wrong with the others. A frame of format A or B that is cut short, or of
    /// which a CRC does not hold, is not read: its values could be anything. A stripped one is read as far as
    /// it goes. Without `format` the frame format is found out, see `detect_frame`. `now` counts for
    /// fragments alone, of which none is ever too old without it. The view borrows from `octets` and from
    /// this decoder, until it decodes again.
    const telegram_view& decode(bytes_view octets, std::optional<frame_format> format = {},
                                instant now = {}) {
        telegram_ = {};
        at_ = 0;
        [[maybe_unused]] const bool is_complete = read_frame(octets, format) // A, B, or stripped
                                                  && read_link_header()      // L C M A
                                                  && read_ell()              // CI 8C to 8F
                                                  && open_ell_payload()      //   AES-CTR, payload CRC
                                                  && skip_network_layer()    // CI 81
                                                  && read_afl()              // CI 90
                                                  && join_fragments(now)     //
                                                  && read_message()          // CI, header
                                                  && open_message();         //   modes 5, 7, 10; formats
        return telegram_;
    }

    /// The same for what a receiver heard, with the format and the time that it tells.
    const telegram_view& decode(const received& from) {
        return decode(from.telegram.view(), from.format, from.time);
    }
    const telegram_view& decode(received&&) = delete; // the view would borrow from what is gone

private:
    // The steps: each reads on where the one before it stopped, and says whether there is more to read.

    bool read_frame(bytes_view input, std::optional<frame_format> format) {
        const auto frame = format ? judge_frame(input, *format) : detect_frame(input);
        if (!frame)
            return stop_at_frame(frame.error());
        if (frame->problem)
            telegram_.problems.add(*frame->problem, problem_place::input);
        telegram_.format = frame->format;
        return take_frame(input, *frame) && (frame->format == frame_format::stripped || !frame->problem);
    }

    /// Octets that are there as they are need no copy.
    bool take_frame(bytes_view input, const detected_frame& frame) {
        if (frame.format == frame_format::stripped && input[0] + std::size_t{1} == frame.size)
            return take_wire(input.first(frame.size));
        const auto size = copy_telegram(input, frame, wire_);
        return size ? take_wire(bytes_view{wire_}.first(*size)) : stop_at_frame(size.error());
    }

    bool take_wire(bytes_view wire) {
        telegram_.wire = wire;
        telegram_.opened = wire;
        telegram_.rest = wire;
        return true;
    }

    bool read_link_header() {
        const auto header = link_header::parse(ahead());
        if (!header)
            return stop(header.error());
        telegram_.link = *header;
        return advance(link_header::wire_size());
    }

    bool read_ell() {
        if (!extended_link_layer::is_announced_by(ahead()[0]))
            return true;
        const auto ell = extended_link_layer::parse(ahead());
        if (!ell)
            return stop(ell.error());
        telegram_.ell = *ell;
        telegram_.ell_offset = at_;
        return advance(ell->wire_size());
    }

    bool open_ell_payload() {
        if (!telegram_.ell || !telegram_.ell->session)
            return true;
        const auto closed_at = at_ - extended_link_layer::payload_crc_size;
        const auto closed = telegram_.wire.subspan(closed_at);
        const auto room = bytes_span{opened_}.subspan(closed_at, closed.size());
        const auto& sender = telegram_.link->sender;
        if (telegram_.format == frame_format::stripped) {
            const auto open = open_ell_perhaps_with_link_crc(sender, *telegram_.ell, closed, *keys_, room);
            telegram_.ell_security = open.state;
            if (open.size != closed.size())
                take_broken_link_crc();
            return take_opened_ell(open.is_right);
        }
        telegram_.ell_security = open_ell(sender, *telegram_.ell, closed, *keys_, room);
        return take_opened_ell(payload_crc_holds(room));
    }

    /// The last two octets are a CRC of format B that does not hold: that is why the frame passed for a
    /// stripped one.
    void take_broken_link_crc() {
        const auto size = telegram_.wire.size() - link_crc_size;
        const auto sent = static_cast<std::int32_t>(load_big_endian(telegram_.wire.last(link_crc_size)));
        telegram_.problems.add(
            {errc::block_crc, layer::wmbus, size, crc16_en13757::of(telegram_.wire.first(size)), sent},
            problem_place::input);
        std::copy_n(telegram_.wire.begin(), size, wire_.begin());
        wire_[0] = telegram_.link->length = static_cast<std::uint8_t>(size - 1);
        telegram_.wire = telegram_.opened = bytes_view{wire_}.first(size);
        telegram_.format = frame_format::b;
    }

    bool take_opened_ell(bool holds) {
        using tpl::security_state;
        const auto state = telegram_.ell_security;
        const auto crc_at = at_ - extended_link_layer::payload_crc_size;
        if (state == security_state::decrypted) {
            std::copy_n(telegram_.wire.begin(), crc_at, opened_.begin());
            telegram_.opened = bytes_view{opened_}.first(telegram_.wire.size());
            const auto crc = telegram_.opened.subspan(crc_at, extended_link_layer::payload_crc_size);
            telegram_.ell->payload_crc = static_cast<std::uint16_t>(load_little_endian(crc));
        } else if (state == security_state::plain && !holds) {
            telegram_.problems.add({errc::payload_crc, layer::wmbus, crc_at, crc16_en13757::of(ahead()),
                                    telegram_.ell->payload_crc});
        }
        telegram_.rest = ahead();
        return holds && !telegram_.rest.empty();
    }

    bool skip_network_layer() {
        if (ahead()[0] != network_layer_ci)
            return true;
        if (ahead().size() < network_layer_size)
            return stop({errc::truncated, layer::wmbus, ahead().size()});
        telegram_.network_layer = ahead().first(network_layer_size);
        return advance(network_layer_size);
    }

    bool read_afl() {
        if (ahead()[0] != tpl::afl_ci)
            return true;
        const auto afl = tpl::afl_view::parse(ahead());
        if (!afl)
            return stop(afl.error());
        telegram_.afl = *afl;
        telegram_.afl_offset = at_;
        return advance(afl->wire().size());
    }

    bool join_fragments(instant now) {
        message_octets_ = ahead();
        if (!telegram_.afl)
            return true;
        if (!telegram_.afl->is_fragment()) {
            if (const auto announced = telegram_.afl->message_length;
                announced && *announced != ahead().size())
                telegram_.problems.add({errc::message_length, layer::tpl, telegram_.afl_offset, *announced,
                                        static_cast<std::int32_t>(ahead().size())});
            return true;
        }
        if (aids_.fragments == nullptr)
            return stop({errc::fragment_unexpected, layer::tpl, 0});
        const auto joined = aids_.fragments->add(telegram_.link->sender, *telegram_.afl, now);
        if (!joined)
            return stop(joined.error());
        if (!*joined)
            return false; // more fragments follow
        message_octets_ = (*joined)->octets;
        telegram_.afl = (*joined)->layer;
        telegram_.is_reassembled = true;
        return !message_octets_.empty();
    }

    bool read_message() {
        const auto message = tpl::message_view::parse(message_octets_, tpl::medium_access::wireless);
        if (!message)
            return stop(message.error());
        telegram_.message = *message;
        telegram_.message_offset = at_;
        telegram_.rest = {};
        return true;
    }

    bool open_message() {
        const bool is_link_encrypted = telegram_.ell_security == tpl::security_state::decrypted;
        const auto open = opener_.open(*telegram_.message, {telegram_.link->sender, telegram_.afl},
                                       {telegram_.meter().value_or(tpl::meter_address{}), is_link_encrypted});
        telegram_.message = open.message;
        for (const auto& problem : {open.message.security().problem, open.problem})
            if (problem.code != errc::none)
                add_problem(problem);
        return open.problem.code == errc::none;
    }

    // Where the steps are.

    [[nodiscard]] bytes_view ahead() const noexcept { return telegram_.opened.subspan(at_); }

    /// Goes on; false at the end of the telegram, which is a good place for a telegram to end.
    bool advance(std::size_t count) noexcept {
        at_ += count;
        telegram_.rest = ahead();
        return !telegram_.rest.empty();
    }

    bool stop(const error& why) noexcept {
        add_problem(why);
        return false;
    }

    bool stop_at_frame(const error& why) noexcept {
        telegram_.problems.add(why, problem_place::input);
        return false;
    }

    /// `why` counts from the layer that is read. Offsets in a message joined from fragments are its own.
    void add_problem(const error& why) noexcept {
        if (telegram_.is_reassembled)
            telegram_.problems.add(why, problem_place::message);
        else
            telegram_.problems.add(why.shifted(at_));
    }

    static constexpr std::size_t link_crc_size = 2;

    Keys* keys_;
    decoder_aids aids_;
    tpl::message_opener<Keys> opener_;
    telegram_view telegram_;
    std::size_t at_ = 0; // of the next layer in the telegram
    bytes_view message_octets_;
    std::array<std::uint8_t, max_telegram_size> wire_{};
    std::array<std::uint8_t, max_telegram_size> opened_{};
};

} // namespace meterlink::wmbus
