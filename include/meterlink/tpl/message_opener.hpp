#pragma once

/// What stands between a message as it came and its records: decryption, and the formats of compact frames.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/compact_frame.hpp>
#include <meterlink/tpl/decryption.hpp>
#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// A message, opened as far as keys and formats go.
struct opened_message {
    message_view message;
    /// Why a compact frame was not expanded, or what is wrong with a format frame; offset as of the CI field.
    /// What is wrong with encryption stands in the message's `security()`.
    error problem = no_error;
};

/// Opens one message after the other, wired or wireless: decrypts its payload, learns the format of a full
/// or format frame, expands a compact one. Allocates nothing, except for messages longer than any single
/// telegram and formats learned for the first time.
///
///     crypto::keyed_ciphers keys{ring};
///     tpl::format_cache formats;
///     tpl::message_opener opener{keys, &formats};
///     if (telegram.message()) // of a `mbus::telegram_view`
///         telegram = telegram.with_message(opener.open(*telegram.message()).message);
template <key_source Keys>
class message_opener {
public:
    /// `keys` and `formats` are the caller's and outlive the opener. Without `formats` compact frames stay
    /// closed.
    explicit message_opener(Keys& keys, format_cache* formats = nullptr) noexcept
        : keys_{&keys}, formats_{formats} {}

    message_opener(const message_opener&) = delete;
    message_opener& operator=(const message_opener&) = delete;

    /// Opens a message that came by wire: what identifies the meter is its long header.
    [[nodiscard]] opened_message open(const message_view& closed) {
        return open(closed, {}, {security_address(closed, {}), false});
    }

    /// Opens a message. `sender` is who teaches formats: protected here where already the layers below were
    /// encrypted. The result borrows from the octets of `closed` and from this opener, until it opens again.
    [[nodiscard]] opened_message open(const message_view& closed, const security_context& context,
                                      format_teacher sender) {
        const auto header = closed.short_header();
        opened_message out{closed};
        if (context.afl || (header && header->configuration.mode() != 0))
            out.message = open_payload(closed, context, *keys_, room_for_message(closed.wire().size()));
        const auto& security = out.message.security();
        sender.is_protected =
            sender.is_protected || security.state == security_state::decrypted || security.is_authenticated;
        if (is_open(security.state))
            use_formats(out, sender);
        return out;
    }

private:
    void use_formats(opened_message& out, const format_teacher& sender) {
        const auto what = out.message.application();
        if (what == application::compact_frame) {
            expand(out, sender);
        } else if (formats_ != nullptr &&
                   (what == application::records || what == application::format_frame)) {
            const auto signature = formats_->learn(out.message, sender);
            if (!signature && what == application::format_frame) // a bad record is told where it stands
                out.problem = signature.error();
        }
    }

    void expand(opened_message& out, const format_teacher& sender) {
        if (formats_ == nullptr) {
            out.problem = {errc::signature_unknown, layer::tpl, out.message.application_offset()};
            return;
        }
        const auto room = room_for_expansion(max_format_size + out.message.wire().size());
        if (const auto expanded = formats_->expand(out.message, sender, room))
            out.message = *expanded;
        else
            out.problem = expanded.error();
    }

    [[nodiscard]] bytes_span room_for_message(std::size_t size) {
        if (size <= message_.size())
            return message_;
        long_message_.resize(size);
        return long_message_;
    }

    [[nodiscard]] bytes_span room_for_expansion(std::size_t size) {
        if (size <= expansion_.size())
            return expansion_;
        long_expansion_.resize(size);
        return long_expansion_;
    }

    /// No telegram is longer: its length is one octet.
    static constexpr std::size_t max_single_size = 256;

    Keys* keys_;
    format_cache* formats_;
    std::array<std::uint8_t, max_single_size> message_{};
    std::array<std::uint8_t, max_format_size + max_single_size> expansion_{};
    std::vector<std::uint8_t> long_message_; // of messages joined from fragments
    std::vector<std::uint8_t> long_expansion_;
};

} // namespace meterlink::tpl
