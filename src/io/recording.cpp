#include <meterlink/io/recording.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include <meterlink/core/hex.hpp>

namespace meterlink::io {
namespace {

constexpr std::string_view space = " \t\r";

tl::unexpected<error> refuse(errc code, std::size_t offset) { return fail(code, layer::io, offset); }

/// Reads one line. Offsets count from its beginning.
class line_reader {
public:
    explicit line_reader(std::string_view text) : text_{text} {}

    [[nodiscard]] result<recorded_octets> read() {
        recorded_octets out;
        while (!at_end() && text_[at_] != '#')
            if (const auto octet = pair(); octet)
                out.octets.push_back(*octet);
            else
                return fail(octet.error());
        const auto mark = at_;
        skip(1);
        if (out.octets.empty() || mark == text_.size())
            return refuse(errc::recording_line, mark);
        if (at_end() || (text_[at_] != '>' && text_[at_] != '<'))
            return refuse(errc::recording_line, at_);
        out.way = text_[at_] == '>' ? direction::sent : direction::received;
        skip(1);
        const auto time = seconds();
        if (!time)
            return refuse(errc::recording_line, at_);
        out.at = *time;
        return out;
    }

private:
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }

    /// Passes over `count` characters and the space behind them.
    void skip(std::size_t count) {
        at_ = std::min(text_.find_first_not_of(space, std::min(at_ + count, text_.size())), text_.size());
    }

    result<std::uint8_t> pair() {
        for (const auto digit : {at_, at_ + 1}) {
            if (digit >= text_.size() || space.find(text_[digit]) != space.npos)
                return refuse(errc::hex_odd_digits, at_);
            if (detail::hex_value(text_[digit]) < 0)
                return refuse(errc::hex_digit, digit);
        }
        const auto octet =
            static_cast<std::uint8_t>(detail::hex_value(text_[at_]) << 4 | detail::hex_value(text_[at_ + 1]));
        skip(2);
        return octet;
    }

    /// `12.345`, with at most three digits behind the point.
    std::optional<std::chrono::milliseconds> seconds() {
        const auto whole = number();
        if (!whole)
            return std::nullopt;
        std::uint32_t ms = 0;
        if (!at_end() && text_[at_] == '.') {
            const auto begin = ++at_;
            const auto part = number();
            const auto digits = at_ - begin;
            if (!part || digits > 3)
                return std::nullopt;
            ms = *part * (digits == 1 ? 100 : digits == 2 ? 10 : 1);
        }
        skip(0);
        if (!at_end())
            return std::nullopt;
        return std::chrono::milliseconds{std::int64_t{*whole} * 1000 + ms};
    }

    std::optional<std::uint32_t> number() {
        std::uint32_t value = 0;
        const auto rest = text_.substr(at_);
        const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (ec != std::errc{})
            return std::nullopt;
        at_ += static_cast<std::size_t>(end - rest.data());
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

std::string recording_line(direction way, bytes_view octets, std::chrono::milliseconds at) {
    auto digits = std::to_string(at.count() % 1000);
    digits.insert(0, 3 - digits.size(), '0');
    return to_hex(octets, ' ') + (way == direction::sent ? "  # > " : "  # < ") +
           std::to_string(at.count() / 1000) + '.' + digits;
}

result<recording> recording::parse(std::string_view text) {
    recording out;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto first = std::min(text.find_first_not_of(space, begin), end);
        ++out.lines;
        if (first != end && text[first] != '#') {
            auto part = line_reader{text.substr(first, end - first)}.read();
            if (!part)
                return refuse(part.error().code, first + part.error().offset);
            part->line = out.lines;
            out.parts.push_back(std::move(*part));
        }
        begin = end + 1;
    }
    return out;
}

std::string recording_error_text(std::string_view file, std::string_view text, const error& e) {
    const auto before = text.substr(0, std::min(e.offset, text.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    return std::string{file} + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " +
           std::string{message(e.code)};
}

} // namespace meterlink::io
