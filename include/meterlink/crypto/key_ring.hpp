#pragma once

/// All keys of an installation, found by the address of a meter.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include <meterlink/crypto/key.hpp>
#include <meterlink/crypto/key_entry.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::crypto {

/// Entries, offered in the order of `key_entry::precedence`; among equals in the order in which they were
/// added. A lookup is one access to a hash table, however many keys there are, and a second search only among
/// keys without identification. Looking up changes nothing: any number of threads may do so while none adds.
class key_ring {
public:
    key_ring() = default;
    explicit key_ring(std::span<const key_entry> entries);

    /// Adds an entry behind those of the same precedence. May allocate.
    void add(const key_entry& entry);

    /// Makes room for `count` entries with an identification.
    void reserve(std::size_t count);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    /// The entry that is tried first, or nothing when no key is for this meter ("No match").
    [[nodiscard]] std::optional<key_entry> match(const tpl::meter_address& address) const;

    /// Calls `use(key)` for every key that the meter may use, the likeliest first, until one call returns
    /// true; returns whether one did.
    template <class Use>
    bool for_each_key(const tpl::meter_address& address, Use&& use) const {
        for (search at{*this, address}; const auto* const found = at.next();)
            if (use(found->secret))
                return true;
        return false;
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// An entry, packed: half a cache line, so that a lookup waits for memory once.
    struct alignas(32) packed {
        packed() noexcept = default;
        explicit packed(const key_entry& entry) noexcept;

        [[nodiscard]] key_entry unpacked() const;
        [[nodiscard]] bool fits(const tpl::meter_address& address) const noexcept;

        key secret{};
        std::uint32_t identification = 0;
        std::uint32_t next = none; ///< In `further_`: the next entry with the same identification.
        std::uint16_t manufacturer = 0;
        std::uint8_t device_type = 0;
        std::uint8_t version = 0;
        std::uint8_t given = 0; ///< The criteria that there are, see the source.
        std::uint8_t precedence = 0;
        bool is_used = false;
    };
    static_assert(sizeof(packed) == 32);

    /// An entry without identification, and which one it was.
    struct general {
        packed entry;
        std::size_t order = 0;
    };
    using generals = std::vector<general>;

    /// The matching entries one after the other.
    class search {
    public:
        search(const key_ring& ring, const tpl::meter_address& address) noexcept;
        [[nodiscard]] const packed* next() noexcept;

    private:
        const key_ring* ring_;
        tpl::meter_address address_;
        const packed* identified_;                   // the next candidate by identification
        std::span<const general> of_manufacturer_{}; // and those without
        std::span<const general> of_any_{};
    };

    [[nodiscard]] const packed* find(std::uint32_t identification) const noexcept;
    [[nodiscard]] std::size_t place_of(std::uint32_t identification) const noexcept;
    void grow(std::size_t places);
    void add_identified(const packed& entry);
    void add_general(const packed& entry);

    std::vector<packed> table_;   // open addressing; the first entry of each identification
    std::vector<packed> further_; // the other entries of an identification, chained
    std::unordered_map<std::uint16_t, generals> by_manufacturer_;
    generals any_manufacturer_;
    std::size_t identifications_ = 0;
    std::size_t size_ = 0;
};

} // namespace meterlink::crypto
