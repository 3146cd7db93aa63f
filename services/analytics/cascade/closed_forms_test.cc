// SPDX-License-Identifier: Apache-2.0
//
// Against what queueing theory says in closed form, within the error of having drawn no more.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/cascade/cascade.h"

namespace plumbline::analytics::cascade {
namespace {

constexpr double kSecond = 1e6;

absl::Status KeepOn() { return absl::OkStatus(); }

// Of mean `mean` seconds, as even as a sample can be, in no order.
std::vector<int64_t> Exponentials(size_t count, double mean, uint64_t seed) {
  std::vector<int64_t> times;
  const auto n = static_cast<double>(count);
  for (size_t i = 0; i < count; ++i) {
    times.push_back(
        std::llround(-mean * kSecond * std::log1p(-(static_cast<double>(i) + 0.5) / n)));
  }
  statistics::Generator random(seed);
  for (size_t i = count; i > 1; --i) std::swap(times[i - 1], times[random.Below(i)]);
  return times;
}

// Stations with servers, of one activity each, and nothing that is known yet.
Experience Blank(const std::vector<int64_t>& servers) {
  Experience experience;
  for (uint32_t s = 0; s < servers.size(); ++s) {
    experience.stations.names.push_back(std::string(1, static_cast<char>('a' + s)));
    experience.stations.of_activity.push_back(s);
    experience.stations.servers.push_back(servers[s]);
  }
  experience.pools.resize(servers.size());
  return experience;
}

// A run through activities one after the other, with how long each takes.
void AddChain(const std::vector<std::pair<uint32_t, int64_t>>& steps, Experience* experience) {
  Runs& runs = experience->runs;
  const auto first = static_cast<uint32_t>(runs.steps.size());
  for (const auto& [activity, service] : steps) {
    RunStep step{.activity = activity, .spent = {0, 0, service}};
    step.before_begin = static_cast<uint32_t>(runs.before.size());
    const auto number = static_cast<uint32_t>(runs.steps.size());
    if (number > first) runs.before.push_back(number - 1);
    step.before_end = static_cast<uint32_t>(runs.before.size());
    runs.steps.push_back(step);
  }
  runs.runs.push_back({first, static_cast<uint32_t>(runs.steps.size()), 0, 0});
}

Tally Simulated(const Experience& experience, const CascadeOptions& options) {
  auto tally = Simulate(experience, options, KeepOn);
  EXPECT_TRUE(tally.ok()) << tally.status();
  return *std::move(tally);
}

// Probability that one who comes waits, of c servers with offered load a (Erlang 1917).
double ErlangC(int64_t servers, double load) {
  double term = 1, sum = 0;
  for (int64_t k = 0; k < servers; ++k) {
    sum += term;
    term *= load / static_cast<double>(k + 1);
  }
  const auto c = static_cast<double>(servers);
  const double last = term * c / (c - load);
  return last / (sum + last);
}

void ExpectMean(const RunningMean& mean, double expected) {
  EXPECT_NEAR(mean.mean(), expected, 4 * mean.error());
  EXPECT_LT(mean.error(), 0.04 * expected);
}

class ManyServers : public ::testing::TestWithParam<int64_t> {};

// M/M/c, service of one second: the mean wait is C(c, a) / (c mu - lambda).
TEST_P(ManyServers, WaitAsErlangSays) {
  const int64_t servers = GetParam();
  const double arrivals = 0.8 * static_cast<double>(servers);
  Experience experience = Blank({servers});
  for (const int64_t service : Exponentials(5'000, 1, 3)) AddChain({{0, service}}, &experience);
  SetArrivals(kSecond / arrivals, &experience);
  const auto until = static_cast<int64_t>(4'000 / arrivals * kSecond);
  const Tally tally = Simulated(experience, {.until = until, .runs = 150, .seed = 11});
  ExpectMean(tally.steps()[0].wait,
             ErlangC(servers, arrivals) / (static_cast<double>(servers) - arrivals));
  // Little's law: both sides count the same, but for what is still there at the end.
  EXPECT_NEAR(tally.in_progress.mean(), tally.stay.mean(), 0.02 * tally.stay.mean());
  EXPECT_EQ(tally.steps()[0].extra_wait.mean(), 0);
}

INSTANTIATE_TEST_SUITE_P(Servers, ManyServers, ::testing::Values(1, 2, 5, 20));

// Two stations in a row, of which the second sends a quarter back to the first (Jackson 1957): each
// is an M/M/1 by itself, with the flow of all rounds.
TEST(Cascade, WaitsAsJacksonSays) {
  constexpr double kArrivals = 0.45, kBack = 0.25;
  constexpr size_t kRuns = 6'000;
  Experience experience = Blank({1, 1});
  std::vector<size_t> rounds;
  size_t visits = 0;
  for (size_t i = 0; i < kRuns; ++i) {
    const double rest = 1 - (static_cast<double>(i) + 0.5) / kRuns;
    rounds.push_back(1 + static_cast<size_t>(std::log(rest) / std::log(kBack)));
    visits += rounds.back();
  }
  const auto first = Exponentials(visits, 1, 5), second = Exponentials(visits, 1.2, 6);
  size_t next = 0;
  for (const size_t count : rounds) {
    std::vector<std::pair<uint32_t, int64_t>> steps;
    for (size_t r = 0; r < count; ++r, ++next) {
      steps.emplace_back(0, first[next]);
      steps.emplace_back(1, second[next]);
    }
    AddChain(steps, &experience);
  }
  SetArrivals(kSecond / kArrivals, &experience);
  const auto until = static_cast<int64_t>(4'000 / kArrivals * kSecond);
  const Tally tally = Simulated(experience, {.until = until, .runs = 150, .seed = 2});
  const double flow = kArrivals / (1 - kBack);
  const auto wait = [&](double service) { return flow * service * service / (1 - flow * service); };
  ExpectMean(tally.steps()[0].wait, wait(1));
  ExpectMean(tally.steps()[1].wait, wait(1.2));
}

// One comes each second and takes 0.8 of it. While all is closed for 1,000 s they pile up to 1,000;
// after that the pile falls by a quarter each second (the fluid limit, which is exact here).
TEST(Cascade, BacklogAsItsFluidLimitSays) {
  Experience experience = Blank({1});
  AddChain({{0, 800'000}}, &experience);
  experience.gaps = {1'000'000};
  experience.mean_gap = kSecond;
  const int64_t begin = 1'000 * 1'000'000, end = 2 * begin;
  CascadeOptions options{.until = 9'600 * int64_t{1'000'000}, .runs = 20};
  options.disruptions.push_back({.activities = {0}, .begin = begin, .end = end});
  const Tally tally = Simulated(experience, options);
  const size_t peak = PeakOf(tally.extras());
  EXPECT_NEAR(static_cast<double>(tally.grid().At(peak)), static_cast<double>(end), 1e8);
  EXPECT_NEAR(tally.extras()[peak].mean(), 1'000, 2);
  // Half of the height times the length: 1,000 s up, 4,000 s down.
  EXPECT_NEAR(tally.new_lost.mean(), 0.5 * 1'000 * 5'000, 0.005 * 0.5 * 1'000 * 5'000);
  // It is normal again at a twentieth: after 3,800 s.
  const Recovery recovery = MeasureRecovery(tally);
  ASSERT_TRUE(recovery.median.has_value());
  EXPECT_EQ(recovery.piled, 20);
  EXPECT_EQ(recovery.unrecovered, 0);
  EXPECT_NEAR(static_cast<double>(*recovery.median), static_cast<double>(end) + 3'800e6, 1.01e8);
  EXPECT_LE(*recovery.lower, *recovery.median);
  EXPECT_GE(*recovery.upper, *recovery.median);
}

// Half as fast, 1.6 s a piece for 1,000 s: 1,000 (1 - 1 / 1.6) = 375 pile up.
TEST(Cascade, SlowWorkPilesUpAsItsFluidLimitSays) {
  Experience experience = Blank({1});
  AddChain({{0, 800'000}}, &experience);
  experience.gaps = {1'000'000};
  experience.mean_gap = kSecond;
  CascadeOptions options{.until = 4'800 * int64_t{1'000'000}, .runs = 20};
  options.disruptions.push_back({.kind = Disruption::Kind::kSlower,
                                 .activities = {0},
                                 .begin = 0,
                                 .end = 1'000 * int64_t{1'000'000},
                                 .factor = 2});
  const Tally tally = Simulated(experience, options);
  EXPECT_NEAR(tally.extras()[PeakOf(tally.extras())].mean(), 375, 2);
}

// Of two servers one is away: as many come as one can do in 0.8 of its time, so that 300 pile up.
TEST(Cascade, FewerServersPileUpAsTheirFluidLimitSays) {
  Experience experience = Blank({2});
  AddChain({{0, 1'250'000}}, &experience);
  experience.gaps = {1'000'000};
  experience.mean_gap = kSecond;
  CascadeOptions options{.until = 4'800 * int64_t{1'000'000}, .runs = 20};
  options.disruptions.push_back({.kind = Disruption::Kind::kServers,
                                 .activities = {0},
                                 .begin = 0,
                                 .end = 1'500 * int64_t{1'000'000},
                                 .servers = 1});
  const Tally tally = Simulated(experience, options);
  EXPECT_NEAR(tally.extras()[PeakOf(tally.extras())].mean(), 300, 3);
}

// Three times as many come for a while.
TEST(Cascade, MoreComeAsAsked) {
  Experience experience = Blank({1});
  AddChain({{0, 300'000}}, &experience);
  SetArrivals(kSecond, &experience);
  CascadeOptions options{.until = 3'000 * int64_t{1'000'000}, .runs = 100};
  options.disruptions.push_back({.kind = Disruption::Kind::kArrivals,
                                 .begin = 1'000 * int64_t{1'000'000},
                                 .end = 2'000 * int64_t{1'000'000},
                                 .factor = 3});
  const Networks networks = MakeNetworks(experience.stations, options.disruptions);
  const Drawer drawer(experience, networks, options.disruptions, options.until);
  RunningMean more, ever;
  Future future;
  for (uint64_t i = 0; i < 100; ++i) {
    drawer.Draw(4, i, &future);
    ever.Add(static_cast<double>(future.without.work.pieces.size()));
    more.Add(static_cast<double>(future.with->work.pieces.size()) -
             static_cast<double>(future.without.work.pieces.size()));
  }
  EXPECT_NEAR(ever.mean(), 3'000, 4 * ever.error());
  EXPECT_NEAR(more.mean(), 2'000, 4 * more.error());
}

// A step that is rare is in few futures: in the others none of it piles up.
TEST(Tally, CountsFuturesBeforeTheFirstWithAStep) {
  const int64_t until = 1'000 * static_cast<int64_t>(kSecond);
  constexpr size_t kPlaces = Grid::kSteps + 1;
  FutureTally none;
  none.waited.resize(2);
  none.more.resize(2 * kPlaces);
  none.counts.resize(kPlaces);
  none.extras.resize(kPlaces);
  FutureTally some = none;
  some.waited[1] = {.without = 1e6, .with = 3e6, .count = 1};
  some.more[kPlaces + 5] = 4;
  Tally tally(0, 2, until, 4);
  for (const FutureTally* one : {&none, &none, &some, &none}) tally.Add(*one);
  EXPECT_TRUE(tally.steps()[0].extra.empty());
  EXPECT_EQ(tally.steps()[1].wait.count(), 1);
  EXPECT_EQ(tally.steps()[1].extra_wait.mean(), 2);
  EXPECT_EQ(tally.steps()[1].extra[5].count(), 4);
  EXPECT_EQ(tally.steps()[1].extra[5].mean(), 1);
  EXPECT_EQ(tally.steps()[1].extra[6].mean(), 0);
}

}  // namespace
}  // namespace plumbline::analytics::cascade
