// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/metrics.h"

#include <algorithm>
#include <cmath>

namespace plumbline::rpc {
namespace {

using Bounds = std::array<int64_t, LatencyHistogram::kBuckets>;

// Upper bounds in nanoseconds.
constexpr Bounds MakeBounds() {
  Bounds bounds = {};
  double bound = 1000;
  for (int64_t& b : bounds) {
    b = static_cast<int64_t>(bound + 0.5);
    bound *= 1.4142135623730951;
  }
  return bounds;
}
constexpr Bounds kBounds = MakeBounds();

}  // namespace

void LatencyHistogram::Record(absl::Duration latency) {
  const int64_t nanoseconds = absl::ToInt64Nanoseconds(latency);
  const auto bucket =
      std::lower_bound(kBounds.begin(), kBounds.end() - 1, nanoseconds) - kBounds.begin();
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
}

absl::Duration LatencyHistogram::Quantile(double q) const {
  std::array<int64_t, kBuckets> counts;
  int64_t total = 0;
  for (int i = 0; i < kBuckets; ++i)
    total += counts[i] = counts_[i].load(std::memory_order_relaxed);
  if (total == 0) return absl::ZeroDuration();
  const auto rank = static_cast<int64_t>(std::ceil(q * static_cast<double>(total)));
  int64_t seen = 0;
  int bucket = 0;
  while ((seen += counts[bucket]) < rank) ++bucket;
  return absl::Nanoseconds(kBounds[bucket]);
}

void MethodCounters::End(absl::StatusCode code, absl::Duration latency_of_call) {
  const size_t index = static_cast<size_t>(code);
  by_code[index < by_code.size() ? index : static_cast<size_t>(absl::StatusCode::kUnknown)]
      .fetch_add(1, std::memory_order_relaxed);
  latency.Record(latency_of_call);
  in_flight.fetch_sub(1, std::memory_order_relaxed);
}

Metrics::Metrics(const MethodTable& table) {
  for (const Method* method : table.methods())
    counters_.emplace(method, std::make_unique<MethodCounters>());
}

std::vector<Metrics::Snapshot> Metrics::Read() const {
  std::vector<Snapshot> all;
  for (const auto& [method, counters] : counters_) {
    Snapshot snapshot;
    snapshot.method = method->path;
    snapshot.in_flight = counters->in_flight.load(std::memory_order_relaxed);
    for (size_t code = 0; code < counters->by_code.size(); ++code) {
      const int64_t calls = counters->by_code[code].load(std::memory_order_relaxed);
      if (calls > 0)
        snapshot.calls_by_code[absl::StatusCodeToString(static_cast<absl::StatusCode>(code))] =
            calls;
    }
    if (snapshot.calls_by_code.empty() && snapshot.in_flight == 0) continue;
    snapshot.latency_p50 = counters->latency.Quantile(0.50);
    snapshot.latency_p99 = counters->latency.Quantile(0.99);
    all.push_back(std::move(snapshot));
  }
  std::sort(all.begin(), all.end(),
            [](const Snapshot& a, const Snapshot& b) { return a.method < b.method; });
  return all;
}

}  // namespace plumbline::rpc
