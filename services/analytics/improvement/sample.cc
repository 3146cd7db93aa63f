// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/sample.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace plumbline::analytics::improvement {
namespace {

using statistics::Observation;
using Known = CaseValue::Known;

bool AnyOpen(const Side& side) {
  return std::any_of(side.cases.begin(), side.cases.end(),
                     [](const CaseValue& one) { return one.known == Known::kOpen; });
}

void Add(const CaseValue& one, ValueType type, const Counting& rule, Sample* sample) {
  const bool ripe = !rule.ripe_only || one.age >= rule.outcome_time;
  const bool late = rule.in_time_only && one.known_after > rule.outcome_time;
  if (one.known == Known::kNothing) {
    ++sample->left_out;
    return;
  }
  if (!rule.survival && (!ripe || one.known == Known::kOpen || late)) {
    ++(ripe ? sample->left_out : sample->young);
    return;
  }
  ++sample->count;
  sample->censored += one.known == Known::kOpen;
  sample->ripe += one.age >= rule.outcome_time || !rule.survival;
  if (type == ValueType::kTime || type == ValueType::kStepTime) {
    sample->times.push_back({one.value, one.known == Known::kValue});
    return;
  }
  sample->sum += one.value;
  sample->squares += one.value * one.value;
}

}  // namespace

Sample MakeSample(const Side& side, ValueType type, const Counting& counting) {
  Sample sample;
  for (const CaseValue& one : side.cases) Add(one, type, counting, &sample);
  // The order in which cases came does not matter then, not even to the last digit.
  std::sort(sample.times.begin(), sample.times.end(),
            [](const Observation& a, const Observation& b) {
              return std::tie(a.time, a.happened) < std::tie(b.time, b.happened);
            });
  return sample;
}

int64_t OutcomeTime(const Side& side) {
  constexpr double kMost = 0.95;
  std::vector<Observation> observations;
  int64_t longest = 0;
  for (const CaseValue& one : side.cases) {
    if (one.known == Known::kNothing) continue;
    const bool known = one.known == Known::kValue;
    if (known) longest = std::max(longest, one.known_after);
    observations.push_back({static_cast<double>(known ? one.known_after : one.age), known});
  }
  const auto curve = statistics::KaplanMeier(observations);
  const auto time = statistics::SurvivalQuantile(curve, kMost);
  return time.has_value() ? static_cast<int64_t>(std::ceil(*time)) : longest;
}

Counting CountingOf(ValueType type, const Side& before, const Side& after, int64_t outcome_time) {
  const bool open = AnyOpen(before) || AnyOpen(after);
  Counting rule;
  rule.survival = open && type == ValueType::kTime;
  rule.ripe_only = !rule.survival && (open || !before.marked || !after.marked);
  rule.in_time_only = open && !rule.survival;
  rule.outcome_time = outcome_time;
  return rule;
}

Samples MakeSamples(ValueType type, const Side& before, const Side& after, int64_t outcome_time) {
  const Counting rule = CountingOf(type, before, after, outcome_time);
  return {MakeSample(before, type, rule), MakeSample(after, type, rule), rule.survival};
}

}  // namespace plumbline::analytics::improvement
