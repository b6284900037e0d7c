#include "simulated_meters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <meterlink/apl/record_list.hpp>
#include <meterlink/core/hex_lenient.hpp>
#include <meterlink/mbus/frame.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/manufacturer.hpp>
#include <meterlink/tpl/message.hpp>

#include "input.hpp"
#include "json_citation.hpp"
#include "whole_file.hpp"

namespace meterlink::cli {

namespace {

using mbus::slave_description;

constexpr std::size_t most_meters_simulated = 4096;

// ---- telegrams that were recorded
// --------------------------------------------------------------------------

/// Puts telegrams together to meters.
class recording {
public:
    recording(std::vector<slave_description>& to, complaints& errors)
        : to_{to}, first_{to.size()}, errors_{errors} {}

    void take(const telegram& next) {
        if (is_no_readout(next.octets))
            return;
        auto meter = slave_description::from(next.octets);
        if (!meter)
            return errors_.octets(next.from, meter.error(), next.octets);
        auto* known = find(*meter);
        if (known == nullptr)
            return to_.push_back(std::move(*meter));
        if (is_repeated(*known, *meter))
            return;
        if (const auto done = known->add(next.octets); !done)
            errors_.octets(next.from, done.error(), next.octets);
    }

    [[nodiscard]] bool is_empty() const { return to_.size() == first_; }

private:
    /// A recording of a line has requests, acknowledgements, alarms and refusals, too.
    static bool is_no_readout(bytes_view octets) {
        const auto frame = mbus::parse_frame(octets);
        if (!frame)
            return false;
        const auto c = mbus::c(*frame);
        if (!c || c->service() != mbus::link_service::rsp_ud)
            return true;
        const auto carrier = mbus::as_long_frame(*frame);
        const auto message =
            tpl::message_view::parse(carrier ? carrier->payload() : bytes_view{}, tpl::medium_access::wired);
        return message && (message->application() == tpl::application::alarm ||
                           message->application() == tpl::application::application_error);
    }

    /// The meter that this one is, too: the same address, and the same identity where the telegram names one.
    slave_description* find(const slave_description& meter) {
        const auto begin = to_.rbegin();
        const auto end = std::next(begin, static_cast<std::ptrdiff_t>(to_.size() - first_));
        const auto found = std::find_if(begin, end, [&](const slave_description& each) {
            const auto has_none = meter.secondary == mbus::secondary_address{0, 0, 0, 0};
            return each.address == meter.address && (has_none || each.secondary == meter.secondary);
        });
        return found == end ? nullptr : &*found;
    }

    /// The same telegram once more; its access number stands where nothing else does.
    static bool is_repeated(const slave_description& known, const slave_description& meter) {
        constexpr std::size_t long_header_access = 9;
        const auto& wanted = meter.telegrams.front().payload;
        return std::any_of(known.telegrams.begin(), known.telegrams.end(), [&](const auto& each) {
            auto other = each.payload;
            if (other.size() != wanted.size() || other.front() != wanted.front())
                return false;
            const auto message = tpl::message_view::parse(other, tpl::medium_access::wired);
            if (message && message->header() == tpl::header_kind::long_header)
                other[long_header_access] = wanted[long_header_access];
            return other == wanted;
        });
    }

    std::vector<slave_description>& to_;
    std::size_t first_;
    complaints& errors_;
};

bool load_telegrams(const std::string& path, std::vector<slave_description>& to, complaints& errors) {
    const auto before = errors.count();
    recording meters{to, errors};
    const receiver from_file{
        [&](const telegram& next) {
            meters.take(next);
            return true;
        },
        [&](const unreadable& what) { errors.text(what); },
        [] {},
    };
    if (const auto failure = read_file(path, telegram_kind::mbus, from_file); failure != 0) {
        errors.plain("cannot read " + without_controls(path) + ": " + std::strerror(failure));
        return false;
    }
    if (meters.is_empty() && errors.count() == before)
        errors.plain("there is no answer of a meter in " + without_controls(path));
    return errors.count() == before;
}

// ---- meters described in JSON
// ------------------------------------------------------------------------------

using nlohmann::json;

/// What is wrong with a description; caught below and said with the name of the file.
struct bad_description : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A meter of the file, with what it is called in complaints.
class described_meter {
public:
    described_meter(const json& from, std::size_t number)
        : from_{from}, name_{"meter " + std::to_string(number)} {
        if (!from.is_object())
            refuse("is no object but " + json_citation(from));
        constexpr std::array known{"address", "id",        "manufacturer", "version",           "device_type",
                                   "status",  "telegrams", "records",      "fabrication_number"};
        for (const auto& [key, value] : from.items())
            if (std::find(known.begin(), known.end(), key) == known.end())
                refuse("has a member that means nothing: " + json_citation(json(key)));
    }

