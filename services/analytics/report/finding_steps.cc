// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/finding_steps.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

// From this share of a step's waiting on, the step before it is named.
constexpr double kOnePredecessor = 0.9;

}  // namespace

uint32_t MainPredecessor(const std::map<uint32_t, absl::int128>& by_previous) {
  absl::int128 total = 0;
  for (const auto& [previous, micros] : by_previous) total += micros;
  for (const auto& [previous, micros] : by_previous) {
    if (previous != kNoText && SecondsOf(micros) >= kOnePredecessor * SecondsOf(total))
      return previous;
  }
  return kNoText;
}

Excess BeyondMedian(absl::int128 micros, int64_t count, double median) {
  return {SecondsOf(micros) - static_cast<double>(count) * median, count};
}

std::vector<std::string> NotCounted(const StepFigures& step) {
  std::vector<std::string> parts;
  const auto add = [&parts](int64_t count, absl::string_view one, absl::string_view many) {
    if (count > 0) parts.push_back(absl::StrCat(CountText(count), " ", count == 1 ? one : many));
  };
  add(step.repeats, "repeat", "repeats");
  add(step.other_wait_count, "wait behind another step", "waits behind other steps");
  add(step.embedded, "wait while another step of the case was worked on",
      "waits while another step of the case was worked on");
  return parts;
}

}  // namespace plumbline::analytics
