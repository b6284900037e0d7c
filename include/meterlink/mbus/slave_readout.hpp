#pragma once

/// The telegrams of a simulated meter, one after the other, whole or selected, and what is written into them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include <meterlink/apl/record.hpp>
#include <meterlink/apl/record_range.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/mbus/record_match.hpp>
#include <meterlink/mbus/secondary_address.hpp>
#include <meterlink/mbus/selection.hpp>
#include <meterlink/mbus/slave_description.hpp>
#include <meterlink/tpl/message.hpp>

namespace meterlink::mbus {

/// The readout of a slave (EN 13757-3:2018, 6.1 and the special DIF 1F): where it stands among its telegrams.
class slave_readout {
public:
    static constexpr std::size_t max_payload = 1 + long_frame_view::max_user_data;

    /// Nothing but a header is answered for no telegrams. `errc::value_out_of_range` for a telegram that is
    /// empty, or longer than 253 octets, counting the DIF 1F that another telegram behind it needs; the
    /// errors of a header that is cut off.
    [[nodiscard]] static result<slave_readout> make(std::vector<slave_telegram> telegrams) {
        if (telegrams.empty()) {
            slave_telegram header_only;
            header_only.payload.assign(1 + tpl::long_header::wire_size(), 0);
            header_only.payload[0] = 0x72;
            telegrams.push_back(std::move(header_only));
        }
        slave_readout out;
        for (auto& telegram : telegrams) {
            if (telegram.payload.empty() || telegram.payload.size() > max_payload)
                return fail(errc::value_out_of_range, layer::mbus, telegram.payload.size());
            const auto message = tpl::message_view::parse(telegram.payload, tpl::medium_access::wired);
            if (!message)
                return fail(message.error());
            auto made = analysed(std::move(telegram), *message);
            if (telegrams.size() > 1 && made.payload.size() == max_payload && made.is_plain &&
                made.trailer_at == max_payload)
                return fail(errc::value_out_of_range, layer::mbus, max_payload);
            out.telegrams_.push_back(std::move(made));
        }
        return out;
    }

    /// The next readout starts with its first telegram.
    void rewind() noexcept {
        next_ = 0;
        position_ = 0;
    }

    /// Application reset: everything, or what the subcode chooses. Its high nibble names an application;
    /// where no telegram belongs to it, all do. Its low nibble is the number of one telegram. False, and
    /// everything is chosen, where there is no telegram of that number.
    bool choose(std::uint8_t subcode) noexcept {
        selected_.clear();
        rewind();
        const auto wanted = static_cast<std::uint8_t>(subcode >> 4U);
        const auto belongs = [&](const telegram_type& each) { return each.application == wanted; };
        has_application_ = wanted != 0 && std::any_of(telegrams_.begin(), telegrams_.end(), belongs);
        application_ = wanted;
        only_ = 0;
        const std::size_t number = subcode & 0x0FU;
        const auto count = static_cast<std::size_t>(std::count_if(
            telegrams_.begin(), telegrams_.end(), [&](const auto& each) { return is_chosen(each); }));
        if (number > count)
            return false;
        only_ = number;
        return true;
    }

    /// Narrows the next readout to the records that fit one of `information_blocks` (DIF with data field 8,
    /// and VIF; VIF 7E is any); returns how many telegrams they fill, 0, and nothing is narrowed, where no
    /// record fits.
    std::size_t select(const std::vector<apl::record_view>& information_blocks);

    /// Ends what `select` began: everything is read again.
    void select_all() noexcept {
        selected_.clear();
        rewind();
    }

    /// Puts the data of `record` in the place of those with the same information blocks; false where the
    /// meter has no such record.
    bool write(const apl::record_view& record);

    /// Whether the meter has this very record; a nibble F in BCD data is any digit.
    [[nodiscard]] bool has(const apl::record_view& wanted) const;

    /// The next telegram from its CI field on, with this identity in its header. After the last one the
    /// readout starts over, and what was selected is forgotten. Valid until the next call.
    [[nodiscard]] bytes_view next(const secondary_address& identity, std::uint8_t access_number) {
        if (!selected_.empty() && next_ == selected_.size())
            select_all();
        auto& from = selected_.empty() ? telegrams_ : selected_;
        auto* current = find_next(from);
        if (current == nullptr) {
            rewind();
            current = find_next(from);
        }
        if (current == nullptr) // not with what `choose` accepted
            return {};
        const auto at = std::pair{next_, position_};
        const auto more = find_next(from) != nullptr;
        std::tie(next_, position_) = at;
        current->set_more_follow(more);
        current->stamp(identity, access_number);
        return current->payload;
    }

private:
    struct telegram_type {
        std::vector<std::uint8_t> payload;
        std::uint8_t application = 0;
        apl::record_options options{};
        tpl::header_kind header = tpl::header_kind::none;
        bool is_fixed_data = false;
        bool is_open = false;  // not encrypted: the header may be changed
        bool is_plain = false; // holds records that can be read: the trailer may be changed
        bool had_manufacturer_dif = false;
        std::size_t records_at = 0;
        std::size_t trailer_at = 0;

