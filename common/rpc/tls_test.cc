// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/rpc/echo_service.h"

namespace plumbline::rpc {
namespace {

using base::Reason;
using base::ReasonOf;
using ::testing::HasSubstr;

template <typename Write>
std::string Pem(Write write) {
  BIO* bio = BIO_new(BIO_s_mem());
  write(bio);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

// A key and a certificate for 127.0.0.1 that it signed itself.
struct Pair {
  std::string key;
  std::string certificate;

  Pair() {
    EVP_PKEY* pkey = EVP_EC_gen("P-256");
    X509* x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, pkey);
    X509_NAME* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(x509, name);
    for (auto [nid, value] : {std::pair(NID_subject_alt_name, "IP:127.0.0.1"),
                              std::pair(NID_basic_constraints, "CA:TRUE")}) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
      X509_add_ext(x509, extension, -1);
      X509_EXTENSION_free(extension);
    }
    X509_sign(x509, pkey, EVP_sha256());
    key = Pem([&](BIO* bio) {
      PEM_write_bio_PrivateKey(bio, pkey, nullptr, nullptr, 0, nullptr, nullptr);
    });
    certificate = Pem([&](BIO* bio) { PEM_write_bio_X509(bio, x509); });
    X509_free(x509);
    EVP_PKEY_free(pkey);
  }
};

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() { std::filesystem::create_directories(folder_); }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& contents) {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::ofstream(path, std::ios::binary) << contents;
    return path;
  }
  static common::v1::TlsConfig Config(const std::string& certificate, const std::string& key) {
    common::v1::TlsConfig config;
    config.set_certificate_file(certificate);
    config.set_key_file(key);
    return config;
  }
  absl::Status Call(const EchoBackend& backend, const std::string& address,
                    const std::string& ca_file, const std::string& certificate_file = "",
                    const std::string& key_file = "") {
    auto channel = NewRemoteChannel({address, "", ca_file, certificate_file, key_file});
    if (!channel.ok()) return channel.status();
    catalog::v1::PublishProcessRequest request;
    request.set_name("workspaces/acme/processes/x");
    catalog::v1::PublishProcessResponse response;
    return (*channel)->Call(backend.Context(), kPublishProcess, request, &response);
  }

  const std::string folder_ =
      absl::StrCat(::testing::TempDir(), "/plumbline-tls-", base::NewUuid());
};

TEST_F(TlsTest, LoadRefusesAndNames) {
  const Pair one, other;
  const std::string certificate = Write("a.crt", one.certificate);
  const std::string key = Write("a.key", one.key);
  EXPECT_TRUE(LoadTls(Config(certificate, key)).ok());
  EXPECT_TRUE(LoadTls(Config(Write("chain.crt", one.certificate + other.certificate), key)).ok());
  struct Row {
    common::v1::TlsConfig config;
    const char* message;
  };
  const std::string garbage = Write("garbage", "not PEM");
  auto bad_ca = Config(certificate, key);
  bad_ca.set_client_ca_file(garbage);
  const std::vector<Row> rows = {
      {Config(certificate, Write("b.key", other.key)), "is not the key of the certificate"},
      {Config("/nowhere.crt", key), "server.tls.certificate_file"},
      {Config(certificate, ""), "server.tls.key_file"},
      {Config(Write("empty", ""), key), "server.tls.certificate_file"},
      {Config(garbage, key), "no PEM certificate"},
      {Config(certificate, garbage), "PEM private key"},
      {bad_ca, "server.tls.client_ca_file"}};
  for (const Row& row : rows) {
    const absl::Status status = LoadTls(row.config).status();
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID) << row.message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.message));
  }
}

