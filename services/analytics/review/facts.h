// SPDX-License-Identifier: Apache-2.0
//
// What a log tells of a period and of those before it.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/analytics/review/case_sums.h"
#include "services/analytics/review/counterfactual.h"
#include "services/analytics/review/waits.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics::review {

// Cases and steps of which gains are computed; of more, some of the cases stand for all.
inline constexpr int64_t kMostGraphCases = 20'000;
inline constexpr int64_t kMostGraphSteps = 400'000;
// Cases of more events are left out of gains.
inline constexpr int64_t kMostStepsOfCase = 2'000;

struct Facts {
  bool marked = false;  // which cases ended is known
  int64_t first_time = 0, last_time = 0;
  StepWaits waits;
  int64_t ended = 0;     // cases that ended in the period
  int64_t too_long = 0;  // of these
  // Of the rest, or of a part of them: the cases as a log of their own, and their graphs.
  std::shared_ptr<const LogSnapshot> log;
  CaseGraphs graphs;
  std::vector<CauseTotal> causes;  // by number
  bool has_starts = false;

  // How many cases of the period each graph stands for.
  double weight() const {
    const auto count = static_cast<double>(graphs.cases.size());
    return count == 0 ? 1 : static_cast<double>(ended - too_long) / count;
  }
};

struct ChosenCases {
  int64_t ended = 0, too_long = 0;  // see Facts
  std::vector<uint32_t> numbers;    // ascending
};
// The cases whose graphs are reckoned with, of those that ended in the period: all, or those with
// the least hash of their ids, which is as good as drawn, and does not depend on what other cases
// there are. `name` is asked only where there are too many. O(cases of the period).
ChosenCases ChooseCases(absl::Span<const PeriodCase> of_period,
                        absl::FunctionRef<absl::string_view(uint32_t number)> name);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_FACTS_H_
