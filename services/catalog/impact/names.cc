// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/impact/names.h"

namespace plumbline::catalog::impact {
namespace {

// What an entry costs beside its text: the entry, its slot in the table.
constexpr int64_t kEntryOverhead = 72;

int64_t SizeOf(absl::string_view text) {
  return kEntryOverhead + static_cast<int64_t>(text.size());
}

}  // namespace

Id Names::Acquire(absl::string_view text) {
  if (auto found = ids_.find(text); found != ids_.end()) {
    ++entries_[found->second].holders;
    return found->second;
  }
  Id id = static_cast<Id>(entries_.size());
  if (free_.empty()) {
    entries_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  entries_[id] = {std::string(text), 1};
  ids_.emplace(entries_[id].text, id);
  bytes_ += SizeOf(text);
  return id;
}

void Names::Release(Id id) {
  Entry& entry = entries_[id];
  if (--entry.holders > 0) return;
  ids_.erase(entry.text);
  bytes_ -= SizeOf(entry.text);
  entry.text = std::string();
  free_.push_back(id);
}

Id Names::Find(absl::string_view text) const {
  auto found = ids_.find(text);
  return found == ids_.end() ? kNoId : found->second;
}

}  // namespace plumbline::catalog::impact
