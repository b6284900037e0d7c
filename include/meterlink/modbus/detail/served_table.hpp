#pragma once

/// The ranges of one table that a device serves, sorted by address.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/modbus/bit_view.hpp>
#include <meterlink/modbus/register_view.hpp>
#include <meterlink/modbus/served_range.hpp>

namespace meterlink::modbus::detail {

/// Stored registers as they travel, two octets each, or stored bits, one octet each.
struct stored_values {
    std::vector<std::uint8_t> octets;
    access rights = access::read_only;
};

/// Neighbouring addresses, and what stands behind them.
struct served_range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0; ///< Behind the last address, up to 65536.
    std::variant<stored_values, served_registers, served_bits> source;

    [[nodiscard]] bool is_readable() const noexcept {
        if (const auto* registers = std::get_if<served_registers>(&source))
            return static_cast<bool>(registers->read);
        if (const auto* bits = std::get_if<served_bits>(&source))
            return static_cast<bool>(bits->read);
        return true;
    }
    [[nodiscard]] bool is_writable() const noexcept {
        if (const auto* registers = std::get_if<served_registers>(&source))
            return static_cast<bool>(registers->write);
        if (const auto* bits = std::get_if<served_bits>(&source))
            return static_cast<bool>(bits->write);
        return std::get_if<stored_values>(&source)->rights == access::writable;
    }
};

/// One table. Whoever reads or writes has asked `is_readable` or `is_writable` before.
class served_table {
public:
    static constexpr std::size_t most_registers = 125;
    static constexpr std::size_t most_bits = 2000;

    /// `errc::range_overlap` where addresses have a range already.
    [[nodiscard]] result<void> add(served_range range) {
        const auto at = behind(range.begin);
        if ((at != ranges_.begin() && std::prev(at)->end > range.begin) ||
            (at != ranges_.end() && at->begin < range.end))
            return fail(errc::range_overlap, layer::modbus, 0);
        any_writable_ = any_writable_ || range.is_writable();
        ranges_.insert(at, std::move(range));
        return {};
    }

    [[nodiscard]] bool has_writable() const noexcept { return any_writable_; }

    [[nodiscard]] bool is_readable(std::uint16_t start, std::size_t count) const noexcept {
        return all(start, count, [](const served_range& range) { return range.is_readable(); });
    }
    [[nodiscard]] bool is_writable(std::uint16_t start, std::size_t count) const noexcept {
        return all(start, count, [](const served_range& range) { return range.is_writable(); });
    }
    [[nodiscard]] bool is_stored(std::uint16_t start, std::size_t count) const noexcept {
        return all(start, count, [](const served_range& range) {
            return std::holds_alternative<stored_values>(range.source);
        });
    }

    /// Up to 125 registers; `out` has the room of exactly those.
    [[nodiscard]] refusal read_registers(std::uint16_t start, bytes_span out) {
        return pieces(start, out.size() / 2, [&](served_range& range, piece part) -> refusal {
            const auto to = out.subspan(2 * part.offset, 2 * part.count);
            if (const auto* stored = std::get_if<stored_values>(&range.source)) {
                std::copy_n(stored->octets.data() + std::size_t{2} * (part.address - range.begin), to.size(),
                            to.data());
                return {};
            }
            std::array<std::uint16_t, most_registers> values; // filled as far as it is used
            std::fill_n(values.begin(), part.count, std::uint16_t{0});
            const auto* source = std::get_if<served_registers>(&range.source);
            const auto no = source->read(part.address, std::span{values}.first(part.count));
            for (std::size_t i = 0; i < part.count; ++i)
                put(to, i, values[i]);
            return no;
        });
    }

    /// Up to 125 registers. The application is asked first, so that nothing is stored of what it refuses.
    [[nodiscard]] refusal write_registers(std::uint16_t start, register_view values) {
        const auto no = pieces(start, values.size(), [&](served_range& range, piece part) -> refusal {
            if (std::holds_alternative<stored_values>(range.source))
                return {};
            const auto from = values.subview(part.offset, part.count);
            std::array<std::uint16_t, most_registers> copy; // filled as far as it is used
            std::copy(from.begin(), from.end(), copy.begin());
            const auto* source = std::get_if<served_registers>(&range.source);
            return source->write(part.address, std::span{std::as_const(copy)}.first(part.count));
        });
        if (no)
            return no;
        return pieces(start, values.size(), [&](served_range& range, piece part) -> refusal {
            const auto from = values.subview(part.offset, part.count);
            if (auto* stored = std::get_if<stored_values>(&range.source))
                std::ranges::copy(from.octets(), place(*stored, 2 * (part.address - range.begin)));
            return {};
        });
    }

