// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/alerts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/counts.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics::objectives {
namespace {

// "130 %": of a share that may be above 1.
std::string Spent(double share) {
  return share <= 1 ? ShareText(share) : absl::StrCat(base::NumberText(share * 100, 0), " %");
}

// "7 days", "1 day", "4 hours": of what is a whole number of one, else to a decimal.
std::string WindowText(int64_t micros) {
  constexpr std::pair<const char*, int64_t> kUnits[] = {{"day", int64_t{86'400} * 1'000'000},
                                                        {"hour", int64_t{3'600} * 1'000'000},
                                                        {"minute", int64_t{60} * 1'000'000}};
  for (const auto& [unit, length] : kUnits) {
    if (micros % length != 0) continue;
    return absl::StrCat(CountText(micros / length), " ", unit, micros == length ? "" : "s");
  }
  return DurationText(static_cast<double>(micros) / 1e6);
}

std::string BurnText(const Burn& burn, double goal) {
  return absl::StrFormat("%s of %s bad in %s, %.3g times what is allowed",
                         CountText(burn.tally.bad), CountText(burn.tally.count),
                         WindowText(burn.window), burn.Rate(goal).value_or(0));
}

const RuleState* FindRule(const Budget& budget, const std::string& id) {
  const auto found = std::find_if(budget.rules.begin(), budget.rules.end(),
                                  [&](const RuleState& state) { return state.rule.id == id; });
  return found == budget.rules.end() ? nullptr : &*found;
}

const PolicyLevel* FindLevel(const Terms& terms, const std::string& id) {
  const auto found = std::find_if(terms.policy.begin(), terms.policy.end(),
                                  [&](const PolicyLevel& level) { return level.id == id; });
  return found == terms.policy.end() ? nullptr : &*found;
}

std::string SpentText(const Budget& budget) {
  if (!budget.shares.has_value()) return "nothing counts in the period";
  return absl::StrCat(Spent(budget.shares->consumed_share), " of the error budget is spent (",
                      CountText(budget.tally.bad), " of ", CountText(budget.tally.count), " bad)");
}

std::string RuleText(const AlertChange& change, const Budget& budget, const Terms& terms) {
  const RuleState* state = FindRule(budget, change.key.id);
  if (state == nullptr)
    return absl::StrCat("rule '", change.key.id, "' is gone, and its alert with it");
  if (!change.begins) {
    return absl::StrCat("rule '", change.key.id,
                        "' alerts no longer: ", BurnText(state->short_burn, terms.goal), "; ",
                        SpentText(budget));
  }
  return absl::StrCat("rule '", change.key.id, "' alerts: ", BurnText(state->long_burn, terms.goal),
                      ", and ", BurnText(state->short_burn, terms.goal), "; ", SpentText(budget));
}

std::string LevelText(const AlertChange& change, const Budget& budget, const Terms& terms) {
  const PolicyLevel* level = FindLevel(terms, change.key.id);
  if (level == nullptr)
    return absl::StrCat("level '", change.key.id, "' of the policy is gone, and its alert with it");
  if (!change.begins) {
    return absl::StrCat("level '", change.key.id, "' of the policy is left: ", SpentText(budget));
  }
  return absl::StrCat("level '", change.key.id, "' of the policy is reached: ", SpentText(budget),
                      ". ", level->action);
}

}  // namespace

AlertKeys Alerting(const Budget& budget, const Terms& terms) {
  AlertKeys keys;
  for (const RuleState& state : budget.rules) {
    if (state.firing) keys.insert({AlertSource::kBurnRate, state.rule.id});
  }
  if (!budget.level.has_value()) return keys;
  for (const PolicyLevel& level : terms.policy) {
    if (level.consumed_share <= budget.level->consumed_share)
      keys.insert({AlertSource::kBudgetPolicy, level.id});
  }
  return keys;
}

std::vector<AlertChange> ChangesOf(const AlertKeys& before, const AlertKeys& now) {
  std::vector<AlertChange> changes;
  for (const AlertKey& key : before) {
    if (!now.contains(key)) changes.push_back({key, false});
  }
  for (const AlertKey& key : now) {
    if (!before.contains(key)) changes.push_back({key, true});
  }
  return changes;
}

std::string AlertText(const AlertChange& change, const Budget& budget, const Terms& terms,
                      const std::string& name) {
  return absl::StrCat(name, ": ",
                      change.key.source == AlertSource::kBurnRate
                          ? RuleText(change, budget, terms)
                          : LevelText(change, budget, terms));
}

std::string StateText(const Budget& budget, const Terms& terms) {
  const std::string period = WindowText(terms.period);
  switch (budget.state) {
    case State::kTooFewEvents:
      return absl::StrCat(CountText(budget.tally.count),
                          budget.tally.count == 1 ? " counts" : " count", " in ", period,
                          ", fewer than the ", CountText(terms.min_events),
                          " that it takes to say something");
    case State::kExhausted:
      return absl::StrCat("nothing is left: ", SpentText(budget), " in ", period);
    case State::kMet:
      return absl::StrCat(SpentText(budget), " in ", period);
    case State::kAtRisk:
      break;
  }
  std::vector<std::string> reasons;
  for (const RuleState& state : budget.rules) {
    if (state.firing) {
      reasons.push_back(absl::StrCat("rule '", state.rule.id, "' alerts (",
                                     BurnText(state.long_burn, terms.goal), ")"));
    }
  }
  if (budget.level.has_value())
    reasons.push_back(absl::StrCat("level '", budget.level->id, "' of the policy is reached"));
  return absl::StrCat(SpentText(budget), " in ", period, "; ", absl::StrJoin(reasons, ", "));
}

}  // namespace plumbline::analytics::objectives
