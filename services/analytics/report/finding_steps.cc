// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/finding_steps.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

// From this share of a step's waiting on, the step before it is named.
constexpr double kOnePredecessor = 0.9;

// Fills what is about waits.
void CountWaits(const StepRecord& step, StepFigures& figures) {
  std::map<uint32_t, absl::int128> by_previous;
  for (const Wait& wait : step.waits) by_previous[wait.previous] += wait.micros;
  figures.previous = MainPredecessor(by_previous);
  std::vector<int64_t> counted;
  for (const Wait& wait : step.waits) {
    if (figures.previous != kNoText && wait.previous != figures.previous) {
      figures.other_wait_count += wait.micros > 0;
      continue;
    }
    counted.push_back(wait.micros);
    figures.wait_case_count += wait.micros > 0;
  }
  figures.waits = Describe(counted);
}

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

StepFigures FiguresOf(StepRecord& step) {
  StepFigures figures;
  CountWaits(step, figures);
  figures.working = Describe(step.working);
  absl::int128 longer = 0;
  int64_t count = 0;
  for (const int64_t micros : step.working) {
    if (SecondsOf(micros) <= figures.working.median) continue;
    longer += micros;
    ++count;
  }
  figures.excess = BeyondMedian(longer, count, figures.working.median);
  figures.rework_waiting = SecondsOf(step.rework_waiting);
  figures.rework_working = SecondsOf(step.rework_working);
  figures.cases = step.cases;
  figures.repeats = step.repeats;
  figures.rework_cases = step.rework_cases;
  figures.late = step.late;
  figures.due = step.due;
  figures.embedded = step.embedded;
  figures.blocked = step.blocked;
  return figures;
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
