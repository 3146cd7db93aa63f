// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/step_delay.h"

#include <algorithm>

#include "common/statistics/sums.h"

namespace plumbline::analytics {

void StepDelayBuilder::Add(const Occurrence& o, std::span<const Stretch> blocked) {
  StepLists& step = steps_[o.activity];
  if (o.end == kNoTime) {
    // Begun ones are worked on.
    if (o.ready == kNoTime || o.start != kNoTime || o.ready >= log_end_) return;
    ++step.known.open_count;
    step.open_micros += Measure(between_, o.ready, log_end_);
    return;
  }
  if (!o.completed) return;
  ++step.known.count;
  if (step.last_case != o.case_number) {
    step.last_case = o.case_number;
    ++step.known.case_count;
  }
  const StepTimes times = MeasureStep(o, blocked, between_);
  if (o.has_waiting()) step.waiting.push_back(times.waiting);
  if (!blocked.empty()) step.blocked.push_back(times.blocked);
}

StepDelay DelayOf(uint32_t activity, const StepDelay& counts, const Distribution& waiting,
                  const Distribution& blocked, absl::int128 open_micros) {
  StepDelay delay = counts;
  delay.activity = activity;
  delay.waiting = waiting;
  delay.blocked = blocked;
  delay.delay_seconds = waiting.total + blocked.total;
  delay.open_delay_seconds = static_cast<double>(open_micros) / 1e6;
  return delay;
}

void RankDelays(std::vector<StepDelay>* delays) {
  statistics::CompensatedSum all;
  for (const StepDelay& delay : *delays) all.Add(delay.delay_seconds);
  for (StepDelay& delay : *delays)
    delay.share = all.value() > 0 ? delay.delay_seconds / all.value() : 0;
  std::stable_sort(delays->begin(), delays->end(), [](const StepDelay& a, const StepDelay& b) {
    return a.delay_seconds > b.delay_seconds;
  });
}

std::vector<StepDelay> DelaysOf(std::vector<StepLists>& steps) {
  std::vector<StepDelay> delays;
  for (uint32_t i = 0; i < steps.size(); ++i) {
    StepLists& step = steps[i];
    if (step.known.count == 0 && step.known.open_count == 0) continue;
    delays.push_back(
        DelayOf(i, step.known, Describe(step.waiting), Describe(step.blocked), step.open_micros));
  }
  RankDelays(&delays);
  return delays;
}

}  // namespace plumbline::analytics
