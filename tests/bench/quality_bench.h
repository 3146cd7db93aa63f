// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_BENCH_QUALITY_BENCH_H_
#define PLUMBLINE_TESTS_BENCH_QUALITY_BENCH_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/causes/outcome.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/log/event_log.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {

inline constexpr int kEventsOfACase = 10;

// The events `first` .. first + events of an endless log: a million cases in three years, each of
// ten events with a start an hour before; in every third case a step is done twice. Each has a
// region, a manager and an amount.
analytics::EventBatch Quotes(int first, int events);

// What a condition explains: cases that do a step, and take their time.
absl::StatusOr<analytics::causes::OutcomeSpec> SlowWithStep();

// quality.*_live_10m: answers about all of the log of `builder`, which has the first `events`,
// while it grows by 10,000 events at a time; and quality.*_make_10m, how long their sums take to
// make.
absl::Status LiveQuestions(int events, analytics::EventLogBuilder& builder,
                           std::vector<Figure>* figures);

// A question about all of a log that grows: its sums, empty, and its answer from them.
struct LiveAsked {
  std::string name;
  std::unique_ptr<analytics::LiveSums> sums;
  std::function<absl::Status(analytics::LiveSums&, const analytics::LiveWhole&)> answer;
};
// The same of some questions; `events_of` makes the events of the log as Quotes does.
absl::Status AskGrowing(std::vector<LiveAsked> asked,
                        absl::FunctionRef<analytics::EventBatch(int first, int events)> events_of,
                        int events, analytics::EventLogBuilder& builder,
                        std::vector<Figure>* figures);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_QUALITY_BENCH_H_
