#pragma once

/// The radio modes of wireless M-Bus: frequencies, chip rates, line codes and sync words.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meterlink::wmbus {

/// Radio mode (EN 13757-4:2019, clause 4): one way from the meter, or both ways with a 2 in the name.
enum class mode : std::uint8_t { s1, s1_m, s2, t1, t2, c1, c2, n1, n2, f2, r2 };

/// Who sends.
enum class direction : std::uint8_t {
    meter_to_other,
    other_to_meter,
    both, ///< In a table row: the same either way.
};

/// How octets become chips, the shortest elements on the air.
enum class line_coding : std::uint8_t {
    manchester,   ///< Two chips per bit, 16 per octet.
    three_of_six, ///< Six chips per four bits, 12 per octet.
    nrz,          ///< One chip per bit, 8 per octet.
};

/// The chips that end a preamble and tell where the frame begins.
struct sync_word {
    std::uint32_t chips = 0; ///< The last chip is the least significant bit.
    std::uint8_t length = 0; ///< How many chips; 0 where there is no such word.

    [[nodiscard]] friend constexpr bool operator==(sync_word, sync_word) noexcept = default;
};

/// One channel of a mode in one direction.
struct mode_row {
    wmbus::mode mode;
    wmbus::direction direction;
    char channel;            ///< `a` to `g` in mode N; a space where the mode has one channel.
    std::uint32_t frequency; ///< Hz.
    std::uint32_t chip_rate; ///< Chips per second.
    line_coding coding;
    std::uint32_t deviation;      ///< Hz, of the frequency shift keying.
    std::uint16_t preamble_chips; ///< The least number of chips, all pairs 01, before the sync word.
    sync_word sync_a;             ///< Before a frame of format A; length 0 where the mode has none.
    sync_word sync_b;             ///< Before a frame of format B; length 0 where the mode has none.
};

namespace detail {

inline constexpr sync_word no_sync{};
inline constexpr sync_word sync_s{0b000111011010010110, 18};
inline constexpr sync_word sync_t{0b0000111101, 10};
inline constexpr sync_word sync_c_a{0x543D54CD, 32};
inline constexpr sync_word sync_c_b{0x543D543D, 32};
inline constexpr sync_word sync_n_a{0xF68D, 16};
inline constexpr sync_word sync_n_b{0xF672, 16};

} // namespace detail

// clang-format off
/// Every channel, as EN 13757-4:2019, clauses 5 to 10, prints them. R2 stands with its middle channel, of ten at
/// 868.03 MHz + n * 0.06 MHz. Channel g of N2 is four-level keyed, and its sync word is not known here.
inline constexpr std::array mode_rows{
    mode_row{mode::s1,   direction::meter_to_other, ' ', 868'300'000,  32'768, line_coding::manchester,   50'000, 558, detail::sync_s,   detail::no_sync},
    mode_row{mode::s1_m, direction::meter_to_other, ' ', 868'300'000,  32'768, line_coding::manchester,   50'000,  30, detail::sync_s,   detail::no_sync},
    mode_row{mode::s2,   direction::both,           ' ', 868'300'000,  32'768, line_coding::manchester,   50'000,  30, detail::sync_s,   detail::no_sync},
    mode_row{mode::t1,   direction::meter_to_other, ' ', 868'950'000, 100'000, line_coding::three_of_six, 50'000,  38, detail::sync_t,   detail::no_sync},
    mode_row{mode::t2,   direction::meter_to_other, ' ', 868'950'000, 100'000, line_coding::three_of_six, 50'000,  38, detail::sync_t,   detail::no_sync},
    mode_row{mode::t2,   direction::other_to_meter, ' ', 868'300'000,  32'768, line_coding::manchester,   50'000,  30, detail::sync_s,   detail::no_sync},
    mode_row{mode::c1,   direction::meter_to_other, ' ', 868'950'000, 100'000, line_coding::nrz,          45'000,  32, detail::sync_c_a, detail::sync_c_b},
    mode_row{mode::c2,   direction::meter_to_other, ' ', 868'950'000, 100'000, line_coding::nrz,          45'000,  32, detail::sync_c_a, detail::sync_c_b},
    mode_row{mode::c2,   direction::other_to_meter, ' ', 869'525'000,  50'000, line_coding::nrz,          25'000,  32, detail::sync_c_a, detail::sync_c_b},
    mode_row{mode::n1,   direction::meter_to_other, 'a', 169'406'250,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n1,   direction::meter_to_other, 'b', 169'418'750,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n1,   direction::meter_to_other, 'c', 169'431'250,   2'400, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n1,   direction::meter_to_other, 'd', 169'443'750,   2'400, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n1,   direction::meter_to_other, 'e', 169'456'250,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n1,   direction::meter_to_other, 'f', 169'468'750,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'a', 169'406'250,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'b', 169'418'750,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'c', 169'431'250,   2'400, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'd', 169'443'750,   2'400, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'e', 169'456'250,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'f', 169'468'750,   4'800, line_coding::nrz,           2'400,  16, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::n2,   direction::both,           'g', 169'437'500,   9'600, line_coding::nrz,           7'200,   0, detail::no_sync,  detail::no_sync},
    mode_row{mode::f2,   direction::both,           ' ', 433'820'000,   2'400, line_coding::nrz,           5'000,  78, detail::sync_n_a, detail::sync_n_b},
    mode_row{mode::r2,   direction::both,           ' ', 868'330'000,   4'800, line_coding::manchester,    6'000,  78, detail::sync_s,   detail::no_sync},
};

// clang-format on

/// The name of a mode as the standard writes it: `"S1-m"`.
[[nodiscard]] constexpr std::string_view name(mode which) noexcept {
    switch (which) {
    case mode::s1: return "S1";
    case mode::s1_m: return "S1-m";
    case mode::s2: return "S2";
    case mode::t1: return "T1";
    case mode::t2: return "T2";
    case mode::c1: return "C1";
    case mode::c2: return "C2";
    case mode::n1: return "N1";
    case mode::n2: return "N2";
    case mode::f2: return "F2";
    case mode::r2: return "R2";
    }
    return "unknown";
}

/// The mode of that name, in capital or small letters, `S1-m` also without its hyphen; none for other text.
[[nodiscard]] constexpr std::optional<mode> parse_mode(std::string_view text) noexcept {
    constexpr auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    constexpr auto same = [small](std::string_view left, std::string_view right) {
        if (left.size() != right.size())
            return false;
        for (std::size_t i = 0; i < left.size(); ++i)
            if (small(left[i]) != small(right[i]))
                return false;
        return true;
    };
    for (const auto& row : mode_rows)
        if (same(text, name(row.mode)))
            return row.mode;
    if (same(text, "S1m"))
        return mode::s1_m;
    return std::nullopt;
}

/// The first row of a mode for a direction; null where the mode does not send so, as T1 to the meter.
[[nodiscard]] constexpr const mode_row* find_mode_row(mode which,
                                                      direction sender = direction::meter_to_other) noexcept {
    for (const auto& row : mode_rows)
        if (row.mode == which &&
            (row.direction == sender || row.direction == direction::both || sender == direction::both))
            return &row;
    return nullptr;
}

} // namespace meterlink::wmbus
