// One reply of eight is wrong, in each of the ways in which servers have been seen to be wrong: no invalid
// reply is taken, no value is altered, the reads that follow succeed, all of them, and so does the one behind
// a late reply.

#include <meterlink/modbus/client.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "modbus/modbus_peer.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::modbus;
using namespace meterlink::test;
using namespace std::chrono_literals;

namespace {

enum class fault {
    late,
    tid,
    pid,
    len_short,
    len_long,
    bc_small,
    bc_big,
    bc_odd,
    bc_lie,
    unit,
    fc,
    exc_fc,
    exc_unk,
    huge,
    frag,
    dup,
    garbage,
    close,
    silent
};

constexpr std::array<std::string_view, 19> fault_names{
    "late", "tid",    "pid",     "len_short", "len_long", "bc_small", "bc_big",  "bc_odd", "bc_lie", "unit",
    "fc",   "exc_fc", "exc_unk", "huge",      "frag",     "dup",      "garbage", "close",  "silent"};

constexpr unit_id unit_asked = 5;
constexpr std::uint16_t quantity = 20;
constexpr int faulty_request = 3;

/// Takes `count` octets off the registers of `pdu`, or adds them, and counts them rightly.
octets resized(octets pdu, std::ptrdiff_t by) {
    pdu.resize(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(pdu.size()) + by), 0x55);
    pdu[1] = static_cast<std::uint8_t>(pdu.size() - 2);
    return pdu;
}

/// What is wrong with the PDU or the unit of the reply.
void spoil(kept_adu& reply, fault how) {
    switch (how) {
    case fault::tid: reply.transaction = static_cast<std::uint16_t>(reply.transaction + 0x100); break;
    case fault::bc_small: reply.pdu = resized(reply.pdu, -8); break;
    case fault::bc_big: reply.pdu = resized(reply.pdu, 8); break;
    case fault::bc_odd: reply.pdu = resized(reply.pdu, -1); break;
    case fault::bc_lie: reply.pdu[1] = 0xFA; break;
    case fault::unit: ++reply.unit; break;
    case fault::fc: reply.pdu[0] = 4; break;
    case fault::exc_fc: reply.pdu = {0x84, 0x02}; break;
    case fault::exc_unk: reply.pdu = {0x83, 0xEE}; break;
    default: break;
    }
}

/// What is wrong with its frame.
void spoil(octets& wire, fault how, framing which) {
    const bool is_tcp = which == framing::tcp;
    switch (how) {
    case fault::pid: wire[3] = 1; break;
    case fault::len_short:
        if (is_tcp)
            wire[5] = static_cast<std::uint8_t>(wire[5] - 2);
        else
            wire.resize(wire.size() - 2);
        break;
    case fault::len_long:
        if (is_tcp)
            wire[5] = static_cast<std::uint8_t>(wire[5] + 2);
        else
            wire.insert(wire.end(), {0x12, 0x34});
        break;
    case fault::huge: wire[4] = wire[5] = 0xFF; break;
    case fault::garbage: wire.insert(wire.begin(), {0xDE, 0xAD, 0xBE, 0xEF, 0x05, 0x03, 0x28}); break;
    default: break;
    }
}

/// Answers every request, the third one wrongly.
class bad_server {
public:
    explicit bad_server(fault how) : fault_{how} {}

    void operator()(bench& line, const kept_adu& asked) {
        kept_adu reply{asked.transaction, asked.unit, registers_reply(asked)};
        if (++requests_ != faulty_request)
            return line.deliver(reply);
        spoil(reply, fault_);
        auto wire = framed(line.framing, reply);
        spoil(wire, fault_, line.framing);
        switch (fault_) {
        case fault::silent: return;
        case fault::late: return line.deliver(wire, 400ms);
        case fault::frag:
            for (std::size_t i = 0; i < wire.size(); ++i)
                line.deliver(octets{wire[i]}, 5ms + static_cast<int>(i) * 1ms);
            return;
        case fault::dup: line.deliver(wire); return line.deliver(wire);
        case fault::close: is_closing = true; return;
        default: return line.deliver(wire);
        }
    }

    bool is_closing = false;

private:
    fault fault_;
    int requests_ = 0;
};

bool applies(fault how, framing which) {
    return which == framing::tcp || (how != fault::tid && how != fault::pid && how != fault::huge);
}

