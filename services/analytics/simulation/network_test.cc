// SPDX-License-Identifier: Apache-2.0
//
// Against closed forms of queueing theory, and against a simulation that walks through time step by
// step.
#include "services/analytics/simulation/network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "common/statistics/generator.h"
#include "common/statistics/sums.h"
#include "gtest/gtest.h"

namespace plumbline::analytics::simulation {
namespace {

constexpr double kSecond = 1e6;

absl::Status KeepOn() { return absl::OkStatus(); }

Outcome Simulated(const Network& network, const Workload& workload, int64_t horizon = kNever) {
  auto outcome = Simulate(network, workload, horizon, KeepOn);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return outcome.ok() ? *std::move(outcome) : Outcome();
}

int64_t Micros(double seconds) { return std::llround(seconds * kSecond); }

double WaitOf(const Times& times) {
  return static_cast<double>(times.begun - times.ready) / kSecond;
}

// The mean of waits is what theory says, within what chance allows: by the means of batches, which
// are nearly independent (Law 2015, section 9.5.3). Those of a warm-up are left out.
void ExpectMean(const std::vector<double>& waits, double expected) {
  constexpr size_t kBatches = 40, kWarmUp = 2'000;
  const size_t size = (waits.size() - kWarmUp) / kBatches;
  std::vector<double> means;
  for (size_t b = 0; b < kBatches; ++b) {
    const double* begin = waits.data() + kWarmUp + b * size;
    means.push_back(statistics::Mean(absl::MakeConstSpan(begin, size)));
  }
  const double error = statistics::StandardDeviation(means) / std::sqrt(kBatches);
  EXPECT_NEAR(statistics::Mean(means), expected, 4 * error);
  EXPECT_LT(error, 0.06 * expected);
}

// Probability that one who comes waits, of c servers with offered load a (Erlang 1917).
double ErlangC(int servers, double load) {
  double term = 1, sum = 0;
  for (int k = 0; k < servers; ++k) {
    sum += term;
    term *= load / (k + 1);
  }
  const double last = term * servers / (servers - load);
  return last / (sum + last);
}

class ManyServers : public ::testing::TestWithParam<int> {};

// M/M/c: the mean wait is C(c, a) / (c mu - lambda).
TEST_P(ManyServers, WaitAsErlangSays) {
  const int servers = GetParam();
  const double service = 1, arrivals = 0.8 * servers;
  statistics::Generator random(5);
  Workload work;
  double now = 0;
  for (int i = 0; i < 400'000; ++i) {
    now += random.Exponential() / arrivals;
    work.tasks.push_back(
        {.duration = Micros(random.Exponential() * service), .earliest = Micros(now)});
  }
  const Outcome outcome = Simulated({.stations = {{.name = "legal", .servers = servers}}}, work);
  std::vector<double> waits;
  for (const Times& times : outcome.tasks) waits.push_back(WaitOf(times));
  ExpectMean(waits, ErlangC(servers, arrivals) / (servers - arrivals));
  EXPECT_EQ(outcome.events, 800'000);
}

INSTANTIATE_TEST_SUITE_P(Servers, ManyServers, ::testing::Values(1, 2, 5, 20));

// Two stations in a row, of which the second sends a quarter back to the first (Jackson 1957): each
// is an M/M/1 with the flow that all rounds together make.
TEST(Network, WaitsAsJacksonSays) {
  constexpr double kArrivals = 0.5, kBack = 0.25;
  statistics::Generator random(7);
  Workload work;
  double now = 0;
  for (int i = 0; i < 200'000; ++i) {
    now += random.Exponential() / kArrivals;
    Numbers before;
    do {
      for (const uint32_t station : {0u, 1u}) {
        work.tasks.push_back({.station = station,
                              .duration = Micros(random.Exponential()),
                              .earliest = Micros(now),
                              .before = before});
        before = {static_cast<uint32_t>(work.tasks.size() - 1)};
      }
    } while (random.Fraction() < kBack);
  }
  const Outcome outcome = Simulated({.stations = {{.name = "first"}, {.name = "second"}}}, work);
  const double flow = kArrivals / (1 - kBack);
  const double expected = flow / (1 - flow);  // rho / (mu - lambda), mu = 1
  std::vector<double> waits[2];
  for (size_t i = 0; i < work.tasks.size(); ++i)
    waits[work.tasks[i].station].push_back(WaitOf(outcome.tasks[i]));
  ExpectMean(waits[0], expected);
  ExpectMean(waits[1], expected);
}

// Small whole numbers, to be taken modulo something.
class Draws {
 public:
  explicit Draws(uint64_t seed) : random_(seed) {}
  int64_t operator()() { return static_cast<int64_t>(random_.Below(1 << 30)); }

 private:
  statistics::Generator random_;
};

Network RandomNetwork(Draws& random) {
  const auto closed = [&] {
    std::vector<Stretch> stretches;
    for (int64_t i = random() % 4; i > 0; --i) {
      const int64_t begin = random() % 60;
      stretches.push_back({begin, begin + 1 + random() % 10});
    }
    return Opening(stretches);
  };
  const auto slow = [&] {
    std::vector<Slow> stretches;
    const int64_t begin = random() % 60;
    if (random() % 2 == 0) stretches.push_back({{begin, begin + 1 + random() % 10}, 2});
    return stretches;
  };
  Network network;
  for (unsigned i = 1 + random() % 3; i > 0; --i) {
    Station station{.servers = random() % 3, .opening = closed(), .slow = slow()};
    const int64_t begin = random() % 40, fewer = random() % (station.servers + 1);
    if (random() % 2 == 0) station.changes = {{begin + 1 + random() % 20, fewer}, {begin, -fewer}};
    network.stations.push_back(station);
  }
  for (int i = 0; i < 2; ++i) network.utilities.push_back({.opening = closed(), .slow = slow()});
  return network;
}

Workload RandomWorkload(Draws& random, const Network& network) {
  Workload work;
  const auto size = static_cast<uint32_t>(1 + random() % 14);
  // Now and then all that are done at a station need the same.
  const bool alike = random() % 2 == 0;
  std::vector<Numbers> needed(network.stations.size() + 1);
  for (Numbers& one : needed)
    if (random() % 2 == 0) one.push_back(static_cast<uint32_t>(random() % 2));
  for (uint32_t i = 0; i < size; ++i) {
    Task task{.station = static_cast<uint32_t>(random() % (network.stations.size() + 1)),
              .duration = random() % 9,
              .earliest = random() % 40};
    if (alike) task.utilities = needed[task.station];
    if (task.station == network.stations.size()) task.station = kNobody;
    if (!alike && random() % 3 == 0) task.utilities.push_back(static_cast<uint32_t>(random() % 2));
    if (i > 0 && random() % 2 == 0) task.before.push_back(static_cast<uint32_t>(random() % i));
    if (i > 0 && random() % 4 == 0) task.before.push_back(static_cast<uint32_t>(random() % i));
    work.tasks.push_back(task);
  }
  return work;
}

// The rules read aloud, one unit of time after the other.
class Walk {
 public:
  Walk(const Network& network, const Workload& work) : network_(network), work_(work) {
    times_.resize(work.tasks.size());
    worked_.resize(work.tasks.size());
  }

  std::vector<Times> Run() {
    for (int64_t now = 0; now < 2'000; ++now) {
      // What takes no time is done at once, and lets others come at the same moment.
      for (bool again = true; again;) again = Finish(now) | Come(now) | BeginOne(now);
      for (size_t i = 0; i < times_.size(); ++i) {
        if (IsOn(i) && Open(i, now)) worked_[i] += SpeedOf(i, now);
      }
    }
    return times_;
  }

 private:
  bool IsOn(size_t i) const { return times_[i].begun != kNever && times_[i].done == kNever; }
  bool Open(size_t i, int64_t now) const {
    const Task& task = work_.tasks[i];
    bool open =
        task.station == kNobody || network_.stations[task.station].opening.NextOpen(now) == now;
    for (const uint32_t u : task.utilities)
      open &= network_.utilities[u].opening.NextOpen(now) == now;
    return open;
  }
  // In shares of kUnit.
  int64_t SpeedOf(size_t i, int64_t now) const {
    int64_t speed = kUnit;
    const auto slow = [&](const std::vector<Slow>& stretches) {
      for (const Slow& one : stretches)
        if (one.when.begin <= now && now < one.when.end) speed /= static_cast<int64_t>(one.times);
    };
    const Task& task = work_.tasks[i];
    if (task.station != kNobody) slow(network_.stations[task.station].slow);
    for (const uint32_t u : task.utilities) slow(network_.utilities[u].slow);
    return speed;
  }
  bool Finish(int64_t now) {
    bool any = false;
    for (size_t i = 0; i < times_.size(); ++i) {
      if (!IsOn(i) || worked_[i] < work_.tasks[i].duration * kUnit) continue;
      times_[i].done = now;
      any = true;
    }
    return any;
  }
  bool Come(int64_t now) {
    bool any = false;
    for (size_t i = 0; i < times_.size(); ++i) {
      if (times_[i].ready != kNever || work_.tasks[i].earliest > now) continue;
      const auto& before = work_.tasks[i].before;
      if (!std::all_of(before.begin(), before.end(),
                       [&](uint32_t b) { return times_[b].done != kNever; }))
        continue;
      times_[i].ready = now;
      any = true;
    }
    return any;
  }
  // The one that has been ready for longest of all that can begin.
  bool BeginOne(int64_t now) {
    size_t first = times_.size();
    for (size_t i = 0; i < times_.size(); ++i) {
      if (times_[i].ready == kNever || times_[i].begun != kNever || !Open(i, now) || !Free(i, now))
        continue;
      if (first == times_.size() || times_[i].ready < times_[first].ready) first = i;
    }
    if (first == times_.size()) return false;
    times_[first].begun = now;
    return true;
  }
  bool Free(size_t i, int64_t now) const {
    const uint32_t station = work_.tasks[i].station;
    if (station == kNobody || network_.stations[station].servers == 0) return true;
    int64_t busy = 0;
    for (size_t k = 0; k < times_.size(); ++k) busy += IsOn(k) && work_.tasks[k].station == station;
    int64_t servers = network_.stations[station].servers;
    for (const Change& change : network_.stations[station].changes)
      servers += change.time <= now ? change.servers : 0;
    return busy < servers;
  }

  static constexpr int64_t kUnit = 64;

  const Network& network_;
  const Workload& work_;
  std::vector<Times> times_;
  std::vector<int64_t> worked_;
};

TEST(Network, IsTheWalkThroughTime) {
  Draws random(99);
  for (int round = 0; round < 3'000; ++round) {
    const Network network = RandomNetwork(random);
    const Workload work = RandomWorkload(random, network);
    const std::vector<Times> expected = Walk(network, work).Run();
    const Outcome outcome = Simulated(network, work);
    for (size_t i = 0; i < work.tasks.size(); ++i) {
      ASSERT_EQ(outcome.tasks[i].ready, expected[i].ready) << round << ": " << i;
      ASSERT_EQ(outcome.tasks[i].begun, expected[i].begun) << round << ": " << i;
      ASSERT_EQ(outcome.tasks[i].done, expected[i].done) << round << ": " << i;
    }
  }
}

TEST(Network, StopsAtItsHorizon) {
  const Workload work{{{.station = kNobody, .duration = 5}, {.station = kNobody, .duration = 50}}};
  const Outcome outcome = Simulated({}, work, 10);
  EXPECT_EQ(outcome.tasks[0].done, 5);
  EXPECT_EQ(outcome.tasks[1].begun, 0);
  EXPECT_EQ(outcome.tasks[1].done, kNever);
}

// Those that wait for a utility that is closed line up again and again, so that few events are much
// work. Who calls is asked by it.
TEST(Network, AsksWhetherToKeepOnByWhatWasDone) {
  constexpr int64_t kOpenings = 500, kPeriod = 10;
  Network network{.stations = {{.name = "legal"}}, .utilities = {{.name = "crm"}}};
  std::vector<Stretch> closed;
  for (int64_t i = 0; i < kOpenings; ++i)
    closed.push_back({i == 0 ? -1 : i * kPeriod - 4, i * kPeriod + 5});
  network.utilities[0].opening = Opening(closed);
  Workload work;
  for (int64_t i = 0; i < kOpenings; ++i)
    work.tasks.push_back({.duration = kPeriod, .earliest = 0});
  for (int i = 0; i < 600; ++i)
    work.tasks.push_back({.duration = 1, .earliest = -1, .utilities = {0}});
  int asked = 0;
  const auto outcome = Simulate(network, work, kNever, [&] {
    ++asked;
    return absl::OkStatus();
  });
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->events, 2 * static_cast<int64_t>(work.tasks.size()));
  EXPECT_GE(asked, 1);
  for (int64_t i = 0; i < kOpenings; ++i)
    EXPECT_EQ(outcome->tasks[static_cast<size_t>(i)].begun, i * kPeriod);
  for (size_t i = kOpenings + 1; i < work.tasks.size(); ++i)
    EXPECT_GT(outcome->tasks[i].begun, outcome->tasks[i - 1].begun) << "who was ready first";
}

TEST(Network, WhoIsSlowTakesLonger) {
  const Workload work{{{.duration = 10}, {.duration = 10}}};
  const Outcome outcome = Simulated({.stations = {{.slowness = 2}}}, work);
  EXPECT_EQ(outcome.tasks[1].begun, 20);
  EXPECT_EQ(outcome.tasks[1].done, 40);
}

TEST(Pace, GoesFasterAndRests) {
  const Pace pace(Opening({{100, 200}}), {{{50, 300}, 0.5}, {{250, 260}, 4}});
  EXPECT_EQ(pace.Finish(0, 50), 50);
  EXPECT_EQ(pace.Finish(0, 100), 75);
  EXPECT_EQ(pace.Finish(0, 151), 201);  // 50, then 100 until it rests, then half of one
  EXPECT_EQ(pace.Finish(250, 5), 260);  // twice as long
  EXPECT_EQ(pace.Finish(250, 6), 261);
  EXPECT_EQ(pace.Finish(400, 7), 407);
  EXPECT_EQ(pace.Finish(150, 0), 150);
}

TEST(Network, RefusesWhatIsNone) {
  const struct {
    Network network;
    std::vector<Task> tasks;
    std::string field;
  } rows[] = {{{}, {{.station = 0}}, "tasks[0].station"},
              {{}, {{.station = kNobody, .duration = -1}}, "tasks[0].duration"},
              {{}, {{.station = kNobody, .utilities = {0}}}, "tasks[0].utilities"},
              {{}, {{.station = kNobody, .before = {1}}}, "tasks[0].before"},
              {{}, {{.station = kNobody, .before = {0}}}, "tasks[0].before"},
              {{.stations = {{.servers = -1}}}, {}, "stations[0].servers"},
              {{.stations = {{.slowness = 0}}}, {}, "stations[0].slowness"},
              {{.stations = {{.slow = {{{0, 1}, -1}}}}}, {}, "stations[0].slow"},
              {{.utilities = {{.slow = {{{1, 1}, 2}}}}}, {}, "utilities[0].slow"},
              {{.stations = {{.changes = {{5, -1}}}}}, {}, "stations[0].changes"},
              {{.stations = {{.changes = {{5, -2}, {6, 2}}}}}, {}, "stations[0].changes"}};
  for (const auto& row : rows) {
    const auto outcome = Simulate(row.network, {row.tasks}, kNever, KeepOn);
    ASSERT_FALSE(outcome.ok()) << row.field;
    EXPECT_NE(std::string(outcome.status().message()).find(row.field), std::string::npos)
        << outcome.status();
  }
}

TEST(Opening, IsWhatItsSecondsSay) {
  Draws random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<Stretch> closed;
    for (int64_t i = random() % 6; i > 0; --i) {
      const int64_t begin = random() % 50 - 10;
      closed.push_back({begin, begin + 1 + random() % 12});
    }
    const Opening opening(closed);
    const auto open = [&](int64_t t) {
      return std::none_of(closed.begin(), closed.end(),
                          [&](const Stretch& s) { return s.begin <= t && t < s.end; });
    };
    const int64_t begin = random() % 60 - 15;
    const int64_t duration = random() % 20;
    int64_t next = begin;
    while (!open(next)) ++next;
    EXPECT_EQ(opening.NextOpen(begin), next);
    int64_t end = begin;
    for (int64_t worked = 0; worked < duration; ++end) worked += open(end);
    EXPECT_EQ(opening.Finish(begin, duration), end);
    EXPECT_EQ(opening.OpenBetween(begin, end), duration);
  }
}

}  // namespace
}  // namespace plumbline::analytics::simulation
