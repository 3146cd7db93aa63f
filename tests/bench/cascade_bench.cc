// SPDX-License-Identifier: Apache-2.0
//
// The simulation by itself, and a whole question about what slips on a log of a million events.
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/statistics/generator.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/mining/completion.h"
#include "services/analytics/simulation/network.h"
#include "tests/bench/bench.h"

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

// A case every quarter of an hour, each of ten steps of an hour with waits of four to eleven before
// them; those that are not through by the end are open.
std::shared_ptr<const LogSnapshot> Deals(int cases) {
  EventBatch batch;
  std::vector<uint32_t> activities;
  for (int s = 0; s < kSteps; ++s)
    activities.push_back(batch.activities.Intern(absl::StrCat("step ", s)));
  const int64_t end = (1'600'000'000 + cases * int64_t{950}) * kSecond;
  for (int c = 0; c < cases; ++c) {
    const uint32_t id = batch.cases.Intern(absl::StrCat("case ", 1'000'000 + c));
    int64_t time = (1'600'000'000 + c * int64_t{950}) * kSecond;
    for (int s = 0; s < kSteps; ++s) {
      time += (5 * 3600 + ((c * kSteps + s) * int64_t{7919}) % (7 * 3600)) * kSecond;
      if (time > end) break;
      batch.case_id.push_back(id);
      batch.activity.push_back(activities[static_cast<size_t>(s)]);
      batch.resource.push_back(kNoText);
      batch.transition.push_back(kNoText);
      batch.time.push_back(time);
      batch.start.push_back(time - 3600 * kSecond);
    }
  }
  EventLogBuilder builder;
  builder.Append(batch);
  return builder.Snapshot();
}

// A log with its open cases, and what is learned of it.
struct Learned {
  std::shared_ptr<const LogSnapshot> log;
  cascade::Experience experience;
};
absl::StatusOr<Learned> LearnFrom(const std::shared_ptr<const LogSnapshot>& deals) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogSnapshot> log,
                   WithEnds(deals, Traces(deals, {}), {EndRule::kActivity, {kSteps - 1}}, GoOn));
  const cascade::Axis axis({}, log->LastTime());
  ASSIGN_OR_RETURN(const cascade::Needs needs, cascade::ReadNeeds(*log, {}, GoOn));
  ASSIGN_OR_RETURN(cascade::Experience experience, cascade::Learn(*log, {}, needs, axis, {}, GoOn));
  return Learned{log, std::move(experience)};
}

absl::StatusOr<Figure> Learning() {
  const std::shared_ptr<const LogSnapshot> deals = Deals(kMany);
  const Stopwatch watch;
  RETURN_IF_ERROR(LearnFrom(deals).status());
  return Figure{"quality.cascade_learn_10m", watch.Seconds(), "s"};
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
  cascade::CascadeOptions options{.until = 10 * kDay, .runs = 200};
  options.disruptions.push_back({.activities = {4}, .begin = 0, .end = 2 * kDay});
  ASSIGN_OR_RETURN(const cascade::Tally tally, cascade::Simulate(experience, options, GoOn));
  const double seconds = watch.Seconds();
  RETURN_IF_ERROR(cascade::RankSlips(tally, experience.open.size(), kDay, GoOn).status());
  figures.push_back({"quality.cascade_1m", watch.Seconds(), "s"});
  figures.push_back(
      {"quality.cascade_events", static_cast<double>(tally.events) / (seconds - learned), "1/s"});
  return figures;
}

}  // namespace plumbline::bench
