// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/targets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/flow/bpmn/duration.h"

namespace plumbline::flow::bpmn {
namespace {

// To compare days with hours.
constexpr int64_t kMinutesOfDay = 8 * 60;

int64_t MinutesOf(const BusinessDuration& duration) {
  return int64_t{duration.days} * kMinutesOfDay + duration.minutes;
}

}  // namespace

void Targets::Add(size_t host, const BusinessDuration& duration, const Element& boundary) {
  timers_[host].push_back({duration, &boundary});
}

void Targets::Apply(size_t host, StepDetails* step, Reading* reading) {
  const auto it = timers_.find(host);
  if (it == timers_.end()) return;
  const std::vector<Timer>& timers = it->second;
  if (!step->target) {
    step->target = std::min_element(timers.begin(), timers.end(), [](const auto& a, const auto& b) {
                     return MinutesOf(a.duration) < MinutesOf(b.duration);
                   })->duration;
  }
  bool said = false;
  for (const Timer& timer : timers) {
    if (!said && timer.duration == *step->target) {
      said = kept_.insert(timer.boundary).second;
    } else {
      reading->Ignore(*timer.boundary,
                      absl::StrCat("is not kept: a task has one target, and this one has ",
                                   FormatDuration(*step->target)));
    }
  }
}

}  // namespace plumbline::flow::bpmn
