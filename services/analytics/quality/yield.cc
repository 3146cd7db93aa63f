// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/yield.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/statistics/normal.h"

namespace plumbline::analytics::quality {
namespace {

constexpr double kPerMillion = 1e6;

}  // namespace

absl::StatusOr<DefectRates> DefectRatesOf(int64_t defects, int64_t units, int64_t opportunities) {
  if (units <= 0)
    return base::FieldError("units", absl::StrCat(units, " units; rates need at least one"));
  if (opportunities <= 0) {
    return base::FieldError("opportunities",
                            absl::StrCat(opportunities, " a unit; a unit has at least one"));
  }
  const double all = static_cast<double>(units) * static_cast<double>(opportunities);
  if (defects < 0 || static_cast<double>(defects) > all) {
    return base::FieldError(
        "defects", absl::StrCat(defects, " is not 0 to ", all, ", units times opportunities"));
  }
  DefectRates rates;
  const auto found = static_cast<double>(defects);
  rates.per_unit = found / static_cast<double>(units);
  rates.per_opportunity = found / all;
  rates.per_million_opportunities = rates.per_opportunity * kPerMillion;
  rates.yield_by_defects = std::exp(-rates.per_unit);
  rates.bounded = found == 0 || found == all;
  rates.long_term_sigma = statistics::NormalUpperQuantile(rates.bounded ? (found + 0.5) / (all + 1)
                                                                        : rates.per_opportunity);
  rates.sigma_level = rates.long_term_sigma + kShift;
  return rates;
}

LevelRates RatesOfLevel(double sigma_level) {
  return {.shifted_ppm = statistics::NormalAbove(sigma_level - kShift) * kPerMillion,
          .one_sided_ppm = statistics::NormalAbove(sigma_level) * kPerMillion,
          .two_sided_ppm = 2 * statistics::NormalAbove(sigma_level) * kPerMillion};
}

absl::StatusOr<RolledYield> RolledYieldOf(absl::Span<const StepYield> steps) {
  RolledYield yield;
  int counted = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const StepYield& step = steps[i];
    if (step.cases < 0 || step.right_at_once < 0 || step.right_at_once > step.cases) {
      return base::FieldError(absl::StrCat("steps[", i, "].right_at_once"),
                              absl::StrCat(step.right_at_once, " is not 0 to ", step.cases,
                                           ", the cases that came to it"));
    }
    if (step.cases == 0) continue;
    ++counted;
    yield.rolled *= static_cast<double>(step.right_at_once) / static_cast<double>(step.cases);
  }
  if (counted == 0)
    return base::FieldError("steps", "no case came to any of them; choose a longer time");
  yield.normalized = std::pow(yield.rolled, 1.0 / counted);
  return yield;
}

}  // namespace plumbline::analytics::quality
