// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/pareto.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;

std::string CauseOf(const Impediment& impediment) {
  const absl::string_view category = absl::StripPrefix(impediment.category, "CATEGORY_");
  if (impediment.utility.empty()) return category.empty() ? "unknown" : std::string(category);
  // A full resource name says no more than its last part: all of a report is about one workspace.
  const absl::string_view utility =
      absl::string_view(impediment.utility).substr(impediment.utility.rfind('/') + 1);
  return category.empty() ? std::string(utility) : absl::StrCat(category, " / ", utility);
}

struct Cause {
  int64_t count = 0;
  double lost = 0;
  std::set<uint32_t> cases;
  std::map<uint32_t, double> lost_by_activity;
};

// The activity that lost most; the first of equals.
uint32_t WorstOf(const std::map<uint32_t, double>& lost_by_activity) {
  return std::max_element(lost_by_activity.begin(), lost_by_activity.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<Impediment>& impediments) {
  std::map<std::string, Cause> causes;
  double all_lost = 0;
  for (const Impediment& impediment : impediments) {
    Cause& cause = causes[CauseOf(impediment)];
    const double lost = static_cast<double>(impediment.end - impediment.begin) / kMicros;
    ++cause.count;
    cause.lost += lost;
    cause.cases.insert(impediment.case_number);
    cause.lost_by_activity[impediment.activity] += lost;
    all_lost += lost;
  }
  std::vector<ParetoBar> bars;
  for (const auto& [name, cause] : causes) {
    bars.push_back({name, cause.count, cause.lost, all_lost > 0 ? cause.lost / all_lost : 0, 0,
                    static_cast<int64_t>(cause.cases.size()),
                    log.activities[WorstOf(cause.lost_by_activity)]});
  }
  std::stable_sort(bars.begin(), bars.end(), [](const ParetoBar& a, const ParetoBar& b) {
    return a.lost_seconds > b.lost_seconds;
  });
  double running = 0;
  for (ParetoBar& bar : bars) bar.cumulative_share = running += bar.share;
  return bars;
}

std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions) {
  std::vector<Impediment> impediments;
  ReadOccurrences(log, map_transitions,
                  {[](const Occurrence&) {},
                   [&impediments](const Impediment& i) { impediments.push_back(i); }});
  return MakePareto(log, impediments);
}

}  // namespace plumbline::analytics
