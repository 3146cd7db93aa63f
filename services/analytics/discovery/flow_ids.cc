// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/flow_ids.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/ids.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kRoomForNumber = 8;

void DropTrailingDashes(std::string* id) {
  while (!id->empty() && id->back() == '-') id->pop_back();
}

}  // namespace

std::string IdOf(absl::string_view text) {
  std::string id;
  for (const char c : text) {
    if (absl::ascii_isalnum(c)) {
      id.push_back(absl::ascii_tolower(c));
    } else if (!id.empty() && id.back() != '-') {
      id.push_back('-');
    }
    if (id.size() == base::kMaxIdLength) break;
  }
  DropTrailingDashes(&id);
  if (id.empty()) return "step";
  if (!absl::ascii_isalpha(id[0])) id.insert(0, "step-");
  id.resize(std::min(id.size(), base::kMaxIdLength));
  DropTrailingDashes(&id);
  return id;
}

std::string Shortened(absl::string_view text, size_t characters) {
  size_t count = 0, cut = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (count == characters - 3) cut = i;
    if (++count > characters) return absl::StrCat(text.substr(0, cut), "...");
  }
  return std::string(text);
}

std::string IdGiver::Give(absl::string_view text) {
  std::string id = IdOf(text);
  if (given_.insert(id).second) return id;
  std::string stem = id.substr(0, base::kMaxIdLength - kRoomForNumber);
  DropTrailingDashes(&stem);
  int& last = last_[stem];
  last = std::max(last, 1);
  do {
    id = absl::StrCat(stem, "-", ++last);
  } while (!given_.insert(id).second);
  return id;
}

}  // namespace plumbline::analytics
