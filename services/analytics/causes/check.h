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
  Checker(const Outcomes& outcomes, const std::vector<Column>& columns,
          const Comparison& comparison, double confidence);
  // Nothing where no column can be held against it. O(cases) for each pair of columns, once. On
  // several threads.
  std::optional<Check> Run(const Compared& group);

 private:
  // By stratum and group of the other: members with the outcome, members.
  struct Joint {
    absl::once_flag counted;
    size_t groups = 0, strata = 0;
    std::vector<std::pair<int64_t, int64_t>> cells;  // stratum * groups + group
    std::vector<std::pair<int64_t, int64_t>> all;    // of a stratum
  };
  const Joint& JointOf(size_t column, size_t by);
  void Count(size_t column, size_t by, Joint* joint) const;
  std::optional<Check> Against(const Compared& group, size_t by);

  const Outcomes& outcomes_;
  const std::vector<Column>& columns_;
  const double confidence_;
  std::vector<size_t> before_, during_;  // columns, strongest first
  std::vector<size_t> group_counts_;
  absl::Mutex mutex_;  // of the places of joints_
  std::map<std::pair<size_t, size_t>, Joint> joints_;
};

}  // namespace plumbline::analytics::causes

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CAUSES_CHECK_H_
