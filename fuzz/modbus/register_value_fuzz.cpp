// Any registers as any type, scaled by anything: a value that is given is exact, for it is written as the
// same registers again; and every type that the data-type test names can be decoded. Input: kind, two octets
// of bits or length, order, scale (3 octets), offset (3), then the registers.

#include <meterlink/modbus/register_encoding.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <meterlink/modbus/register_plausibility.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;
using modbus::register_kind;

using meterlink::fuzzing::require;

/// Takes octets off the front; zeros when there are no more.
class octet_source {
public:
    explicit octet_source(bytes_view octets) : rest_{octets} {}

    std::uint8_t next() {
        if (rest_.empty())
            return 0;
        const auto octet = rest_.front();
        rest_ = rest_.subspan(1);
        return octet;
    }
    decimal next_decimal() {
        const auto high = next();
        const auto mantissa = static_cast<std::int16_t>(high << 8U | next());
        return {mantissa, static_cast<std::int8_t>(next())};
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

private:
    bytes_view rest_;
};

modbus::register_type type_from(octet_source& in) {
    const auto kind = static_cast<register_kind>(in.next() % 13);
    const auto a = in.next();
    const auto b = in.next();
    auto type = result<modbus::register_type>{kind};
    if (kind == register_kind::text)
        type = modbus::register_type::make_text(a);
    if (kind == register_kind::bits)
        type = modbus::register_type::make_bits(a % 64U, b % 64U, std::size_t{1} << (b >> 6U) % 3U);
    if (!type)
        return register_kind::uint16;
    require(modbus::register_type_from(to_string(*type)) == *type);
    return *type;
}

void check_round_trip(const std::vector<std::uint16_t>& registers, const modbus::register_format& format) {
    const auto value = decode_registers(registers, format);
    const auto width = format.type.width();
    require(value.has_value() == (registers.size() >= width));
    if (!value || std::holds_alternative<modbus::invalid>(*value))
        return;
    std::vector<std::uint16_t> again(width);
    const auto written = encode_registers(*value, format, again);
    if (!written) {
        // A scale of 0 has no way back, and a difference may need more digits than the sum had.
        require(format.scale.mantissa == 0 || format.offset.mantissa != 0);
        return;
    }
    require(*written == width);
    if (format.type.kind() == register_kind::text)
        require(decode_registers(again, format).value() == *value);
    else
        require(load_registers(again, width, format.order) ==
                (load_registers(registers, width, format.order) & format.type.mask()));
    if (const auto* text = std::get_if<modbus::register_text>(&*value))
        for (const auto c : to_string(*text))
            require(modbus::is_printable(static_cast<std::uint8_t>(c)));
    if (const auto* sent = std::get_if<modbus::real>(&*value))
        (void)sent->shortest();
}

void check_ranking(const std::vector<std::uint16_t>& registers) {
    const auto ranking = modbus::rank_types(registers);
    const auto* before = ranking.begin();
    for (const auto& guess : ranking) {
        require(before->is_possible() || !guess.is_possible());
        require(before->is_possible() != guess.is_possible() || before->cost <= guess.cost);
        require(!message(guess.reason).empty());
        const auto value = decode_registers(registers, guess.format()).value();
        const auto* wrong = std::get_if<modbus::invalid>(&value);
        require(guess.is_possible() || wrong != nullptr || guess.type.kind() == register_kind::text);
        require(wrong == nullptr || !guess.is_possible() ||
                wrong->reason == modbus::invalid_reason::too_large ||
                guess.reason == modbus::plausibility_reason::no_value);
        before = &guess;
    }
    const std::vector<std::uint16_t> later(registers.rbegin(), registers.rend());
    require(modbus::rank_types(registers, later).size() == ranking.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    octet_source in{{data, size}};
    const auto type = type_from(in);
    const auto order = static_cast<modbus::register_order>(in.next() % 8);
    const auto scale = in.next_decimal();
    const auto offset = in.next_decimal();
    std::vector<std::uint16_t> registers;
    while (!in.empty() && registers.size() < 130) {
        const auto high = in.next();
        registers.push_back(static_cast<std::uint16_t>(high << 8U | in.next()));
    }
    check_round_trip(registers, {type, order, scale, offset});
    check_round_trip(registers, {type, order});
    check_round_trip(registers, {type, order, {1, 0}, {}, usual_not_available(type)});
    check_ranking(registers);
    return 0;
}