TEST_F(TlsTest, ServesOverTlsAndOnlyOverTls) {
  const Pair pair;
  common::v1::ServerConfig config = AnyPort();
  *config.mutable_tls() = Config(Write("a.crt", pair.certificate), Write("a.key", pair.key));
  EchoBackend backend(Way::kRemote, config);
  EXPECT_TRUE(Call(backend, backend.server()->address(), folder_ + "/a.crt").ok());
  EXPECT_EQ(ReasonOf(Call(backend, backend.server()->address(), "")),
            Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  const Pair stranger;
  EXPECT_EQ(ReasonOf(Call(backend, backend.server()->address(),
                          Write("other.crt", stranger.certificate))),
            Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
}

TEST_F(TlsTest, MutualTlsRefusesClientsWithoutCertificate) {
  const Pair pair;
  common::v1::ServerConfig config = AnyPort();
  *config.mutable_tls() = Config(Write("a.crt", pair.certificate), Write("a.key", pair.key));
  config.mutable_tls()->set_client_ca_file(folder_ + "/a.crt");
  EchoBackend backend(Way::kRemote, config);
  const std::string address = backend.server()->address();
  const std::string certificate = folder_ + "/a.crt", key = folder_ + "/a.key";
  EXPECT_EQ(ReasonOf(Call(backend, address, certificate)),
            Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
  EXPECT_TRUE(Call(backend, address, certificate, certificate, key).ok());
  const Pair stranger;
  EXPECT_EQ(ReasonOf(Call(backend, address, certificate, Write("s.crt", stranger.certificate),
                          Write("s.key", stranger.key))),
            Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
}

TEST_F(TlsTest, HalfAClientCertificateIsRefused) {
  struct Row {
    std::string ca, certificate, key, field;
  };
  for (const Row& row : std::vector<Row>{{"ca", "a", "", "key_file"},
                                         {"ca", "", "a", "certificate_file"},
                                         {"", "a", "a", "ca_file"}}) {
    const absl::Status status =
        NewRemoteChannel({"127.0.0.1:1", "", row.ca, row.certificate, row.key}).status();
    EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID) << row.field;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.field));
  }
}

TEST_F(TlsTest, AdminPortBeyondLoopbackIsNotPlainText) {
  const Pair pair;
  common::v1::ServerConfig config = AnyPort();
  *config.mutable_tls() = Config(Write("a.crt", pair.certificate), Write("a.key", pair.key));
  config.set_admin_address("0.0.0.0:0");
  config.mutable_auth()->set_allow_anonymous(true);
  EchoBackend backend(Way::kRemote, config);
  const std::string bound = backend.server()->admin_address();
  const std::string address = absl::StrCat("127.0.0.1", bound.substr(bound.rfind(':')));
  // The port has no such method: whoever hears that has been understood.
  EXPECT_EQ(ReasonOf(Call(backend, address, folder_ + "/a.crt")),
            Reason::ERROR_REASON_METHOD_UNKNOWN);
  EXPECT_EQ(ReasonOf(Call(backend, address, "")), Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE);
}

TEST_F(TlsTest, AdminPortIsPlainTextWhereThatIsAskedFor) {
  const Pair pair;
  common::v1::ServerConfig config = AnyPort();
  *config.mutable_tls() = Config(Write("a.crt", pair.certificate), Write("a.key", pair.key));
  config.set_admin_address("0.0.0.0:0");
  config.set_admin_plaintext(true);
  config.mutable_auth()->set_allow_anonymous(true);
  EchoBackend backend(Way::kRemote, config);
  const std::string bound = backend.server()->admin_address();
  const std::string address = absl::StrCat("127.0.0.1", bound.substr(bound.rfind(':')));
  EXPECT_EQ(ReasonOf(Call(backend, address, "")), Reason::ERROR_REASON_METHOD_UNKNOWN);
}

TEST_F(TlsTest, MissingAuthorityOfAChannelIsNamed) {
  const auto channel = NewRemoteChannel({"127.0.0.1:1", "", "/nowhere.pem"});
  EXPECT_EQ(ReasonOf(channel.status()), Reason::ERROR_REASON_FIELD_INVALID);
}

}  // namespace
}  // namespace plumbline::rpc
