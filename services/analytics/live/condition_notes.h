// SPDX-License-Identifier: Apache-2.0
//
// What in a condition can hold for nothing in a log that grows: told by the code that reads a log,
// of a small one that has the same names, and what is asked for of the values that it has.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_CONDITION_NOTES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_CONDITION_NOTES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

class ConditionNotes {
 public:
  // `condition` must outlive it.
  explicit ConditionNotes(const Selection& condition);
  ConditionNotes(const ConditionNotes&) = delete;
  ConditionNotes& operator=(const ConditionNotes&) = delete;

  // Notes the values of some cases. O(attributes and resources) until all values that are asked for
  // were seen.
  void Take(const LogSnapshot& cases);
  // As of Select of the whole log; but of resources that are equally near to one that is missing
  // another may be told. `names`: as LiveWhole::names. O(names).
  std::vector<std::string> Notes(const LogSnapshot& names) const;
  size_t memory_bytes() const;

 private:
  // Of a test whether something, a resource or an attribute, is equal to a value.
  struct Asked {
    const expr::Test* test = nullptr;
    bool resource = false;
    std::optional<AttributeValue> found;  // what a case had; no more is to be known then
    // Else one text that there is, and those that may have been meant, until there are more than
    // are looked through for it.
    std::vector<std::string> texts;
    size_t search_cost = 0;
    absl::flat_hash_set<std::string> known;
    size_t text_bytes = 0;
  };
  // `resource_field`: that of resources in its schema.
  void Find(const expr::Condition& condition, int resource_field);
  static void Add(absl::string_view text, Asked* asked);
  static void TakeResources(const LogSnapshot& cases, Asked* asked);
  static void TakeAttributes(const LogSnapshot& cases, Asked* asked);

  const Selection& condition_;
  std::vector<Asked> asked_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_CONDITION_NOTES_H_
