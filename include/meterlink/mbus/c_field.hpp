#pragma once

/// The C field: which service a frame asks for or gives, and the bits that pair requests with answers.

#include <cstdint>
#include <string_view>

namespace meterlink::mbus {

/// The link services of wired M-Bus (EN 13757-2, clause 5).
enum class link_service : std::uint8_t {
    snd_nke, ///< Link reset, master to slave.
    snd_ud,  ///< User data, master to slave.
    req_ud1, ///< Request for class 1 data: alarms.
    req_ud2, ///< Request for class 2 data: the readout.
    rsp_ud,  ///< User data, slave to master.
    unknown, ///< Any other code; the raw octet is kept.
};

/// The standard's name of a service: `"REQ_UD2"`.
[[nodiscard]] constexpr std::string_view name(link_service service) noexcept {
    switch (service) {
    case link_service::snd_nke: return "SND_NKE";
    case link_service::snd_ud: return "SND_UD";
    case link_service::req_ud1: return "REQ_UD1";
    case link_service::req_ud2: return "REQ_UD2";
    case link_service::rsp_ud: return "RSP_UD";
    case link_service::unknown: break;
    }
    return "unknown";
}

/// C field (EN 13757-2, clause 5). Any octet is one; bits 5 and 4 mean different things in each direction.
class c_field {
public:
    explicit constexpr c_field(std::uint8_t raw) noexcept : raw_{raw} {}

    [[nodiscard]] static constexpr c_field snd_nke() noexcept { return c_field{0x40}; }
    /// 53, or 73 with the frame count bit.
    [[nodiscard]] static constexpr c_field snd_ud(bool fcb = false) noexcept { return counted(0x53, fcb); }
    /// 5A, or 7A with the frame count bit.
    [[nodiscard]] static constexpr c_field req_ud1(bool fcb) noexcept { return counted(0x5A, fcb); }
    /// 5B, or 7B with the frame count bit.
    [[nodiscard]] static constexpr c_field req_ud2(bool fcb) noexcept { return counted(0x5B, fcb); }
    /// 08; `acd`: alarm data wait to be asked for; `dfc`: the slave can take no more data.
    [[nodiscard]] static constexpr c_field rsp_ud(bool acd = false, bool dfc = false) noexcept {
        return c_field{static_cast<std::uint8_t>(0x08U | (acd ? 0x20U : 0U) | (dfc ? 0x10U : 0U))};
    }

    [[nodiscard]] constexpr std::uint8_t raw() const noexcept { return raw_; }
    /// Bits 3..0.
    [[nodiscard]] constexpr std::uint8_t function() const noexcept { return raw_ & 0x0FU; }
    /// Bit 6: the frame comes from the primary station, the master.
    [[nodiscard]] constexpr bool prm() const noexcept { return (raw_ & 0x40U) != 0; }

    /// Frame count bit; false in a slave's frame.
    [[nodiscard]] constexpr bool fcb() const noexcept { return prm() && (raw_ & 0x20U) != 0; }
    /// Frame count bit valid; false in a slave's frame.
    [[nodiscard]] constexpr bool fcv() const noexcept { return prm() && (raw_ & 0x10U) != 0; }
    /// Access demand, class 1 data wait; false in a master's frame.
    [[nodiscard]] constexpr bool acd() const noexcept { return !prm() && (raw_ & 0x20U) != 0; }
    /// Data flow control, the slave takes no more data; false in a master's frame.
    [[nodiscard]] constexpr bool dfc() const noexcept { return !prm() && (raw_ & 0x10U) != 0; }

    /// The service by direction and function. SND_UD, REQ_UD1 and REQ_UD2 are recognised without FCV too
    /// (43, 4A, 4B), because such masters exist; SND_NKE never counts frames, so 50 is no SND_NKE.
    [[nodiscard]] constexpr link_service service() const noexcept {
        switch (raw_ & 0xCFU) {
        case 0x40: return fcv() ? link_service::unknown : link_service::snd_nke;
        case 0x43: return link_service::snd_ud;
        case 0x4A: return link_service::req_ud1;
        case 0x4B: return link_service::req_ud2;
        case 0x08: return link_service::rsp_ud;
        default: return link_service::unknown;
        }
    }

    /// The same field with FCV set and the frame count bit as given; a slave's field is returned unchanged.
    [[nodiscard]] constexpr c_field with_fcb(bool fcb) const noexcept {
        return prm() ? counted(static_cast<std::uint8_t>((raw_ & 0xDFU) | 0x10U), fcb) : *this;
    }

    [[nodiscard]] friend constexpr bool operator==(c_field, c_field) noexcept = default;

private:
    static constexpr c_field counted(std::uint8_t base, bool fcb) noexcept {
        return c_field{static_cast<std::uint8_t>(base | (fcb ? 0x20U : 0U))};
    }

    std::uint8_t raw_;
};

} // namespace meterlink::mbus
