#pragma once

/// What is known about one meter from listening to it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <meterlink/core/session.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/wmbus/access_tracker.hpp>
#include <meterlink/wmbus/signal_paths.hpp>

namespace meterlink::wmbus {

/// What came of the latest telegram of a meter.
enum class meter_state : std::uint8_t {
    never_heard,
    ok, ///< It could be read.
    no_key,
    wrong_key,
    mac_mismatch,
    unsupported, ///< Its security mode is not decrypted here.
    unreadable,  ///< Nothing of it is closed, and one of its layers could not be read nevertheless.
    downgraded,  ///< In the clear, though a key has opened telegrams of this meter before: anybody's.
    replayed,    ///< Its counter is not above those before: an old telegram, or one that was held up.
};

/// How many states there are.
inline constexpr std::size_t meter_state_count = 9;

/// Stable identifier: `"never_heard"`.
[[nodiscard]] constexpr std::string_view name(meter_state state) noexcept {
    switch (state) {
    case meter_state::never_heard: return "never_heard";
    case meter_state::ok: return "ok";
    case meter_state::no_key: return "no_key";
    case meter_state::wrong_key: return "wrong_key";
    case meter_state::mac_mismatch: return "mac_mismatch";
    case meter_state::unsupported: return "unsupported";
    case meter_state::unreadable: return "unreadable";
    case meter_state::downgraded: return "downgraded";
    case meter_state::replayed: break;
    }
    return "replayed";
}

/// Whether somebody else may have sent the telegram that left its meter so: its values are none of the
/// meter's until proven.
[[nodiscard]] constexpr bool is_doubtful(meter_state state) noexcept {
    return state == meter_state::downgraded || state == meter_state::replayed;
}

/// What vouches for a telegram.
struct telegram_proof {
    /// A key of the meter decrypted or authenticated it.
    bool is_opened = false;
    /// It says something in the clear that no key vouches for.
    bool is_clear = false;
    /// The message counter, where a MAC or tag that was verified covers it.
    std::optional<std::uint32_t> counter;
    /// The session number of an extended link layer that was decrypted, see `session_number::raw`.
    std::optional<std::uint32_t> session;
};

/// The state in which a telegram with such a payload leaves its meter; `is_read` as in
/// `telegram_view::is_read`.
[[nodiscard]] constexpr meter_state meter_state_after(tpl::security_state security, bool is_read) noexcept {
    switch (security) {
    case tpl::security_state::plain:
    case tpl::security_state::decrypted: return is_read ? meter_state::ok : meter_state::unreadable;
    case tpl::security_state::no_key: return meter_state::no_key;
    case tpl::security_state::wrong_key: return meter_state::wrong_key;
    case tpl::security_state::mac_mismatch: return meter_state::mac_mismatch;
    case tpl::security_state::unsupported: break;
    }
    return meter_state::unsupported;
}

/// A meter of the list, and what was heard of it.
class heard_meter {
public:
    explicit heard_meter(const tpl::meter_address& address, bool is_expected) noexcept
        : address_{address}, is_expected_{is_expected} {}

    [[nodiscard]] const tpl::meter_address& address() const noexcept { return address_; }
    /// Whether somebody named it; false for one that was found by listening.
    [[nodiscard]] bool is_expected() const noexcept { return is_expected_; }
    void expect() noexcept { is_expected_ = true; }

    [[nodiscard]] meter_state state() const noexcept { return state_; }
    /// False when its latest telegram could not be read, or none ever came.
    [[nodiscard]] bool is_readable() const noexcept { return state_ == meter_state::ok; }
    /// When its last telegram came, repetitions included; none before the first.
    [[nodiscard]] std::optional<instant> last_heard() const noexcept { return last_heard_; }
    /// When the last one came that could be read; once a key has opened one, the last that a key opened.
    [[nodiscard]] std::optional<instant> last_read() const noexcept { return last_read_; }

    /// Whether a key has ever opened a telegram of it.
    [[nodiscard]] bool was_opened() const noexcept { return was_opened_; }
    /// The highest message counter that a MAC or tag has proven.
    [[nodiscard]] std::optional<std::uint32_t> highest_counter() const noexcept { return counter_; }
    /// The highest session number of the extended link layer that was decrypted.
    [[nodiscard]] std::optional<std::uint32_t> highest_session() const noexcept { return session_; }

    /// Telegrams, without repetitions.
    [[nodiscard]] std::uint64_t telegrams() const noexcept { return telegrams_; }
    /// Further copies, from repeaters and other receivers.
    [[nodiscard]] std::uint64_t repetitions() const noexcept { return repetitions_; }
    /// Telegrams that were not heard, as far as access numbers tell.
    [[nodiscard]] std::uint64_t lost() const noexcept { return access_.lost(); }
    [[nodiscard]] const access_tracker& access() const noexcept { return access_; }
    [[nodiscard]] const signal_paths& signals() const noexcept { return signals_; }

    /// Takes any copy of a telegram: who heard it how well.
    void on_copy(std::string_view receiver, bool is_relayed, std::optional<double> rssi_dbm, instant now,
                 const signal_paths::options& how) {
        last_heard_ = last_heard_ ? std::max(*last_heard_, now) : now;
        signals_.on(receiver, is_relayed, rssi_dbm, now, how);
    }
    /// The copy was a repetition.
    void on_repetition() noexcept { ++repetitions_; }
    /// The copy was a new telegram, which leaves the meter in `state`, unless what is known about the meter
    /// and `proof` cast doubt on it: then it counts as a telegram, and for nothing else. `access_number` is
    /// the meter's own count; none in answers.
    void on_telegram(meter_state state, std::optional<std::uint8_t> access_number, instant now,
                     const access_tracker::options& how, const telegram_proof& proof = {}) noexcept {
        ++telegrams_;
        state_ = state == meter_state::ok ? doubted(proof) : state;
        if (is_doubtful(state_))
            return;
        if (is_readable())
            on_read(proof, now);
        if (access_number)
            (void)access_.on(*access_number, now, how);
    }
    /// Forgets by which receivers it is heard, so that the next telegrams choose the best one anew.
    void reinstall() noexcept { signals_.clear(); }

private:
    using number = std::optional<std::uint32_t>;

    [[nodiscard]] meter_state doubted(const telegram_proof& proof) const noexcept {
        const auto is_old = [](const number& sent, const number& highest) {
            return sent && highest && *sent <= *highest;
        };
        if (is_old(proof.counter, counter_) || is_old(proof.session, session_))
            return meter_state::replayed;
        return was_opened_ && proof.is_clear ? meter_state::downgraded : meter_state::ok;
    }

    void on_read(const telegram_proof& proof, instant now) noexcept {
        was_opened_ = was_opened_ || proof.is_opened;
        if (proof.counter)
            counter_ = proof.counter;
        if (proof.session)
            session_ = proof.session;
        if (proof.is_opened || !was_opened_)
            last_read_ = last_read_ ? std::max(*last_read_, now) : now;
    }

    tpl::meter_address address_;
    bool is_expected_;
    bool was_opened_ = false;
    meter_state state_ = meter_state::never_heard;
    std::optional<instant> last_heard_;
    std::optional<instant> last_read_;
    number counter_;
    number session_;
    std::uint64_t telegrams_ = 0;
    std::uint64_t repetitions_ = 0;
    access_tracker access_;
    signal_paths signals_;
};

} // namespace meterlink::wmbus
