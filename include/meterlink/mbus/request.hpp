#pragma once

/// What a master can be asked to do.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <meterlink/core/bounded_bytes.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/baud_rate.hpp>
#include <meterlink/mbus/command.hpp>
#include <meterlink/mbus/destination.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/request_options.hpp>

namespace meterlink::mbus {

/// Names a submitted request in its events and for its cancellation. Never used twice by one master.
enum class request_id : std::uint64_t { none = 0 };

/// What a request does.
enum class request_kind : std::uint8_t {
    normalise,     ///< SND_NKE: `acknowledged`.
    select,        ///< Selection alone, the slaves stay selected: `acknowledged`.
    read,          ///< REQ_UD2, one or several: `reading`.
    poll_alarm,    ///< REQ_UD1: `alarm_report`, or `acknowledged` when there is none.
    send,          ///< SND_UD: `acknowledged`.
    set_baud_rate, ///< SND_UD, then the line and the meter change: `acknowledged`.
    raw,           ///< Any octets: by the answer that is expected.
};

/// What a raw frame is answered with: `sent`, `acknowledged` or `reading` is its outcome.
enum class raw_answer : std::uint8_t { nothing, acknowledgement, response };

/// One thing for a master to do (EN 13757-2 clause 5, EN 13757-3:2018). What nobody can answer, because it
/// goes to the broadcast address, ends in `sent`.
///
/// `errc::value_out_of_range` (expected 250, found the address) refuses a destination that no slave has: 251
/// and 252, and 255 where an answer is wanted. The same error (expected 300, found 0) refuses a bit rate of
/// 0. Further errors are those of the commands.
class request {
public:
    /// Link reset.
    [[nodiscard]] static constexpr result<request> normalise(primary_address to,
                                                             request_options how = {}) noexcept {
        return checked({request_kind::normalise, to, how}, true);
    }
    /// Link reset of whoever is selected: ends the selection.
    [[nodiscard]] static constexpr request deselect(request_options how = {}) noexcept {
        return {request_kind::normalise, primary_address::selected, how};
    }
    /// Selects, reads nothing and leaves selected.
    [[nodiscard]] static constexpr request select(const mbus::selection& what,
                                                  request_options how = {}) noexcept {
        how.deselects = false;
        return {request_kind::select, what, how};
    }
    /// Readout, by primary address or selection.
    [[nodiscard]] static constexpr result<request> read(const destination& from,
                                                        request_options how = {}) noexcept {
        return checked({request_kind::read, from, how}, false);
    }
    /// Alarm poll.
    [[nodiscard]] static constexpr result<request> poll_alarm(const destination& from,
                                                              request_options how = {}) noexcept {
        return checked({request_kind::poll_alarm, from, how}, false);
    }
    /// Any SND_UD: CI field and user data; its address and C field are replaced.
    [[nodiscard]] static constexpr result<request> send_frame(const destination& to, const long_frame& what,
                                                              request_options how = {}) noexcept {
        request out{request_kind::send, to, how};
        return long_frame::make(c_field::snd_ud(), to.address(), what.ci(), what.user_data())
            .and_then([&](const long_frame& frame) { return out.with(frame); })
            .and_then([](const request& built) { return checked(built, true); });
    }
    /// Sends records as they are; at most 252 octets.
    [[nodiscard]] static constexpr result<request> send(const destination& to, bytes_view records,
                                                        request_options how = {}) noexcept {
        return sent(to, command::data_send(to.address(), records), how);
    }
    /// Application reset alone.
    [[nodiscard]] static constexpr result<request>
    application_reset(const destination& to, std::uint8_t subcode, request_options how = {}) noexcept {
        return send_frame(to, command::application_reset(to.address(), subcode), how);
    }
    /// Freezes the present values.
    [[nodiscard]] static constexpr result<request> synchronise(const destination& to,
                                                               request_options how = {}) noexcept {
        const auto frame = command::synchronise(to.address());
        return sent(to, long_frame::make(frame.c, frame.address, frame.ci, {}), how);
    }
    /// Gives the slave another primary address, 0 to 250.
    [[nodiscard]] static constexpr result<request>
    set_primary_address(const destination& to, primary_address wanted, request_options how = {}) noexcept {
        return sent(to, command::set_primary_address(to.address(), wanted), how);
    }
    /// Gives the slave another identification number, 8 BCD digits.
    [[nodiscard]] static constexpr result<request> set_identification(const destination& to, std::uint32_t id,
                                                                      request_options how = {}) noexcept {
        return sent(to, command::set_identification(to.address(), id), how);
    }
    /// Gives the slave another secondary address, without wildcards.
    [[nodiscard]] static constexpr result<request> set_secondary_address(const destination& to,
                                                                         const secondary_address& wanted,
                                                                         request_options how = {}) noexcept {
        return sent(to, command::set_secondary_address(to.address(), wanted), how);
    }
    /// Sets date and time, given as the four octets of a type F.
    [[nodiscard]] static constexpr result<request> set_clock(const destination& to,
                                                             std::span<const std::uint8_t, 4> type_f,
                                                             request_options how = {}) noexcept {
        return send_frame(to, command::set_clock(to.address(), type_f), how);
    }
    /// Sets date and time, given as the six octets of a type I.
    [[nodiscard]] static constexpr result<request> set_clock(const destination& to,
                                                             std::span<const std::uint8_t, 6> type_i,
                                                             request_options how = {}) noexcept {
        return send_frame(to, command::set_clock(to.address(), type_i), how);
    }
    /// Chooses what the next readout contains: a list of DIF `08` and VIF.
    [[nodiscard]] static constexpr result<request> select_for_readout(const destination& to,
                                                                      bytes_view information_blocks,
                                                                      request_options how = {}) noexcept {
        return sent(to, command::select_for_readout(to.address(), information_blocks), how);
    }
    /// Chooses everything for the next readout.
    [[nodiscard]] static constexpr result<request> global_readout(const destination& to,
                                                                  request_options how = {}) noexcept {
        return send_frame(to, command::global_readout(to.address()), how);
    }
    /// Changes the bit rate of the slave, and follows it: when the slave answers at the new rate, that is
    /// the master's from then on; else the line goes back, and the outcome is `bad_answer` with
    /// `errc::baud_rate_not_followed`, or `no_answer` when it answers at neither.
    [[nodiscard]] static constexpr result<request> set_baud_rate(const destination& to, std::uint32_t baud,
                                                                 request_options how = {}) noexcept {
        const auto frame = command::set_baud_rate(to.address(), baud);
        if (!frame)
            return fail(frame.error());
        return long_frame::make(frame->c, frame->address, frame->ci, {})
            .and_then([&](const long_frame& octets) {
                return request{request_kind::set_baud_rate, to, how}.with(octets);
            })
            .and_then([](const request& built) { return checked(built, false); });
    }
    /// Sends octets as they are, once; an answer may come from any address. At most 261 octets.
    [[nodiscard]] static constexpr result<request> raw(bytes_view octets, raw_answer answer,
                                                       request_options how = {}) noexcept {
        if (octets.empty())
            return fail(errc::truncated, layer::mbus, 0);
        if (const auto possible = checked_rate(how); !possible)
            return fail(possible.error());
        request out{request_kind::raw, primary_address::test, how};
        out.answer_ = answer;
        if (!out.frame_.append(octets))
            return fail(errc::value_out_of_range, layer::mbus, max_frame_size);
        return out;
    }

