// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/bottleneck.h"

#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

void BottleneckBuilder::Add(const Occurrence& o) {
  if (!o.has_waiting() || o.embedded) return;
  Waits& pair = pairs_[static_cast<uint64_t>(o.previous) << 32 | o.activity];
  pair.waits.push_back(o.waiting);
  pair.total += WaitingOf(o);
  pair.case_count += pair.last_case != o.case_number;
  pair.last_case = o.case_number;
}

std::optional<Bottleneck> BottleneckBuilder::Finish() {
  uint64_t worst = 0;
  Waits* waits = nullptr;
  absl::int128 all = 0;
  for (auto& [pair, w] : pairs_) {
    all += w.total;
    if (w.total <= 0) continue;
    if (waits != nullptr && (w.total < waits->total || (w.total == waits->total && pair > worst)))
      continue;
    worst = pair;
    waits = &w;
  }
  if (waits == nullptr) return std::nullopt;
  Bottleneck result;
  result.share = static_cast<double>(waits->total) / static_cast<double>(all);
  result.edge = {static_cast<uint32_t>(worst >> 32), static_cast<uint32_t>(worst),
                 static_cast<int64_t>(waits->waits.size()), waits->case_count,
                 Describe(waits->waits)};
  return result;
}

}  // namespace plumbline::analytics
