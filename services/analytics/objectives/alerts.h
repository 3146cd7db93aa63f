// SPDX-License-Identifier: Apache-2.0
//
// Which alerts begin and end between two looks at a budget. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_ALERTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_ALERTS_H_

#include <set>
#include <string>
#include <vector>

#include "services/analytics/objectives/budget.h"

namespace plumbline::analytics::objectives {

enum class AlertSource { kBurnRate, kBudgetPolicy };

// What alerts: a rule or a level, by its id.
struct AlertKey {
  AlertSource source = AlertSource::kBurnRate;
  std::string id;
  auto operator<=>(const AlertKey&) const = default;
};
using AlertKeys = std::set<AlertKey>;

// What alerts now: rules that fire, and every level of the policy that is reached.
AlertKeys Alerting(const Budget& budget, const Terms& terms);

struct AlertChange {
  AlertKey key;
  bool begins = false;
  bool operator==(const AlertChange&) const = default;
};
// From what alerted before to what does now: ends first, each in the order of the keys. O(n).
std::vector<AlertChange> ChangesOf(const AlertKeys& before, const AlertKeys& now);

// In a sentence or two, for people. `name` is what the objective is called.
std::string AlertText(const AlertChange& change, const Budget& budget, const Terms& terms,
                      const std::string& name);
// Why the budget is in its state, in a sentence.
std::string StateText(const Budget& budget, const Terms& terms);

}  // namespace plumbline::analytics::objectives

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_ALERTS_H_
