// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/attribute_choice.h"

#include <algorithm>

namespace plumbline::analytics {
namespace {

constexpr size_t kMaxKept = 1'000, kMaxIgnored = 100;
constexpr size_t kMaxKeyBytes = 100;  // longer ones are never kept

}  // namespace

AttributeChoice::AttributeChoice(const std::vector<std::string>& names) : wanted_(names) {
  all_ = std::find(names.begin(), names.end(), "*") != names.end();
}

bool AttributeChoice::Wants(absl::string_view key) {
  if (const auto found = noted_.find(key); found != noted_.end()) return found->second;
  const bool wanted = all_ || std::find(wanted_.begin(), wanted_.end(), key) != wanted_.end();
  size_t& count = wanted ? kept_count_ : ignored_count_;
  if (count < (wanted ? kMaxKept : kMaxIgnored) && key.size() <= kMaxKeyBytes) {
    ++count;
    noted_.emplace(std::string(key), wanted);
  }
  return wanted;
}

std::vector<std::string> AttributeChoice::NotedAs(bool kept) const {
  std::vector<std::string> keys;
  for (const auto& [key, wanted] : noted_) {
    if (wanted == kept) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace plumbline::analytics
