// SPDX-License-Identifier: Apache-2.0
//
// Milestones: what was reached at an instant (the transition "milestone"). Nothing was done by it,
// so that maps, variants, steps and yields leave it out; but a question that names an activity
// (until when, by what a case ends, which cases have it) means it. VisitNamed and FirstNamed are
// the one rule for such questions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_MILESTONES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_MILESTONES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// The milestones of a log that hold, beside the events that count. Immutable.
class Milestones {
 public:
  struct Reached {
    int64_t time = 0;
    uint32_t activity = 0;
  };

  Milestones() = default;
  // `transitions`: those that count, as in TraceOptions; none hold where all do, or "milestone".
  // What was taken back does not: "milestone_withdrawn" takes back the latest milestone of its
  // activity before it, in the order of arrival where the log knows it, else of time. O(rows) where
  // the log has any.
  Milestones(const LogSnapshot& log, const std::vector<std::string>& transitions);

  bool empty() const { return reached_.empty(); }
  // Of a case, ascending by time.
  std::span<const Reached> Of(size_t case_number) const {
    if (reached_.empty()) return {};
    return std::span(reached_).subspan(case_begin_[case_number],
                                       case_begin_[case_number + 1] - case_begin_[case_number]);
  }

 private:
  std::vector<Reached> reached_;
  std::vector<uint32_t> case_begin_;  // empty where there are none
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_MILESTONES_H_
