// SPDX-License-Identifier: Apache-2.0
//
// Filters over the feed: which entries a webhook is sent and a watcher sees (Webhook.filter).
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FEED_ENTRY_FILTER_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FEED_ENTRY_FILTER_H_

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "common/expr/evaluate.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// The fields that filters may name.
const expr::Schema& EntrySchema();

// The values of an entry, of EntrySchema. What its kind does not have is unset; person and labels
// are, unless it was read with its subject.
expr::Record RecordOf(const FeedEntry& entry);

// An entry whose values are found once, for whichever filters ask for them. Used by one thread.
class FilteredEntry {
 public:
  explicit FilteredEntry(FeedEntry entry) : entry_(std::move(entry)) {}
  const FeedEntry& entry() const { return entry_; }
  const expr::Record& record() const {
    if (!record_.has_value()) record_ = RecordOf(entry_);
    return *record_;
  }

 private:
  FeedEntry entry_;
  mutable std::optional<expr::Record> record_;
};

// Immutable, thread-safe. The default takes everything.
class EntryFilter {
 public:
  EntryFilter() = default;
  // FIELD_INVALID of `field` lists every problem of the expression.
  static absl::StatusOr<EntryFilter> Create(absl::string_view field, absl::string_view text);

  // O(size of the expression); O(1) for the default, which asks for no values.
  bool Takes(const FilteredEntry& entry) const {
    return condition_.always() || expr::Matches(condition_, entry.record());
  }
  // Whether entries must be read with their subjects.
  bool needs_subject() const { return needs_subject_; }

 private:
  expr::Condition condition_;
  bool needs_subject_ = false;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FEED_ENTRY_FILTER_H_
