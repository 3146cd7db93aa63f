// SPDX-License-Identifier: Apache-2.0
//
// What `./dev bench` runs. A benchmark measures one thing and returns its figures; targets stand in
// docs/benchmarks.md.
#ifndef PLUMBLINE_TESTS_BENCH_BENCH_H_
#define PLUMBLINE_TESTS_BENCH_BENCH_H_

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace plumbline::bench {

struct Figure {
  std::string name;  // "onboarding.starts"
  double value;
  std::string unit;  // "1/s", "s", "MB", "bytes", "ratio"
};

struct Benchmark {
  std::string name;  // prefix of its figures' names
  std::function<absl::StatusOr<std::vector<Figure>>()> run;
};

absl::StatusOr<std::vector<Figure>> CatalogGet();        // catalog.get.*
absl::StatusOr<std::vector<Figure>> CatalogLists();      // catalog.list*, catalog.search*
absl::StatusOr<std::vector<Figure>> CatalogPublish();    // catalog.publish_200
absl::StatusOr<std::vector<Figure>> CatalogDiff();       // catalog.diff_1000
absl::StatusOr<std::vector<Figure>> CatalogImpact();     // catalog.impact_10000*
absl::StatusOr<std::vector<Figure>> CatalogLoad();       // catalog.load_10000, catalog.apply_10000
absl::StatusOr<std::vector<Figure>> CatalogBpmn();       // catalog.bpmn_*
absl::StatusOr<std::vector<Figure>> CalendarAdds();      // calendar.*
absl::StatusOr<std::vector<Figure>> OnboardingSqlite();  // onboarding.starts, .completions, ...
absl::StatusOr<std::vector<Figure>> OnboardingPostgresql();  // the same, ..._postgresql
absl::StatusOr<std::vector<Figure>> OnboardingQueue();       // onboarding.queue_page*
absl::StatusOr<std::vector<Figure>> OnboardingWatchers();    // onboarding.watch*
absl::StatusOr<std::vector<Figure>> Imports();               // import.*
absl::StatusOr<std::vector<Figure>> ImportsToMemory();       // import.*_memory
absl::StatusOr<std::vector<Figure>> LiveLog();               // analytics.*
absl::StatusOr<std::vector<Figure>> Mining();                // mining.*
absl::StatusOr<std::vector<Figure>> MiningReplicated();      // mining.*_bpic2012_10m
absl::StatusOr<std::vector<Figure>> Conformance();           // mining.alignments_*, mining.token_*
absl::StatusOr<std::vector<Figure>> Quality();               // quality.*_10m
absl::StatusOr<std::vector<Figure>> CausesByEvent();         // quality.causes_by_event_*
absl::StatusOr<std::vector<Figure>> Cohorts();               // quality.cohorts_*, .ramp_*, ...
absl::StatusOr<std::vector<Figure>> Improvements();          // quality.improvement_*
absl::StatusOr<std::vector<Figure>> Forecasts();             // quality.montecarlo_tree
absl::StatusOr<std::vector<Figure>> Cascades();              // quality.simulation_*, .cascade_*
absl::StatusOr<std::vector<Figure>> Suite();                 // suite.*

// Seconds since it was made.
class Stopwatch {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// The middle value; of two, the lower.
double Median(std::vector<double> values);

// build/release/bin/NAME, from $PLUMBLINE_BIN_DIR.
std::string Program(const std::string& name);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_BENCH_H_
