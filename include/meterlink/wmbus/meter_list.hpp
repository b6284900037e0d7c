#pragma once

/// The meters that are listened to: those that were named, and those that were found on the air.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include <meterlink/tpl/meter_address.hpp>
#include <meterlink/wmbus/heard_meter.hpp>
#include <meterlink/wmbus/meter_filter.hpp>
#include <meterlink/wmbus/mix.hpp>

namespace meterlink::wmbus {

/// A bounded list of meters, in the order in which they came, found by address in constant time. Pointers to
/// its meters are good until one is removed.
class meter_list {
public:
    struct options {
        std::size_t capacity = 250; ///< Meters, named and found.
        /// Room of these for meters that are named, which those that are found cannot take away, however many
        /// somebody makes up.
        std::size_t reserved = 0;
        bool is_scanning = true; ///< Whether meters that nobody named are added when they are heard.
        std::vector<meter_filter> filters; ///< Such a meter must fit one of these; without any, all fit.
    };

    explicit meter_list(options how) : options_{std::move(how)} {}
    meter_list() : meter_list{options{}} {}

    /// Adds a meter by name, `never_heard` until it is, or names one that was found. Null when the list is
    /// full.
    heard_meter* expect(const tpl::meter_address& address) {
        auto* known = find(address);
        if (known != nullptr)
            known->expect();
        return known != nullptr ? known : add(address, true);
    }

    /// The meter, if it is on the list; null otherwise.
    [[nodiscard]] heard_meter* find(const tpl::meter_address& address) noexcept {
        const auto place = places_.find(address);
        return place == places_.end() ? nullptr : &meters_[place->second];
    }
    [[nodiscard]] const heard_meter* find(const tpl::meter_address& address) const noexcept {
        const auto place = places_.find(address);
        return place == places_.end() ? nullptr : &meters_[place->second];
    }

    /// Whether a meter that nobody named would be added when it is heard, if there is room.
    [[nodiscard]] bool wants(const tpl::meter_address& address) const noexcept {
        const auto fits = [&](const meter_filter& filter) { return filter.matches(address); };
        return options_.is_scanning && (options_.filters.empty() ||
                                        std::any_of(options_.filters.begin(), options_.filters.end(), fits));
    }

    /// The meter that was heard; it is added when it is wanted. Null when it is not, or the list has no room
    /// for meters that nobody named.
    [[nodiscard]] heard_meter* find_or_discover(const tpl::meter_address& address) {
        auto* known = find(address);
        if (known != nullptr || !wants(address) || meters_.size() + options_.reserved >= options_.capacity)
            return known;
        return add(address, false);
    }

    /// Takes a meter off the list; false when it was not there. The last one takes its place.
    bool remove(const tpl::meter_address& address) {
        const auto found = places_.find(address);
        if (found == places_.end())
            return false;
        const auto place = found->second;
        places_.erase(found);
        if (place + 1 != meters_.size()) {
            meters_[place] = std::move(meters_.back());
            places_[meters_[place].address()] = place;
        }
        meters_.pop_back();
        return true;
    }

    [[nodiscard]] std::size_t size() const noexcept { return meters_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return options_.capacity; }
    [[nodiscard]] bool is_full() const noexcept { return meters_.size() >= options_.capacity; }
    [[nodiscard]] auto begin() noexcept { return meters_.begin(); }
    [[nodiscard]] auto end() noexcept { return meters_.end(); }
    [[nodiscard]] auto begin() const noexcept { return meters_.begin(); }
    [[nodiscard]] auto end() const noexcept { return meters_.end(); }

    /// Starts or stops adding meters that nobody named.
    void scan(bool is_scanning) noexcept { options_.is_scanning = is_scanning; }
    /// Replaces the filters; meters that are on the list stay, whether they fit or not.
    void filter(std::vector<meter_filter> filters) noexcept { options_.filters = std::move(filters); }

private:
    struct address_hash {
        std::size_t operator()(const tpl::meter_address& address) const noexcept {
            return static_cast<std::size_t>(mix(std::uint64_t{address.identification} << 32U |
                                                std::uint64_t{address.manufacturer.code} << 16U |
                                                std::uint64_t{address.version} << 8U |
                                                static_cast<std::uint8_t>(address.device_type)));
        }
    };

    heard_meter* add(const tpl::meter_address& address, bool is_expected) {
        if (is_full())
            return nullptr;
        places_.emplace(address, meters_.size());
        return &meters_.emplace_back(address, is_expected);
    }

    options options_;
    std::deque<heard_meter> meters_; // which stay where they are when one is added
    std::unordered_map<tpl::meter_address, std::size_t, address_hash> places_;
};

} // namespace meterlink::wmbus
