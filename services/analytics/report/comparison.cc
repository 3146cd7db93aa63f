// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/flow/business_times.h"

namespace plumbline::analytics {
namespace {

// An entry of each part; nullptr where a part has none.
template <class T>
using Both = std::pair<const T*, const T*>;

// The entries of two lists by what they are about.
template <class Key, class T, class KeyOf>
std::map<Key, Both<T>> Join(const std::vector<T>& first, const std::vector<T>& second,
                            const KeyOf& key_of) {
  std::map<Key, Both<T>> joined;
  for (const T& entry : first) joined[key_of(entry)].first = &entry;
  for (const T& entry : second) joined[key_of(entry)].second = &entry;
  return joined;
}

double ShareOf(int64_t cases, int64_t all) {
  return all == 0 ? 0 : static_cast<double>(cases) / static_cast<double>(all);
}

class Comparer {
 public:
  Comparer(const SegmentFigures& first, const SegmentFigures& second)
      : first_(first), second_(second) {}

  std::vector<ActivityPair> Activities() const {
    std::vector<ActivityPair> pairs;
    const auto key = [](const ActivityNode& node) { return node.activity; };
    for (const auto& [activity, both] :
         Join<uint32_t>(first_.map.activities, second_.map.activities, key)) {
      pairs.push_back({activity, Count(both)});
    }
    return ByDifference(std::move(pairs));
  }

  std::vector<EdgePair> Edges() const {
    std::vector<EdgePair> pairs;
    const auto key = [](const Edge& edge) { return std::pair(edge.from, edge.to); };
    for (const auto& [ends, both] :
         Join<std::pair<uint32_t, uint32_t>>(first_.map.edges, second_.map.edges, key)) {
      EdgePair pair{ends.first, ends.second, Count(both), {}, {}};
      if (both.first != nullptr) pair.first_wait = both.first->wait;
      if (both.second != nullptr) pair.second_wait = both.second->wait;
      pairs.push_back(std::move(pair));
    }
    return ByDifference(std::move(pairs));
  }

  std::vector<VariantPair> Variants(int64_t& common) const {
    std::vector<VariantPair> pairs;
    const auto key = [](const Variant& variant) { return variant.activities; };
    for (const auto& [activities, both] :
         Join<std::vector<uint32_t>>(first_.variants, second_.variants, key)) {
      if (both.first != nullptr && both.second != nullptr) ++common;
      const int64_t first = both.first == nullptr ? 0 : both.first->count;
      const int64_t second = both.second == nullptr ? 0 : both.second->count;
      pairs.push_back({activities, Shares({first, second, first, second})});
    }
    return ByDifference(std::move(pairs));
  }

  std::vector<StepPair> Steps() const {
    std::vector<StepPair> pairs;
    const auto key = [](const StepTime& step) { return step.activity; };
    for (const auto& [activity, both] : Join<uint32_t>(first_.steps, second_.steps, key)) {
      StepPair pair{activity, {}, {}, 0};
      if (both.first != nullptr) pair.first = *both.first;
      if (both.second != nullptr) pair.second = *both.second;
      pair.seconds_per_case_difference =
          PerCase(pair.second, second_) - PerCase(pair.first, first_);
      pairs.push_back(std::move(pair));
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const StepPair& a, const StepPair& b) {
      return std::abs(a.seconds_per_case_difference) > std::abs(b.seconds_per_case_difference);
    });
    return pairs;
  }

 private:
  static double PerCase(const StepTime& step, const SegmentFigures& part) {
    if (part.map.case_count == 0) return 0;
    return TotalSeconds(step) / static_cast<double>(part.map.case_count);
  }

  // With the shares that go with its cases.
  CountPair Shares(CountPair counts) const {
    counts.first_share = ShareOf(counts.first_cases, first_.map.case_count);
    counts.second_share = ShareOf(counts.second_cases, second_.map.case_count);
    return counts;
  }
  template <class T>
  CountPair Count(const Both<T>& both) const {
    CountPair counts;
    if (both.first != nullptr) {
      counts.first = both.first->count;
      counts.first_cases = both.first->case_count;
    }
    if (both.second != nullptr) {
      counts.second = both.second->count;
      counts.second_cases = both.second->case_count;
    }
    return Shares(counts);
  }

  // Pairs come by name.
  template <class T>
  static std::vector<T> ByDifference(std::vector<T> pairs) {
    std::stable_sort(pairs.begin(), pairs.end(), [](const T& a, const T& b) {
      return std::abs(a.counts.difference()) > std::abs(b.counts.difference());
    });
    return pairs;
  }

  const SegmentFigures& first_;
  const SegmentFigures& second_;
};

}  // namespace

absl::StatusOr<SegmentFigures> MeasureSegment(const Traces& traces, const Variants& variants,
                                              const std::vector<std::string>& map_transitions,
                                              const TimeBetween& between, KeepOn keep_on) {
  SegmentFigures figures;
  ASSIGN_OR_RETURN(figures.map, MineProcessMap(traces, between, keep_on));
  ASSIGN_OR_RETURN(EndedCases ended, MeasureEndedCases(traces, between, keep_on));
  figures.case_duration = Describe(ended.durations);
  figures.open_case_count = ended.open_count;
  figures.variants = variants.Page(traces, 0, {});
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(figures.steps, MeasureSteps(traces.log(), map_transitions, between, keep_on));
  return figures;
}

Comparison Compare(const SegmentFigures& first, const SegmentFigures& second) {
  const Comparer comparer(first, second);
  Comparison comparison;
  comparison.activities = comparer.Activities();
  comparison.edges = comparer.Edges();
  comparison.variants = comparer.Variants(comparison.common_variant_count);
  comparison.steps = comparer.Steps();
  return comparison;
}

}  // namespace plumbline::analytics
