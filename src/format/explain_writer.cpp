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
    write(size, where, name, std::move(meaning), false);
}

void field_writer::add_error(std::size_t size, clause where, std::string_view name, std::string meaning) {
    write(size, where, name, std::move(meaning), true);
}

void field_writer::write(std::size_t size, clause where, std::string_view name, std::string meaning,
                         bool is_error) {
    auto left = std::min(size, end_ - at_);
    for (auto is_first = true; is_first || left != 0; is_first = false) {
        auto part = left;
        if (next_wedge_ < wedges_.size())
            part = std::min(part, wedges_[next_wedge_].at - at_);
        const auto sent = sent_.subspan(at_, part);
        const auto read = read_.subspan(at_, part);
        auto& field = append(part, name, where, is_first ? std::move(meaning) : std::string{"continued"});
        field.is_error = is_error;
        if (!std::equal(sent.begin(), sent.end(), read.begin()))
            field.plain.assign(read.begin(), read.end());
        at_ += part;
        left -= part;
        append_wedges();
    }
}

explained_field& field_writer::append(std::size_t size, std::string_view name, clause where,
                                      std::string meaning) {
    make_printable(meaning);
    make_printable(heading_);
    auto& field = fields_.emplace_back();
    field.offset = offset_;
    field.size = size;
    field.layer = layer_;
    field.heading = std::exchange(heading_, {});
    field.name = name;
    field.clause = citation(where);
    field.meaning = std::move(meaning);
    const auto is_link = layer_ == layer::mbus || layer_ == layer::wmbus;
    field.level = is_link ? 0 : layer_ == layer::tpl ? 1 : 2;
    offset_ += size;
    return field;
}

void field_writer::append_wedges() {
    for (; next_wedge_ < wedges_.size() && wedges_[next_wedge_].at == at_; ++next_wedge_) {
        auto& next = wedges_[next_wedge_];
        const auto above = std::exchange(layer_, layer::wmbus);
        append(next.size, "link CRC", clause::wireless_frame, std::move(next.meaning)).is_error =
            next.is_error;
        layer_ = above;
    }
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
