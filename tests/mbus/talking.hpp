#pragma once

/// Requests to a slave and its answers as people write them.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/hex.hpp>
#include <meterlink/core/session.hpp>
#include <meterlink/mbus/slave.hpp>

#include "octets.hpp"

/// `"E5"`, `"10 40 01 41 16"`.
inline std::string spelled(meterlink::bytes_view octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const auto octet : octets) {
        if (!out.empty())
            out += ' ';
        out += digits[octet >> 4U];
        out += digits[octet & 0x0FU];
    }
    return out;
}

/// The octets of a frame around `body` (C, A, CI, data).
inline std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& body) {
    const auto length = static_cast<std::uint8_t>(body.size());
    std::vector<std::uint8_t> out{0x68, length, length, 0x68};
    std::uint8_t sum = 0;
    for (const auto octet : body) {
        out.push_back(octet);
        sum = static_cast<std::uint8_t>(sum + octet);
    }
    out.push_back(sum);
    out.push_back(0x16);
    return out;
}

/// A slave and a master's clock.
struct talk {
    meterlink::mbus::slave slave;
    meterlink::instant now{};

    explicit talk(meterlink::mbus::slave_description description, meterlink::mbus::slave_options options = {})
        : slave{meterlink::mbus::slave::make(std::move(description), options).value()} {}

    /// Lets time pass, at least to the next timeout; what is sent until then.
    std::string wait(meterlink::session_clock::duration time) {
        std::string said;
        const auto until = now + time;
        for (auto due = slave.poll_timeout(); due && *due <= until; due = slave.poll_timeout()) {
            now = *due;
            slave.handle_timeout(now);
            while (const auto octets = slave.poll_transmit())
                said += (said.empty() ? "" : " ") + spelled(*octets);
        }
        now = until;
        slave.handle_timeout(now);
        return said;
    }

    /// What the slave answers within three seconds; `""` for nothing.
    std::string operator()(const std::vector<std::uint8_t>& request) {
        slave.handle_input(request, now);
        return wait(std::chrono::seconds{3});
    }

    /// What happened, one after the other: `"selected:0 primary_address_set:8"`.
    std::string events() {
        std::string out;
        while (const auto event = slave.poll_event())
            out += (out.empty() ? "" : " ") + std::string{name(event->kind)} + ":" +
                   std::to_string(event->value);
        return out;
    }
};
