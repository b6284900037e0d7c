// Any octets: an explanation accounts for each of them once and in order, and calls nothing right that is
// wrong.

#include <meterlink/format/explain.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include <meterlink/mbus/telegram.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

bool has_defect(const mbus::telegram_view& telegram) {
    if (telegram.message() && telegram.message()->security().problem.code != errc::none)
        return true;
    for (const auto& record : telegram.records())
        if (!record)
            return true;
    return false;
}

/// What explain checks more strictly than a telegram does, which leaves these octets to their own types.
bool is_checked_further(const mbus::telegram_view& telegram) {
    const auto application =
        telegram.message() ? telegram.message()->application() : tpl::application::unknown;
    return application == tpl::application::fixed_data || application == tpl::application::selection;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view input{data, size};
    const auto fields = format::explain(input);
    std::size_t at = 0;
    for (const auto& field : fields) {
        require(field.offset == at && !field.name.empty() && !field.meaning.empty());
        require(field.size != 0 || field.is_error);
        at += field.size;
    }
    require(at == size);

    std::string text;
    format::append_explanation(text, input, {size % 2 == 0, size % 200});
    require(text.empty() == input.empty());

    // What is taken for a wireless telegram is compared with its decoder elsewhere.
    if (fields.empty() || fields.front().layer == layer::wmbus)
        return 0;
    const auto finds_error =
        std::any_of(fields.begin(), fields.end(), [](const auto& field) { return field.is_error; });
    if (const auto telegram = mbus::telegram_view::parse(input); !telegram)
        require(finds_error || size == 0 || telegram.error().code == errc::trailing_bytes);
    else if (!is_checked_further(*telegram))
        require(finds_error == has_defect(*telegram));
    return 0;
}
