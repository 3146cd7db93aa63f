// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_BENCH_LIVE_QUALITY_H_
#define PLUMBLINE_TESTS_BENCH_LIVE_QUALITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {

enum class QuestionSet {
  kQuick,  // flow, yield, chart, capability, Pareto
  kLong,   // bottlenecks, causes, the page of the report, cohorts, forecast
};

// Questions of quality about all of a log that grows meanwhile, over gRPC: analytics.NAME_cold_10m,
// the first answer, in seconds; then, when all are kept, analytics.NAME_live_10m, the median of so
// many seconds of asking in turn, and ..._p95, in milliseconds.
absl::StatusOr<std::vector<Figure>> QualityOfGrowingLog(cli::Session& session,
                                                        const std::string& log, QuestionSet set,
                                                        double seconds);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_LIVE_QUALITY_H_
