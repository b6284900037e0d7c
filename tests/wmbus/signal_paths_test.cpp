#include <meterlink/wmbus/signal_paths.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "support/catch.hpp"

using namespace meterlink;
using namespace meterlink::wmbus;
using namespace std::chrono_literals;

namespace {

constexpr instant start{1h};

struct listening {
    signal_paths paths;
    signal_paths::options how;

    void hear(const char* receiver, std::optional<double> rssi, session_clock::duration at,
              bool is_relayed = false) {
        paths.on(receiver, is_relayed, rssi, start + at, how);
    }
    std::string best() const { return paths.best() == nullptr ? "none" : paths.best()->receiver; }
};

} // namespace

TEST_CASE("nobody hears a meter before its first telegram") {
    const listening meter;
    CHECK(meter.best() == "none");
    CHECK(meter.paths.all().empty());
    CHECK(meter.paths.alternatives().empty());
    CHECK_FALSE(meter.paths.is_best("roof"));
}

TEST_CASE("the strongest receiver is best and the others are kept as alternatives") {
    listening meter;
    meter.hear("cellar", -90, 0s);
    CHECK(meter.best() == "cellar");
    meter.hear("roof", -66, 1s);
    meter.hear("stairs", -80, 2s);
    CHECK(meter.best() == "roof");
    CHECK(meter.paths.is_best("roof"));
    CHECK_FALSE(meter.paths.is_best("cellar"));
    REQUIRE(meter.paths.alternatives().size() == 2);
    for (const auto& other : meter.paths.alternatives()) {
        CHECK(other.rssi_dbm == (other.receiver == "cellar" ? -90.0 : -80.0));
        CHECK(other.last_heard == start + (other.receiver == "cellar" ? 0s : 2s));
        CHECK(other.copies == 1);
    }
}

TEST_CASE("a new value moves the signal strength by a quarter of the difference") {
    listening meter;
    meter.hear("roof", -60, 0s);
    meter.hear("roof", -80, 1s);
    CHECK(*meter.paths.best()->rssi_dbm == -65.0);
    CHECK(*meter.paths.best()->latest_rssi_dbm == -80.0);
    meter.hear("roof", -65, 2s);
    CHECK(*meter.paths.best()->rssi_dbm == -65.0);
    CHECK(meter.paths.best()->copies == 3);
    meter.hear("roof", std::nullopt, 3s);
    CHECK(*meter.paths.best()->rssi_dbm == -65.0);
    CHECK_FALSE(meter.paths.best()->latest_rssi_dbm);
}

TEST_CASE("one weak telegram does not cost the place and several do") {
    listening meter;
    meter.hear("roof", -60, 0s);
    meter.hear("cellar", -70, 0s);
    meter.hear("roof", -90, 60s); // -67.5
    CHECK(meter.best() == "roof");
    meter.hear("roof", -90, 120s); // -73.1
    CHECK(meter.best() == "cellar");
}

TEST_CASE("between equals the best stays") {
    listening meter;
    meter.hear("roof", -60, 0s);
    meter.hear("cellar", -60, 0s);
    CHECK(meter.best() == "roof");
    meter.hear("cellar", -60, 1s);
    CHECK(meter.best() == "roof");
}

TEST_CASE("a receiver that measures nothing comes behind one that does") {
    listening meter;
    meter.hear("deaf", std::nullopt, 0s);
    CHECK(meter.best() == "deaf");
    meter.hear("roof", -110, 1s);
    CHECK(meter.best() == "roof");
    CHECK_FALSE(meter.paths.alternatives()[0].rssi_dbm);
}

TEST_CASE("a copy by a repeater is a path of its own behind every direct one") {
    listening meter;
    meter.hear("roof", -40, 0s, true);
    CHECK(meter.paths.best()->is_relayed);
    meter.hear("roof", -95, 5s);
    CHECK(meter.paths.all().size() == 2);
    CHECK_FALSE(meter.paths.best()->is_relayed);
    CHECK(*meter.paths.best()->rssi_dbm == -95.0);
    CHECK(meter.paths.is_best("roof"));
    meter.hear("cellar", -50, 6s, true);
    CHECK(meter.best() == "roof");
}

TEST_CASE("a receiver that falls silent loses its place once another one has heard more") {
    listening meter;
    meter.how.silence = 10min;
    meter.hear("roof", -50, 0s);
    meter.hear("cellar", -90, 10min);
    CHECK(meter.best() == "roof"); // on the edge
    meter.hear("cellar", -90, 10min + 1ns);
    CHECK(meter.best() == "cellar");
    meter.hear("roof", -50, 20min);
    CHECK(meter.best() == "roof");
}

TEST_CASE("a direct path that falls silent gives way to a relayed one") {
    listening meter;
    meter.how.silence = 10min;
    meter.hear("roof", -50, 0s);
    meter.hear("roof", -70, 11min, true);
    CHECK(meter.paths.best()->is_relayed);
}

TEST_CASE("a meter that falls silent keeps its best receiver") {
    listening meter;
    meter.hear("roof", -50, 0s);
    meter.hear("cellar", -90, 1s);
    meter.hear("roof", -50, 48h);
    CHECK(meter.best() == "roof");
}

TEST_CASE("beyond the capacity the path heard longest ago gives way") {
    listening meter;
    meter.how.capacity = 2;
    meter.hear("roof", -50, 0s);
    meter.hear("cellar", -90, 1s);
    meter.hear("stairs", -80, 2s);
    CHECK(meter.paths.all().size() == 2);
    CHECK(meter.best() == "stairs");
    CHECK(meter.paths.alternatives()[0].receiver == "cellar");
    meter.how.capacity = 0;
    meter.hear("roof", -50, 3s);
    CHECK_FALSE(meter.paths.all().empty());
}

TEST_CASE("forgetting all paths lets the next telegram choose anew") {
    listening meter;
    meter.hear("roof", -50, 0s);
    meter.paths.clear();
    CHECK(meter.best() == "none");
    meter.hear("cellar", -90, 1s);
    CHECK(meter.best() == "cellar");
}
