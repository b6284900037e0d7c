#pragma once

/// What the parts of `explain` share: a cursor that turns octets into fields and cannot lose any.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <meterlink/apl/record.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/format/explain.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/wmbus/telegram.hpp>

#include "explain_clauses.hpp"

namespace meterlink::format::detail {

/// Octets of the link layer between those of the layers above it: a CRC.
struct wedge {
    std::size_t at = 0; ///< How many of the other octets stand before it.
    std::size_t size = 0;
    std::string meaning;
    bool is_error = false;
};

/// Walks once over the input. Every field begins where the one before it ended, so that all octets are
/// covered. Wedges are stepped over and become fields by themselves.
class field_writer {
public:
    explicit field_writer(bytes_view input) noexcept : sent_{input}, read_{input}, end_{input.size()} {}
    /// `sent` are the octets without the wedges, `read` the same ones as far as they could be decrypted. The
    /// wedges stand in their order, none before the first octet.
    field_writer(bytes_view sent, bytes_view read, std::vector<wedge> wedges) noexcept
        : sent_{sent}, read_{read}, wedges_{std::move(wedges)}, end_{read.size()} {}

    /// Offset of the next octet, wedges not counted.
    [[nodiscard]] std::size_t at() const noexcept { return at_; }
    /// The octets that are left up to the limit.
    [[nodiscard]] bytes_view rest() const noexcept { return read_.subspan(at_, end_ - at_); }

    /// The same as they were sent, encrypted maybe.
    [[nodiscard]] bytes_view sent() const noexcept { return sent_.subspan(at_, end_ - at_); }

    /// Fields end at `end` until the next call, or at the end of the input if that comes first.
    void limit_to(std::size_t end) noexcept { end_ = end < read_.size() ? end : read_.size(); }
    void lift_limit() noexcept { end_ = read_.size(); }

    /// The fields to come belong to `layer`.
    void enter(meterlink::layer layer) noexcept { layer_ = layer; }
    /// The next field begins a group with this title, and with those given since the last field.
    void begin_group(std::string_view heading) {
        heading_ += heading_.empty() ? "" : " - ";
        heading_ += heading;
    }

    /// The next `size` octets, or those that are left, are the field `name`.
    void add(std::size_t size, clause where, std::string_view name, std::string meaning);
    /// The same for something wrong.
    void add_error(std::size_t size, clause where, std::string_view name, std::string meaning);

    /// False, and an error in place of the field, unless `size` octets are left.
    [[nodiscard]] bool has(std::size_t size, clause where, std::string_view name);

    [[nodiscard]] std::vector<explained_field> take() noexcept { return std::move(fields_); }

private:
    void write(std::size_t size, clause where, std::string_view name, std::string meaning, bool is_error);
    explained_field& append(std::size_t size, std::string_view name, clause where, std::string meaning);
    void append_wedges();

    bytes_view sent_;
    bytes_view read_;
    std::vector<wedge> wedges_;
    std::size_t next_wedge_ = 0;
    std::size_t at_ = 0;
    std::size_t offset_ = 0; // of the next octet, wedges counted
    std::size_t end_;
    meterlink::layer layer_ = layer::mbus;
    std::string heading_;
    std::vector<explained_field> fields_;
};

/// What is known of a message besides its octets.
struct message_context {
    tpl::medium_access access = tpl::medium_access::wired;
    bool is_whole = true; ///< It surely ends where the octets do.
    /// The message as it was read, and maybe opened, from the octets that the writer reads; null where that
    /// is for `explain_message` to do.
    const tpl::message_view* message = nullptr;
    const wmbus::telegram_problems* problems = nullptr; ///< Found by the decoder; null without one.

    [[nodiscard]] bool has_problem(errc code) const noexcept {
        return problems != nullptr && std::any_of(problems->begin(), problems->end(),
                                                  [code](const error& e) { return e.code == code; });
    }
};

/// Explains what the link layer carries, up to the limit.
void explain_message(field_writer& out, const message_context& context);
/// Explains data records up to the limit.
void explain_records(field_writer& out, apl::record_options options);
/// Explains DIB and VIB of records without data, up to the limit.
void explain_record_headers(field_writer& out, apl::record_options options);
/// Explains the data of `record`, which stand here without their DIB and VIB.
void explain_record_data(field_writer& out, const apl::record_view& record);
/// Explains a compact frame from its signature on, with the records of `message` where they are known.
void explain_compact_frame(field_writer& out, const message_context& context);
/// Explains a format frame from its length on.
void explain_format_frame(field_writer& out);

/// Explains what stands between a header and the octets of the application: the extension of the
/// configuration field, verification octets, and what stays encrypted.
void explain_protection(field_writer& out, tpl::configuration_field configuration,
                        const tpl::payload_split& split, std::size_t verification_size);
/// Explains what stands behind the application's octets: what was not opened there, and the tag.
void explain_protection_end(field_writer& out, const tpl::payload_split& split);
/// What the configuration field says.
[[nodiscard]] std::string configuration_meaning(tpl::configuration_field field, tpl::medium_access access,
                                                bool is_old_signature);

/// Explains manufacturer, identification, version and device type of the link layer, of the sender or of the
/// receiver; some makers send the identification last. False where they are cut off.
[[nodiscard]] bool explain_link_address(field_writer& out, clause where, bool is_receiver, bool is_reversed);
/// Explains the extended link layer up to its payload; false where nothing behind it can be read.
[[nodiscard]] bool explain_extended_link_layer(field_writer& out, tpl::security_state state);
/// Explains the authentication and fragmentation layer up to its payload; false where nothing behind it can
/// be read.
[[nodiscard]] bool explain_afl(field_writer& out, const wmbus::telegram_view& telegram);

} // namespace meterlink::format::detail
