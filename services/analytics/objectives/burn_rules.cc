// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/burn_rules.h"

#include <algorithm>
#include <span>

namespace plumbline::analytics::objectives {
namespace {

// Windows as parts of a period: `long_part` of `parts`. The rate is that at which the long window
// spends 2, 5 or 10 % of the budget (for processes 2, 10 and 20 %), where that is more than 1.
struct Row {
  const char* id;
  int64_t long_part, short_part;
  double rate;
  Severity severity;
};

// In 540ths: of 90 days, 4 hours.
constexpr int64_t kProcessParts = 540;
constexpr Row kProcess[] = {{"fast", 6, 1, 1.8, Severity::kPage},
                            {"medium", 42, 6, 9.0 / 7.0, Severity::kTicket},
                            {"slow", 180, 42, 1, Severity::kTicket}};
// In 8,640ths: of 30 days, 5 minutes.
constexpr int64_t kServiceParts = 8'640;
constexpr Row kService[] = {{"page-fast", 12, 1, 14.4, Severity::kPage},
                            {"page-slow", 72, 6, 6, Severity::kPage},
                            {"ticket-mid", 288, 24, 3, Severity::kTicket},
                            {"ticket-slow", 864, 72, 1, Severity::kTicket}};
constexpr double kReachable = 0.9;

std::vector<BurnRule> Scale(std::span<const Row> rows, int64_t parts, double goal, int64_t period) {
  const auto part = [&](int64_t of) {
    // Without the product, which may be too large.
    return std::max<int64_t>(1, period / parts * of + period % parts * of / parts);
  };
  std::vector<BurnRule> rules;
  for (const Row& row : rows) {
    double rate = row.rate;
    if (rate >= LargestRate(goal)) rate = std::max(1.0, kReachable * LargestRate(goal));
    rules.push_back({row.id, part(row.long_part), part(row.short_part), rate, row.severity});
  }
  return rules;
}

}  // namespace

double LargestRate(double goal) { return 1 / (1 - goal); }

double ShareSpent(double rate, int64_t window, int64_t period) {
  return rate * static_cast<double>(window) / static_cast<double>(period);
}

double RateThatSpends(double share, int64_t window, int64_t period) {
  return share * static_cast<double>(period) / static_cast<double>(window);
}

std::vector<BurnRule> ProcessRules(double goal, int64_t period) {
  return Scale(kProcess, kProcessParts, goal, period);
}

std::vector<BurnRule> ServiceRules(double goal, int64_t period) {
  return Scale(kService, kServiceParts, goal, period);
}

}  // namespace plumbline::analytics::objectives
