// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/pareto.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;

double SecondsOf(absl::int128 micros) { return static_cast<double>(micros) / kMicros; }

// The activity that lost most; the first of equals.
uint32_t WorstOf(const std::map<uint32_t, absl::int128>& lost_by_activity) {
  return std::max_element(lost_by_activity.begin(), lost_by_activity.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

std::string CauseOf(const Impediment& impediment) {
  const absl::string_view category = absl::StripPrefix(impediment.category, "CATEGORY_");
  if (impediment.utility.empty()) return category.empty() ? "unknown" : std::string(category);
  // A full resource name says no more than its last part: all of a report is about one workspace.
  const absl::string_view utility =
      absl::string_view(impediment.utility).substr(impediment.utility.rfind('/') + 1);
  return category.empty() ? std::string(utility) : absl::StrCat(category, " / ", utility);
}

std::string CauseText(const std::string& cause) {
  const size_t end = std::min(cause.find('/'), cause.size());
  return absl::StrCat(
      absl::StrReplaceAll(absl::AsciiStrToLower(cause.substr(0, end)), {{"_", " "}}),
      cause.substr(end));
}

std::vector<ParetoBar> MakeBars(const std::vector<std::string>& activities,
                                const std::map<std::string, CauseFigures>& causes) {
  absl::int128 all_lost = 0;
  for (const auto& [name, cause] : causes) all_lost += cause.lost;
  std::vector<ParetoBar> bars;
  for (const auto& [name, cause] : causes) {
    const double lost = SecondsOf(cause.lost);
    bars.push_back({name, cause.count, lost, all_lost > 0 ? lost / SecondsOf(all_lost) : 0, 0,
                    cause.case_count, activities[WorstOf(cause.lost_by_activity)]});
  }
  std::stable_sort(bars.begin(), bars.end(), [](const ParetoBar& a, const ParetoBar& b) {
    return a.lost_seconds > b.lost_seconds;
  });
  double running = 0;
  for (ParetoBar& bar : bars) bar.cumulative_share = running += bar.share;
  return bars;
}

std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<Impediment>& impediments) {
  std::map<std::string, CauseFigures> causes;
  std::map<std::string, std::set<uint32_t>> cases;
  for (const Impediment& impediment : impediments) {
    const std::string name = CauseOf(impediment);
    CauseFigures& cause = causes[name];
    const int64_t lost = impediment.end - impediment.begin;
    ++cause.count;
    cause.lost += lost;
    cause.lost_by_activity[impediment.activity] += lost;
    cases[name].insert(impediment.case_number);
  }
  for (auto& [name, cause] : causes) cause.case_count = static_cast<int64_t>(cases[name].size());
  return MakeBars(log.activities, causes);
}

std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<std::string>& map_transitions) {
  return MakePareto(log, map_transitions, [] { return absl::OkStatus(); }).value();
}

absl::StatusOr<std::vector<ParetoBar>> MakePareto(const LogSnapshot& log,
                                                  const std::vector<std::string>& map_transitions,
                                                  absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<Impediment> impediments;
  RETURN_IF_ERROR(ReadOccurrences(
      log, map_transitions,
      {[](const Occurrence&) {}, [&impediments](const Impediment& i) { impediments.push_back(i); }},
      keep_on));
  return MakePareto(log, impediments);
}

}  // namespace plumbline::analytics
