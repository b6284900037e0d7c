#include <meterlink/wmbus/receivers/receiver_choice.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <meterlink/core/hex.hpp>

#include "listening.hpp"
#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::test::literals;
using namespace meterlink::test::listening;
using namespace meterlink::wmbus;

namespace {

/// The same telegram, as each kind sends it.
octets sent_by(std::string_view kind) {
    const octets behind_length{plain_telegram.begin() + 1, plain_telegram.end()};
    const auto hex = to_hex(plain_telegram);
    if (kind == "imst")
        return joined({"A5 C2 03 2E"_octets, behind_length, "5A 47 3E"_octets});
    if (kind == "amber")
        return joined({"FF 03 2F"_octets, behind_length, "A1 AC"_octets});
    if (kind == "amber-transparent")
        return joined({plain_telegram, "A1"_octets});
    if (kind == "cul")
        return text("b" + to_hex(telegram_a) + "\r\n");
    if (kind == "rtl-wmbus")
        return text("T1;1;1;now;97;148;12345678;0x" + hex + "\n");
    if (kind == "rtl-433")
        return text(R"({"mode":"T","data":")" + hex + "\"}\n");
    if (kind == "hex")
        return text(hex + "\n");
    return telegram_a;
}

} // namespace

TEST_CASE("every kind of receiver can be made by its name and hears a telegram") {
    for (const auto& row : receiver_kinds) {
        INFO(row.name);
        auto receiver = make_receiver(row.name, {"roof", mode::t1});
        REQUIRE(receiver);
        CHECK(receiver->kind().name == row.name);
        CHECK(find_receiver_kind(row.name)->description == row.description);
        CHECK_FALSE(receiver->poll_transmit());
        CHECK_FALSE(receiver->poll_timeout());
        const auto all = listen(*receiver, sent_by(row.name));
        REQUIRE(all.size() == 1);
        const auto* telegram = std::get_if<received>(&all[0]);
        REQUIRE(telegram != nullptr);
        CHECK(telegram->receiver == "roof");
        CHECK(telegram->mode == mode::t1);
        CHECK(telegram->time == start);
        CHECK(is_same_however_cut(*receiver, sent_by(row.name)));
    }
}

TEST_CASE("a kind of receiver that there is not is refused") {
    CHECK(make_receiver("iu880b", {}).error().code == errc::value_out_of_range);
    CHECK(make_receiver("", {}).error().code == errc::value_out_of_range);
    CHECK(find_receiver_kind("IMST") == nullptr);
}

TEST_CASE("only some receivers can be told a mode") {
    for (const auto& row : receiver_kinds) {
        INFO(row.name);
        auto receiver = make_receiver(row.name, {}).value();
        const bool can = row.name == "imst" || row.name == "amber" || row.name == "cul";
        CHECK(receiver.can_set_mode() == can);
        CHECK(receiver.set_mode(mode::t1, start).has_value() == can);
        CHECK(receiver.poll_transmit().has_value() == can);
        CHECK(receiver.poll_timeout().has_value() == can);
    }
}

TEST_CASE("what only one kind can do is done by the session itself") {
    auto receiver = make_receiver("imst", {}).value();
    REQUIRE(std::get<imst_receiver>(receiver.get()).ping(start));
    CHECK(take_sent(receiver) == "A5 01 01 00"_octets);
}