    [[nodiscard]] slave_description read() const {
        const auto address = number("address", 250, 0);
        const auto digits = id("id");
        const mbus::secondary_address identity{digits ? *digits : missing("id"), maker(),
                                               static_cast<std::uint8_t>(number("version", 255, 0)),
                                               static_cast<std::uint8_t>(number("device_type", 255))};
        auto out = slave_description::of(mbus::primary_address{static_cast<std::uint8_t>(address)}, identity);
        const tpl::status status{static_cast<std::uint8_t>(number("status", 255, 0))};
        add_telegrams(out, status);
        if (const auto own = id("fabrication_number"))
            out.fabrication_number = own;
        return out;
    }

private:
    [[noreturn]] void refuse(const std::string& why) const { throw bad_description{name_ + ' ' + why}; }
    [[noreturn]] std::uint32_t missing(const char* key) const {
        refuse("has no \"" + std::string{key} + '"');
    }

    [[nodiscard]] unsigned number(const char* key, unsigned largest,
                                  std::optional<unsigned> otherwise = std::nullopt) const {
        const auto found = from_.find(key);
        if (found == from_.end())
            return otherwise ? *otherwise : missing(key);
        if (!found->is_number_unsigned() || found->get<std::uint64_t>() > largest)
            refuse("has no number from 0 to " + std::to_string(largest) + " as \"" + key + "\" but " +
                   json_citation(*found));
        return found->get<unsigned>();
    }

    /// Eight digits, as BCD.
    [[nodiscard]] std::optional<std::uint32_t> id(const char* key) const {
        const auto found = from_.find(key);
        if (found == from_.end())
            return std::nullopt;
        const auto text = found->is_string() ? found->get<std::string>() : std::string{};
        if (text.size() != 8 || text.find_first_not_of("0123456789") != std::string::npos)
            refuse("has no text of eight digits as \"" + std::string{key} + "\" but " +
                   json_citation(*found));
        return static_cast<std::uint32_t>(std::stoul(text, nullptr, 16));
    }

    [[nodiscard]] std::uint16_t maker() const {
        const auto found = from_.find("manufacturer");
        if (found == from_.end())
            missing("manufacturer");
        const auto letters = found->is_string()
                                 ? tpl::manufacturer::parse(found->get<std::string>())
                                 : result<tpl::manufacturer>{fail(errc::truncated, layer::tpl, 0)};
        if (!letters)
            refuse("has no three letters as \"manufacturer\" but " + json_citation(*found));
        return letters->code;
    }

    void add_telegrams(slave_description& to, tpl::status status) const {
        const auto several = from_.find("telegrams");
        const auto records = from_.find("records");
        if (several != from_.end() && records != from_.end())
            refuse("has both \"records\" and \"telegrams\"");
        if (records != from_.end())
            return add_telegram(to, *records, status, "");
        if (several == from_.end())
            return;
        if (!several->is_array())
            refuse("has no list as \"telegrams\" but " + json_citation(*several));
        for (std::size_t i = 0; i < several->size(); ++i)
            add_telegram(to, (*several)[i], status, "telegram " + std::to_string(i + 1) + ", ");
    }

    void add_telegram(slave_description& to, const json& records, tpl::status status,
                      const std::string& where) const {
        if (!records.is_array())
            refuse("has no list of records but " + json_citation(records));
        apl::record_list list;
        for (std::size_t i = 0; i < records.size(); ++i) {
            const auto refuse_record = [&](const std::string& why) {
                throw bad_description{name_ + ", " + where + "record " + std::to_string(i + 1) + ": " + why};
            };
            if (!records[i].is_string())
                refuse_record("no text but " + json_citation(records[i]));
            const auto octets = parse_hex_lenient(records[i].get<std::string>());
            if (!octets)
                refuse_record(to_string(octets.error()) + " in " + json_citation(records[i]));
            auto record = apl::record::parse(*octets);
            if (!record)
                refuse_record(to_string(record.error()) + " in " + json_citation(records[i]));
            list.records.push_back(std::move(*record));
        }
        if (const auto done = to.add(list, status); !done)
            refuse("has more than the 240 octets of records that one telegram holds: put them into "
                   "\"telegrams\"");
    }

    const json& from_;
    std::string name_;
};

bool load_description(const std::string& path, std::vector<slave_description>& to, complaints& errors) {
    const auto name = without_controls(path);
    std::string text;
    if (const auto failure = read_whole_file(path, text); failure != 0) {
        errors.plain("cannot read " + name + ": " + std::strerror(failure));
        return false;
    }
    try {
        const auto all = json::parse(text);
        const auto& meters = all.is_object() && all.contains("meters") ? all["meters"] : all;
        if (!meters.is_array() || meters.empty())
            throw bad_description{"there is no list of meters"};
        if (meters.size() > most_meters_simulated)
            throw bad_description{"there are more than " + std::to_string(most_meters_simulated) + " meters"};
        for (std::size_t i = 0; i < meters.size(); ++i)
            to.push_back(described_meter{meters[i], i + 1}.read());
    } catch (const bad_description& e) {
        errors.plain(name + ": " + without_controls(e.what()));
        return false;
    } catch (const json::exception& e) {
        errors.plain(name + ": " + without_controls(e.what()));
        return false;
    }
    return true;
}

} // namespace

bool load_meters(const std::string& path, std::vector<slave_description>& to, complaints& errors) {
    constexpr std::string_view suffix = ".json";
    const auto is_json =
        path.size() > suffix.size() && path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0;
    return is_json ? load_description(path, to, errors) : load_telegrams(path, to, errors);
}

} // namespace meterlink::cli
