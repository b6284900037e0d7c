#include <meterlink/mbus/exchange.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "octets.hpp"
#include "scripted_line.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::mbus;
using namespace std::chrono_literals;
using meterlink::test::telegram;

namespace {

constexpr std::uint32_t baud = 2400;
constexpr instant now{1h};
const auto profile = timing_profile::standard(baud);
const auto question = "10 7B 05 80 16"_octets;

/// Asks, hears all of `heard` in pieces of `cut` octets, and then silence.
exchange after(answer_kind kind, const std::vector<std::uint8_t>& heard, std::size_t cut,
               exchange::heard_octets& answer) {
    exchange talk;
    talk.ask(question, {kind, 5, {}, {}}, profile, baud, now);
    REQUIRE(talk.poll_transmit());
    REQUIRE_FALSE(talk.poll_transmit());
    for (std::size_t at = 0; at < heard.size() && talk.state() == exchange_state::waiting; at += cut)
        talk.handle_input(bytes_view{heard}.subspan(at, std::min(cut, heard.size() - at)),
                          talk.sent_at() + 30ms, answer);
    talk.handle_timeout(talk.deadline(), answer);
    return talk;
}

} // namespace

TEST_CASE("an exchange is judged by what was asked however the octets are cut", "[exchange]") {
    auto wrong = telegram(5, 1);
    ++wrong[wrong.size() - 2];
    const auto rsp = telegram(5, 1);
    const std::vector<std::uint8_t> half{rsp.begin(), rsp.begin() + 10};
    struct row {
        answer_kind kind;
        std::vector<std::uint8_t> heard;
        exchange_state state;
    };
    const std::vector<row> rows{
        {answer_kind::none, {}, exchange_state::sent},
        {answer_kind::acknowledgement, {}, exchange_state::silent},
        {answer_kind::acknowledgement, "E5"_octets, exchange_state::acknowledged},
        {answer_kind::acknowledgement, "A5"_octets, exchange_state::collided},
        {answer_kind::acknowledgement, "A5 E5"_octets, exchange_state::collided},
        {answer_kind::acknowledgement, rsp, exchange_state::answered},
        {answer_kind::acknowledgement, telegram(6, 1), exchange_state::refused},
        {answer_kind::response, {}, exchange_state::silent},
        {answer_kind::response, rsp, exchange_state::answered},
        {answer_kind::response, wrong, exchange_state::collided},
        {answer_kind::response, half, exchange_state::refused},
        {answer_kind::response, "E5"_octets, exchange_state::refused},
        {answer_kind::response, "E5 E5"_octets, exchange_state::collided},
        {answer_kind::response, telegram(6, 1), exchange_state::refused},
        {answer_kind::response, "10 40 05 45 16"_octets, exchange_state::refused},
        {answer_kind::alarm, "E5"_octets, exchange_state::acknowledged},
        {answer_kind::alarm, rsp, exchange_state::answered},
        {answer_kind::response, question, exchange_state::silent}, // the echo
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const std::size_t cut : {1U, 2U, 7U, 300U}) {
            INFO("row " << i << ", pieces of " << cut);
            exchange::heard_octets answer;
            const auto talk = after(rows[i].kind, rows[i].heard, cut, answer);
            CHECK(talk.state() == rows[i].state);
            if (talk.state() == exchange_state::answered)
                CHECK(std::equal(answer.begin(), answer.end(), rsp.begin(), rsp.end()));
        }
    }
}

TEST_CASE("octets move the deadline but not without end", "[exchange]") {
    exchange talk;
    exchange::heard_octets answer;
    talk.ask(question, {answer_kind::response, 5, {}, {}}, profile, baud, now);
    auto at = talk.sent_at();
    const auto first = talk.deadline();
    CHECK(first == at + minimum_response_timeout(baud));
    while (talk.state() == exchange_state::waiting) {
        at += 10ms;
        talk.handle_input("55"_octets, at, answer);
        talk.handle_timeout(at, answer);
    }
    CHECK(talk.state() == exchange_state::collided);
    CHECK(talk.deadline() > first);
    CHECK(talk.deadline() < first + 3 * wire_time(max_frame_size, baud));
    CHECK(talk.heard().size() <= max_frame_size);
}

TEST_CASE("an expendable acknowledgement is passed over", "[exchange]") {
    exchange talk;
    exchange::heard_octets answer;
    talk.ask(question, {answer_kind::response, 5, {}, {}}, profile, baud, now, true);
    talk.handle_input("E5"_octets, talk.sent_at() + 20ms, answer);
    talk.handle_input(telegram(5, 1), talk.sent_at() + 100ms, answer);
    CHECK(talk.state() == exchange_state::answered);
    CHECK_FALSE(talk.is_disturbed());
}
