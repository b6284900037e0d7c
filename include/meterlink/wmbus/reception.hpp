#pragma once

/// From telegrams that come in from any number of receivers to meters and what is known about them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/tpl/security.hpp>
#include <meterlink/wmbus/access_tracker.hpp>
#include <meterlink/wmbus/c_field.hpp>
#include <meterlink/wmbus/heard_meter.hpp>
#include <meterlink/wmbus/meter_list.hpp>
#include <meterlink/wmbus/received.hpp>
#include <meterlink/wmbus/repetition_window.hpp>
#include <meterlink/wmbus/signal_paths.hpp>
#include <meterlink/wmbus/telegram.hpp>
#include <meterlink/wmbus/telegram_fingerprint.hpp>

namespace meterlink::wmbus {

/// What decoding has found out about a received telegram.
struct heard {
    /// The meter itself: of a long header, when there is one; else of the link layer.
    tpl::meter_address meter;
    /// Of the extended link layer, when there is one; else of the header. It counts the transmissions.
    std::optional<std::uint8_t> access_number;
    tpl::security_state security = tpl::security_state::plain;
    /// The telegram as it was sent, encrypted or not, from its L field on, without link layer CRCs. Needed
    /// during the call only.
    bytes_view content;
    bool is_read = true; ///< Its message is there and open, see `telegram_view::is_read`.
    telegram_proof proof{};

    /// What the decoder says; nothing where not even the sender could be read.
    [[nodiscard]] static constexpr std::optional<heard> from(const telegram_view& telegram) noexcept {
        const auto meter = telegram.meter();
        if (!meter)
            return std::nullopt;
        return heard{*meter,
                     telegram.transmission_number(),
                     telegram.security(),
                     telegram.wire,
                     telegram.is_read(),
                     proof_of(telegram)};
    }

    /// What vouches for a telegram that was decoded.
    [[nodiscard]] static constexpr telegram_proof proof_of(const telegram_view& telegram) noexcept {
        telegram_proof out;
        if (telegram.ell && telegram.ell->session &&
            telegram.ell_security == tpl::security_state::decrypted) {
            out.is_opened = true;
            out.session = telegram.ell->session->raw;
        }
        if (!telegram.message)
            return out;
        const auto& security = telegram.message->security();
        if (security.is_authenticated)
            out.counter = counter_of(telegram);
        out.is_opened =
            out.is_opened || security.is_authenticated || security.state == tpl::security_state::decrypted;
        out.is_clear = !out.is_opened && !telegram.message->application_octets().empty();
        return out;
    }

private:
    /// That of the authentication layer where its MAC covers it, else that of the configuration field
    /// extension, or the one that the tag's key or nonce came from.
    static constexpr std::optional<std::uint32_t> counter_of(const telegram_view& telegram) noexcept {
        const auto of_layer = telegram.afl ? telegram.afl->counter : std::nullopt;
        if (of_layer && !telegram.afl->mac().empty())
            return of_layer;
        const auto header = telegram.message->short_header();
        if (!header)
            return of_layer;
        const auto extension = tpl::configuration_extension::parse(header->configuration,
                                                                   telegram.message->security().extension);
        return extension && extension->counter ? extension->counter : of_layer;
    }
};

/// What a received telegram is.
enum class reception_result : std::uint8_t {
    new_telegram,
    repetition,     ///< A copy of one that came before: from a repeater, or from another receiver.
    not_from_meter, ///< A request or command to a meter, whose address is that of the sender.
    not_listed,     ///< Its meter is not on the list, and is not to be added.
    list_full,      ///< Its meter is to be added, and there is no room.
};

/// Stable identifier: `"new_telegram"`.
[[nodiscard]] constexpr std::string_view name(reception_result result) noexcept {
    switch (result) {
    case reception_result::new_telegram: return "new_telegram";
    case reception_result::repetition: return "repetition";
    case reception_result::not_from_meter: return "not_from_meter";
    case reception_result::not_listed: return "not_listed";
    case reception_result::list_full: break;
    }
    return "list_full";
}

/// The reception logic of wireless M-Bus (EN 13757-4). It is fed with every telegram of every receiver, tells
/// which ones are new, and keeps per meter: state, receivers with their signal strength, and counters. It
/// allocates when a meter or a receiver is new, not per telegram. Its time is that of `received`, which
/// should not run backwards.
class reception {
public:
    struct options {
        repetition_window::options repetitions;
        access_tracker::options access;
        signal_paths::options signals;
        meter_list::options meters;
    };

    struct outcome {
        reception_result result = reception_result::not_listed;
        bool is_best_receiver = false; ///< Whether the receiver of this copy hears the meter best.
        heard_meter* meter = nullptr;  ///< Null unless new or a repetition.
        [[nodiscard]] bool is_new() const noexcept { return result == reception_result::new_telegram; }
    };

    explicit reception(options how)
        : access_{how.access}, signals_{how.signals}, repetitions_{how.repetitions},
          meters_{std::move(how.meters)} {}
    reception() : reception{options{}} {}

    /// Takes one telegram. A repetition says something about receivers only: what came of the first copy
    /// stands.
    outcome on(const received& how, const heard& what) {
        const c_field c{what.content.size() > 1 ? what.content[1] : std::uint8_t{0}};
        if (is_to_meter(c))
            return {reception_result::not_from_meter};
        auto* meter = meters_.find_or_discover(what.meter);
        if (meter == nullptr)
            return {meters_.wants(what.meter) ? reception_result::list_full : reception_result::not_listed};
        const auto fingerprint = telegram_fingerprint::of(what.content);
        meter->on_copy(how.receiver, fingerprint.is_relayed, how.rssi_dbm, how.time, signals_);
        outcome out{reception_result::new_telegram, meter->signals().is_best(how.receiver), meter};
        const bool was_heard = repetitions_.is_repetition(fingerprint, how.time);
        if (was_heard && meter->telegrams() > 0) { // its first one may have come before it was on the list
            meter->on_repetition();
            out.result = reception_result::repetition;
        } else {
            meter->on_telegram(meter_state_after(what.security, what.is_read),
                               c.is_primary() ? what.access_number : std::nullopt, how.time, access_,
                               what.proof);
        }
        return out;
    }

    /// Forgets which receivers hear a meter, for one that was moved; the next telegrams choose anew. False
    /// when it is not on the list.
    bool reinstall(const tpl::meter_address& address) noexcept {
        auto* meter = meters_.find(address);
        if (meter != nullptr)
            meter->reinstall();
        return meter != nullptr;
    }
    /// The same for all meters, for a receiver that was moved.
    void reinstall() noexcept {
        for (auto& meter : meters_)
            meter.reinstall();
    }

    [[nodiscard]] meter_list& meters() noexcept { return meters_; }
    [[nodiscard]] const meter_list& meters() const noexcept { return meters_; }
    [[nodiscard]] const repetition_window& repetitions() const noexcept { return repetitions_; }

private:
    static constexpr bool is_to_meter(c_field c) noexcept {
        switch (c.function()) {
        case link_function::snd_nke:
        case link_function::snd_ud:
        case link_function::snd_ud2:
        case link_function::snd_ud3:
        case link_function::req_ud1:
        case link_function::req_ud2:
        case link_function::cnf_ir: return true;
        default: return false;
        }
    }

    access_tracker::options access_;
    signal_paths::options signals_;
    repetition_window repetitions_;
    meter_list meters_;
};

} // namespace meterlink::wmbus
