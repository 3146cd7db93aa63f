// SPDX-License-Identifier: Apache-2.0
//
// How an error budget stands at an instant: what may be bad, what was, how fast it goes, and
// whether that alerts. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BUDGET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BUDGET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/analytics/objectives/burn_rules.h"
#include "services/analytics/objectives/series.h"

namespace plumbline::analytics::objectives {

struct PolicyLevel {
  std::string id;
  double consumed_share = 0;
  std::string action;
};

// "warn" at 0.75 and "freeze" at 1.
std::vector<PolicyLevel> DefaultPolicy();

struct Terms {
  double goal = 0;     // above 0 and below 1
  int64_t period = 0;  // microseconds
  std::vector<BurnRule> rules;
  std::vector<PolicyLevel> policy;  // ascending
  int64_t min_bad = 3;              // in the long window of a rule that alerts
  int64_t min_events = 10;          // in the period, of a state
};

enum class State { kMet, kAtRisk, kExhausted, kTooFewEvents };

// Over one window. Nothing is said where nothing counts.
struct Burn {
  int64_t window = 0;
  Tally tally;
  std::optional<double> error_share() const;
  std::optional<double> Rate(double goal) const;
};

// Both windows are above the threshold: strictly, so that a rate that is just allowed is.
struct RuleState {
  BurnRule rule;
  double threshold = 0;  // error share
  Burn long_burn, short_burn;
  bool firing = false;
  bool held_back = false;  // it would, but too few are bad in the long window
};

// What is known of shares where something counts.
struct Shares {
  double good = 0, good_lower = 0, good_upper = 0;  // and their 95 % interval (Wilson 1927)
  double budget = 0;                                // events that may be bad
  double remaining = 0;                             // of them
  double consumed_share = 0;
  double projected_budget = 0;  // of a whole period, at the pace since the series began
  double projected_consumed_share = 0;
};

struct Budget {
  int64_t time = 0;
  State state = State::kTooFewEvents;
  Tally tally;  // of the period
  int64_t pending = 0;
  int64_t overdue = 0;
  int64_t overdue_counted = 0;  // of these, in `tally`: their time was over in the period
  int64_t failed = 0;           // of tally.bad: ended without what was to come
  std::optional<Shares> shares;
  std::optional<PolicyLevel> level;  // the highest that is reached
  std::vector<RuleState> rules;      // in the order of the terms
  std::vector<Burn> burns;           // each window once, ascending, with the period
};

// What lies in a window ends with `at` and begins just after `at` - window; of a window that is
// longer than the series, the part that there is. O((rules) log n).
Budget Evaluate(const Series& series, const Terms& terms, int64_t at);

// The interval of Wilson (1927) of a share of `good` among `count` (above 0), at 95 %.
struct ShareInterval {
  double lower = 0, upper = 0;
};
ShareInterval WilsonInterval(int64_t good, int64_t count);

// The instants of a history: from `end` backwards by `step` while not before `start`, ascending.
std::vector<int64_t> HistoryTimes(int64_t start, int64_t end, int64_t step);

}  // namespace plumbline::analytics::objectives

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_BUDGET_H_
