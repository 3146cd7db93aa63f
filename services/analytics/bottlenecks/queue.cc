// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/queue.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "common/statistics/ascending.h"

namespace plumbline::analytics::bottlenecks {
namespace {

// Times as distances from the begin, which are exact as doubles for 285 years; ascending.
std::vector<double> Ascending(const std::vector<int64_t>& times, int64_t begin) {
  std::vector<double> distances;
  distances.reserve(times.size());
  for (const int64_t time : times) distances.push_back(static_cast<double>(time - begin));
  if (!std::is_sorted(distances.begin(), distances.end())) statistics::SortAscending(&distances);
  return distances;
}

}  // namespace

Queue MeasureQueue(std::vector<int64_t> joined, std::vector<int64_t> left, int64_t begin,
                   int64_t end) {
  Queue queue;
  queue.at_end = static_cast<int64_t>(joined.size()) - static_cast<int64_t>(left.size());
  absl::int128 waited = 0;
  for (const int64_t time : joined) waited -= time;
  for (const int64_t time : left) waited += time;
  waited += absl::int128(end) * queue.at_end;
  if (end > begin) queue.average = static_cast<double>(waited) / static_cast<double>(end - begin);
  const std::vector<double> joins = Ascending(joined, begin);
  std::vector<int64_t>().swap(joined);
  const std::vector<double> leaves = Ascending(left, begin);
  size_t gone = 0;
  for (size_t i = 0; i < joins.size(); ++i) {
    while (gone < leaves.size() && leaves[gone] <= joins[i]) ++gone;
    const int64_t length = static_cast<int64_t>(i + 1) - static_cast<int64_t>(gone);
    if (length <= queue.most) continue;
    queue.most = length;
    queue.most_at = begin + static_cast<int64_t>(joins[i]);
  }
  return queue;
}

}  // namespace plumbline::analytics::bottlenecks
