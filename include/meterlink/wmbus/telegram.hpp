#pragma once

/// A wireless telegram, taken apart into its layers.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/wmbus/ell.hpp>
#include <meterlink/wmbus/frame_format.hpp>
#include <meterlink/wmbus/link_header.hpp>
#include <meterlink/wmbus/reversed_address.hpp>

namespace meterlink::wmbus {

/// The octets that the offset of a problem counts in.
enum class problem_place : std::uint8_t {
    input,    ///< Those given to the decoder, link layer CRCs included: what is wrong with the frame.
    telegram, ///< `telegram_view::wire`, from the L field on and without link layer CRCs.
    message,  ///< A message joined from fragments, from its CI field on.
};

/// What is wrong with a telegram, and in which octets its offset counts.
struct telegram_problem : error {
    problem_place place = problem_place::telegram;
};

/// What is wrong with a telegram, the outermost layer first; a few, and no more. Without allocation.
class telegram_problems {
public:
    static constexpr std::size_t capacity = 4;

    /// Keeps `why`; beyond the capacity the first ones stand. What one layer after the other finds at the
    /// same place is told once.
    constexpr void add(const error& why, problem_place place = problem_place::telegram) noexcept {
        const auto is_of_message = [](problem_place at) { return at == problem_place::message; };
        for (const auto& known : *this)
            if (known.code == why.code && known.offset == why.offset &&
                is_of_message(known.place) == is_of_message(place))
                return;
        if (count_ < capacity)
            problems_[count_++] = {why, place};
    }

    [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return count_; }
    [[nodiscard]] constexpr const telegram_problem& front() const noexcept { return problems_[0]; }
    [[nodiscard]] constexpr const telegram_problem* begin() const noexcept { return problems_.data(); }
    [[nodiscard]] constexpr const telegram_problem* end() const noexcept { return problems_.data() + count_; }

private:
    std::array<telegram_problem, capacity> problems_{};
    std::size_t count_ = 0;
};

/// A telegram of EN 13757-4, layer by layer, each there if the telegram has it and the one before it could be
/// read. Borrowed: the octets are those given to the decoder and those inside it, good until it decodes
/// again. Offsets count from the L field in `wire`, so link layer CRCs do not count; of each problem `place`
/// says in which octets its offset counts.
struct telegram_view {
    frame_format format = frame_format::stripped;
    bytes_view wire; ///< As it was sent, L field first, without link layer CRCs.
    /// The same octets, an encrypted extended link layer in the clear where that could be.
    bytes_view opened;
    std::optional<link_header> link;

    std::optional<extended_link_layer> ell;
    std::size_t ell_offset = 0;
    /// `plain` too where there is no such layer.
    tpl::security_state ell_security = tpl::security_state::plain;

    bytes_view network_layer; ///< CI 81 and its octet, which some makers send; not looked into.

    std::optional<tpl::afl_view> afl;
    std::size_t afl_offset = 0;
    bool is_reassembled = false; ///< `message` comes from several telegrams, of which this is the last.

    std::optional<tpl::message_view> message;
    /// Of the CI field of the message; nothing to go by where `is_reassembled`.
    std::size_t message_offset = 0;

    bytes_view rest; ///< Octets behind the last layer that could be read; they may be encrypted.
    telegram_problems problems;

    /// Who measures: the address in the long header, else that of the link layer (with a long header that is
    /// often a radio converter's), put into order where its maker reverses it.
    [[nodiscard]] constexpr std::optional<tpl::meter_address> meter() const noexcept {
        if (message)
            if (const auto header = message->long_header())
                return tpl::meter_address::from(*header);
        if (!link)
            return std::nullopt;
        return has_reversed_address(link->sender.manufacturer, opened.subspan(link_header::wire_size()))
                   ? in_standard_order(link->sender)
                   : link->sender;
    }

    /// The access number of the message; else that of the extended link layer. See `transmission_number`.
    [[nodiscard]] constexpr std::optional<std::uint8_t> access_number() const noexcept {
        if (message)
            if (const auto header = message->short_header())
                return header->access_number;
        if (ell)
            return ell->access_number;
        return std::nullopt;
    }

    /// The number that counts the transmissions of the meter: that of the extended link layer, else that of
    /// the message.
    [[nodiscard]] constexpr std::optional<std::uint8_t> transmission_number() const noexcept {
        return ell ? std::optional{ell->access_number} : access_number();
    }

    /// What became of all encryption: that of the message, unless the extended link layer stayed closed. The
    /// key of the extended link layer is the sender's: it says nothing for another meter, whose plain message
    /// a radio converter encrypts on its way.
    [[nodiscard]] constexpr tpl::security_state security() const noexcept {
        if (!message)
            return ell_security;
        const auto of_message = message->security().state;
        if (of_message != tpl::security_state::plain)
            return of_message;
        const auto header = message->long_header();
        const bool is_of_sender = !header || (link && tpl::meter_address::from(*header) == link->sender);
        return is_of_sender ? ell_security : of_message;
    }

    /// Whether it could be read down to its message, and nothing stayed closed. A telegram that rightly ends
    /// before a message is read too, and so is a fragment that waits for the others; what is wrong inside the
    /// message does not count.
    [[nodiscard]] constexpr bool is_read() const noexcept {
        return link && (message || problems.empty()) && is_open(security());
    }

    /// The data records; none where there are no such, or they could not be read.
    [[nodiscard]] constexpr apl::record_range records() const noexcept {
        return message ? message->records() : apl::record_range{bytes_view{}};
    }
};

} // namespace meterlink::wmbus
