// SPDX-License-Identifier: Apache-2.0
//
// How many cases ended inside their target.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// See TargetAttainment in analytics.proto.
struct TargetAttainment {
  int64_t case_count = 0;
  int64_t inside_count = 0;
  int64_t outside_count = 0;
  int64_t undecided_count = 0;
  double share = 0;
  std::string target;         // in words; "" where no case has one
  double target_seconds = 0;  // begin to target: that of the request, or the median of the cases
};

// Begin of a case: the "earliest_time" on its first event (the opening of day one of an
// on-boarding), or where that is absent the start or else the time of its first event. First in the
// canonical order among all events of the case, whatever their transitions: so a begin does not
// move as a case goes on. A "schedule" event speaks for its step: its times are not the case's.
//
// Target of a case: `target_micros` after its begin; without `target_micros` its own due
// time (mining/case_due.h). Cases without one are left out.
//
// End of a case: the latest event that says "case_finished"; in a log that marks no ends (see
// CaseEnds) the latest time of its events. A case that ended is inside where it ended at its target
// or before. One that is open is outside once the log's last time is past its target, else
// undecided.
//
// A target of the cases' own is called as most of them call it ("target" on their first event), and
// where none says anything by the median of its length. O(cases + attributes), in a log that marks
// no ends O(rows).
TargetAttainment MeasureAttainment(const Traces& traces, std::optional<int64_t> target_micros);

// What targets are called: the cases' own (`words`: how many of the `targets` cases call theirs
// so), and one of the request.
std::string NameOfOwnTargets(const std::map<std::string, int64_t>& words, int64_t targets,
                             double median_seconds);
std::string NameOfTarget(int64_t micros, bool from_day_one);
// Sets the share of those that are decided.
void SetShare(TargetAttainment& attainment);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_
