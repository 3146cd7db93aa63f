// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/step_times.h"

#include <algorithm>

namespace plumbline::analytics {

double TotalSeconds(const StepTime& step) {
  return step.waiting.total + step.working.total + step.blocked.total;
}

void StepTimeBuilder::Add(const Occurrence& o) {
  if (!o.completed) return;
  Step& step = steps_[o.activity];
  ++step.count;
  if (o.has_waiting()) step.waiting.push_back(o.waiting);
  if (o.has_working()) step.working.push_back(o.working);
  if (o.blocked > 0) step.blocked.push_back(o.blocked);
  if (o.scheduled != kNoTime && o.ready > o.scheduled) step.planned += o.ready - o.scheduled;
  if (o.due != kNoTime) {
    ++step.due_count;
    step.late_count += o.end > o.due;
  }
  if (step.last_case != o.case_number) {
    step.last_case = o.case_number;
    ++step.case_count;
  } else if (step.rework_case != o.case_number) {
    step.rework_case = o.case_number;
    ++step.rework_case_count;
  }
}

std::vector<StepTime> StepTimeBuilder::Finish() {
  std::vector<StepTime> times;
  for (uint32_t a = 0; a < steps_.size(); ++a) {
    Step& step = steps_[a];
    if (step.count == 0) continue;
    times.push_back({a, step.count, Describe(step.waiting), Describe(step.working),
                     Describe(step.blocked), step.late_count, step.due_count,
                     step.rework_case_count, step.case_count,
                     static_cast<double>(step.planned) / 1e6});
    step = Step();
  }
  SortByTime(times);
  return times;
}

void SortByTime(std::vector<StepTime>& steps) {
  std::stable_sort(steps.begin(), steps.end(), [](const StepTime& a, const StepTime& b) {
    return TotalSeconds(a) > TotalSeconds(b);
  });
}

std::vector<StepTime> MeasureSteps(const LogSnapshot& log,
                                   const std::vector<std::string>& map_transitions) {
  StepTimeBuilder builder(log.activities.size());
  ReadOccurrences(log, map_transitions,
                  {[&builder](const Occurrence& o) { builder.Add(o); }, nullptr});
  return builder.Finish();
}

}  // namespace plumbline::analytics
