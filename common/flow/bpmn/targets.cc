// SPDX-License-Identifier: Apache-2.0
#include "common/flow/bpmn/targets.h"

#include <utility>

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

void Targets::Add(size_t host, const BusinessDuration& duration, const Element& boundary,
                  Reading* reading) {
  Timer timer = {duration, &boundary};
  const auto [it, first] = timers_.emplace(host, timer);
  if (first) return;
  if (MinutesOf(duration) < MinutesOf(it->second.duration)) std::swap(it->second, timer);
  Tell(timer, it->second.duration, reading);
}

bool Targets::Has(size_t host, const Element& boundary) const {
  const auto it = timers_.find(host);
  return it != timers_.end() && it->second.boundary == &boundary;
}

void Targets::Apply(size_t host, StepDetails* step, Reading* reading) const {
  const auto it = timers_.find(host);
  if (it == timers_.end()) return;
  if (!step->target) {
    step->target = it->second.duration;
  } else if (*step->target != it->second.duration) {
    Tell(it->second, *step->target, reading);
  }
}

void Targets::Tell(const Timer& timer, const BusinessDuration& target, Reading* reading) {
  reading->Ignore(*timer.boundary,
                  absl::StrCat("is not kept: a task has one target, and this one has ",
                               FormatDuration(target)));
}

}  // namespace plumbline::flow::bpmn
