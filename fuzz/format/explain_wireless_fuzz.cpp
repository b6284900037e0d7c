// Any octets as a wireless telegram: an explanation accounts for each of them once and in order, and calls
// nothing right that the decoder calls wrong, without keys and with one that opens everything.

#include <meterlink/format/explain.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <meterlink/tpl/format_cache.hpp>
#include <meterlink/wmbus/telegram_decoder.hpp>

#include "require.hpp"

namespace {

using namespace meterlink;

using meterlink::fuzzing::require;

/// A cipher whose plaintext is the ciphertext with verification octets, and whose MAC is `mac` of no octets.
class opens_everything {
public:
    explicit opens_everything(tpl::aes_block mac) noexcept : mac_{mac} {}

    void decrypt_cbc(const tpl::aes_block& /*iv*/, bytes_view in, bytes_span out) noexcept {
        std::copy(in.begin(), in.end(), out.begin());
        std::fill_n(out.begin(), std::min<std::size_t>(2, in.size()), std::uint8_t{0x2F});
    }
    void encrypt_cbc(const tpl::aes_block& iv, bytes_view in, bytes_span out) noexcept {
        decrypt_cbc(iv, in, out);
    }
    void apply_ctr(const tpl::aes_block& /*counter*/, bytes_view in, bytes_span out) noexcept {
        std::copy(in.begin(), in.end(), out.begin());
        if (in.size() < 2)
            return;
        const auto crc = crc16_en13757::of(in.subspan(2));
        out[0] = static_cast<std::uint8_t>(crc & 0xFFU);
        out[1] = static_cast<std::uint8_t>(crc >> 8U);
    }
    tpl::aes_block cmac(bytes_view /*head*/, bytes_view /*body*/) noexcept { return mac_; }
    bool decrypt_ccm(bytes_view /*nonce*/, bytes_view /*additional*/, bytes_view in, bytes_view tag,
                     bytes_span out) noexcept {
        std::copy(in.begin(), in.end(), out.begin());
        std::reverse(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(in.size()));
        return tag.empty() || tag[0] % 2 == 0;
    }
    void encrypt_ccm(bytes_view /*nonce*/, bytes_view /*additional*/, bytes_view /*in*/, bytes_span /*out*/,
                     bytes_span /*tag*/) noexcept {}
    opens_everything& derived(const tpl::aes_block& /*key*/) noexcept { return *this; }

private:
    tpl::aes_block mac_;
};

struct one_cipher {
    opens_everything cipher;

    template <class Use>
    bool for_each(const tpl::meter_address& /*meter*/, Use&& use) {
        return use(cipher);
    }
};

void require_complete(const std::vector<format::explained_field>& fields, bytes_view input) {
    std::size_t at = 0;
    for (const auto& field : fields) {
        require(field.offset == at && !field.name.empty() && !field.meaning.empty());
        require(field.size != 0 || field.is_error);
        require(field.plain.empty() || field.plain.size() == field.size);
        at += field.size;
    }
    require(at == input.size());
}

/// Whether `problem` is one of the octets: what the decoder has not heard before is none.
bool is_defect(const error& problem) {
    return problem.code != errc::signature_unknown && problem.code != errc::fragment_unexpected;
}

template <class Keys>
void explain(Keys& keys, bytes_view input) {
    constexpr std::array<std::uint8_t, 6> published{0x02, 0x02, 0x02, 0x15, 0x02, 0x2A};
    tpl::format_cache formats;
    require(formats.insert(published).has_value());
    wmbus::telegram_decoder decoder{keys, {&formats, nullptr}};
    for (int round = 0; round < 2; ++round) {
        const auto& telegram = decoder.decode(input);
        const auto fields = format::explain(telegram, input);
        require_complete(fields, input);
        const auto& problems = telegram.problems;
        if (std::any_of(problems.begin(), problems.end(), is_defect) && !input.empty())
            require(std::any_of(fields.begin(), fields.end(), [](const auto& f) { return f.is_error; }));
        std::string text;
        format::append_explanation(text, telegram, input, {round == 0, input.size() % 200});
        require(text.empty() == input.empty());
    }
    for (const auto format : {wmbus::frame_format::a, wmbus::frame_format::b, wmbus::frame_format::stripped})
        require_complete(format::explain(decoder.decode(input, format), input), input);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view input{data, size};
    tpl::no_keys nobody;
    explain(nobody, input);
    one_cipher everybody{opens_everything{{}}};
    explain(everybody, input);
    return 0;
}
