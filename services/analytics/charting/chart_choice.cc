// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/charting/chart_choice.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/error.h"
#include "services/analytics/quality/control_chart.h"

namespace plumbline::analytics {
namespace {

// Subgroups above this tell more by their standard deviation than by their range.
constexpr size_t kMostForRanges = 10;

bool OneSize(const Groups& groups) {
  return std::all_of(groups.groups.begin(), groups.groups.end(),
                     [&](const Group& group) { return group.count == groups.groups[0].count; });
}

size_t LargestOf(const Groups& groups) {
  size_t largest = 0;
  for (const Group& group : groups.groups) largest = std::max(largest, group.count);
  return largest;
}

// How much more shares or rates vary than their counts would; nullopt where that is not known.
std::optional<double> Dispersion(const Measured& measured, const Groups& groups) {
  if (groups.groups.size() < kPointsForLaney) return std::nullopt;
  std::vector<quality::CountPoint> points;
  for (const Group& group : groups.groups) {
    const double size = measured.kind == ValueKind::kMoment ? 1 : static_cast<double>(group.count);
    points.push_back({SumOf(measured, group), size});
  }
  const auto chart = measured.kind == ValueKind::kIsBad ? quality::ChartSharesByLaney(points)
                                                        : quality::ChartRatesByLaney(points);
  if (!chart.ok()) return std::nullopt;
  return chart->baseline.sigma;
}

ChosenChart ChooseForTimes(const Groups& groups, const GroupSpec& spec) {
  if (spec.kind == GroupKind::kEach)
    return {ChartType::kIndividuals, "each point is a single value: individuals and moving ranges"};
  const size_t largest = LargestOf(groups);
  if (largest <= kMostForRanges && OneSize(groups)) {
    return {ChartType::kXbarR, absl::StrCat("subgroups all have ", largest,
                                            " values, few enough for ranges: means and ranges")};
  }
  return {ChartType::kXbarS,
          OneSize(groups)
              ? absl::StrCat("subgroups have ", largest,
                             " values, too many for ranges: means and standard deviations")
              : "points differ in how many values they have: means and standard deviations"};
}

ChosenChart ChooseForCounts(const Measured& measured, const Groups& groups) {
  double all = 0;
  for (const Group& group : groups.groups) all += SumOf(measured, group);
  const double per_point =
      groups.groups.empty() ? 0 : all / static_cast<double>(groups.groups.size());
  const bool bad = measured.kind == ValueKind::kIsBad;
  if (bad && per_point < 1 && all >= 4) {
    return {ChartType::kG,
            absl::StrFormat("a point would have %.2g such cases on average, too few for shares: "
                            "cases between one and the next",
                            per_point)};
  }
  const std::optional<double> dispersion = Dispersion(measured, groups);
  if (dispersion.has_value() && *dispersion > kOverdispersed) {
    return {
        bad ? ChartType::kLaneyP : ChartType::kLaneyU,
        absl::StrFormat("from one point to the next they vary %.3g times as much as counts do by "
                        "chance alone: %s, whose limits are so many times as wide",
                        *dispersion, bad ? "Laney's p'" : "Laney's u'")};
  }
  if (bad) return {ChartType::kP, "each case has it or not: shares of cases"};
  if (measured.kind == ValueKind::kMoment) {
    // What goes up and down slowly is not meant.
    const std::string how =
        dispersion.has_value()
            ? absl::StrFormat(
                  ", and from one to the next they vary %.3g times as much as by chance",
                  *dispersion)
            : "";
    return {ChartType::kC, absl::StrCat("every period counts alike", how, ": counts")};
  }
  return {ChartType::kU,
          "cases have it several times, and points differ in cases: counts per case"};
}

// Whether a chart can show what is measured; else what it needs.
std::string NeededBy(ChartType type, const Measured& measured, const Groups& groups,
                     const GroupSpec& spec) {
  const bool times = measured.kind == ValueKind::kTime, bad = measured.kind == ValueKind::kIsBad;
  const bool counts = measured.kind == ValueKind::kCount,
             moments = measured.kind == ValueKind::kMoment;
  const bool each = spec.kind == GroupKind::kEach;
  switch (type) {
    case ChartType::kIndividuals:
      return times == each ? "" : "needs times, each by itself, or counts and shares in groups";
    case ChartType::kXbarR:
    case ChartType::kXbarS:
      return times && !each ? "" : "needs times in groups: of so many, of a day, a week or a month";
    case ChartType::kP:
    case ChartType::kLaneyP:
      return bad && !each ? "" : "needs cases that have something or not, in groups";
    case ChartType::kNp:
      return bad && !each && OneSize(groups)
                 ? ""
                 : "needs cases that have something or not, in groups of one size; p takes others";
    case ChartType::kC:
      return moments || (counts && !each && OneSize(groups))
                 ? ""
                 : "needs counts, in groups of one size; u takes others";
    case ChartType::kU:
    case ChartType::kLaneyU:
      return (counts && !each) || moments ? "" : "needs counts, in groups";
    case ChartType::kG:
    case ChartType::kT:
      return bad ? "" : "needs cases that have something or not, which is rare";
    case ChartType::kEwma:
    case ChartType::kCusum:
      return times || !each ? "" : "needs times, or counts and shares in groups";
  }
  return "";
}

const char* NameOf(ChartType type) {
  static constexpr const char* kNames[] = {"i-mr",    "xbar-r",  "xbar-s", "p", "np",   "c",    "u",
                                           "p-laney", "u-laney", "g",      "t", "ewma", "cusum"};
  return kNames[static_cast<size_t>(type)];
}

// "times by week": what there is in place of what a chart needs.
std::string Here(ValueKind kind, GroupKind groups) {
  const char* values = kind == ValueKind::kTime    ? "times"
                       : kind == ValueKind::kIsBad ? "cases that have something or not"
                       : kind == ValueKind::kCount ? "counts per case"
                                                   : "counts of periods";
  const char* by = groups == GroupKind::kEach    ? ", each by itself"
                   : groups == GroupKind::kCases ? " in groups of so many"
                   : groups == GroupKind::kDay   ? " by day"
                   : groups == GroupKind::kWeek  ? " by week"
                                                 : " by month";
  return absl::StrCat(values, by);
}

}  // namespace

double SumOf(const Measured& measured, const Group& group) {
  double sum = 0;
  for (size_t i = group.first; i < group.first + group.count; ++i) sum += measured.values[i].value;
  return sum;
}

absl::StatusOr<ChosenChart> ChooseChart(const Measured& measured, const Groups& groups,
                                        const GroupSpec& spec, std::optional<ChartType> asked) {
  if (!asked.has_value()) {
    if (measured.kind == ValueKind::kTime) return ChooseForTimes(groups, spec);
    const ChosenChart chosen = ChooseForCounts(measured, groups);
    const std::string needed = NeededBy(chosen.type, measured, groups, spec);
    if (needed.empty()) return chosen;
    return base::FieldError("grouping.kind",
                            "makes each value a point, which counts cannot be charted by; take "
                            "groups of so many, days, weeks or months");
  }
  const std::string needed = NeededBy(*asked, measured, groups, spec);
  if (needed.empty()) return ChosenChart{*asked, "as asked for"};
  return base::FieldError("chart",
                          absl::StrCat("is ", NameOf(*asked), ", which ", needed, "; these are ",
                                       Here(measured.kind, spec.kind),
                                       " (grouping.kind): leave it out for the chart that fits"));
}

}  // namespace plumbline::analytics
