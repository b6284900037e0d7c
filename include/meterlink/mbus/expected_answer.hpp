#pragma once

/// What answers a question, and what does not.

#include <algorithm>
#include <cstdint>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/tpl/message.hpp>

namespace meterlink::mbus {

/// The kind of frame that a question is answered with.
enum class answer_kind : std::uint8_t {
    none,            ///< Nobody answers.
    acknowledgement, ///< E5
    response,        ///< RSP_UD
    alarm,           ///< RSP_UD, or E5 for "nothing to report".
};

/// The answer that a question waits for (EN 13757-2, clause 5): its kind, and whose it must be.
struct expected_answer {
    answer_kind kind = answer_kind::none;
    /// The A field of the question. A slave answers with its own address also to 253 and 254, so behind
    /// those any address is right.
    primary_address asked = primary_address::test;
    /// The mask by which the slave was selected.
    secondary_address mask{};
    /// Octets of a telegram that has been had: the same ones once more are a late copy. Borrowed.
    bytes_view earlier{};

    /// Whether `frame` is from the slave that was asked, as far as it says who it is: by its address, and
    /// by the identity in its long header or fixed data.
    [[nodiscard]] constexpr bool is_from_asked(const long_frame_view& frame) const noexcept {
        if (asked.is_assignable() && frame.address() != asked)
            return false;
        const auto message = tpl::message_view::parse(frame.payload(), tpl::medium_access::wired);
        if (!message)
            return true;
        if (const auto header = message->long_header())
            return mask.matches(secondary_address::from(*header));
        if (message->application() == tpl::application::fixed_data && message->payload().size() >= 4)
            return digits_match(mask.id, static_cast<std::uint32_t>(load_number(message->payload().first(4),
                                                                                message->options().order)));
        return true;
    }

    /// The next telegram must be from the slave that has sent `first`.
    constexpr void narrow(bytes_view first) noexcept {
        const auto frame = long_frame_view::parse(first);
        if (!frame)
            return;
        if (frame->address().is_assignable())
            asked = frame->address();
        const auto message = tpl::message_view::parse(frame->payload(), tpl::medium_access::wired);
        if (message && message->long_header())
            mask = secondary_address::from(*message->long_header());
    }

    /// Whether `frame` is a copy of what has been had.
    [[nodiscard]] constexpr bool is_copy(const long_frame_view& frame) const noexcept {
        return std::equal(frame.wire().begin(), frame.wire().end(), earlier.begin(), earlier.end());
    }
};

} // namespace meterlink::mbus
