// SPDX-License-Identifier: Apache-2.0
//
// Improvement projects of a log of ten million events: to freeze a baseline of its first half, and
// to measure what became of it, with the mixes of regions and managers; read anew.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "services/analytics/improvement/baseline.h"
#include "tests/bench/quality_bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;               // NOLINT: all of it is about one room of the house
using namespace analytics::improvement;  // NOLINT

constexpr int kEvents = 10'000'000;

absl::Status GoOn() { return absl::OkStatus(); }

absl::StatusOr<ObservedLog> Durations(const LogParts& parts) {
  return ObserveLog(parts, {}, {}, CountedBy::kBegin, GoOn);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Improvements() {
  EventLogBuilder builder;
  builder.Append(Quotes(0, kEvents));
  const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
  const Traces traces(log, {});
  std::optional<Variants> variants;  // which no measure of times asks for
  const auto variants_of = [&]() -> const Variants& {
    if (!variants.has_value()) variants.emplace(traces);
    return *variants;
  };
  const LogParts parts{*log, traces, variants_of};
  const int64_t change = log->FirstTime() + (log->LastTime() - log->FirstTime()) / 2;
  Options options;
  options.smallest_effect = 3'600;
  const std::vector<std::string> keys = {"manager", "region"};
  std::vector<Figure> figures;

  const Stopwatch baseline_watch;
  ASSIGN_OR_RETURN(const ObservedLog before, Durations(parts));
  ASSIGN_OR_RETURN(const Baseline baseline, MakeBaseline(*log, before, {.end = change},
                                                         CountedBy::kBegin, options, {}, keys));
  figures.push_back({"quality.improvement_baseline_10m", baseline_watch.Seconds(), "s"});

  const Stopwatch compare_watch;
  ASSIGN_OR_RETURN(const ObservedLog observed, Durations(parts));
  const auto after = CasesBetween(observed, change, INT64_MAX);
  const Comparison comparison = Compare(baseline.side, SideOf(after, observed.marked), options);
  const std::vector<MixChange> mixes = CompareMixes(baseline.mixes, MixesOf(*log, after, keys));
  const auto values = CaseValuesOf(*log, after, baseline.mixes);
  if (!comparison.improvement.has_value() || mixes.empty() || values.empty())
    return absl::InternalError("nothing was compared");
  figures.push_back({"quality.improvement_compare_10m", compare_watch.Seconds(), "s"});
  return figures;
}

}  // namespace plumbline::bench
