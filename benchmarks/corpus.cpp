#include "corpus.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include <meterlink/core/hex.hpp>
#include <meterlink/mbus/telegram.hpp>
#include <nlohmann/json.hpp>

namespace meterlink::bench {

namespace {

/// Worked examples of EN 13757 and OMS: water, gas, heat, and the fixed data structure.
constexpr std::array<std::string_view, 5> embedded{
    "681F1F680802727856341224400107550000000313153100DA023B13018B60043718021816",
    "6820206808FD7278563412931533032A0000000C1427048502046D32371F1502FD1700008916",
    "6829296808FD7244227592242329071F0000000C13270485020B3B2701004C1319544401426CFF0C02FD1700009916",
    "683C3C6808FD727856341224232A04260000000C06270485020C13763470004C0619544401426CFF0C0B3B2701000B2A9732000A"
    "5A43040A5E"
    "510202FD170000C816",
    "68131368080573785634120A00E97E01000000350100003C16",
};

std::vector<std::string> corpus_hex() {
    const char* const path = std::getenv("METERLINK_CORPUS");
    if (path == nullptr || *path == '\0')
        return {embedded.begin(), embedded.end()};
    std::ifstream input{path};
    std::vector<std::string> out;
    for (std::string line; std::getline(input, line);) {
        const auto object = nlohmann::json::parse(line);
        const auto outcome = object.contains("expect") ? object["expect"].value("outcome", "ok") : "ok";
        if (outcome == "ok")
            out.push_back(object.at("hex").get<std::string>());
    }
    if (out.empty()) {
        std::fprintf(stderr, "no telegrams in METERLINK_CORPUS: %s\n", path);
        std::exit(EXIT_FAILURE);
    }
    return out;
}

std::size_t count_records(const mbus::telegram_view& telegram) {
    const auto& message = telegram.message();
    if (message && message->application() == tpl::application::fixed_data)
        return 2;
    std::size_t count = 0;
    for (const auto& record : telegram.records())
        count += record ? 1U : 0U;
    return count;
}

corpus load() {
    corpus out;
    for (const auto& hex : corpus_hex()) {
        auto octets = parse_hex_strict(hex);
        const auto telegram = octets ? mbus::telegram_view::parse(*octets) : fail(octets.error());
        if (!telegram) {
            std::fprintf(stderr, "left out, %s: %s\n", to_string(telegram.error()).c_str(), hex.c_str());
            continue;
        }
        out.records += count_records(*telegram);
        out.octets += octets->size();
        out.frames.push_back(*std::move(octets));
    }
    return out;
}

} // namespace

const corpus& corpus::instance() {
    static const auto only = load();
    return only;
}

} // namespace meterlink::bench