    [[nodiscard]] constexpr request_kind kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr const destination& to() const noexcept { return to_; }
    [[nodiscard]] constexpr const request_options& options() const noexcept { return options_; }
    /// What a raw request waits for.
    [[nodiscard]] constexpr raw_answer answer() const noexcept { return answer_; }
    /// The frame to send of `send` (with C field 53), `set_baud_rate` and `raw`; empty for the others.
    [[nodiscard]] constexpr bytes_view frame() const noexcept { return frame_; }
    /// The rate that `set_baud_rate` wants; 0 for the others.
    [[nodiscard]] constexpr std::uint32_t wanted_baud() const noexcept {
        return kind_ == request_kind::set_baud_rate ? baud_rate(frame_[6]).value_or(0) : 0;
    }

private:
    constexpr request(request_kind kind, const destination& to, const request_options& how) noexcept
        : kind_{kind}, to_{to}, options_{how} {}

    static constexpr result<request> checked(const request& built, bool broadcasts) noexcept {
        const auto to = built.to_.address();
        const auto kind = to.kind();
        if (kind == address_kind::repeater || kind == address_kind::reserved ||
            (kind == address_kind::broadcast && !broadcasts))
            return fail(errc::value_out_of_range, layer::mbus, 0, primary_address::highest_assignable,
                        to.raw());
        if (const auto possible = checked_rate(built.options_); !possible)
            return fail(possible.error());
        return built;
    }

    static constexpr result<void> checked_rate(const request_options& how) noexcept {
        if (how.baud == 0)
            return fail(errc::value_out_of_range, layer::mbus, 0, baud_rate_rows.front().baud, 0);
        return {};
    }

    static constexpr result<request> sent(const destination& to, const result<long_frame>& frame,
                                          const request_options& how) noexcept {
        if (!frame)
            return fail(frame.error());
        return send_frame(to, *frame, how);
    }

    constexpr result<request> with(const long_frame& frame) const noexcept {
        std::array<std::uint8_t, max_frame_size> octets{};
        return frame.emit(octets).transform([&](std::size_t size) {
            auto out = *this;
            out.frame_.append(bytes_view{octets}.first(size));
            return out;
        });
    }

    request_kind kind_;
    destination to_;
    request_options options_;
    raw_answer answer_ = raw_answer::nothing;
    bounded_bytes<max_frame_size> frame_;
};

} // namespace meterlink::mbus
