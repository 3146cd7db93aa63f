// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::rpc {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

BioPtr Reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free};
}

// The first certificate of a chain, the server's own; null if there is none.
X509Ptr FirstCertificate(const std::string& pem) {
  return {PEM_read_bio_X509(Reader(pem).get(), nullptr, nullptr, nullptr), &X509_free};
}

// An encrypted key is not asked a password for: nobody is there to type it.
int NoPassword(char*, int, int, void*) { return 0; }

KeyPtr PrivateKey(const std::string& pem) {
  return {PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, &NoPassword, nullptr),
          &EVP_PKEY_free};
}

}  // namespace

absl::StatusOr<std::string> ReadFile(absl::string_view field, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream contents;
  if (path.empty() || !file || !(contents << file.rdbuf())) {
    return base::FieldError(
        field,
        absl::StrCat("the file '", path, "' is absent, empty or unreadable; name a PEM file"));
  }
  return std::move(contents).str();
}

absl::StatusOr<TlsMaterial> LoadTls(const common::v1::TlsConfig& config) {
  TlsMaterial material;
  ASSIGN_OR_RETURN(material.certificate,
                   ReadFile("server.tls.certificate_file", config.certificate_file()));
  ASSIGN_OR_RETURN(material.key, ReadFile("server.tls.key_file", config.key_file()));
  if (!config.client_ca_file().empty()) {
    ASSIGN_OR_RETURN(material.client_ca,
                     ReadFile("server.tls.client_ca_file", config.client_ca_file()));
    if (FirstCertificate(material.client_ca) == nullptr) {
      return base::FieldError(
          "server.tls.client_ca_file",
          absl::StrCat("'", config.client_ca_file(), "' holds no PEM certificate"));
    }
  }
  const X509Ptr certificate = FirstCertificate(material.certificate);
  if (certificate == nullptr) {
    return base::FieldError(
        "server.tls.certificate_file",
        absl::StrCat("'", config.certificate_file(), "' holds no PEM certificate"));
  }
  const KeyPtr key = PrivateKey(material.key);
  if (key == nullptr) {
    return base::FieldError(
        "server.tls.key_file",
        absl::StrCat("'", config.key_file(), "' holds no unencrypted PEM private key"));
  }
  const bool match = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (match) return material;
  return base::FieldError(
      "server.tls.key_file",
      absl::StrCat("'", config.key_file(), "' is not the key of the certificate in '",
                   config.certificate_file(), "'; give the pair that was made together"));
}

}  // namespace plumbline::rpc
