#include "explain_writer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "explain_words.hpp"

namespace meterlink::format::detail {

namespace {

/// Control characters come from text that a meter sent, and are no business of a terminal.
void make_printable(std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        const auto is_c1 =
            octet == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (octet < 0x20 || octet == 0x7F)
            text[i] = '?';
        else if (is_c1)
            text.replace(i, 2, "?");
    }
}

} // namespace

void field_writer::add(std::size_t size, clause where, std::string_view name, std::string meaning) {
    make_printable(meaning);
    make_printable(heading_);
    auto& field = fields_.emplace_back();
    field.offset = at_;
    field.size = std::min(size, end_ - at_);
    field.layer = layer_;
    field.heading = std::exchange(heading_, {});
    field.name = name;
    field.clause = citation(where);
    field.meaning = std::move(meaning);
    field.level = layer_ == layer::mbus ? 0 : layer_ == layer::tpl ? 1 : 2;
    at_ += field.size;
}

void field_writer::add_error(std::size_t size, clause where, std::string_view name, std::string meaning) {
    add(size, where, name, std::move(meaning));
    fields_.back().is_error = true;
}

bool field_writer::has(std::size_t size, clause where, std::string_view name) {
    const auto left = rest().size();
    if (left >= size)
        return true;
    if (left == 0)
        add_error(0, where, name, fmt::format("missing: {}", count_octets(size)));
    else
        add_error(left, where, name, fmt::format("cut off: {} of {}", left, count_octets(size)));
    return false;
}

} // namespace meterlink::format::detail
