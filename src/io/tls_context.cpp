#include "tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <asio/ip/address.hpp>

namespace meterlink::io::detail {
namespace {

/// Role of a Modbus client (Modbus/TCP Security V3.6).
constexpr auto role_oid = "1.3.6.1.4.1.50316.802.1";

template <class T, void (*Free)(T*)>
struct freed_by {
    void operator()(T* object) const noexcept { Free(object); }
};
template <class T, void (*Free)(T*)>
using owned = std::unique_ptr<T, freed_by<T, Free>>;

/// Loads what the settings name, one file after the other, until one fails.
class loader {
public:
    loader(asio::ssl::context::method method, const tls_settings& settings)
        : settings_{settings}, context_{std::make_shared<tls_context>(method)} {}

    loaded_tls load(bool is_server) {
        prepare();
        auto& it = context_->it;
        const auto& key = settings_.key.empty() ? settings_.certificate : settings_.key;
        with("authorities", settings_.authorities, [&](auto& file) { it.load_verify_file(file, error_); });
        if (!settings_.certificate.empty()) {
            with("certificate", settings_.certificate,
                 [&](auto& file) { it.use_certificate_chain_file(file, error_); });
            // The key is compared with the certificate, too.
            with("key", key,
                 [&](auto& file) { it.use_private_key_file(file, asio::ssl::context::pem, error_); });
        }
        if (is_server && !error_)
            SSL_CTX_set_client_CA_list(it.native_handle(),
                                       SSL_load_client_CA_file(settings_.authorities.c_str()));
        auto mode = asio::ssl::verify_peer;
        if (is_server)
            mode |= asio::ssl::verify_fail_if_no_peer_cert;
        it.set_verify_mode(mode);
        if (error_)
            context_.reset();
        return {std::move(context_), error_, std::move(explanation_)};
    }

private:
    void prepare() {
        auto* const handle = context_->it.native_handle();
        SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
        // Every connection proves anew who it is.
        SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_options(handle, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_num_tickets(handle, 0);
        // A key with a password is refused; nobody is asked for it at a terminal.
        context_->it.set_password_callback(
            [](std::size_t, asio::ssl::context::password_purpose) { return std::string{}; });
    }

    template <class Load>
    void with(const char* what, const std::string& file, Load load) {
        if (error_)
            return;
        ERR_clear_error();
        load(file);
        if (error_)
            explanation_ = std::string{"cannot use the "} + what + " in \"" + file + '"';
    }

    const tls_settings& settings_;
    std::shared_ptr<tls_context> context_;
    asio::error_code error_;
    std::string explanation_;
};

} // namespace

loaded_tls load_tls_server(const tls_settings& settings) {
    return loader{asio::ssl::context::tls_server, settings}.load(true);
}

loaded_tls load_tls_client(const tls_settings& settings) {
    return loader{asio::ssl::context::tls_client, settings}.load(false);
}

bool expect_name(SSL* session, const std::string& name) noexcept {
    asio::error_code is_name;
    static_cast<void>(asio::ip::make_address(name, is_name));
    if (!is_name)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1;
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // The macro of OpenSSL for this is a cast of the old style.
    const auto is_told = SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                                  const_cast<char*>(name.c_str()));
    return is_told == 1 && SSL_set1_host(session, name.c_str()) == 1;
}

peer_role role_of_peer(SSL* session) {
    const owned<X509, X509_free> certificate{SSL_get1_peer_certificate(session)};
    const owned<ASN1_OBJECT, ASN1_OBJECT_free> oid{OBJ_txt2obj(role_oid, 1)};
    if (!certificate || !oid)
        return {};
    const int place = X509_get_ext_by_OBJ(certificate.get(), oid.get(), -1);
    if (place < 0)
        return {};
    if (X509_get_ext_by_OBJ(certificate.get(), oid.get(), place) >= 0)
        return {{}, true};
    const auto* const octets = X509_EXTENSION_get_data(X509_get_ext(certificate.get(), place));
    const auto size = ASN1_STRING_length(octets);
    const unsigned char* at = ASN1_STRING_get0_data(octets);
    const auto* const end = at + size;
    const owned<ASN1_UTF8STRING, ASN1_UTF8STRING_free> text{d2i_ASN1_UTF8STRING(nullptr, &at, size)};
    if (!text || at != end) {
        ERR_clear_error();
        return {{}, true};
    }
    const auto* const first = ASN1_STRING_get0_data(text.get());
    return {std::string{first, first + ASN1_STRING_length(text.get())}, false};
}

} // namespace meterlink::io::detail
