// SPDX-License-Identifier: Apache-2.0
//
// Conditions on cases, by scans of columns. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_CASE_FILTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_CASE_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/filter/defect_filter.h"
#include "services/analytics/filter/selection.h"

namespace plumbline::analytics {

// Used once, by one thread.
class CaseFilter {
 public:
  // All must outlive it.
  CaseFilter(const LogParts& parts, const std::vector<std::string>& map_transitions,
             KeepOn keep_on, std::vector<std::string>& notes)
      : parts_(parts),
        log_(parts.log),
        map_transitions_(map_transitions),
        keep_on_(keep_on),
        notes_(notes) {}

  // `condition` is one over CaseSchema(), and its paths are paths.
  absl::StatusOr<BitSet> Run(const expr::Condition& condition);
  BitSet InWindow(const TimeWindow& window);

 private:
  size_t cases() const { return log_.case_count(); }
  BitSet RunTest(const expr::Test& test);
  BitSet ById(const expr::Test& test) const;
  BitSet ByEnd(const expr::Test& test, bool first);
  BitSet ByActivities(const expr::Test& test);
  BitSet ByPath(const expr::Test& test);
  BitSet ByVariant(const expr::Test& test);
  BitSet ByColumn(const expr::Test& test, const NarrowColumn& column,
                  const std::vector<std::string>& texts, absl::string_view kind);
  BitSet ByOpen(const expr::Test& test) const;
  BitSet ByAttribute(const expr::Test& test);
  absl::StatusOr<BitSet> ByDefects(const expr::Test& test);
  BitSet WithMilestones(const std::vector<uint64_t>& table, size_t steps) const;
  // Cases with `least` or more events that count.
  BitSet WithEvents(uint32_t least) const;
  // By number of an activity, whether a test holds for its name.
  std::vector<uint8_t> ActivityTable(const expr::Test& test);
  const std::vector<int64_t>& starts();
  const std::vector<int64_t>& ends();

  const LogParts& parts_;
  const LogSnapshot& log_;
  const std::vector<std::string>& map_transitions_;
  const KeepOn keep_on_;
  std::vector<std::string>& notes_;
  std::vector<int64_t> starts_, ends_;  // by case, where they were asked for
  std::optional<DefectFilter> defects_;  // likewise
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_CASE_FILTER_H_
