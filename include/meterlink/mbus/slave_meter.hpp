#pragma once

/// The application of a simulated meter: its identity, its readout, and the commands that it obeys.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/apl/application_error.hpp>
#include <meterlink/apl/date_codec.hpp>
#include <meterlink/apl/record.hpp>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/c_field.hpp>
#include <meterlink/mbus/command.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/slave_description.hpp>
#include <meterlink/mbus/slave_event.hpp>
#include <meterlink/mbus/slave_readout.hpp>

namespace meterlink::mbus {

/// What answers behind the link layer of a slave (EN 13757-3:2018). What it is asked for and cannot do, its
/// next answer says with an application error.
class slave_meter {
public:
    /// `errc::value_out_of_range` for an address above 250, and the errors of `slave_readout::make`.
    [[nodiscard]] static result<slave_meter> make(slave_description description) {
        if (!description.address.is_assignable())
            return fail(errc::value_out_of_range, layer::mbus, 0, primary_address::highest_assignable,
                        description.address.raw());
        auto readout = slave_readout::make(std::move(description.telegrams));
        if (!readout)
            return fail(readout.error());
        slave_meter out{std::move(*readout)};
        out.address_ = description.address;
        out.secondary_ = description.secondary;
        out.fabrication_number_ = description.fabrication_number;
        out.access_number_ = description.access_number;
        out.alarm_ = description.alarm;
        return out;
    }

    [[nodiscard]] primary_address address() const noexcept { return address_; }
    [[nodiscard]] const secondary_address& secondary() const noexcept { return secondary_; }
    [[nodiscard]] const std::optional<std::uint32_t>& fabrication_number() const noexcept {
        return fabrication_number_;
    }
    /// That of the next new answer.
    [[nodiscard]] std::uint8_t access_number() const noexcept { return access_number_; }
    [[nodiscard]] const std::optional<std::uint8_t>& alarm() const noexcept { return alarm_; }

    /// An alarm, flags of type D, that waits until a master has asked for it.
    void raise_alarm(std::uint8_t flags) noexcept {
        alarm_ = flags;
        is_alarm_told_ = false;
    }

    /// Whether a selection means this meter: the address fits, and so do all records behind it.
    [[nodiscard]] bool is_meant_by(const selection_view& selection) const {
        if (!selection.address().matches(secondary_))
            return false;
        const apl::record_range records{selection.records(), {selection.order(), apl::direction::to_meter}};
        for (const auto& record : records) {
            if (!record)
                return false;
            if (const auto mask = detail::fabrication_number(record->wire(), selection.order())) {
                if (!fabrication_number_ || !digits_match(*mask, *fabrication_number_))
                    return false;
            } else if (!readout_.has(*record)) {
                return false;
            }
        }
        return true;
    }

    /// A readout starts over, as after a link reset or a selection.
    void rewind() noexcept { readout_.rewind(); }

    /// Does what user data from a master say, from the CI field on. `payload` is not empty.
    void execute(bytes_view payload, slave_events& events) {
        const auto data = payload.subspan(1);
        switch (payload[0]) {
        case command::detail::application_reset_ci: return reset(data, events);
        case command::detail::data_send_ci: return take(data, events);
        case command::detail::synchronise_ci: return events.push(slave_event_kind::synchronised);
        default: return refuse(unimplemented_ci, events);
        }
    }

    /// A new answer to REQ_UD2.
    [[nodiscard]] long_frame class_2_data() {
        const auto c = c_field::rsp_ud(alarm_.has_value());
        if (const auto refused = std::exchange(refused_, std::nullopt))
            return {c, address_, application_error_ci, std::array{*refused}};
        const auto payload = readout_.next(secondary_, access_number_++);
        if (payload.empty())
            return {c, address_, application_error_ci, std::array{unspecified}};
        return *long_frame::make(c, address_, payload[0], payload.subspan(1));
    }

    /// A new answer to REQ_UD1: none where there is no alarm, or the one there was has been answered already.
    [[nodiscard]] std::optional<long_frame> class_1_data(slave_events& events) {
        if (alarm_ && std::exchange(is_alarm_told_, true)) {
            alarm_.reset();
            events.push(slave_event_kind::alarm_cleared);
        }
        if (!alarm_)
            return std::nullopt;
        return long_frame{c_field::rsp_ud(), address_, alarm_ci, std::array{*alarm_}};
    }

    // Application error codes (EN 13757-3:2018, clause 9).
    static constexpr std::uint8_t unspecified = 0;
    static constexpr std::uint8_t unimplemented_ci = 1;
    static constexpr std::uint8_t premature_end_of_record = 4;
    static constexpr std::uint8_t too_many_dife = 5;
    static constexpr std::uint8_t too_many_vife = 6;

