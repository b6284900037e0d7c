#pragma once

/// What the tests of the master ask for, and have answered.

#include <cstdint>
#include <initializer_list>
#include <vector>

#include <meterlink/mbus/master.hpp>

#include "octets.hpp"
#include "scripted_line.hpp"

namespace meterlink::test {

inline constexpr std::uint32_t baud = 2400;
inline const octets e5{0xE5};
using many = std::vector<octets>;

/// As fast as the line allows, each question at most three times.
inline mbus::master::options fast() { return {mbus::timing_profile::standard(baud), baud, 100}; }

inline mbus::request read(std::uint8_t address, mbus::request_options how = {}) {
    return mbus::request::read(mbus::primary_address{address}, how).value();
}

inline mbus::request_options without_initialisation() {
    mbus::request_options how;
    how.initialisation = mbus::initialisation::never;
    return how;
}

inline mbus::secondary_address meter(std::uint32_t id) { return {id, 0x1593, 1, 7}; }

inline octets joined(std::initializer_list<octets> parts) {
    octets all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

inline octets with_wrong_checksum(octets frame) {
    ++frame[frame.size() - 2];
    return frame;
}

/// An answer with any CI field.
inline octets rsp(std::uint8_t from, std::uint8_t ci, const octets& data) {
    return to_bytes(mbus::long_frame::make(mbus::c_field::rsp_ud(), from, ci, data).value());
}

} // namespace meterlink::test
