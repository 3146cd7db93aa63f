// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/storage/eraser.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace plumbline::analytics {
namespace {

bool IsOfWord(char c) {
  const unsigned char byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || absl::ascii_isalnum(byte);
}

// Whether no word goes on across the place between two characters.
bool IsBoundary(absl::string_view text, size_t at) {
  return at == 0 || at == text.size() || !IsOfWord(text[at - 1]) || !IsOfWord(text[at]);
}

}  // namespace

Eraser::Eraser(const std::vector<std::string>& texts, std::string replacement)
    : replacement_(std::move(replacement)) {
  for (const std::string& text : texts) texts_.push_back(absl::AsciiStrToLower(text));
  std::sort(texts_.begin(), texts_.end());
  texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
  std::stable_sort(texts_.begin(), texts_.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::pair<size_t, size_t> Eraser::Find(const std::string& lower) const {
  for (const std::string& text : texts_) {
    for (size_t at = lower.find(text); at != std::string::npos; at = lower.find(text, at + 1)) {
      if (IsBoundary(lower, at) && IsBoundary(lower, at + text.size())) return {at, text.size()};
    }
  }
  return {std::string::npos, 0};
}

bool Eraser::Holds(absl::string_view text) const {
  return Find(absl::AsciiStrToLower(text)).first != std::string::npos;
}

std::string Eraser::Erase(absl::string_view text) const {
  std::string result(text);
  for (size_t tries = 0; tries <= text.size(); ++tries) {
    const auto [at, length] = Find(absl::AsciiStrToLower(result));
    if (at == std::string::npos) return result;
    result.replace(at, length, replacement_);
  }
  return replacement_;  // replacements make occurrences with what stands beside them
}

std::string Eraser::TextsDigest() const {
  std::vector<std::string> sorted = texts_;
  std::sort(sorted.begin(), sorted.end());
  std::string all;
  for (const std::string& text : sorted) absl::StrAppend(&all, text, "\n");
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

}  // namespace plumbline::analytics
