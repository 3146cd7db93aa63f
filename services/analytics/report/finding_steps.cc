// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/finding_steps.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

// From this share of a step's waiting on, the step before it is named.
constexpr double kOnePredecessor = 0.9;

// The activity that comes before nearly all of the waiting for a step, or kNoText.
uint32_t MainPredecessor(const StepRecord& step) {
  double total = 0;
  std::map<uint32_t, double> by_previous;
  for (const Wait& wait : step.waits) {
    total += SecondsOf(wait.micros);
    by_previous[wait.previous] += SecondsOf(wait.micros);
  }
  for (const auto& [previous, seconds] : by_previous) {
    if (previous != kNoText && seconds >= kOnePredecessor * total) return previous;
  }
  return kNoText;
}

}  // namespace

CountedWaits WaitsOf(const StepRecord& step) {
  CountedWaits counted{MainPredecessor(step), {}, 0, 0};
  for (const Wait& wait : step.waits) {
    if (counted.previous != kNoText && wait.previous != counted.previous) {
      counted.others += wait.micros > 0;
      continue;
    }
    counted.waits.push_back(wait.micros);
    counted.case_count += wait.micros > 0;
  }
  return counted;
}

Excess BeyondMedian(const StepRecord& step, double median) {
  Excess excess;
  for (const int64_t micros : step.working) {
    const double beyond = SecondsOf(micros) - median;
    if (beyond <= 0) continue;
    excess.seconds += beyond;
    ++excess.case_count;
  }
  return excess;
}

std::vector<std::string> NotCounted(const StepRecord& step, const CountedWaits& counted) {
  std::vector<std::string> parts;
  const auto add = [&parts](int64_t count, absl::string_view one, absl::string_view many) {
    if (count > 0) parts.push_back(absl::StrCat(CountText(count), " ", count == 1 ? one : many));
  };
  add(step.repeats, "repeat", "repeats");
  add(counted.others, "wait behind another step", "waits behind other steps");
  add(step.embedded, "wait while another step of the case was worked on",
      "waits while another step of the case was worked on");
  return parts;
}

}  // namespace plumbline::analytics
