// SPDX-License-Identifier: Apache-2.0
//
// Process map and variants of ten million made-up events, on one thread: prints seconds and bytes.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/process_map.h"
#include "services/analytics/mining/step_times.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/report.h"

namespace plumbline::analytics {
namespace {

constexpr int kActivities = 30;
constexpr int kResources = 500;

// Cases of about ten events: a path through the activities with jumps, waits with a long tail.
// Events of cases that run at the same time come mixed, as from a running company.
void MakeEvents(int64_t events, EventLogBuilder& builder) {
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
  for (int64_t i = 0; i < events; ++i) {
    Open& c = open[random() % open.size()];
    const uint64_t chance = random() % 10;
    const int activity =
        static_cast<int>(chance == 0 ? random() % kActivities : c.step * 3 + random() % 2);
    c.time += static_cast<int64_t>(1e6 * 60 * static_cast<double>(1 + random() % 1000) *
                                   (chance > 7 ? 40.0 : 1.0));
    batch.case_id.push_back(batch.cases.Intern(absl::StrCat("case-", c.case_number)));
    batch.activity.push_back(batch.activities.Intern(absl::StrCat("activity ", activity)));
    batch.resource.push_back(
        batch.resources.Intern(absl::StrCat("person ", random() % kResources)));
    batch.transition.push_back(kNoText);
    batch.time.push_back(c.time);
    if (++c.step == 10) c = {cases++, 0, now += 1'000'000};
    if (batch.size() == 65'536 || i + 1 == events) {
      builder.Append(batch);
      batch = EventBatch();
    }
  }
}

template <class F>
auto Timed(const char* name, F f) {
  const auto begin = std::chrono::steady_clock::now();
  auto result = f();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("%-32s %8.3f s\n", name, seconds.count());
  return result;
}

void Run(int64_t events) {
  EventLogBuilder builder;
  Timed("make and append", [&] {
    MakeEvents(events, builder);
    return 0;
  });
  const auto log = Timed("sort (snapshot)", [&] { return builder.Snapshot(); });
  std::printf("%-32s %8.1f bytes/event\n", "memory",
              static_cast<double>(log->memory_bytes()) / static_cast<double>(log->size()));
  const Traces traces(log, {});
  const ProcessMap map = Timed("process map", [&] { return MineProcessMap(traces); });
  const Variants variants = Timed("variants", [&] { return Variants(traces); });
  Timed("first 10 variants", [&] { return variants.Page(traces, 0, 10); });
  const auto steps = Timed("step times", [&] { return MeasureSteps(*log, {}); });
  Timed("report", [&] { return MakeReport(log, {}); });
  std::printf("%zu cases, %zu edges, %ld variants, %zu steps\n", log->case_count(),
              map.edges.size(), static_cast<long>(variants.size()), steps.size());
}

}  // namespace
}  // namespace plumbline::analytics

int main(int argc, char** argv) {
  plumbline::analytics::Run(argc > 1 ? std::atoll(argv[1]) : 10'000'000);
  return 0;
}
