// SPDX-License-Identifier: Apache-2.0
#include "common/base/ids.h"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace plumbline::base {
namespace {

// A value as it is quoted in a message: cut, so that a hostile megabyte does not travel back.
std::string Quoted(absl::string_view value) {
  std::string shown = absl::CEscape(value.substr(0, 80));
  return absl::StrCat("'", shown, value.size() > 80 ? "...'" : "'");
}

}  // namespace

bool IsValidId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdLength || !absl::ascii_islower(id[0]) || id.back() == '-') {
    return false;
  }
  for (char c : id) {
    if (!absl::ascii_islower(c) && !absl::ascii_isdigit(c) && c != '-') return false;
  }
  return true;
}

absl::Status CheckId(absl::string_view field, absl::string_view id) {
  if (IsValidId(id)) return absl::OkStatus();
  return FieldError(field, absl::StrCat(Quoted(id), " is not an id; an id has ", kIdRule));
}

absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view field, absl::string_view name,
                                                   absl::string_view pattern) {
  const auto bad = [&](absl::string_view why) {
    return FieldError(field, absl::StrCat(Quoted(name), " does not fit '", pattern, "': ", why));
  };
  std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  std::vector<absl::string_view> wanted = absl::StrSplit(pattern, '/');
  if (parts.size() != wanted.size()) {
    return bad(absl::StrCat("it has ", parts.size(), " parts instead of ", wanted.size()));
  }
  std::vector<std::string> ids;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == "*") {
      if (!IsValidId(parts[i])) {
        return bad(absl::StrCat(Quoted(parts[i]), " is not an id; an id has ", kIdRule));
      }
      ids.emplace_back(parts[i]);
    } else if (wanted[i] == "**") {
      if (parts[i].empty()) return bad("a part is empty");
      if (parts[i].size() > kMaxFreeLength) {
        return bad(absl::StrCat("a part has ", parts[i].size(), " bytes; at most ", kMaxFreeLength,
                                " are allowed"));
      }
      ids.emplace_back(parts[i]);
    } else if (parts[i] != wanted[i]) {
      return bad(absl::StrCat(Quoted(parts[i]), " stands where '", wanted[i], "' should"));
    }
  }
  return ids;
}

std::string NewUuid() {
  unsigned char b[16];
  RAND_bytes(b, sizeof b);
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  std::string hex = absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(b), 16));
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

std::string Sha256Hex(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<char*>(digest), SHA256_DIGEST_LENGTH));
}

}  // namespace plumbline::base
