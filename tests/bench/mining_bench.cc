// SPDX-License-Identifier: Apache-2.0
//
// Ten million made-up events in memory: sorting them, the process map with exact percentiles, the
// variants; on one thread.
#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/report.h"
#include "tests/bench/bench.h"
#include "tests/bench/discovery_bench.h"

namespace plumbline::bench {
namespace {

using analytics::EventBatch;
using analytics::EventLogBuilder;

constexpr int64_t kEvents = 10'000'000;
constexpr int kActivities = 30;
constexpr int kResources = 500;
constexpr int kRepeats = 3;

// Cases of ten events: a path through the activities with jumps, waits with a long tail. Events of
// cases that run at the same time come mixed, as from a running company.
void MakeEvents(EventLogBuilder& builder) {
  struct Open {
    uint32_t case_number;
    int step;
    int64_t time;
  };
  std::mt19937_64 random(7);
  std::vector<Open> open(1000);
  uint32_t cases = 0;
  int64_t now = 1'600'000'000'000'000;
  for (Open& c : open) c = {cases++, 0, now};
  EventBatch batch;
  for (int64_t i = 0; i < kEvents; ++i) {
    Open& c = open[random() % open.size()];
    const uint64_t chance = random() % 10;
    const uint64_t activity =
        chance == 0 ? random() % kActivities : static_cast<uint64_t>(c.step) * 3 + random() % 2;
    const int64_t minutes = static_cast<int64_t>(1 + random() % 1000) * (chance > 7 ? 40 : 1);
    c.time += minutes * 60'000'000;
    batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case-", c.case_number)));
    batch.activity.push_back(batch.activities.Intern(absl::StrCat("activity ", activity)));
    batch.resource.push_back(
        batch.resources.Intern(absl::StrCat("person ", random() % kResources)));
    batch.transition.push_back(analytics::kNoText);
    batch.time.push_back(c.time);
    if (++c.step == 10) c = {cases++, 0, now += 1'000'000};
    if (batch.size() == 65'536 || i + 1 == kEvents) {
      builder.Append(batch);
      batch = EventBatch();
    }
  }
}

template <class F>
double MedianSeconds(F f) {
  std::vector<double> seconds;
  for (int i = 0; i < kRepeats; ++i) {
    const Stopwatch watch;
    f();
    seconds.push_back(watch.Seconds());
  }
  return Median(std::move(seconds));
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Mining() {
  EventLogBuilder builder;
  MakeEvents(builder);
  const Stopwatch sorting;
  const auto log = builder.Snapshot();
  const double sort = sorting.Seconds();
  const analytics::Traces traces(log, {});
  const double map = MedianSeconds([&] { analytics::MineProcessMap(traces); });
  const double variants = MedianSeconds([&] { analytics::Variants{traces}; });
  const double report = MedianSeconds([&] { analytics::MakeReport(log, {}); });
  const double bytes = static_cast<double>(log->memory_bytes()) / static_cast<double>(log->size());
  std::vector<Figure> figures = {
      {"mining.map_and_variants_10m", map + variants, "s"},
      {"mining.map_10m", map, "s"},
      {"mining.variants_10m", variants, "s"},
      {"mining.report_10m", report, "s"},
      {"mining.sort_10m", sort, "s"},
      {"mining.bytes_per_event", bytes, "bytes"},
  };
  for (Figure& figure : Discovery()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace plumbline::bench
