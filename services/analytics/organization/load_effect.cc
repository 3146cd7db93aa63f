// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/load_effect.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "common/statistics/quantile.h"
#include "common/statistics/rank_correlation.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/organization/by_performer.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kLeastItems = 10;  // for a correlation

// How many items of its performer came within the horizon before it, and how long it took.
struct Loaded {
  int64_t load = 0;
  double ratio = 0;
  bool operator<(const Loaded& other) const {
    return std::pair(load, ratio) < std::pair(other.load, other.ratio);
  }
};

class Loads {
 public:
  Loads(const Work& work, int64_t horizon)
      : work_(work), horizon_(horizon), medians_(MediansOf(work)) {}

  // Appends the items of one performer. Errors of `check`.
  absl::Status Add(std::span<const uint32_t> numbers, std::vector<Loaded>& answer, Check check) {
    instants_.clear();
    instants_.reserve(numbers.size());
    for (const uint32_t number : numbers) instants_.push_back(InstantOf(work_.items[number]));
    RETURN_IF_ERROR(base::SortSteadily(instants_, std::less<>(), check));
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (i > 0 && i % base::kSteadyPiece == 0) RETURN_IF_ERROR(check());
      const WorkItem& item = work_.items[numbers[i]];
      const int64_t time = TimeOf(work_, item);
      if (time < 0 || medians_[item.activity] <= 0) continue;
      const int64_t instant = InstantOf(item);
      const auto before = std::lower_bound(instants_.begin(), instants_.end(), instant);
      const auto first = std::lower_bound(instants_.begin(), before, instant - horizon_);
      answer.push_back({before - first, static_cast<double>(time) / 1e6 / medians_[item.activity]});
    }
    return absl::OkStatus();
  }

 private:
  // -1 where it is not known.
  static int64_t TimeOf(const Work& work, const WorkItem& item) {
    const int64_t from = work.has_starts ? item.start : item.ready;
    return from == kNoTime ? -1 : item.end - from;
  }
  // In seconds, by activity; 0 where no item has a time.
  static std::vector<double> MediansOf(const Work& work) {
    std::vector<std::vector<int64_t>> times;
    for (const WorkItem& item : work.items) {
      if (item.activity >= times.size()) times.resize(item.activity + 1);
      const int64_t time = TimeOf(work, item);
      if (time >= 0 && item.performer != kNoText) times[item.activity].push_back(time);
    }
    std::vector<double> medians;
    medians.reserve(times.size());
    for (std::vector<int64_t>& of_activity : times) medians.push_back(Describe(of_activity).median);
    return medians;
  }
  int64_t InstantOf(const WorkItem& item) const {
    return work_.has_starts ? item.begin() : item.end;
  }

  const Work& work_;
  const int64_t horizon_;
  const std::vector<double> medians_;
  std::vector<int64_t> instants_;
};

absl::StatusOr<LoadBin> BinOf(std::span<const Loaded> items, Check check) {
  std::vector<double> ratios;
  ratios.reserve(items.size());
  for (const Loaded& item : items) ratios.push_back(item.ratio);
  RETURN_IF_ERROR(base::SortSteadily(ratios, std::less<>(), check));
  return LoadBin{items.front().load, items.back().load, static_cast<int64_t>(items.size()),
                 statistics::Quantile(ratios, 0.5), statistics::Quantile(ratios, 0.9)};
}

// About as many items in each; all of one load in one. `items` ascend.
absl::StatusOr<std::vector<LoadBin>> BinsOf(std::span<const Loaded> items, int most, Check check) {
  std::vector<LoadBin> bins;
  size_t begin = 0;
  while (begin < items.size()) {
    const size_t left = static_cast<size_t>(most) - bins.size();
    size_t end = begin + (items.size() - begin + left - 1) / left;
    while (end < items.size() && items[end].load == items[end - 1].load) ++end;
    ASSIGN_OR_RETURN(const LoadBin bin, BinOf(items.subspan(begin, end - begin), check));
    bins.push_back(bin);
    begin = end;
  }
  return bins;
}

}  // namespace

absl::StatusOr<LoadEffect> MeasureLoadEffect(const Work& work, const LoadEffectOptions& options,
                                             Check check) {
  LoadEffect effect;
  effect.by_service = work.has_starts;
  RETURN_IF_ERROR(check());
  Loads loads(work, options.horizon);
  const ByPerformer by_performer(work);
  std::vector<Loaded> items;
  items.reserve(work.items.size());
  for (size_t p = 0; p < by_performer.size(); ++p) {
    RETURN_IF_ERROR(check());
    RETURN_IF_ERROR(loads.Add(by_performer[p], items, check));
  }
  RETURN_IF_ERROR(base::SortSteadily(items, std::less<>(), check));
  RETURN_IF_ERROR(check());
  effect.item_count = static_cast<int64_t>(items.size());
  ASSIGN_OR_RETURN(effect.bins, BinsOf(items, options.most_bins, check));
  if (items.size() < kLeastItems) return effect;
  std::vector<double> x, y;
  x.reserve(items.size());
  y.reserve(items.size());
  for (const Loaded& item : items) {
    x.push_back(static_cast<double>(item.load));
    y.push_back(item.ratio);
  }
  ASSIGN_OR_RETURN(effect.correlation, statistics::RankCorrelation(x, y, check));
  if (effect.correlation.has_value()) {
    effect.p_value = statistics::RankCorrelationPValue(*effect.correlation, items.size());
  }
  RETURN_IF_ERROR(check());
  return effect;
}

}  // namespace plumbline::analytics
