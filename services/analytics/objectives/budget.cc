// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/budget.h"

#include <algorithm>
#include <cmath>

#include "common/statistics/normal.h"

namespace plumbline::analytics::objectives {
namespace {

// A budget that is spent to the last case is spent, whatever the last bit of 1 - goal says.
constexpr double kRounding = 1e-12;

Burn BurnOf(const Series& series, int64_t window, int64_t at) {
  // A window that would begin before all time has all of it.
  const int64_t after = at < INT64_MIN + window ? INT64_MIN : at - window;
  return {window, series.Count(after, at)};
}

RuleState Judge(const Series& series, const Terms& terms, const BurnRule& rule, int64_t at) {
  RuleState state{rule, rule.rate * (1 - terms.goal), BurnOf(series, rule.long_window, at),
                  BurnOf(series, rule.short_window, at)};
  const bool above = state.long_burn.error_share().value_or(0) > state.threshold &&
                     state.short_burn.error_share().value_or(0) > state.threshold;
  const bool enough = state.long_burn.tally.bad >= terms.min_bad;
  state.firing = above && enough;
  state.held_back = above && !enough;
  return state;
}

Shares SharesOf(const Series& series, const Terms& terms, const Tally& tally, int64_t at) {
  Shares shares;
  const auto count = static_cast<double>(tally.count), bad = static_cast<double>(tally.bad);
  const int64_t good = tally.count - tally.bad;
  shares.good = static_cast<double>(good) / count;
  const ShareInterval interval = WilsonInterval(good, tally.count);
  shares.good_lower = interval.lower;
  shares.good_upper = interval.upper;
  shares.budget = (1 - terms.goal) * count;
  shares.remaining = shares.budget - bad;
  shares.consumed_share = bad / shares.budget;
  const auto period = static_cast<double>(terms.period);
  const double known = static_cast<double>(at) - static_cast<double>(series.since());
  const double scale = known > 0 && known < period ? period / known : 1;
  shares.projected_budget = shares.budget * scale;
  shares.projected_consumed_share = bad / shares.projected_budget;
  return shares;
}

bool Reaches(double consumed_share, double level) {
  return consumed_share >= level * (1 - kRounding);
}

State StateOf(const Budget& budget, const Terms& terms) {
  if (budget.tally.count < terms.min_events || !budget.shares.has_value())
    return State::kTooFewEvents;
  if (Reaches(budget.shares->consumed_share, 1)) return State::kExhausted;
  const bool alerts = std::any_of(budget.rules.begin(), budget.rules.end(),
                                  [](const RuleState& rule) { return rule.firing; });
  return alerts || budget.level.has_value() ? State::kAtRisk : State::kMet;
}

std::vector<Burn> BurnsOf(const Series& series, const Terms& terms, int64_t at) {
  std::vector<int64_t> windows = {terms.period};
  for (const BurnRule& rule : terms.rules) {
    windows.push_back(rule.long_window);
    windows.push_back(rule.short_window);
  }
  std::sort(windows.begin(), windows.end());
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  std::vector<Burn> burns;
  for (const int64_t window : windows) burns.push_back(BurnOf(series, window, at));
  return burns;
}

}  // namespace

std::vector<PolicyLevel> DefaultPolicy() {
  return {{"warn", 0.75,
           "Most of the budget is spent: look at what makes cases bad before anything else is "
           "changed"},
          {"freeze", 1,
           "The budget is spent: change nothing of the process but what makes it better, until the "
           "objective is met again"}};
}

std::optional<double> Burn::error_share() const {
  if (tally.count == 0) return std::nullopt;
  return static_cast<double>(tally.bad) / static_cast<double>(tally.count);
}

std::optional<double> Burn::Rate(double goal) const {
  const std::optional<double> share = error_share();
  if (!share.has_value()) return std::nullopt;
  return *share / (1 - goal);
}

ShareInterval WilsonInterval(int64_t good, int64_t count) {
  const double z = statistics::NormalUpperQuantile(0.025);
  const auto n = static_cast<double>(count);
  const double share = static_cast<double>(good) / n;
  const double middle = share + z * z / (2 * n);
  const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double all = 1 + z * z / n;
  // The ends of nothing and all are exact.
  return {good == 0 ? 0 : std::max(0.0, (middle - half) / all),
          good == count ? 1 : std::min(1.0, (middle + half) / all)};
}

Budget Evaluate(const Series& series, const Terms& terms, int64_t at) {
  Budget budget;
  budget.time = at;
  budget.tally = BurnOf(series, terms.period, at).tally;
  budget.pending = series.Pending(at);
  budget.overdue = series.Overdue(at);
  budget.overdue_counted = series.OverdueSince(at - terms.period, at);
  budget.failed = series.Failed(at - terms.period, at);
  for (const BurnRule& rule : terms.rules) budget.rules.push_back(Judge(series, terms, rule, at));
  budget.burns = BurnsOf(series, terms, at);
  if (budget.tally.count > 0) {
    budget.shares = SharesOf(series, terms, budget.tally, at);
    const bool enough = budget.tally.count >= terms.min_events && budget.tally.bad >= terms.min_bad;
    for (const PolicyLevel& level : terms.policy) {
      if (enough && Reaches(budget.shares->consumed_share, level.consumed_share))
        budget.level = level;
    }
  }
  budget.state = StateOf(budget, terms);
  return budget;
}

std::vector<int64_t> HistoryTimes(int64_t start, int64_t end, int64_t step) {
  std::vector<int64_t> times;
  for (int64_t time = end; time >= start; time -= step) {
    times.push_back(time);
    if (time < INT64_MIN + step) break;
  }
  std::reverse(times.begin(), times.end());
  return times;
}

}  // namespace plumbline::analytics::objectives
