// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/step_delay.h"

#include <algorithm>

#include "common/statistics/sums.h"

namespace plumbline::analytics {

void StepDelayBuilder::Add(const Occurrence& o, std::span<const Stretch> blocked) {
  Step& step = steps_[o.activity];
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

std::vector<StepDelay> StepDelayBuilder::Finish() {
  std::vector<StepDelay> delays;
  statistics::CompensatedSum all;
  for (size_t i = 0; i < steps_.size(); ++i) {
    Step& step = steps_[i];
    StepDelay& delay = step.known;
    if (delay.count == 0 && delay.open_count == 0) continue;
    delay.activity = static_cast<uint32_t>(i);
    delay.waiting = Describe(step.waiting);
    delay.blocked = Describe(step.blocked);
    delay.delay_seconds = delay.waiting.total + delay.blocked.total;
    delay.open_delay_seconds = static_cast<double>(step.open_micros) / 1e6;
    all.Add(delay.delay_seconds);
    delays.push_back(delay);
  }
  for (StepDelay& delay : delays)
    delay.share = all.value() > 0 ? delay.delay_seconds / all.value() : 0;
  std::stable_sort(delays.begin(), delays.end(), [](const StepDelay& a, const StepDelay& b) {
    return a.delay_seconds > b.delay_seconds;
  });
  return delays;
}

}  // namespace plumbline::analytics
