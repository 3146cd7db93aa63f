// SPDX-License-Identifier: Apache-2.0
//
// What to fix first. Every hour lost is counted for one candidate only:
//   impediment   the blocked time of one cause
//   rework       waiting and working of the second and later occurrences of a step in a case
//   wait         waiting (never planned time) of the first occurrences of a step, named by the step
//   before it where that is before nearly all of it (which of parallel branches ended last says
//   nothing)
//                A step that is not scheduled does not wait while another step of the case is being
//                worked on.
//   slow step    of the first occurrences of a step, the working time beyond the step's own median
// Candidates are ranked by lost time, of equals impediments first; one step yields one finding at
// most. Left out is what touches less than one case of a hundred, or a single case of several, and
// of the others what costs less than a hundredth of what the first costs, or less than a tenth of
// it in fewer than five cases (or half of them).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDINGS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/analytics/report/finding_steps.h"
#include "services/analytics/report/pareto.h"

namespace plumbline::analytics {

enum class FindingKind { kImpediment, kWait, kRework, kSlowStep };

// See Finding in analytics.proto.
struct Finding {
  int32_t rank = 0;
  FindingKind kind = FindingKind::kWait;
  std::string headline;
  std::vector<std::string> evidence;
  double lost_seconds = 0;
  int64_t case_count = 0;
  std::string subject;
};

// At most `limit` findings, first to fix first. `activities`: names by number; `case_count`: all
// cases; `pareto`: impediments of the same log. O(activities log activities).
std::vector<Finding> MakeFindings(const std::vector<std::string>& activities, int64_t case_count,
                                  const FindingFigures& figures,
                                  const std::vector<ParetoBar>& pareto, int limit);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_FINDINGS_H_
