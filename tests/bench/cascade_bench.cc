// SPDX-License-Identifier: Apache-2.0
//
// The simulation by itself, and whole questions about what slips on logs of a million and of ten
// million events, the latter from sums that are kept as well.
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/live/live_cascade.h"
#include "services/analytics/mining/completion.h"
#include "services/analytics/simulation/network.h"
#include "tests/bench/quality_bench.h"

namespace plumbline::bench {
namespace {

using namespace analytics;  // NOLINT: all of it is about one room of the house

constexpr int kCases = 100'000, kMany = 1'000'000, kSteps = 10;
constexpr int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;

absl::Status GoOn() { return absl::OkStatus(); }

// An M/M/5 queue of a million tasks.
absl::StatusOr<Figure> Queue() {
  statistics::Generator random(5);
  simulation::Workload work;
  double now = 0;
  for (int i = 0; i < 1'000'000; ++i) {
    now += random.Exponential() / 4 * kSecond;
    work.tasks.push_back(
        {.duration = std::llround(random.Exponential() * kSecond), .earliest = std::llround(now)});
  }
  const Stopwatch watch;
  ASSIGN_OR_RETURN(
      const simulation::Outcome outcome,
      simulation::Simulate({.stations = {{.servers = 5}}}, work, simulation::kNever, GoOn));
  return Figure{"quality.simulation_events", static_cast<double>(outcome.events) / watch.Seconds(),
                "1/s"};
}

int64_t BeginOf(int c) { return (1'600'000'000 + c * int64_t{950}) * kSecond; }

// Of an endless log of cases, one every quarter of an hour, each of ten steps of an hour with waits
// of four to eleven before them, the events `first` .. first + events, as far as they are before
// `end`. `marked`: those that are through say so.
EventBatch Deals(int first, int events, bool marked, int64_t end) {
  EventBatch batch;
  std::vector<uint32_t> activities;
  for (int s = 0; s < kSteps; ++s)
    activities.push_back(batch.activities.Intern(absl::StrCat("step ", s)));
  const uint32_t finished = marked ? batch.attribute_keys.Intern("case_finished") : 0;
  for (int c = first / kSteps; c < (first + events) / kSteps; ++c) {
    const uint32_t id = batch.cases.Intern(absl::StrCat("case ", 1'000'000 + c));
    int64_t time = BeginOf(c);
    for (int s = 0; s < kSteps; ++s) {
      time += (5 * 3600 + ((c * kSteps + s) * int64_t{7919}) % (7 * 3600)) * kSecond;
      if (time > end) break;
      if (marked && s == kSteps - 1)
        batch.attributes.push_back({static_cast<uint32_t>(batch.size()), finished, true});
      batch.case_id.push_back(id);
      batch.activity.push_back(activities[static_cast<size_t>(s)]);
      batch.resource.push_back(kNoText);
      batch.transition.push_back(kNoText);
      batch.time.push_back(time);
      batch.start.push_back(time - 3600 * kSecond);
    }
  }
  return batch;
}

// Those that are not through by the begin of the next are open.
std::shared_ptr<const LogSnapshot> Deals(int cases) {
  EventLogBuilder builder;
  builder.Append(Deals(0, cases * kSteps, false, BeginOf(cases)));
  return builder.Snapshot();
}

absl::StatusOr<cascade::Experience> Learn(const LogSnapshot& log) {
  const cascade::Axis axis({}, log.LastTime());
  ASSIGN_OR_RETURN(const cascade::Needs needs, cascade::ReadNeeds(log, {}, GoOn));
  return cascade::Learn(log, {}, needs, axis, {}, GoOn);
}

// A log with its open cases, and what is learned of it.
struct Learned {
  std::shared_ptr<const LogSnapshot> log;
  cascade::Experience experience;
};
absl::StatusOr<Learned> LearnFrom(const std::shared_ptr<const LogSnapshot>& deals) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogSnapshot> log,
                   WithEnds(deals, Traces(deals, {}), {EndRule::kActivity, {kSteps - 1}}, GoOn));
  ASSIGN_OR_RETURN(cascade::Experience experience, Learn(*log));
  return Learned{log, std::move(experience)};
}

absl::StatusOr<Figure> Learning() {
  const std::shared_ptr<const LogSnapshot> deals = Deals(kMany);
  const Stopwatch watch;
  RETURN_IF_ERROR(LearnFrom(deals).status());
  return Figure{"quality.cascade_learn_10m", watch.Seconds(), "s"};
}

// The rest of a question: a step stands still for two days, two hundred times, and who slips. How
// much was simulated.
absl::StatusOr<int64_t> Simulate(const cascade::Experience& experience) {
  cascade::CascadeOptions options{.until = 10 * kDay, .runs = 200};
  options.disruptions.push_back({.activities = {4}, .begin = 0, .end = 2 * kDay});
  ASSIGN_OR_RETURN(const cascade::Tally tally, cascade::Simulate(experience, options, GoOn));
  RETURN_IF_ERROR(cascade::RankSlips(tally, experience.open.size(), kDay, GoOn).status());
  return tally.events;
}

absl::Status AnswerFromSums(LiveSums& sums, const LiveWhole& whole) {
  auto& kept = static_cast<LiveCascade&>(sums);
  const cascade::Axis axis({}, whole.last_time);
  ASSIGN_OR_RETURN(const LiveCascade::Learned learned,
                   kept.Learn(whole, kept.NeedsOf(whole, {}), axis, {}, GoOn));
  return Simulate(learned.experience).status();
}

// Whole questions of ten million events: from the log, and from sums that are kept while it grows.
// What comes are cases that are through, and once more the events of old ones.
absl::Status OfMany(std::vector<Figure>* figures) {
  const int64_t end = BeginOf(kMany);
  const auto deals = [end](int first, int events) {
    return Deals(first, events, true, first < kMany * kSteps ? end : INT64_MAX);
  };
  EventLogBuilder builder;
  builder.Append(deals(0, kMany * kSteps));
  {
    const std::shared_ptr<const LogSnapshot> log = builder.Snapshot();
    const Stopwatch watch;
    ASSIGN_OR_RETURN(const cascade::Experience experience, Learn(*log));
    RETURN_IF_ERROR(Simulate(experience).status());
    figures->push_back({"quality.cascade_10m", watch.Seconds(), "s"});
  }
  std::vector<LiveAsked> asked;
  asked.push_back({"cascade",
                   std::make_unique<LiveCascade>(TimeBetween(), std::vector<std::string>()),
                   AnswerFromSums});
  return AskGrowing(std::move(asked), deals, kMany * kSteps, builder, figures);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> Cascades() {
  std::vector<Figure> figures;
  ASSIGN_OR_RETURN(Figure queue, Queue());
  figures.push_back(std::move(queue));
  ASSIGN_OR_RETURN(Figure learning, Learning());
  figures.push_back(std::move(learning));
  const std::shared_ptr<const LogSnapshot> deals = Deals(kCases);
  const Stopwatch watch;
  ASSIGN_OR_RETURN(const Learned all, LearnFrom(deals));
  const cascade::Experience& experience = all.experience;
  const double learned = watch.Seconds();
  ASSIGN_OR_RETURN(const int64_t events, Simulate(experience));
  const double seconds = watch.Seconds();
  figures.push_back({"quality.cascade_1m", seconds, "s"});
  figures.push_back(
      {"quality.cascade_events", static_cast<double>(events) / (seconds - learned), "1/s"});
  RETURN_IF_ERROR(OfMany(&figures));
  return figures;
}

}  // namespace plumbline::bench
