#pragma once

/// What the parts of `explain` share: a cursor that turns octets into fields and cannot lose any.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <meterlink/apl/record.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/format/explain.hpp>
#include <meterlink/tpl/message.hpp>

#include "explain_clauses.hpp"

namespace meterlink::format::detail {

/// Walks once over the input. Every field begins where the one before it ended, so that all octets are
/// covered.
class field_writer {
public:
    explicit field_writer(bytes_view input) noexcept : input_{input}, end_{input.size()} {}

    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    /// The octets that are left up to the limit.
    [[nodiscard]] bytes_view rest() const noexcept { return input_.subspan(at_, end_ - at_); }

    /// Fields end at `end` until the next call, or at the end of the input if that comes first.
    void limit_to(std::size_t end) noexcept { end_ = end < input_.size() ? end : input_.size(); }
    void lift_limit() noexcept { end_ = input_.size(); }

    /// The fields to come belong to `layer`.
    void enter(meterlink::layer layer) noexcept { layer_ = layer; }
    /// The next field begins a group with this title.
    void begin_group(std::string heading) { heading_ = std::move(heading); }

    /// The next `size` octets, or those that are left, are the field `name`.
    void add(std::size_t size, clause where, std::string_view name, std::string meaning);
    /// The same for something wrong.
    void add_error(std::size_t size, clause where, std::string_view name, std::string meaning);

    /// False, and an error in place of the field, unless `size` octets are left.
    [[nodiscard]] bool has(std::size_t size, clause where, std::string_view name);

    [[nodiscard]] std::vector<explained_field> take() noexcept { return std::move(fields_); }

private:
    bytes_view input_;
    std::size_t at_ = 0;
    std::size_t end_;
    meterlink::layer layer_ = layer::mbus;
    std::string heading_;
    std::vector<explained_field> fields_;
};

/// Explains what the link layer carries, up to the limit; `is_whole` when it surely ends there.
void explain_message(field_writer& out, bool is_whole);
/// Explains data records up to the limit.
void explain_records(field_writer& out, apl::record_options options);

} // namespace meterlink::format::detail
