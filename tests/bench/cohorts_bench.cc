// SPDX-License-Identifier: Apache-2.0
//
// Cohorts, ramp curves and forecasts of a log of ten million events: cold, from its columns to the
// answer, and from sums that are kept while it grows. No two cases take as long as each other to
// the microsecond, which is what costs most.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/cohorts/compare.h"
#include "services/analytics/cohorts/ramp_curve.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/trace_bag.h"
#include "services/analytics/forecast/case_history.h"
#include "services/analytics/forecast/history.h"
#include "services/analytics/forecast/throughput.h"
#include "services/analytics/live/live_case_history.h"
#include "services/analytics/live/live_cohorts.h"
#include "services/analytics/live/live_ramp.h"
#include "tests/bench/quality_bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;  // NOLINT: all of it is about one room of the house

constexpr int kEvents = 10'000'000;
constexpr char kUntil[] = "step 9";

absl::Status GoOn() { return absl::OkStatus(); }

// Quotes, each event of which comes up to three hours later (SplitMix64, Steele et al. 2014).
EventBatch Spread(int first, int events) {
  constexpr uint64_t kMost = uint64_t{3} * 3'600 * 1'000'000;
  EventBatch batch = Quotes(first, events);
  for (size_t row = 0; row < batch.size(); ++row) {
    uint64_t bits = (static_cast<uint64_t>(first) + row + 1) * 0x9E3779B97F4A7C15ull;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ull;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBull;
    const auto later = static_cast<int64_t>((bits ^ (bits >> 31)) % kMost);
    batch.time[row] += later;
    batch.start[row] += later;
  }
  return batch;
}

cohorts::Grouping By(const char* key) {
  cohorts::Grouping grouping;
  if (*key == 0) return grouping;
  grouping.by = cohorts::Grouping::By::kAttribute;
  grouping.key = key;
  return grouping;
}

cohorts::RampQuestion Ramp() {
  cohorts::RampQuestion ramp;
  ramp.grouping = By("region");
  ramp.interval = 86'400;
  ramp.intervals = 30;
  return ramp;
}

cohorts::RampQuestion Medians() {
  cohorts::RampQuestion ramp = Ramp();
  ramp.measure = {.kind = cohorts::RampMeasure::Kind::kSoFar, .key = "amount", .median = true};
  return ramp;
}

absl::StatusOr<forecast::HowMany> Forecast(const forecast::CompletionHistory& history) {
  const std::vector<double> confidences = {0.5, 0.8, 0.95};
  return forecast::ForecastHowMany(history.counts, 13, confidences, {}, GoOn);
}

// What a forecast of one case reads: the process that is discovered, and of its steps the latest
// cases that ended, which are in `log`.
absl::StatusOr<int64_t> LearnCases(const LogSnapshot& log, const TraceBag& bag) {
  ASSIGN_OR_RETURN(const ModelTree mined, MineTree(bag, {}));
  std::vector<conformance::ModelNode> steps;
  for (const std::string& name : bag.names()) steps.push_back(conformance::Activity(name));
  const conformance::Tree tree(
      conformance::Inner(conformance::Operator::kSequence, std::move(steps)));
  ASSIGN_OR_RETURN(const forecast::CaseHistory history,
                   forecast::LearnCases(log, {}, tree, {.as_of = log.LastTime()}, GoOn));
  return static_cast<int64_t>(NodeCount(mined)) + history.case_count();
}

LiveAsked Compared(const char* name, const cohorts::Grouping& grouping, const char* until) {
  return {name,
          std::make_unique<LiveCohorts>(cohorts::Question{.grouping = grouping}, "", until,
                                        std::vector<std::string>()),
          [](LiveSums& sums, const LiveWhole&) -> absl::Status {
            ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                             static_cast<LiveCohorts&>(sums).Answer());
            return cohorts::Compare(std::move(groups), {}, GoOn).status();
          }};
}