/// Whether the reply, though it comes in an odd way, is a right one, so that the read has to succeed at once.
bool is_right(fault how) { return how == fault::frag || how == fault::dup || how == fault::garbage; }

/// Whether the third read was answered at last.
bool survives(fault how, framing which, std::uint8_t retries) {
    client_options options;
    options.framing = which;
    options.response_timeout = 300ms;
    options.retries = retries;
    options.timing = line_timing{115'200};
    bad_server server{how};
    bench line{options, [&server](bench& b, const kept_adu& asked) { server(b, asked); }};
    line.client.handle_link(true, line.now);
    bool is_third_good = false;
    for (int request = 1; request <= 8; ++request) {
        const auto start = static_cast<std::uint16_t>(100 * request);
        const auto id = line.client.read_holding_registers(unit_asked, start, quantity, line.now).value();
        line.settle();
        if (server.is_closing) {
            server.is_closing = false;
            line.run_for(2ms);
            line.client.handle_link(false, line.now);
            line.run_for(50ms);
            line.client.handle_link(true, line.now);
        }
        const auto got = line.outcome(id, 20s);
        INFO("request " << request);
        const bool is_good = got.as<reply>() != nullptr;
        if (is_good) // never an altered value
            CHECK(got.response == registers_reply({0,
                                                   unit_asked,
                                                   {3, static_cast<std::uint8_t>(start >> 8U),
                                                    static_cast<std::uint8_t>(start), 0, quantity}}));
        if (request == faulty_request)
            is_third_good = is_good || (how == fault::exc_unk && got.as<exception_reply>() != nullptr);
        else
            CHECK(is_good);
    }
    CHECK_FALSE(line.client.wants_reconnect());
    CHECK(line.client.unfinished() == 0);
    return is_third_good;
}

} // namespace

TEST_CASE("no fault of one reply of eight costs more than that read") {
    for (const auto which : {framing::tcp, framing::rtu, framing::ascii})
        for (std::size_t i = 0; i < fault_names.size(); ++i) {
            const auto how = static_cast<fault>(i);
            if (!applies(how, which))
                continue;
            INFO(name(which) << " " << fault_names[i]);
            const bool is_third_good = survives(how, which, 0);
            // Behind a reply on a line, two more octets are noise.
            const bool is_harmless =
                is_right(how) || how == fault::exc_unk || (how == fault::len_long && which != framing::tcp);
            CHECK(is_third_good == is_harmless);
        }
}

TEST_CASE("with a retry no fault of one reply of eight costs anything") {
    for (const auto which : {framing::tcp, framing::rtu, framing::ascii})
        for (std::size_t i = 0; i < fault_names.size(); ++i) {
            const auto how = static_cast<fault>(i);
            if (!applies(how, which))
                continue;
            INFO(name(which) << " " << fault_names[i]);
            CHECK(survives(how, which, 1));
        }
}

TEST_CASE("sixteen reads in flight lose at most the one with the fault") {
    for (std::size_t i = 0; i < fault_names.size(); ++i) {
        const auto how = static_cast<fault>(i);
        if (how == fault::close)
            continue; // takes all sixteen with it
        INFO(fault_names[i]);
        client_options options;
        options.response_timeout = 300ms;
        options.retries = 2;
        options.window = 16;
        bad_server server{how};
        bench line{options, [&server](bench& b, const kept_adu& asked) { server(b, asked); }};
        std::vector<request_id> ids;
        for (std::uint16_t request = 0; request < 64; ++request)
            ids.push_back(line.client
                              .read_holding_registers(unit_asked, static_cast<std::uint16_t>(20 * request),
                                                      quantity, line.now)
                              .value());
        for (std::uint16_t request = 0; request < 64; ++request) {
            const auto got = line.outcome(ids[request], 20s);
            const unsigned start = 20U * request;
            if (how == fault::exc_unk && got.as<exception_reply>() != nullptr)
                continue;
            REQUIRE(got.as<reply>() != nullptr);
            CHECK(got.response == registers_reply({0,
                                                   unit_asked,
                                                   {3, static_cast<std::uint8_t>(start >> 8U),
                                                    static_cast<std::uint8_t>(start), 0, quantity}}));
        }
        CHECK(line.client.unfinished() == 0);
    }
}