    /// The next answer to REQ_UD2 is this application error.
    void refuse(std::uint8_t code, slave_events& events) noexcept {
        refused_ = code;
        events.push(slave_event_kind::refused, code);
    }

private:
    static constexpr std::uint8_t application_error_ci = 0x70;
    static constexpr std::uint8_t alarm_ci = 0x71;

    explicit slave_meter(slave_readout readout) noexcept : readout_{std::move(readout)} {}

    void reset(bytes_view data, slave_events& events) {
        const auto subcode = data.empty() ? std::uint8_t{0} : data[0];
        refused_.reset();
        if (!readout_.choose(subcode))
            return refuse(unspecified, events);
        events.push(slave_event_kind::application_reset, subcode);
    }

    /// Records to the meter, in their order; the first that is impossible ends it.
    void take(bytes_view data, slave_events& events) {
        const apl::record_range records{data,
                                        {byte_order::least_significant_first, apl::direction::to_meter}};
        std::vector<apl::record_view> blocks;
        auto it = records.begin();
        for (; it != records.end(); ++it) {
            if (!*it)
                return refuse(code_of(it->error().code), events);
            if ((*it)->dib().field == apl::data_field::selection)
                blocks.push_back(**it);
            else if (!set(**it, events))
                return refuse(unspecified, events);
        }
        if (it.trailer().is_global_readout) {
            readout_.select_all();
            events.push(slave_event_kind::readout_selected);
        } else if (!blocks.empty()) {
            const auto count = readout_.select(blocks);
            if (count == 0)
                return refuse(unspecified, events);
            events.push(slave_event_kind::readout_selected, static_cast<std::uint32_t>(count));
        }
    }

    [[nodiscard]] static std::uint8_t code_of(errc code) noexcept {
        switch (code) {
        case errc::truncated: return premature_end_of_record;
        case errc::dife_count: return too_many_dife;
        case errc::vife_count: return too_many_vife;
        default: return unspecified;
        }
    }

    /// False for what this meter has not, or what no meter can be set to.
    [[nodiscard]] bool set(const apl::record_view& record, slave_events& events) {
        const auto wire = record.wire();
        const auto data = record.data();
        switch (wire[0] << 8U | wire[1]) {
        case 0x017A: return set_address(data[0], events);
        case 0x0C79:
            return set_secondary(
                {id_of(data), secondary_.manufacturer, secondary_.version, secondary_.device_type}, events);
        case 0x0779: return set_secondary(secondary_address::parse(data).value_or(secondary_), events);
        case 0x046D: return set_clock(record, apl::decode_type_f(id_of(data)).has_value(), events);
        case 0x066D:
            return set_clock(record, apl::decode_type_i(load_little_endian(data)).has_value(), events);
        case 0x026C:
            return set_clock(record, apl::decode_type_g(static_cast<std::uint16_t>(id_of(data))).has_value(),
                             events);
        default: break;
        }
        if (!readout_.write(record))
            return false;
        events.push(slave_event_kind::data_written, static_cast<std::uint32_t>(data.size()));
        return true;
    }

    [[nodiscard]] static std::uint32_t id_of(bytes_view data) noexcept {
        return static_cast<std::uint32_t>(load_little_endian(data));
    }

    [[nodiscard]] bool set_address(primary_address wanted, slave_events& events) noexcept {
        if (!wanted.is_assignable())
            return false;
        address_ = wanted;
        events.push(slave_event_kind::primary_address_set, wanted.raw());
        return true;
    }

    [[nodiscard]] bool set_secondary(const secondary_address& wanted, slave_events& events) noexcept {
        if (!command::detail::all_digits(wanted.id))
            return false;
        secondary_ = wanted;
        events.push(slave_event_kind::secondary_address_set, wanted.id);
        return true;
    }

    /// The clock is what stands in the readout; it does not tick.
    [[nodiscard]] bool set_clock(const apl::record_view& record, bool is_time, slave_events& events) {
        if (!is_time)
            return false;
        (void)readout_.write(record);
        events.push(slave_event_kind::clock_set, static_cast<std::uint32_t>(record.data().size()));
        return true;
    }

    slave_readout readout_;
    primary_address address_ = primary_address::unconfigured;
    secondary_address secondary_{};
    std::optional<std::uint32_t> fabrication_number_;
    std::optional<std::uint8_t> alarm_;
    std::optional<std::uint8_t> refused_;
    std::uint8_t access_number_ = 0;
    bool is_alarm_told_ = false;
};

} // namespace meterlink::mbus