std::vector<LiveAsked> Questions() {
  std::vector<LiveAsked> asked;
  asked.push_back(Compared("cohorts", {}, ""));
  asked.push_back(Compared("cohorts_region", By("region"), kUntil));
  asked.push_back(Compared("cohorts_manager", By("manager"), kUntil));
  asked.push_back({"ramp_reached",
                   std::make_unique<LiveCohorts>(cohorts::QuestionOf(Ramp()), "", kUntil,
                                                 std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole&) -> absl::Status {
                     ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                                      static_cast<LiveCohorts&>(sums).Answer());
                     return cohorts::DrawShares(std::move(groups), Ramp(), GoOn).status();
                   }});
  asked.push_back({"ramp_median",
                   std::make_unique<LiveRamp>(Medians(), "", "", std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     return static_cast<LiveRamp&>(sums).Answer(whole, GoOn).status();
                   }});
  asked.push_back({"forecast", std::make_unique<LiveFinishes>(forecast::HistoryQuestion()),
                   [](LiveSums& sums, const LiveWhole& whole) -> absl::Status {
                     ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                                      static_cast<LiveFinishes&>(sums).Answer(whole));
                     return Forecast(history).status();
                   }});
  asked.push_back({"forecast_case",
                   std::make_unique<LiveCaseHistory>(true, std::vector<std::string>()),
                   [](LiveSums& sums, const LiveWhole& whole) {
                     const auto& kept = static_cast<const LiveCaseHistory&>(sums);
                     const size_t most = forecast::CaseHistoryOptions().most_cases;
                     const auto latest = kept.LatestOf(whole, most, std::nullopt);
                     return LearnCases(*latest.cases.log, kept.Bag(whole)).status();
                   }});
  return asked;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Cohorts() {
  EventLogBuilder builder;
  builder.Append(Spread(0, kEvents));
  const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
  const Traces traces(log, {});
  ASSIGN_OR_RETURN(const uint32_t until, NumberOf("until_activity", log->activities, kUntil));
  std::vector<Figure> figures;
  const auto measure = [&](const char* name, auto&& run) -> absl::Status {
    const Stopwatch watch;
    RETURN_IF_ERROR(run().status());
    figures.push_back({absl::StrCat("quality.", name, "_10m"), watch.Seconds(), "s"});
    return absl::OkStatus();
  };
  const auto compare = [&](const cohorts::Question& question) {
    return [&, question]() -> absl::StatusOr<cohorts::Comparison> {
      ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                       cohorts::Observe(traces, question, GoOn));
      return cohorts::Compare(std::move(groups), {}, GoOn);
    };
  };
  RETURN_IF_ERROR(measure("cohorts", compare({})));
  RETURN_IF_ERROR(measure("cohorts_region", compare({.until = until, .grouping = By("region")})));
  RETURN_IF_ERROR(measure("cohorts_manager", compare({.until = until, .grouping = By("manager")})));
  cohorts::RampQuestion ramp = Ramp();
  ramp.measure.activity = until;
  RETURN_IF_ERROR(measure("ramp_reached", [&] { return cohorts::DrawRamp(traces, ramp, GoOn); }));
  RETURN_IF_ERROR(
      measure("ramp_median", [&] { return cohorts::DrawRamp(traces, Medians(), GoOn); }));
  RETURN_IF_ERROR(measure("forecast", [&]() -> absl::StatusOr<forecast::HowMany> {
    ASSIGN_OR_RETURN(const forecast::CompletionHistory history,
                     forecast::CompletionsOf(*log, {}, GoOn));
    return Forecast(history);
  }));
  RETURN_IF_ERROR(measure("forecast_case",
                          [&] { return LearnCases(*log, TraceBag(traces, log->LastTime())); }));
  RETURN_IF_ERROR(AskGrowing(Questions(), Spread, kEvents, builder, &figures));
  return figures;
}

}  // namespace plumbline::bench
