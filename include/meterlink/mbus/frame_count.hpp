#pragma once

/// The master's side of the frame count bit: which one comes next in each conversation.

#include <bitset>
#include <cstddef>
#include <cstdint>

#include <meterlink/mbus/address.hpp>

namespace meterlink::mbus {

/// Which memory of a slave a frame count bit belongs to: some slaves count alarm polls apart.
enum class frame_counter : std::uint8_t { user_data, alarm };

/// Frame count bits by primary address (EN 13757-2, clause 5). The bit is the same in a repetition, and
/// toggles once an answer was valid; that is how a slave tells a new question from a repeated one.
class frame_count {
public:
    /// The bit of the next counted frame.
    [[nodiscard]] bool next(primary_address to, frame_counter which) const noexcept {
        return bits(which)[to.raw()];
    }
    /// A valid answer has come: the next frame is a new one.
    void toggle(primary_address to, frame_counter which) noexcept { bits(which).flip(to.raw()); }

    /// The slave was reset, or selected: it expects the bit set.
    void reset(primary_address to) noexcept {
        user_data_.set(to.raw());
        alarm_.set(to.raw());
        known_.set(to.raw());
    }
    /// What the slave expects is not known any more, until a `reset`.
    void forget(primary_address to) noexcept { known_.reset(to.raw()); }
    void forget_all() noexcept { known_.reset(); }
    /// Whether slave and master agree. Without that, a slave may take a question for a repetition and answer
    /// with what it said last.
    [[nodiscard]] bool is_known(primary_address to) const noexcept { return known_[to.raw()]; }

    /// Tells that `to` is spoken to. A slave has one memory for its own address and for 254, so what was
    /// known through the one is lost by the other.
    void use(primary_address to) noexcept {
        if (to == primary_address::broadcast)
            return forget_all();
        if (to == primary_address::selected)
            return;
        if (to != primary_address::test)
            return forget(primary_address::test);
        const bool was_known = is_known(to);
        forget_all();
        known_.set(to.raw(), was_known);
    }

private:
    using table = std::bitset<256>;

    [[nodiscard]] table& bits(frame_counter which) noexcept {
        return which == frame_counter::user_data ? user_data_ : alarm_;
    }
    [[nodiscard]] const table& bits(frame_counter which) const noexcept {
        return which == frame_counter::user_data ? user_data_ : alarm_;
    }

    table user_data_ = table{}.set();
    table alarm_ = table{}.set();
    table known_;
};

} // namespace meterlink::mbus
