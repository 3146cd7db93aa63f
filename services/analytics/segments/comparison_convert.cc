// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/segments/comparison_convert.h"

#include <algorithm>
#include <string>

#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kMostActivities = 1'000;       // of a variant
constexpr int64_t kMostOfAllVariants = 100'000;  // activities of all that are shown

void ToProto(const Distribution& first, const Distribution& second,
             v1::DurationComparison* answer) {
  ToProto(first, answer->mutable_first());
  ToProto(second, answer->mutable_second());
  if (first.count == 0 || second.count == 0) return;
  ToDuration(second.mean - first.mean, answer->mutable_mean_difference());
  ToDuration(second.median - first.median, answer->mutable_median_difference());
  ToDuration(second.p95 - first.p95, answer->mutable_p95_difference());
}

void ToProto(const CountPair& counts, v1::CountComparison* answer) {
  answer->set_first_count(counts.first);
  answer->set_second_count(counts.second);
  answer->set_first_case_count(counts.first_cases);
  answer->set_second_case_count(counts.second_cases);
  answer->set_first_share(counts.first_share);
  answer->set_second_share(counts.second_share);
  answer->set_share_difference(counts.difference());
}

void ToProto(const LogSnapshot& log, const StepPair& pair, v1::StepComparison* answer) {
  answer->set_activity(log.activities[pair.activity]);
  answer->set_first_count(pair.first.count);
  answer->set_second_count(pair.second.count);
  ToProto(pair.first.waiting, pair.second.waiting, answer->mutable_waiting());
  ToProto(pair.first.working, pair.second.working, answer->mutable_working());
  ToProto(pair.first.blocked, pair.second.blocked, answer->mutable_blocked());
  answer->set_seconds_per_case_difference(pair.seconds_per_case_difference);
}

// Calls add(entry) for the first `limit` entries; returns how many are left.
template <class List, class Add>
int64_t AddFirst(const List& list, int64_t limit, const Add& add) {
  const auto size = static_cast<int64_t>(list.size());
  const int64_t shown = std::min(size, limit);
  for (int64_t i = 0; i < shown; ++i) add(list[static_cast<size_t>(i)]);
  return size - shown;
}

int64_t AddVariants(const LogSnapshot& log, const std::vector<VariantPair>& variants, int64_t limit,
                    v1::CompareSegmentsResponse* answer) {
  int64_t room = kMostOfAllVariants;
  for (const VariantPair& pair : variants) {
    const auto size = static_cast<int64_t>(pair.activities.size());
    room -= std::min(size, kMostActivities);
    if (answer->variants_size() >= limit || room < 0) break;
    v1::VariantComparison* shown = answer->add_variants();
    for (int64_t i = 0; i < std::min(size, kMostActivities); ++i) {
      shown->add_activities(log.activities[pair.activities[static_cast<size_t>(i)]]);
    }
    shown->set_activity_count(size);
    ToProto(pair.counts, shown->mutable_counts());
  }
  return static_cast<int64_t>(variants.size()) - answer->variants_size();
}

}  // namespace

void ToProto(const LogSnapshot& log, const SegmentFigures& first, const SegmentFigures& second,
             const Comparison& comparison, const CompareCommand& limits,
             v1::CompareSegmentsResponse* answer) {
  ToProto(first.case_duration, second.case_duration, answer->mutable_case_duration());
  answer->set_first_open_case_count(first.open_case_count);
  answer->set_second_open_case_count(second.open_case_count);
  answer->set_first_variant_count(static_cast<int64_t>(first.variants.size()));
  answer->set_second_variant_count(static_cast<int64_t>(second.variants.size()));
  answer->set_common_variant_count(comparison.common_variant_count);
  answer->set_omitted_activity_count(
      AddFirst(comparison.activities, limits.max_activities, [&](const ActivityPair& pair) {
        v1::ActivityComparison* shown = answer->add_activities();
        shown->set_activity(log.activities[pair.activity]);
        ToProto(pair.counts, shown->mutable_counts());
      }));
  answer->set_omitted_edge_count(
      AddFirst(comparison.edges, limits.max_edges, [&](const EdgePair& pair) {
        v1::EdgeComparison* shown = answer->add_edges();
        shown->set_from(log.activities[pair.from]);
        shown->set_to(log.activities[pair.to]);
        ToProto(pair.counts, shown->mutable_counts());
        ToProto(pair.first_wait, pair.second_wait, shown->mutable_wait());
      }));
  answer->set_omitted_variant_count(
      AddVariants(log, comparison.variants, limits.max_variants, answer));
  answer->set_omitted_step_count(
      AddFirst(comparison.steps, limits.max_activities,
               [&](const StepPair& pair) { ToProto(log, pair, answer->add_steps()); }));
}

}  // namespace plumbline::analytics
