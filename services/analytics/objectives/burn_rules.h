// SPDX-License-Identifier: Apache-2.0
//
// Which rates of spending a budget alert, over which windows (Google, The Site Reliability
// Workbook, 2018, chapter 5: "multiwindow, multi-burn-rate alerts"). Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BURN_RULES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BURN_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace plumbline::analytics::objectives {

enum class Severity { kTicket, kPage };

// See BurnRateRule in objective.proto. Windows in microseconds.
struct BurnRule {
  std::string id;
  int64_t long_window = 0;
  int64_t short_window = 0;
  double rate = 0;
  Severity severity = Severity::kTicket;
};

// The largest rate that there can be: everything is bad.
double LargestRate(double goal);
// The share of the period's budget that is spent in `window` at this rate, and the other way round.
double ShareSpent(double rate, int64_t window, int64_t period);
double RateThatSpends(double share, int64_t window, int64_t period);

// The sets of objective.proto for a period: rates that the goal can never reach are lowered to nine
// tenths of the largest, but not below 1 (which it always can).
std::vector<BurnRule> ProcessRules(double goal, int64_t period);
std::vector<BurnRule> ServiceRules(double goal, int64_t period);

}  // namespace plumbline::analytics::objectives

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BURN_RULES_H_
