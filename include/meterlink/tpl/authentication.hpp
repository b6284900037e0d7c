#pragma once

/// The MAC that the authentication and fragmentation layer carries for a message.

#include <cstdint>
#include <optional>

#include <meterlink/core/bytes.hpp>
#include <meterlink/core/result.hpp>
#include <meterlink/tpl/afl.hpp>
#include <meterlink/tpl/ci.hpp>
#include <meterlink/tpl/cipher.hpp>
#include <meterlink/tpl/configuration_extension.hpp>
#include <meterlink/tpl/key_derivation.hpp>

namespace meterlink::tpl {

/// Which key makes the MAC that `layer` carries for a message: the meter's own (none), or one that is derived
/// for that message. KI says which; without it the extension of the configuration field, if the message has
/// one; without both the key is derived. The counter is that of the layer, else that of the extension.
/// Errors: `value_out_of_range` for a reserved derivation, `counter_missing`.
[[nodiscard]] constexpr result<std::optional<key_derivation_input>>
mac_derivation(const afl_fields& layer, const std::optional<configuration_extension>& extension, ci_field ci,
               std::uint32_t identification) noexcept {
    const auto how = layer.key   ? layer.key->derivation()
                     : extension ? extension->derivation()
                                 : key_derivation::kdf_a;
    const auto counter = layer.counter || !extension ? layer.counter : extension->counter;
    return derivation_of(how, counter, ci, identification);
}

/// AES-CMAC (EN 13757-7:2018, 6.4) over `fields` and `message`, the transport layer message from its CI field
/// on as it is transmitted. With `derived_for` the key is derived for that message, otherwise it is the
/// meter's own.
template <cipher C>
[[nodiscard]] aes_block message_mac(C& meter_key, const std::optional<key_derivation_input>& derived_for,
                                    const afl_fields& fields, bytes_view message) noexcept {
    const auto head = fields.mac_input_head();
    if (!derived_for)
        return meter_key.cmac(head.view(), message);
    auto&& key = meter_key.derived(derive_key(meter_key, *derived_for, key_purpose::authentication));
    return key.cmac(head.view(), message);
}

/// Whether the MAC of a layer can be verified here: there is one, and it is a CMAC of the announced size.
[[nodiscard]] constexpr bool has_cmac(const afl_view& layer) noexcept {
    return layer.control && layer.control->is_cmac() && layer.control->mac_size() == layer.mac().size();
}

/// Whether the MAC that `layer` carries is right; see `message_mac`. Compares in constant time.
template <cipher C>
[[nodiscard]] bool verify_mac(C& meter_key, const std::optional<key_derivation_input>& derived_for,
                              const afl_view& layer, bytes_view message) noexcept {
    if (!has_cmac(layer))
        return false;
    const auto mac = message_mac(meter_key, derived_for, layer, message);
    return equal_in_constant_time(bytes_view{mac}.first(layer.mac().size()), layer.mac());
}

} // namespace meterlink::tpl