    /// Up to 2000 bits, packed into `out` as they travel.
    [[nodiscard]] refusal read_bits(std::uint16_t start, std::size_t count, bytes_span out) {
        std::ranges::fill(out, std::uint8_t{0});
        return pieces(start, count, [&](served_range& range, piece part) -> refusal {
            if (const auto* stored = std::get_if<stored_values>(&range.source)) {
                pack(stored->octets.data() + (part.address - range.begin), part, out);
                return {};
            }
            std::array<bool, most_bits> values; // filled as far as it is used
            std::fill_n(values.begin(), part.count, false);
            const auto* source = std::get_if<served_bits>(&range.source);
            const auto no = source->read(part.address, std::span{values}.first(part.count));
            pack(values.data(), part, out);
            return no;
        });
    }

    /// Up to 2000 bits, likewise.
    [[nodiscard]] refusal write_bits(std::uint16_t start, bit_view values) {
        const auto no = pieces(start, values.size(), [&](served_range& range, piece part) -> refusal {
            if (std::holds_alternative<stored_values>(range.source))
                return {};
            std::array<bool, most_bits> copy; // filled as far as it is used
            for (std::size_t i = 0; i < part.count; ++i)
                copy[i] = values[part.offset + i];
            const auto* source = std::get_if<served_bits>(&range.source);
            return source->write(part.address, std::span{std::as_const(copy)}.first(part.count));
        });
        if (no)
            return no;
        return pieces(start, values.size(), [&](served_range& range, piece part) -> refusal {
            if (auto* stored = std::get_if<stored_values>(&range.source)) {
                const auto to = place(*stored, part.address - range.begin);
                for (std::size_t i = 0; i < part.count; ++i)
                    to[static_cast<std::ptrdiff_t>(i)] = values[part.offset + i] ? 1 : 0;
            }
            return {};
        });
    }

private:
    using ranges = std::vector<served_range>;

    /// What one range has of a request: `count` addresses from `address` on, `offset` behind its start.
    struct piece {
        std::uint16_t address;
        std::size_t offset;
        std::size_t count;
    };

    static void put(bytes_span out, std::size_t index, std::uint16_t value) noexcept {
        out[2 * index] = static_cast<std::uint8_t>(value >> 8);
        out[2 * index + 1] = static_cast<std::uint8_t>(value);
    }
    [[nodiscard]] static std::vector<std::uint8_t>::iterator place(stored_values& stored,
                                                                   std::uint32_t at) noexcept {
        return stored.octets.begin() + static_cast<std::ptrdiff_t>(at);
    }

    /// Bits that are one element each, 0 or 1, into `out` from `part.offset` on.
    template <class Bit>
    static void pack(const Bit* bits, piece part, bytes_span out) noexcept {
        std::size_t i = 0;
        if (part.offset % 8 == 0)
            for (; i + 8 <= part.count; i += 8) {
                unsigned octet = 0;
                for (unsigned k = 0; k < 8; ++k)
                    octet |= static_cast<unsigned>(bits[i + k]) << k;
                out[(part.offset + i) / 8] = static_cast<std::uint8_t>(octet);
            }
        for (; i < part.count; ++i) {
            const auto bit = part.offset + i;
            out[bit / 8] =
                static_cast<std::uint8_t>(out[bit / 8] | static_cast<unsigned>(bits[i]) << (bit % 8));
        }
    }

    /// The first range that begins behind `address`.
    [[nodiscard]] ranges::const_iterator behind(std::uint32_t address) const noexcept {
        return std::partition_point(ranges_.begin(), ranges_.end(),
                                    [address](const served_range& each) { return each.begin <= address; });
    }

    /// Whether every address has a range, and all of those are as `Wanted` has it.
    template <class Wanted>
    [[nodiscard]] bool all(std::uint16_t start, std::size_t count, Wanted&& is_wanted) const noexcept {
        std::uint32_t address = start;
        const auto end = address + count;
        auto at = behind(address);
        if (at == ranges_.begin())
            return false;
        for (--at; at != ranges_.end() && at->begin <= address && address < at->end; ++at) {
            if (!is_wanted(*at))
                return false;
            address = at->end;
            if (address >= end)
                return true;
        }
        return false;
    }

    /// Calls `use` for each range of a request in turn, until one refuses.
    template <class Use>
    [[nodiscard]] refusal pieces(std::uint16_t start, std::size_t count, Use&& use) {
        auto at = ranges_.begin() + (behind(start) - ranges_.cbegin()) - 1;
        for (std::size_t done = 0; done < count; ++at) {
            const auto address = static_cast<std::uint16_t>(start + done);
            const auto here = std::min<std::size_t>(count - done, at->end - address);
            if (const auto no = use(*at, piece{address, done, here}))
                return no;
            done += here;
        }
        return {};
    }

    ranges ranges_;
    bool any_writable_ = false;
};

} // namespace meterlink::modbus::detail
