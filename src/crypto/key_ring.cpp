#include <meterlink/crypto/key_ring.hpp>

#include <algorithm>
#include <utility>

namespace meterlink::crypto {

namespace {

constexpr std::uint16_t letters = 0x7FFF; // bit 15 of a manufacturer is none of its letters

// bits of packed::given
constexpr unsigned identification_given = 1;
constexpr unsigned manufacturer_given = 2;
constexpr unsigned device_type_given = 4;
constexpr unsigned version_given = 8;
constexpr unsigned linked_given = 16;

constexpr std::size_t least_places = 16;

/// How many places there must be for so many identifications. A third of them stays free: with fewer the way
/// through the table grows longer, with more the table is found in a cache less often.
constexpr std::size_t places_for(std::size_t count) noexcept {
    return std::max(least_places, count + count / 2 + 1);
}

/// A place for an identification: neighbours are spread over the whole table (Fibonacci hashing).
std::size_t hash(std::uint32_t identification, std::size_t places) noexcept {
    const auto mixed = identification * std::uint64_t{0x9E37'79B9'7F4A'7C15} >> 32U;
    return static_cast<std::size_t>(mixed * places >> 32U);
}

} // namespace

key_ring::packed::packed(const key_entry& entry) noexcept
    : secret{entry.key}, identification{entry.identification.value_or(0)},
      manufacturer{
          static_cast<std::uint16_t>(entry.manufacturer.value_or(tpl::manufacturer{}).code & letters)},
      device_type{static_cast<std::uint8_t>(entry.device_type.value_or(tpl::device_type{}))},
      version{entry.version.value_or(0)}, precedence{static_cast<std::uint8_t>(entry.precedence())},
      is_used{true} {
    given = static_cast<std::uint8_t>(
        (entry.identification ? identification_given : 0U) | (entry.manufacturer ? manufacturer_given : 0U) |
        (entry.device_type ? device_type_given : 0U) | (entry.version ? version_given : 0U) |
        (entry.is_linked ? linked_given : 0U));
}

key_entry key_ring::packed::unpacked() const {
    key_entry out;
    if ((given & identification_given) != 0)
        out.identification = identification;
    if ((given & manufacturer_given) != 0)
        out.manufacturer = tpl::manufacturer{manufacturer};
    if ((given & device_type_given) != 0)
        out.device_type = static_cast<tpl::device_type>(device_type);
    if ((given & version_given) != 0)
        out.version = version;
    out.key = secret;
    out.is_linked = (given & linked_given) != 0;
    return out;
}

/// Without the identification, which is what the search goes by.
bool key_ring::packed::fits(const tpl::meter_address& address) const noexcept {
    return ((given & manufacturer_given) == 0 || manufacturer == (address.manufacturer.code & letters)) &&
           ((given & device_type_given) == 0 ||
            device_type == static_cast<std::uint8_t>(address.device_type)) &&
           ((given & version_given) == 0 || version == address.version);
}

key_ring::key_ring(std::span<const key_entry> entries) {
    reserve(static_cast<std::size_t>(
        std::ranges::count_if(entries, [](const auto& each) { return each.identification.has_value(); })));
    for (const auto& each : entries)
        add(each);
}

void key_ring::add(const key_entry& entry) {
    if (entry.identification)
        add_identified(packed{entry});
    else
        add_general(packed{entry});
    ++size_;
}

void key_ring::reserve(std::size_t count) {
    if (count != 0 && places_for(count) > table_.size())
        grow(places_for(count));
}

/// Where the identification stands, or the free place where it would.
std::size_t key_ring::place_of(std::uint32_t identification) const noexcept {
    auto place = hash(identification, table_.size());
    while (table_[place].is_used && table_[place].identification != identification)
        place = place + 1 < table_.size() ? place + 1 : 0;
    return place;
}

const key_ring::packed* key_ring::find(std::uint32_t identification) const noexcept {
    if (table_.empty())
        return nullptr;
    const auto& found = table_[place_of(identification)];
    return found.is_used ? &found : nullptr;
}

void key_ring::grow(std::size_t places) {
    std::vector<packed> old(places);
    old.swap(table_);
    for (const auto& each : old)
        if (each.is_used)
            table_[place_of(each.identification)] = each;
}

void key_ring::add_identified(const packed& entry) {
    if (places_for(identifications_ + 1) > table_.size())
        grow(places_for(2 * (identifications_ + 1)));
    auto* at = &table_[place_of(entry.identification)];
    if (!at->is_used) {
        *at = entry;
        ++identifications_;
        return;
    }
    auto added = entry;
    const auto place = static_cast<std::uint32_t>(further_.size());
    further_.emplace_back();
    if (added.precedence > at->precedence) { // the best one stands in the table
        added.next = place;
        std::swap(*at, added);
    } else {
        while (at->next != none && further_[at->next].precedence >= added.precedence)
            at = &further_[at->next];
        added.next = std::exchange(at->next, place);
    }
    further_.back() = added;
}

void key_ring::add_general(const packed& entry) {
    auto& all =
        (entry.given & manufacturer_given) != 0 ? by_manufacturer_[entry.manufacturer] : any_manufacturer_;
    const auto behind = std::ranges::upper_bound(all, entry.precedence, std::ranges::greater{},
                                                 [](const general& each) { return each.entry.precedence; });
    all.insert(behind, general{entry, size_});
}

key_ring::search::search(const key_ring& ring, const tpl::meter_address& address) noexcept
    : ring_{&ring}, address_{address}, identified_{ring.find(address.identification)},
      of_any_{ring.any_manufacturer_} {
    if (ring.by_manufacturer_.empty())
        return;
    const auto code = static_cast<std::uint16_t>(address.manufacturer.code & letters);
    if (const auto found = ring.by_manufacturer_.find(code); found != ring.by_manufacturer_.end())
        of_manufacturer_ = found->second;
}

const key_ring::packed* key_ring::search::next() noexcept {
    while (identified_ != nullptr) {
        const auto* const candidate = identified_;
        identified_ = candidate->next != none ? &ring_->further_[candidate->next] : nullptr;
        if (candidate->fits(address_))
            return candidate;
    }
    while (!of_manufacturer_.empty() || !of_any_.empty()) {
        const auto before = [](const general& a, const general& b) {
            return a.entry.precedence != b.entry.precedence ? a.entry.precedence > b.entry.precedence
                                                            : a.order < b.order;
        };
        auto& from = of_any_.empty() ||
                             (!of_manufacturer_.empty() && before(of_manufacturer_.front(), of_any_.front()))
                         ? of_manufacturer_
                         : of_any_;
        const auto* const candidate = &from.front().entry;
        from = from.subspan(1);
        if (candidate->fits(address_))
            return candidate;
    }
    return nullptr;
}

std::optional<key_entry> key_ring::match(const tpl::meter_address& address) const {
    if (const auto* const found = search{*this, address}.next())
        return found->unpacked();
    return std::nullopt;
}

} // namespace meterlink::crypto
