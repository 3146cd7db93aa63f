// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/compare.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/instead.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"

namespace plumbline::analytics::cohorts {
namespace {

using statistics::EventTable;
using statistics::SurvivalStep;

// Keeps the largest groups, in the order in which they were. What is left out is counted.
void KeepLargest(size_t most, std::vector<Group>* groups, Comparison* comparison) {
  std::erase_if(*groups, [](const Group& group) { return group.observed.empty(); });
  if (groups->size() <= most) return;
  std::vector<size_t> by_size(groups->size());
  std::iota(by_size.begin(), by_size.end(), 0);
  std::stable_sort(by_size.begin(), by_size.end(), [&](size_t a, size_t b) {
    return (*groups)[a].observed.size() > (*groups)[b].observed.size();
  });
  std::sort(by_size.begin(), by_size.begin() + static_cast<std::ptrdiff_t>(most));
  std::vector<Group> kept;
  for (size_t i = 0; i < by_size.size(); ++i) {
    Group& group = (*groups)[by_size[i]];
    if (i < most) {
      kept.push_back(std::move(group));
    } else {
      ++comparison->omitted_groups;
      comparison->omitted_cases += static_cast<int64_t>(group.observed.size());
    }
  }
  *groups = std::move(kept);
}

absl::StatusOr<size_t> ReferenceOf(const std::vector<Group>& groups,
                                   const std::optional<std::string>& title, int64_t omitted) {
  size_t largest = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (title.has_value() && groups[i].title == *title) return i;
    if (groups[i].observed.size() > groups[largest].observed.size()) largest = i;
  }
  if (!title.has_value()) return largest;
  std::vector<std::string> titles;
  for (const Group& group : groups) titles.push_back(group.title);
  const std::string more =
      omitted > 0
          ? absl::StrCat(" (max_groups shows ", titles.size(), " of ",
                         base::CountText(static_cast<int64_t>(titles.size()) + omitted), ")")
          : "";
  return base::FieldError("reference",
                          absl::StrCat("is '", *title, "', which is none of the groups", more,
                                       base::Instead(*title, titles)));
}

std::vector<CurvePoint> Thinned(absl::Span<const SurvivalStep> curve,
                                const CompareOptions& options) {
  std::vector<CurvePoint> points;
  const size_t size = std::min(curve.size(), options.max_steps);
  for (size_t i = 0; i < size; ++i) {
    const SurvivalStep& step =
        curve[size == 1 ? curve.size() - 1 : i * (curve.size() - 1) / (size - 1)];
    points.push_back({step, statistics::BandOf(step, options.confidence)});
  }
  return points;
}

GroupSummary Summarise(const Group& group, const EventTable& times, const CompareOptions& options,
                       double horizon) {
  const std::vector<SurvivalStep> curve = statistics::KaplanMeier(times);
  GroupSummary summary;
  summary.title = group.title;
  summary.count = times.size();
  summary.happened = times.happened();
  summary.ended_without = group.ended_without;
  summary.without_from = group.without_from;
  const auto quantile = [&](double q) {
    return statistics::EstimateQuantile(curve, q, options.confidence);
  };
  summary.quartile = quantile(0.25);
  summary.median = quantile(0.5);
  summary.third_quartile = quantile(0.75);
  if (horizon > 0) summary.restricted_mean = statistics::RestrictedMeanOf(curve, horizon);
  summary.curve = Thinned(curve, options);
  return summary;
}

// Each p-value times the number of those that are no smaller, never less than a smaller one's.
void AdjustByHolm(std::vector<GroupSummary>* groups) {
  std::vector<GroupSummary*> compared;
  for (GroupSummary& group : *groups) {
    if (group.hazard.has_value()) compared.push_back(&group);
  }
  std::stable_sort(compared.begin(), compared.end(), [](const auto* a, const auto* b) {
    return a->hazard->p_value < b->hazard->p_value;
  });
  double least = 0;
  for (size_t i = 0; i < compared.size(); ++i) {
    const double times = static_cast<double>(compared.size() - i);
    least = std::max(least, std::min(1.0, times * compared[i]->hazard->p_value));
    compared[i]->adjusted_p_value = least;
  }
}

// Of all groups but the reference, in turn on several threads, each with room of its own.
absl::Status AddHazards(absl::Span<const EventTable> tables, const CompareOptions& options,
                        absl::FunctionRef<absl::Status()> keep_on, Comparison* comparison) {
  const int threads = base::ThreadsOfOneQuestion();
  const auto pieces = static_cast<size_t>(threads);
  return base::TryInThreads(threads, pieces, keep_on, [&](size_t first, auto go_on) {
    statistics::HazardRatios hazards(tables[comparison->reference]);
    for (size_t i = first; i < tables.size(); i += pieces) {
      if (i == comparison->reference) continue;
      RETURN_IF_ERROR(go_on());
      comparison->groups[i].hazard = hazards.Of(tables[i], options.confidence);
    }
    return go_on();
  });
}

}  // namespace

absl::StatusOr<Comparison> Compare(std::vector<Group> groups, const CompareOptions& options) {
  return Compare(std::move(groups), options, [] { return absl::OkStatus(); });
}

absl::StatusOr<Comparison> Compare(std::vector<Group> groups, const CompareOptions& options,
                                   absl::FunctionRef<absl::Status()> keep_on) {
  if (options.horizon.has_value() && !(std::isfinite(*options.horizon) && *options.horizon > 0))
    return base::FieldError("horizon",
                            absl::StrCat("is ", *options.horizon, "; it must be above 0"));
  Comparison comparison;
  KeepLargest(options.max_groups, &groups, &comparison);
  if (groups.empty()) return comparison;
  ASSIGN_OR_RETURN(comparison.reference,
                   ReferenceOf(groups, options.reference, comparison.omitted_groups));
  std::vector<EventTable> tables;
  for (Group& group : groups) {
    ASSIGN_OR_RETURN(EventTable table, TableOf(&group.observed, keep_on));
    tables.push_back(std::move(table));
  }
  comparison.horizon = options.horizon.value_or(tables[0].longest());
  if (!options.horizon.has_value()) {
    for (const EventTable& table : tables)
      comparison.horizon = std::min(comparison.horizon, table.longest());
  }
  comparison.groups.resize(groups.size());
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), groups.size(), keep_on, [&](size_t i, auto go_on) {
        comparison.groups[i] = Summarise(groups[i], tables[i], options, comparison.horizon);
        return go_on();
      }));
  if (groups.size() < 2) return comparison;
  RETURN_IF_ERROR(keep_on());
  statistics::GroupTests tests = statistics::CompareSurvival(tables);
  comparison.log_rank = std::move(tests.log_rank);
  comparison.peto = std::move(tests.peto);
  RETURN_IF_ERROR(AddHazards(tables, options, keep_on, &comparison));
  AdjustByHolm(&comparison.groups);
  return comparison;
}

}  // namespace plumbline::analytics::cohorts
