// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/ranking.h"

#include <algorithm>

#include "common/base/status_macros.h"
#include "common/base/threads.h"

namespace plumbline::analytics::bottlenecks {
namespace {

constexpr int64_t kMostPeriods = 1'000;

}  // namespace

absl::StatusOr<Periods> PeriodsOf(const BottleneckOptions& options, int64_t first_time,
                                  int64_t last_time) {
  return Periods::Cover(options.period, options.zone, first_time, last_time, kMostPeriods);
}

Bottlenecks OverviewOf(const CaseSums& sums) {
  Bottlenecks result;
  result.path = sums.path.Seconds();
  result.unknown = sums.unknown;
  result.lead_seconds = static_cast<double>(sums.lead) / 1e6;
  result.outside_seconds = static_cast<double>(sums.lead - sums.held) / 1e6;
  return result;
}

void SetQueue(const Queue& queue, Delayed* part) {
  if (queue.most > 0) part->queue = queue;
}

void SetUtilisation(const Utilisation& utilisation, Delayed* part) {
  if (utilisation.performers > 0) part->utilisation = utilisation;
}

absl::StatusOr<std::vector<Delayed>> RankParts(std::span<const uint32_t> parts, double all_delay,
                                               absl::FunctionRef<Delayed(uint32_t part)> take,
                                               KeepOn keep_on) {
  std::vector<Delayed> list(parts.size());
  RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), parts.size(), keep_on,
                                     [&](size_t i, KeepOn go_on) {
                                       list[i] = take(parts[i]);
                                       return go_on();
                                     }));
  AdjustTrends(&list);
  for (Delayed& part : list) part.share = all_delay > 0 ? part.path.delay() / all_delay : 0;
  std::stable_sort(list.begin(), list.end(), [](const Delayed& a, const Delayed& b) {
    return a.path.delay() != b.path.delay() ? a.path.delay() > b.path.delay() : a.name < b.name;
  });
  return list;
}

}  // namespace plumbline::analytics::bottlenecks
