// SPDX-License-Identifier: Apache-2.0
//
// Whether what looks like a cause is explained by another attribute. Not for use outside this
// folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CHECK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CHECK_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/call_once.h"
#include "absl/synchronization/mutex.h"
#include "common/statistics/strata.h"
#include "services/analytics/causes/compare.h"

namespace plumbline::analytics::causes {

enum class Verdict { kHolds, kWeaker, kExplained, kInseparable };

struct Check {
  Verdict verdict = Verdict::kHolds;
  std::string by;                                          // label of the other column
  std::optional<statistics::StratifiedDifference> within;  // absent where they come together
  double compared_share = 0;  // of the group's cases, in strata with others
  int64_t strata = 0;
  int checked = 0;
};

// Holds groups against the columns that go with the outcome most: attributes, who did the first
// event, the month of the start. What happens in a case (activities, its variant, who did the last
// event) comes after these, so that it may be how a cause works and does not explain it away; only
// what happens is held against what happens, activities. All must outlive it.
class Checker {
 public:
  Checker(const Outcomes& outcomes, const Columns& columns, const Comparison& comparison,
          double confidence);
  // Nothing where no column can be held against it. O(cases) for each pair of Columns::codes, once.
  // On several threads.
  std::optional<Check> Run(const Compared& group);

 private:
  // Cases of each pair of codes: (code of `first` * codes of `second` + code of `second`) * 2, and
  // behind it those that have the outcome.
  struct Pairs {
    absl::once_flag counted;
    std::vector<uint32_t> cells;
  };
  // Members, and those with the outcome.
  struct Cell {
    int64_t count = 0, happened = 0;
  };

  // `first` <= `second`.
  const std::vector<uint32_t>& PairsOf(size_t first, size_t second);
  // The members of the group, and all cases, by the groups of another column.
  void Divide(const Compared& group, const Column& by, std::vector<Cell>* members,
              std::vector<Cell>* all);
  void DivideByCodes(const Compared& group, const Column& by, std::vector<Cell>* members,
                     std::vector<Cell>* all);
  std::optional<Check> Against(const Compared& group, size_t by);

  const Outcomes& outcomes_;
  const std::vector<Column>& columns_;
  const std::vector<Codes>& codes_;
  const double confidence_;
  std::vector<size_t> before_, during_;  // columns, strongest first
  absl::Mutex mutex_;                    // of the places of pairs_
  std::map<std::pair<size_t, size_t>, Pairs> pairs_;
};

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CHECK_H_
