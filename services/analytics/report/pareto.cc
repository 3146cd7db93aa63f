// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/pareto.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
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

ImpedimentCause CauseOf(const Impediment& impediment) {
  // A full resource name says no more than its last part: all of a report is about one workspace.
  return {std::string(absl::StripPrefix(impediment.category, "CATEGORY_")),
          impediment.utility.substr(impediment.utility.rfind('/') + 1)};
}

std::string CauseName(const ImpedimentCause& cause) {
  if (cause.utility.empty()) return cause.category.empty() ? "unknown" : cause.category;
  return cause.category.empty() ? cause.utility
                                : absl::StrCat(cause.category, " / ", cause.utility);
}

std::string CauseText(const ImpedimentCause& cause) {
  return CauseName(
      {absl::StrReplaceAll(absl::AsciiStrToLower(cause.category), {{"_", " "}}), cause.utility});
}

std::vector<ParetoBar> MakeBars(const std::vector<std::string>& activities,
                                const std::map<ImpedimentCause, CauseFigures>& causes) {
  absl::int128 all_lost = 0;
  for (const auto& [cause, figures] : causes) all_lost += figures.lost;
  std::vector<ParetoBar> bars;
  for (const auto& [cause, figures] : causes) {
    const double lost = SecondsOf(figures.lost);
    bars.push_back({cause, figures.count, lost, all_lost > 0 ? lost / SecondsOf(all_lost) : 0, 0,
                    figures.case_count, activities[WorstOf(figures.lost_by_activity)]});
  }
  std::stable_sort(bars.begin(), bars.end(), [](const ParetoBar& a, const ParetoBar& b) {
    if (a.lost_seconds != b.lost_seconds) return a.lost_seconds > b.lost_seconds;
    return CauseName(a.cause) < CauseName(b.cause);
  });
  double running = 0;
  for (ParetoBar& bar : bars) bar.cumulative_share = running += bar.share;
  return bars;
}

std::vector<ParetoBar> MakePareto(const LogSnapshot& log,
                                  const std::vector<Impediment>& impediments) {
  std::map<ImpedimentCause, CauseFigures> causes;
  std::map<ImpedimentCause, std::set<uint32_t>> cases;
  for (const Impediment& impediment : impediments) {
    const ImpedimentCause cause = CauseOf(impediment);
    CauseFigures& figures = causes[cause];
    const int64_t lost = impediment.end - impediment.begin;
    ++figures.count;
    figures.lost += lost;
    figures.lost_by_activity[impediment.activity] += lost;
    cases[cause].insert(impediment.case_number);
  }
  for (auto& [cause, figures] : causes)
    figures.case_count = static_cast<int64_t>(cases[cause].size());
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
