// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/case_facts.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::review {

CaseFactReader::CaseFactReader(const LogSnapshot& log,
                               const std::vector<std::string>& map_transitions,
                               const FactOptions& options)
    : log_(log),
      map_transitions_(map_transitions),
      options_(options),
      ends_(log),
      plans_(ReadCasePlans(log)),
      last_time_(log.LastTime()) {}

CaseFact CaseFactReader::TimesOf(uint32_t case_number) const {
  CaseFact fact;
  constexpr uint32_t kMostRows = (1U << 28) - 1;
  fact.rows = std::min(kMostRows, log_.case_begin[case_number + 1] - log_.case_begin[case_number]);
  fact.begin = CaseStart(log_, case_number);
  if (ends_.HasEnded(case_number)) {
    fact.end = CaseEnd(log_, case_number);
    fact.done = ends_.marked() ? ends_.MarkedTime(case_number) : fact.end;
    fact.lead = Measure(options_.between, fact.begin, fact.end);
  }
  const CasePlan& plan = plans_[case_number];
  fact.due = options_.target.has_value() ? plan.begin + *options_.target : plan.due;
  return fact;
}

absl::Status CaseFactReader::Read(CaseRange cases, std::vector<CaseFact>* facts, TakeWait take_wait,
                                  KeepOn keep_on) const {
  for (uint32_t c = cases.first; c < cases.end; ++c) (*facts)[c] = TimesOf(c);
  RETURN_IF_ERROR(keep_on());
  const DefectOptions defects;
  const std::function<void(const StepVisit&)> take_visit = [facts](const StepVisit& visit) {
    CaseFact& fact = (*facts)[visit.case_number];
    fact.has_steps = 1;
    if (!visit.told.empty()) fact.tells_defects = 1;
    for (const DefectSource source : kDefectSources) fact.defects += visit.defects.Has(source);
  };
  DefectReader reader(log_, ends_, last_time_, defects, take_visit);
  std::vector<Stretch> blocked;  // of the occurrence that comes next
  const auto take = [&](const Occurrence& o) {
    if (o.start != kNoTime) (*facts)[o.case_number].has_starts = 1;
    if (o.end == kNoTime) (*facts)[o.case_number].has_open = 1;
    if (o.end != kNoTime && o.has_waiting() && !o.embedded) take_wait(o, blocked);
    reader.Take(o, blocked);
    blocked.clear();
  };
  const auto take_impediment = [&](const Impediment& impediment) {
    if (impediment.open) (*facts)[impediment.case_number].has_open = 1;
  };
  const auto take_blocked = [&](std::span<const Stretch> of_next) {
    blocked.assign(of_next.begin(), of_next.end());
  };
  RETURN_IF_ERROR(ReadOccurrences(
      log_, map_transitions_, cases,
      {.occurrence = take, .impediment = take_impediment, .blocked = take_blocked}, keep_on));
  reader.Finish();
  return absl::OkStatus();
}

}  // namespace plumbline::analytics::review
