#pragma once

// Requests made from the octets of a fuzzer, and the meters that they are made to.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/mbus/slave.hpp>

#include "require.hpp"

namespace meterlink::fuzzing {

/// What happens next: octets, sent after a pause.
struct step {
    session_clock::duration pause{};
    std::vector<std::uint8_t> octets;
};

/// Reads steps from the fuzzer's octets.
class script {
public:
    explicit script(bytes_view input) : input_{input} {}

    [[nodiscard]] std::uint8_t octet() {
        if (input_.empty())
            return 0;
        const auto first = input_.front();
        input_ = input_.subspan(1);
        return first;
    }

    /// None at the end.
    [[nodiscard]] std::optional<step> next() {
        if (input_.empty())
            return std::nullopt;
        step out;
        const auto kind = octet();
        constexpr std::array pauses{0, 3, 40, 2'000, 20'000, 400'000};
        out.pause = std::chrono::milliseconds{pauses[(kind >> 2U) % pauses.size()]};
        switch (kind & 0x03U) {
        case 0: // anything
            out.octets = take(octet() % 32U);
            break;
        case 1: { // a short frame
            const auto c = services[octet() % services.size()];
            out.octets = to_bytes(mbus::short_frame{mbus::c_field{c}, address()});
            break;
        }
        default: { // user data
            const auto a = address();
            const auto ci = commands[octet() % commands.size()];
            const auto data = take(octet() % 24U);
            const mbus::c_field c{(kind & 0x80U) != 0 ? std::uint8_t{0x73} : std::uint8_t{0x53}};
            out.octets = to_bytes(mbus::frame{*mbus::long_frame::make(c, a, ci, data)});
        }
        }
        return out;
    }

private:
    static constexpr std::array<std::uint8_t, 9> services{0x40, 0x5B, 0x7B, 0x5A, 0x7A,
                                                          0x4B, 0x43, 0x53, 0x49};
    static constexpr std::array<std::uint8_t, 10> commands{0x50, 0x51, 0x51, 0x51, 0x52,
                                                           0x52, 0x56, 0x5C, 0xB8, 0xBD};

    [[nodiscard]] std::uint8_t address() {
        constexpr std::array<std::uint8_t, 8> addresses{0, 1, 2, 253, 253, 254, 255, 7};
        return addresses[octet() % addresses.size()];
    }

    [[nodiscard]] std::vector<std::uint8_t> take(std::size_t count) {
        count = std::min(count, input_.size());
        const std::vector<std::uint8_t> out{input_.begin(),
                                            input_.begin() + static_cast<std::ptrdiff_t>(count)};
        input_ = input_.subspan(count);
        return out;
    }

    bytes_view input_;
};

/// A meter with two telegrams; `number` tells meters apart.
inline mbus::slave make_slave(std::uint8_t number, mbus::slave_options options = {}) {
    auto description = mbus::slave_description::of(number, {0x12345670U + number, 0x4024, 1, 7});
    description.fabrication_number = 0x01020300U + number;
    for (std::uint8_t i = 0; i < 2; ++i) {
        apl::record_list list;
        const std::array<std::uint8_t, 3> volume{0x01, 0x13, number};
        const std::array<std::uint8_t, 6> clock{0x04, 0x6D, 0x05, 0x0E, 0x5D, 0x33};
        list.records.push_back(apl::record::parse(volume).value());
        list.records.push_back(apl::record::parse(clock).value());
        require(description.add(list).has_value());
    }
    return mbus::slave::make(std::move(description), options).value();
}

} // namespace meterlink::fuzzing