        [[nodiscard]] bytes_view records() const noexcept {
            return bytes_view{payload}.subspan(records_at, trailer_at - records_at);
        }
        [[nodiscard]] apl::record_range range() const noexcept {
            return apl::record_range{is_plain ? records() : bytes_view{}, options};
        }
        void set_more_follow(bool more) {
            if (!is_plain)
                return;
            const auto has_data_behind = trailer_at + 1 < payload.size();
            if (!more && !had_manufacturer_dif && !has_data_behind) {
                payload.resize(trailer_at);
                return;
            }
            if (trailer_at == payload.size())
                payload.push_back(0);
            payload[trailer_at] = more ? apl::detail::dif_more_follow : apl::detail::dif_manufacturer;
        }
        /// An encrypted message stays as it was: identity and access number are part of its vector.
        void stamp(const secondary_address& identity, std::uint8_t access_number) noexcept;
    };

    [[nodiscard]] static telegram_type analysed(slave_telegram telegram, const tpl::message_view& message) {
        telegram_type out;
        out.application = telegram.application;
        out.options = message.options();
        out.header = message.header();
        out.is_fixed_data = message.application() == tpl::application::fixed_data;
        out.records_at = message.application_offset();
        out.trailer_at = telegram.payload.size();
        out.is_open = message.security().state == tpl::security_state::plain;
        out.is_plain = out.is_open && message.has_records();
        if (out.is_plain) {
            const auto trailer = message.records().trailer();
            out.had_manufacturer_dif = trailer.has_manufacturer_data && !trailer.more_records_follow;
            if (trailer.has_manufacturer_data)
                out.trailer_at = out.records_at + trailer.offset;
        }
        out.payload = std::move(telegram.payload);
        return out;
    }

    [[nodiscard]] bool is_chosen(const telegram_type& each) const noexcept {
        return !has_application_ || each.application == application_;
    }

    /// The telegram behind the last one that is part of the readout; `next_` and `position_` then stand
    /// behind it.
    [[nodiscard]] telegram_type* find_next(std::vector<telegram_type>& from) noexcept {
        while (next_ < from.size()) {
            auto& each = from[next_++];
            if (!selected_.empty())
                return &each;
            if (is_chosen(each) && (++position_ == only_ || only_ == 0))
                return &each;
        }
        return nullptr;
    }

    std::vector<telegram_type> telegrams_;
    std::vector<telegram_type> selected_;
    std::size_t next_ = 0;     // index of the telegram to look at next
    std::size_t position_ = 0; // how many of the application have been passed
    std::size_t only_ = 0;     // the one telegram that is read, counted from 1; 0 all
    std::uint8_t application_ = 0;
    bool has_application_ = false;
};

inline void slave_readout::telegram_type::stamp(const secondary_address& identity,
                                                std::uint8_t access_number) noexcept {
    if (!is_open)
        return;
    const auto order = options.order;
    const auto behind_ci = bytes_span{payload}.subspan(1);
    if (is_fixed_data && behind_ci.size() > 4) {
        writer{behind_ci}.number(identity.id, 4, order).u8(access_number);
    } else if (header == tpl::header_kind::long_header) {
        (void)identity.emit(behind_ci, order);
        behind_ci[secondary_address::size] = access_number;
    } else if (header == tpl::header_kind::short_header) {
        behind_ci[0] = access_number;
    }
}

inline std::size_t slave_readout::select(const std::vector<apl::record_view>& information_blocks) {
    std::vector<telegram_type> found;
    for (const auto& telegram : telegrams_) {
        bool has_own = false;
        for (const auto& record : telegram.range()) {
            if (!record || std::none_of(information_blocks.begin(), information_blocks.end(),
                                        [&](const auto& each) { return selects_for_readout(each, *record); }))
                continue;
            const auto wire = record->wire();
            const auto has_room = !found.empty() && found.back().payload.size() + wire.size() < max_payload;
            if (!has_own || !has_room) {
                auto part = telegram;
                part.had_manufacturer_dif = false;
                part.payload.resize(part.records_at);
                found.push_back(std::move(part));
                has_own = true;
            }
            auto& out = found.back();
            out.payload.insert(out.payload.end(), wire.begin(), wire.end());
            out.trailer_at = out.payload.size();
        }
    }
    if (!found.empty()) {
        selected_ = std::move(found);
        rewind();
        return selected_.size();
    }
    return 0;
}

inline bool slave_readout::write(const apl::record_view& record) {
    bool is_written = false;
    for (auto& telegram : telegrams_) {
        const auto range = telegram.range();
        for (auto it = range.begin(); it != range.end(); ++it) {
            if (!*it || !has_same_blocks(**it, record))
                continue;
            const auto data = record.data_wire();
            const auto at = telegram.records_at + it.offset() + (*it)->wire().size() - data.size();
            std::copy(data.begin(), data.end(), telegram.payload.begin() + static_cast<std::ptrdiff_t>(at));
            is_written = true;
        }
    }
    return is_written;
}

inline bool slave_readout::has(const apl::record_view& wanted) const {
    for (const auto& telegram : telegrams_)
        for (const auto& record : telegram.range())
            if (record && matches_masked(wanted, *record))
                return true;
    return false;
}

} // namespace meterlink::mbus
