#pragma once

/// The formats that were heard of, so that compact frames can be read.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <meterlink/apl/data_field.hpp>
#include <meterlink/apl/dib.hpp>
#include <meterlink/apl/lvar.hpp>
#include <meterlink/apl/vib.hpp>
#include <meterlink/core/bytes.hpp>
#include <meterlink/core/crc.hpp>
#include <meterlink/core/error.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/core/writer.hpp>
#include <meterlink/tpl/compact_frame.hpp>
#include <meterlink/tpl/format_frame.hpp>
#include <meterlink/tpl/format_signature.hpp>
#include <meterlink/tpl/message.hpp>
#include <meterlink/tpl/meter_address.hpp>

namespace meterlink::tpl {

/// One layout of records: their headers, taken apart.
class record_format {
public:
    /// Takes the headers of one record after the other; there is at least one. Errors: `truncated`,
    /// `dif_reserved`, `dife_count`, `vife_count`, with the offset in `headers`; `buffer_too_small` beyond
    /// `max_format_size`.
    [[nodiscard]] static result<record_format> parse(bytes_view headers);

    [[nodiscard]] std::uint16_t signature() const noexcept { return signature_; }
    /// DIB and VIB of all records.
    [[nodiscard]] bytes_view headers() const noexcept { return headers_; }

    /// Whether this is the format of `compact`: its data fill the records, and the CRC of the full frame
    /// holds. Errors: `truncated`, `lvar_reserved` at the data's octet (counted from the signature);
    /// `full_frame_crc`.
    [[nodiscard]] error verify(const compact_frame_view& compact) const noexcept;

    /// Writes the records of the full frame that `compact` stands for, and what may follow their data, and
    /// returns them. Errors: those of `verify`, and `buffer_too_small`.
    [[nodiscard]] result<bytes_view> expand(const compact_frame_view& compact,
                                            bytes_span buffer) const noexcept;

private:
    struct piece {
        std::uint8_t header_size;
        apl::data_field field;
    };

    /// Calls `use(header, data)` with each record's octets; the octets of data that they take.
    template <class Use>
    result<std::size_t> for_each_record(bytes_view data, Use use) const noexcept;

    std::uint16_t signature_ = 0;
    std::vector<std::uint8_t> headers_;
    std::vector<piece> pieces_;
};

inline result<record_format> record_format::parse(bytes_view headers) {
    if (headers.empty())
        return fail(errc::truncated, layer::apl, 0);
    if (headers.size() > max_format_size)
        return fail(errc::buffer_too_small, layer::tpl, max_format_size);
    record_format out;
    for (auto rest = headers; !rest.empty();) {
        const auto at = headers.size() - rest.size();
        if ((rest[0] & 0x0FU) == 0x0FU)
            return fail(errc::dif_reserved, layer::apl, at, -1, rest[0]);
        apl::dib dib;
        apl::vib_view vib;
        error problem = no_error;
        const auto dib_size = apl::detail::read_dib(rest, dib, problem);
        if (problem.code != errc::none)
            return fail(problem, at);
        const auto vib_size = vib.read(rest.subspan(dib_size), apl::direction::from_meter, problem);
        if (problem.code != errc::none)
            return fail(problem, at + dib_size);
        out.pieces_.push_back({static_cast<std::uint8_t>(dib_size + vib_size), dib.field});
        rest = rest.subspan(dib_size + vib_size);
    }
    out.headers_.assign(headers.begin(), headers.end());
    out.signature_ = signature_of(headers);
    return out;
}

template <class Use>
result<std::size_t> record_format::for_each_record(bytes_view data, Use use) const noexcept {
    constexpr std::size_t data_at = 4; // behind signature and CRC
    auto headers = this->headers();
    std::size_t at = 0;
    for (const auto& [header_size, field] : pieces_) {
        auto size = apl::data_size(field);
        if (field == apl::data_field::variable && at < data.size()) {
            const apl::lvar lvar{data[at]};
            if (lvar.kind() == apl::lvar_kind::reserved)
                return fail(errc::lvar_reserved, layer::apl, data_at + at, -1, data[at]);
            size = 1 + lvar.size();
        } else if (field == apl::data_field::variable) {
            size = 1;
        }
        if (size > data.size() - at)
            return fail(errc::truncated, layer::apl, data_at + data.size());
        use(headers.first(header_size), data.subspan(at, size));
        headers = headers.subspan(header_size);
        at += size;
    }
    return at;
}

inline error record_format::verify(const compact_frame_view& compact) const noexcept {
    crc16_en13757 crc;
    const auto walked = for_each_record(
        compact.data, [&](bytes_view header, bytes_view data) { crc.update(header).update(data); });
    if (!walked)
        return walked.error();
    if (crc.finish() != compact.full_frame_crc)
        return {errc::full_frame_crc, layer::tpl, 2, compact.full_frame_crc, crc.finish()};
    return no_error;
}

inline result<bytes_view> record_format::expand(const compact_frame_view& compact,
                                                bytes_span buffer) const noexcept {
    if (buffer.size() < headers_.size() + compact.data.size())
        return fail(errc::buffer_too_small, layer::tpl, buffer.size());
    if (const auto problem = verify(compact); problem.code != errc::none)
        return fail(problem);
    writer to{buffer};
    const auto walked = for_each_record(
        compact.data, [&](bytes_view header, bytes_view data) { to.bytes(header).bytes(data); });
    to.bytes(compact.data.subspan(*walked));
    return to.written();
}

/// Of whom a format was learned.
struct format_teacher {
    meter_address meter{};     ///< It is good for this meter alone.
    bool is_protected = false; ///< The telegram was opened with the meter's key.

