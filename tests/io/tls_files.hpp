#pragma once

/// Certificates that are made for a test, as files of a folder that goes with it.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <unistd.h>

namespace meterlink::test {

/// What a certificate says beside its name.
struct certificate_parts {
    std::string name = "meter.example"; ///< Of its subject, and for servers the only host.
    std::string address{};              ///< Another name: an IP address.
    std::vector<std::string> roles{};
    bool has_strange_role = false; ///< Of a type that no role has.
};

/// A folder with an authority and what it has signed.
class tls_files {
public:
    explicit tls_files(const std::string& name = "authority")
        : folder_{std::filesystem::temp_directory_path() /
                  ("meterlink-tls-" + std::to_string(::getpid()) + '-' + std::to_string(next()))},
          key_{EVP_EC_gen("P-256")}, certificate_{make(key_, {name}, nullptr)} {
        std::filesystem::create_directories(folder_);
        write("ca.pem", [this](BIO* out) { return PEM_write_bio_X509(out, certificate_); });
    }
    tls_files(const tls_files&) = delete;
    tls_files& operator=(const tls_files&) = delete;
    ~tls_files() {
        X509_free(certificate_);
        EVP_PKEY_free(key_);
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    [[nodiscard]] std::string authority() const { return (folder_ / "ca.pem").string(); }

    /// One file with a new key and its certificate, signed by the authority.
    std::string sign(const certificate_parts& what) {
        auto* const key = EVP_EC_gen("P-256");
        auto* const certificate = make(key, what, certificate_);
        const auto file = "signed-" + std::to_string(next()) + ".pem";
        write(file, [&](BIO* out) {
            return PEM_write_bio_X509(out, certificate) == 1 &&
                           PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1
                       ? 1
                       : 0;
        });
        X509_free(certificate);
        EVP_PKEY_free(key);
        return (folder_ / file).string();
    }

private:
    static int next() {
        static int last = 0;
        return ++last;
    }

    static void extend(X509* certificate, X509* issuer, int which, const std::string& value) {
        X509V3_CTX context{};
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str());
        if (extension == nullptr || X509_add_ext(certificate, extension, -1) != 1)
            throw std::runtime_error{"no extension " + value};
        X509_EXTENSION_free(extension);
    }

    /// An extension with one string of a type, by its tag.
    static void add_role(X509* certificate, const std::string& role, std::uint8_t tag) {
        std::vector<std::uint8_t> der{tag, static_cast<std::uint8_t>(role.size())};
        der.insert(der.end(), role.begin(), role.end());
        auto* const value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, der.data(), static_cast<int>(der.size()));
        auto* const oid = OBJ_txt2obj("1.3.6.1.4.1.50316.802.1", 1);
        auto* const extension = X509_EXTENSION_create_by_OBJ(nullptr, oid, 0, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
        ASN1_OBJECT_free(oid);
        ASN1_OCTET_STRING_free(value);
    }

    X509* make(EVP_PKEY* key, const certificate_parts& what, X509* issuer) const {
        auto* const out = X509_new();
        X509_set_version(out, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(out), next());
        X509_gmtime_adj(X509_getm_notBefore(out), -3600);
        X509_gmtime_adj(X509_getm_notAfter(out), 3600);
        X509_set_pubkey(out, key);
        auto* const subject = X509_get_subject_name(out);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(what.name.c_str()), -1, -1, 0);
        X509_set_issuer_name(out, issuer != nullptr ? X509_get_subject_name(issuer) : subject);
        if (issuer == nullptr) {
            extend(out, out, NID_basic_constraints, "critical,CA:TRUE");
        } else {
            extend(out, issuer, NID_subject_alt_name,
                   "DNS:" + what.name + (what.address.empty() ? "" : ",IP:" + what.address));
            for (const auto& role : what.roles)
                add_role(out, role, V_ASN1_UTF8STRING);
            if (what.has_strange_role)
                add_role(out, "operator", V_ASN1_IA5STRING);
        }
        if (X509_sign(out, key_, EVP_sha256()) == 0)
            throw std::runtime_error{"cannot sign"};
        return out;
    }

    template <class Write>
    void write(const std::string& file, Write&& how) const {
        auto* const out = BIO_new_file((folder_ / file).c_str(), "w");
        const bool is_written = out != nullptr && how(out) == 1;
        BIO_free(out);
        if (!is_written)
            throw std::runtime_error{"cannot write " + file};
    }

    std::filesystem::path folder_;
    EVP_PKEY* key_;
    X509* certificate_;
};

} // namespace meterlink::test
