// SPDX-License-Identifier: Apache-2.0
#include "common/cache/entry.h"

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"

namespace plumbline::cache {
namespace {

// 96 bits of SHA-256 in hexadecimal: chance does not forge it. Against malice Redis is guarded by
// its password.
constexpr size_t kChecksumLength = 24;

// The key is part of it, so that an entry copied to another key does not pass. Its length keeps key
// and value apart.
std::string Checksum(absl::string_view key, absl::string_view value) {
  return base::Sha256Hex(absl::StrCat(key.size(), ":", key, value)).substr(0, kChecksumLength);
}

}  // namespace

std::string Seal(absl::string_view key, absl::string_view value) {
  return absl::StrCat(Checksum(key, value), value);
}

Bytes Unseal(absl::string_view key, absl::string_view stored) {
  if (stored.size() < kChecksumLength) return nullptr;
  const absl::string_view value = stored.substr(kChecksumLength);
  if (stored.substr(0, kChecksumLength) != Checksum(key, value)) return nullptr;
  return std::make_shared<const std::string>(value);
}

}  // namespace plumbline::cache