    [[nodiscard]] friend constexpr bool operator==(const format_teacher&,
                                                   const format_teacher&) noexcept = default;
};

/// Formats by signature, at most so many; what was learned in the clear, and was not heard of for longest,
/// makes room first.
///
/// Signature and CRC of a full frame have 16 bits each and are no secret: whoever sends a format can make one
/// that fits the frames of others and gives them other values. So a format that was learned serves its
/// teacher's frames alone, a format that came in the clear serves no frame that was encrypted, and where two
/// different formats fit a frame it is not read. Formats that the user gives serve every meter.
class format_cache {
public:
    /// Formats that a cache holds when nobody says otherwise.
    static constexpr std::size_t default_capacity = 4096;

    explicit format_cache(std::size_t capacity = default_capacity)
        : capacity_{std::max<std::size_t>(capacity, 1)} {}

    /// Remembers a format by its headers and returns its signature; also what `record_format::parse` refuses.
    /// Without `teacher` it serves every meter.
    result<std::uint16_t> insert(bytes_view headers, const std::optional<format_teacher>& teacher = {}) {
        const auto signature = signature_of(headers);
        const key place{signature, teacher ? std::optional{address_key(teacher->meter)} : std::nullopt};
        for (auto [it, end] = entries_.equal_range(place); it != end; ++it)
            if (it->second.has_headers(headers)) {
                it->second.heard = ++clock_;
                if (teacher && teacher->is_protected)
                    it->second.teacher->is_protected = true;
                return signature;
            }
        auto format = record_format::parse(headers);
        if (!format)
            return fail(format.error());
        if (entries_.size() == capacity_)
            entries_.erase(
                std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
                    return std::pair{a.second.is_trusted(), a.second.heard} <
                           std::pair{b.second.is_trusted(), b.second.heard};
                }));
        entries_.emplace(place, entry{std::move(*format), teacher, ++clock_});
        return signature;
    }

    /// Learns from a full frame or a format frame that a meter sent, and returns the signature. Errors:
    /// `ci_unexpected` for other messages; `truncated` for one without records; those of the frame and of
    /// `insert`, with the offset from the CI field.
    result<std::uint16_t> learn(const message_view& message, const format_teacher& teacher) {
        const auto distance = message.application_offset();
        if (message.application() == application::format_frame) {
            const auto frame = format_frame_view::parse(message.application_octets());
            if (!frame)
                return fail(frame.error(), distance);
            const auto signature = insert(frame->headers, teacher);
            return signature ? signature : fail(signature.error(), distance + 3);
        }
        if (message.application() != application::records)
            return fail(errc::ci_unexpected, layer::tpl, 0, -1, message.ci().code);
        const auto headers = headers_of(message.records());
        if (!headers)
            return fail(headers.error(), distance);
        const auto signature = insert(headers->view(), teacher);
        return signature ? signature : fail(signature.error(), distance);
    }

    /// The records of the full frame that `compact`, sent by `sender`, stands for, written to `buffer`.
    /// Errors: `signature_unknown`; `signature_ambiguous` where different formats fit; otherwise that of the
    /// format with this signature, see `record_format::expand`.
    [[nodiscard]] result<bytes_view> expand(const compact_frame_view& compact, const format_teacher& sender,
                                            bytes_span buffer) {
        error problem{errc::signature_unknown, layer::tpl, 0, -1, compact.signature};
        entry* fitting = nullptr;
        for (const auto& place :
             {key{compact.signature, {}}, key{compact.signature, address_key(sender.meter)}})
            for (auto [it, end] = entries_.equal_range(place); it != end; ++it) {
                auto& one = it->second;
                if (sender.is_protected && !one.is_trusted())
                    continue;
                const auto defect = one.format.verify(compact);
                if (defect.code != errc::none)
                    problem = defect;
                else if (fitting == nullptr)
                    fitting = &one;
                else if (!one.has_headers(fitting->format.headers()))
                    return fail(errc::signature_ambiguous, layer::tpl, 0, -1, compact.signature);
            }
        if (fitting == nullptr)
            return fail(problem);
        fitting->heard = ++clock_;
        return fitting->format.expand(compact, buffer);
    }

    /// `message`, a compact frame, with its records; `buffer` must live as long as they are read. Errors as
    /// of `expand` and `compact_frame_view::parse`, with the offset from the CI field; `ci_unexpected` for
    /// other messages.
    [[nodiscard]] result<message_view> expand(const message_view& message, const format_teacher& sender,
                                              bytes_span buffer) {
        if (message.application() != application::compact_frame)
            return fail(errc::ci_unexpected, layer::tpl, 0, -1, message.ci().code);
        const auto compact = compact_frame_view::parse(message.application_octets());
        if (!compact)
            return fail(compact.error(), message.application_offset());
        const auto records = expand(*compact, sender, buffer);
        if (!records)
            return fail(records.error(), message.application_offset());
        return message.with_records(*records);
    }

    /// Calls `use(format, teacher)` with each `record_format` and whom it serves, by ascending signature: to
    /// save them.
    template <class Use>
    void for_each(Use use) const {
        for (const auto& [place, one] : entries_)
            use(one.format, one.teacher);
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// True when a format with this signature is known, whomever it serves.
    [[nodiscard]] bool contains(std::uint16_t signature) const {
        const auto it = entries_.lower_bound(key{signature, {}});
        return it != entries_.end() && it->first.first == signature;
    }

private:
    /// A signature, and the one meter that the format serves; those for every meter come first.
    using key = std::pair<std::uint16_t, std::optional<std::uint64_t>>;

    struct entry {
        record_format format;
        std::optional<format_teacher> teacher;
        std::uint64_t heard;

        [[nodiscard]] bool is_trusted() const noexcept { return !teacher || teacher->is_protected; }
        [[nodiscard]] bool has_headers(bytes_view headers) const noexcept {
            return std::ranges::equal(headers, format.headers());
        }
    };

    /// The eight octets of an address as one number.
    [[nodiscard]] static std::uint64_t address_key(const meter_address& meter) noexcept {
        return std::uint64_t{meter.identification} << 32U | std::uint64_t{meter.manufacturer.code} << 16U |
               std::uint64_t{meter.version} << 8U | static_cast<std::uint8_t>(meter.device_type);
    }

    std::size_t capacity_;
    std::multimap<key, entry> entries_;
    std::uint64_t clock_ = 0;
};

} // namespace meterlink::tpl
