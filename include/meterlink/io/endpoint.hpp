#pragma once

/// Where a line is found, as people write it: `serial:/dev/ttyUSB0?baud=2400`, `tcp://host:port`.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <meterlink/core/result.hpp>
#include <meterlink/modbus/framing.hpp>

namespace meterlink::io {

/// What an endpoint is made of.
enum class endpoint_kind : std::uint8_t {
    serial,     ///< A serial device of this machine.
    tcp,        ///< A TCP server that is connected to.
    tcp_listen, ///< A TCP port of this machine, with one client at a time.
    udp,        ///< A UDP peer.
    udp_listen, ///< A UDP port of this machine; answers go to who asked last.
    tls,        ///< A TCP server that is connected to, under TLS.
    tls_listen, ///< A TCP port of this machine, under TLS: of `modbus_server` and `modbus_bridge`.
    replay,     ///< A recording that answers as the line did.
};

/// What begins the text of an endpoint of this kind: `"tcp://"`.
[[nodiscard]] std::string_view scheme(endpoint_kind kind) noexcept;

/// The parity bit of a serial line.
enum class parity : std::uint8_t { none, even, odd };

/// `"even"`.
[[nodiscard]] std::string_view name(parity which) noexcept;

/// How a serial device is set. The default is that of the M-Bus: 2400 bit/s, 8 data bits, even parity, one
/// stop bit (EN 13757-2:2018, 5.2).
struct serial_settings {
    std::uint32_t baud = 2400;
    io::parity parity = io::parity::even;
    std::uint8_t data_bits = 8;
    std::uint8_t stop_bits = 1;
    /// The driver of the device holds RTS active while it sends, which turns an RS-485 transceiver round.
    /// Linux alone; a device whose driver cannot is not opened. Without it the driver stays as it is set.
    bool rs485 = false;

    [[nodiscard]] friend bool operator==(const serial_settings&, const serial_settings&) = default;

    /// Bits of one octet on the line, start bit included.
    [[nodiscard]] unsigned bits_per_octet() const noexcept {
        return 1U + data_bits + (parity == io::parity::none ? 0U : 1U) + stop_bits;
    }
};

/// How long to wait before a lost link is tried again: `first`, then twice as long each time, up to
/// `largest`.
struct retry_times {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds largest{30000};

    [[nodiscard]] friend bool operator==(const retry_times&, const retry_times&) = default;
};

/// Who may be talked to under TLS, and as whom. All files are PEM.
struct tls_settings {
    std::string authorities; ///< File of the certificates by which the peer's is judged.
    std::string certificate; ///< File of the own certificate, with those between it and its authority.
    std::string key;         ///< File of its key; that of the certificate when empty.
    std::string name;        ///< Of the server, as its certificate has it; the host when empty.

    [[nodiscard]] friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

/// A line, and how it is kept. As text:
///
///     serial:DEVICE ?baud=2400 &parity=even|odd|none &data=7|8 &stop=1|2 &rs485=on
///     tcp://HOST:PORT  tcp-listen://HOST:PORT  udp://HOST:PORT  udp-listen://HOST:PORT
///     tls://HOST:PORT ?ca=FILE &cert=FILE &key=FILE &name=NAME
///     tls-listen://HOST:PORT ?ca=FILE &cert=FILE &key=FILE
///     replay:FILE ?pace=quick|real
///
/// with the options `connect=10s` (`tcp` and `tls` alone), `idle=60s`, `retry=500ms..30s` or `retry=off`, and
/// `echo=on` for lines that give back what is sent; a recording has of these `echo` alone. `framing=tcp|rtu|
/// ascii` is for Modbus. An IPv6 address stands in brackets; a port that one listens on has `*` for every
/// interface. Times are `ms`, `s`, `min` or `h`.
struct endpoint {
    endpoint_kind kind = endpoint_kind::serial;
    std::string host;       ///< Name or address without brackets; for `serial` and `replay` the file.
    std::uint16_t port = 0; ///< 0 where one listens: any free one.
    serial_settings serial;
    std::chrono::milliseconds connect_timeout{10000};
    std::optional<std::chrono::milliseconds> idle_timeout; ///< Closes a link on which nothing moves.
    std::optional<retry_times> retry = retry_times{};      ///< None: a lost link stays lost.
    bool echo = false;
    std::optional<modbus::framing> framing; ///< Of Modbus, where it is not the usual one of the line.
    tls_settings tls;
    bool keeps_times = false; ///< A recording answers when the line did, not at once.

    [[nodiscard]] friend bool operator==(const endpoint&, const endpoint&) = default;

    /// The recording in a file of any name, also of one that has no place in a text.
    [[nodiscard]] static endpoint replay(std::string file);

    /// The endpoint that `text` names. The error's offset is that of the character from which on `text` is
    /// not understood: `endpoint_scheme`, `endpoint_device`, `endpoint_host`, `endpoint_port`,
    /// `endpoint_option`, `endpoint_value` or, at the end, `endpoint_incomplete`. `usual` is how a serial
    /// device is set that the text does not set otherwise.
    [[nodiscard]] static result<endpoint> parse(std::string_view text, const serial_settings& usual = {});
};

/// The text that `endpoint::parse` takes with the same `usual`; options that have their default are left out.
[[nodiscard]] std::string to_string(const endpoint& where, const serial_settings& usual = {});

/// The error of `endpoint::parse(text)` as a sentence that cites what is wrong:
/// `the value does not fit its option: "24oo" at column 26 of "serial:/dev/ttyUSB0?baud=24oo"`.
[[nodiscard]] std::string endpoint_error_text(std::string_view text, const error& e);

} // namespace meterlink::io
