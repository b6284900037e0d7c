#pragma once

/// What a simulated meter is and says: made by hand, or from frames that a real meter once sent.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/reader.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/address.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/long_frame.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <meterlink/tpl/header.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/status.hpp>

namespace meterlink::mbus {

/// One data message of a meter.
struct slave_telegram {
    /// From the CI field on, 1 to 253 octets. Identity and access number in a header of plain messages are
    /// filled in when it is sent, and so is the DIF 1F that announces another telegram.
    std::vector<std::uint8_t> payload;
    /// The application that an application reset chooses it by (EN 13757-3:2018, the high nibble of the
    /// subcode); 0 belongs to none.
    std::uint8_t application = 0;
};

/// The identity and the telegrams of a meter; plain data, judged when a slave is made from it.
struct slave_description {
    primary_address address = primary_address::unconfigured;
    /// Without wildcards, as it stands in the long header.
    secondary_address secondary{0, 0, 0, 0};
    /// 8 BCD digits, for enhanced selection.
    std::optional<std::uint32_t> fabrication_number;
    /// Of the first answer; every new answer counts on.
    std::uint8_t access_number = 0;
    /// The flags (type D) of an alarm that waits to be asked for.
    std::optional<std::uint8_t> alarm;
    /// What the meter answers, one after the other; none makes a header without records.
    std::vector<slave_telegram> telegrams;

    /// A meter that answers with the records given to `add` later.
    [[nodiscard]] static slave_description of(primary_address address, const secondary_address& secondary) {
        slave_description out;
        out.address = address;
        out.secondary = secondary;
        return out;
    }

    /// The meter that sent `frame`, an RSP_UD: its address (0 where it answered with 253 or 254), its
    /// identity and access number where the header tells them, its data, and the fabrication number where
    /// they name it. Errors: those of `parse_frame` and of the header; `errc::length_unexpected` for a frame
    /// without payload; `errc::value_out_of_range` (at the C field) for one from a master.
    [[nodiscard]] static result<slave_description> from(bytes_view frame) {
        const auto telegram = response(frame);
        if (!telegram)
            return fail(telegram.error());
        slave_description out;
        const auto a = mbus::address(telegram->frame()).value_or(primary_address::unconfigured);
        out.address = a.is_assignable() ? a : primary_address::unconfigured;
        const auto& message = *telegram->message();
        if (const auto header = message.long_header())
            out.secondary = secondary_address::from(*header);
        if (const auto header = message.short_header())
            out.access_number = header->access_number;
        if (message.application() == tpl::application::fixed_data && message.payload().size() > 4) {
            const auto id = load_number(message.payload().first(4), message.options().order);
            // the fixed structure knows no manufacturer: any mask that names none selects it
            out.secondary = {static_cast<std::uint32_t>(id), 0xFFFF, 0xFF, 0xFF};
            out.access_number = message.payload()[4];
        }
        out.keep(message);
        return out;
    }

    /// The next telegram of the same meter, as recorded. Errors as `from`, and `errc::value_out_of_range` (at
    /// the CI field) where the header names another meter.
    result<void> add(bytes_view frame) {
        const auto telegram = response(frame);
        if (!telegram)
            return fail(telegram.error());
        const auto& message = *telegram->message();
        const auto header = message.long_header();
        if (header && !(secondary_address::from(*header) == secondary))
            return fail(errc::value_out_of_range, layer::mbus, telegram_view::message_offset);
        keep(message);
        return {};
    }

    /// The next telegram, built from records behind a long header (CI 72). `errc::value_out_of_range` when
    /// they are longer than the 240 octets that there is room for.
    result<void> add(const apl::record_list& records, tpl::status status = {}) {
        constexpr auto room = long_frame_view::max_user_data - tpl::long_header::wire_size();
        if (records.wire_size() > room)
            return fail(errc::value_out_of_range, layer::mbus, room);
        tpl::long_header header;
        header.common.status = status;
        std::vector<std::uint8_t> payload{0x72};
        for (const auto& part : {to_bytes(header), to_bytes(records)})
            payload.insert(payload.end(), part.begin(), part.end());
        // the identity of the header is filled in with that of the meter when it is sent
        if (const auto message = tpl::message_view::parse(payload, tpl::medium_access::wired))
            keep(*message);
        return {};
    }

private:
    [[nodiscard]] static result<telegram_view> response(bytes_view frame) {
        const auto telegram = telegram_view::parse(frame);
        if (!telegram)
            return fail(telegram.error());
        if (!telegram->message())
            return fail(errc::length_unexpected, layer::mbus, 0);
        const auto c = mbus::c(telegram->frame()).value_or(c_field{0});
        if (c.service() != link_service::rsp_ud)
            return fail(errc::value_out_of_range, layer::mbus, 4, c_field::rsp_ud().raw(), c.raw());
        return *telegram;
    }

    void keep(const tpl::message_view& message) {
        const auto wire = message.wire();
        telegrams.push_back({{wire.begin(), wire.end()}, 0});
        for (const auto& record : message.records()) {
            if (fabrication_number || !record)
                continue;
            if (detail::begins_with_fabrication_number(record->wire()))
                fabrication_number = detail::fabrication_number(record->wire(), message.options().order);
        }
    }
};

} // namespace meterlink::mbus
