// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/business_times.h"

#include <span>

#include "common/base/status_macros.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {
namespace {

// The occurrence as if its times were counted by `between`.
Occurrence Counted(Occurrence o, std::span<const Stretch> blocked, const TimeBetween& between) {
  if (!o.completed) return o;
  const StepTimes times = MeasureStep(o, blocked, between);
  o.waiting = times.waiting;
  o.working = times.working;
  o.blocked = times.blocked;
  // What was planned is told by how far these are apart.
  if (o.scheduled != kNoTime && o.ready > o.scheduled)
    o.scheduled = o.ready - between(o.scheduled, o.ready);
  return o;
}

}  // namespace

absl::StatusOr<std::vector<StepTime>> MeasureSteps(const LogSnapshot& log,
                                                   const std::vector<std::string>& map_transitions,
                                                   const TimeBetween& between, KeepOn keep_on) {
  StepTimeBuilder builder(log.activities.size());
  std::vector<Stretch> blocked;  // of the occurrence that comes next
  OccurrenceSink sink;
  sink.occurrence = [&](const Occurrence& o) {
    builder.Add(between ? Counted(o, blocked, between) : o);
    blocked.clear();
  };
  if (between) {
    sink.blocked = [&](std::span<const Stretch> stretches) {
      blocked.assign(stretches.begin(), stretches.end());
    };
  }
  RETURN_IF_ERROR(ReadOccurrences(log, map_transitions, sink, keep_on));
  RETURN_IF_ERROR(keep_on());
  return builder.Finish();
}

absl::StatusOr<EndedCases> MeasureEndedCases(const Traces& traces, const TimeBetween& between,
                                             KeepOn keep_on) {
  const LogSnapshot& log = traces.log();
  const CaseEnds ends(log);
  EndedCases ended;
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, [&](uint32_t first, uint32_t last) {
    for (uint32_t c = first; c < last; ++c) {
      if (!ends.HasEnded(c)) {
        ++ended.open_count;
      } else {
        ended.durations.push_back(between ? between(CaseStart(log, c), CaseEnd(log, c))
                                          : CaseDuration(traces, c));
      }
    }
  }));
  return ended;
}

}  // namespace plumbline::analytics
