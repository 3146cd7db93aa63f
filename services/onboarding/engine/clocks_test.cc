// SPDX-License-Identifier: Apache-2.0
//
// Into however many stops one is cut: the same due dates.
#include "services/onboarding/engine/clocks.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/first_times.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/calendar.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr const char* kTasks[] = {"laptop", "accounts"};

// A moment at which something stops or goes on.
enum class Act { kPause, kResume, kBlock, kUnblock };
struct Moment {
  absl::Time time;
  Act act;
};

absl::StatusOr<Entries> Do(onboarding::Run& run, const Moment& moment) {
  const Occurrence when = When(moment.time);
  switch (moment.act) {
    case Act::kPause:
      return Pause(run, "rest", when);
    case Act::kResume:
      return Resume(run, "on", when);
    case Act::kBlock:
      return BlockTask(run, "laptop", {"", Category::kAccess, "", "x"}, when);
    case Act::kUnblock:
      return UnblockTask(run, "laptop", "", "done", when);
  }
  return Entries();
}

std::string Text(absl::Time time) { return absl::FormatTime(time, absl::UTCTimeZone()); }

// All that stops move: due dates and the target.
std::vector<std::string> TimesOf(const onboarding::Run& run) {
  std::vector<std::string> times = {Text(*run.target_time)};
  for (const char* id : kTasks) times.push_back(Text(*FindTask(run, id)->record->due_time));
  return times;
}

// The same as it will be should a pause that goes on end at `now`.
std::vector<std::string> TimesSoFar(const onboarding::Run& run, absl::Time now) {
  const auto calendar = CalendarOf(run.spec);
  const FirstTimes first(run, *calendar);
  std::vector<std::string> times = {Text(TargetSoFar(run, now, *calendar))};
  for (const char* id : kTasks) {
    const TaskRecord& task = *FindTask(run, id)->record;
    const absl::Time from = first.CountFrom(task.step, task.ready_time);
    times.push_back(Text(DueSoFar(run, task, from, now, *calendar)));
  }
  return times;
}

onboarding::Run Begun(const Spec& spec, absl::Time now) {
  onboarding::Run run = Start(spec, SalesRepPlan(), When(now))->run;
  MustChange(CompleteTask(run, "paperwork", {.tick_all = true}, When(now)));
  return run;
}

// Due at an opening, moved by a day: due at one still, by two halves of the day as by the whole.
TEST(Clocks, TwoHalvesMoveAsTheWholeDoes) {
  const absl::Time nine = At("2026-03-02T09:00:00Z");
  for (const bool pauses : {false, true}) {
    onboarding::Run whole = Begun(AdaSpec(), nine), halves = whole;
    const Act stop = pauses ? Act::kPause : Act::kBlock;
    const Act on = pauses ? Act::kResume : Act::kUnblock;
    for (const Moment& moment : {Moment{nine, stop}, Moment{nine + absl::Hours(8), on}})
      MustChange(Do(whole, moment));
    for (const Moment& moment :
         {Moment{nine, stop}, Moment{nine + absl::Hours(4), on},
          Moment{nine + absl::Hours(4), stop}, Moment{nine + absl::Hours(8), on}})
      MustChange(Do(halves, moment));
    EXPECT_EQ(*FindTask(halves, "laptop")->record->due_time, At("2026-03-06T09:00:00Z"));
    EXPECT_EQ(TimesOf(halves), TimesOf(whole));
  }
}

// Stops at random, and the same with each of them cut at a random instant. By halves of hours, so
// that dates come to openings and closings often.
std::vector<Moment> AnyStops(std::mt19937_64& random, absl::Time begin) {
  std::vector<Moment> moments;
  for (const auto& [stop, on] :
       {std::pair(Act::kPause, Act::kResume), std::pair(Act::kBlock, Act::kUnblock)}) {
    absl::Time time = begin;
    for (int i = 0; i < 4; ++i) {
      moments.push_back({time += absl::Minutes(30 * (random() % 16)), stop});
      moments.push_back({time += absl::Minutes(30 * (1 + random() % 32)), on});
    }
  }
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.time < b.time; });
  return moments;
}

TEST(Clocks, CuttingAStopInTwoChangesNoDueDate) {
  for (int seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    const bool berlin = seed % 2 == 0;
    const absl::Time begin = At("2026-03-02T08:00:00Z") + absl::Minutes(30 * (random() % 20));
    onboarding::Run whole = Begun(berlin ? BerlinSpec() : AdaSpec(), begin), cut = whole;
    bool paused = false, blocked = false;
    absl::Time last = begin;
    for (const Moment& moment : AnyStops(random, begin)) {
      // What stands still between two moments goes on there for an instant.
      const auto halves = static_cast<uint64_t>((moment.time - last) / absl::Minutes(30));
      const absl::Time between = last + absl::Minutes(30 * (random() % (halves + 1)));
      for (const Act act : {Act::kResume, Act::kPause})
        if (paused) MustChange(Do(cut, {between, act}));
      for (const Act act : {Act::kUnblock, Act::kBlock})
        if (blocked) MustChange(Do(cut, {between, act}));
      if (!blocked) {
        ASSERT_EQ(TimesSoFar(cut, moment.time), TimesSoFar(whole, moment.time));
      }
      MustChange(Do(whole, moment));
      MustChange(Do(cut, moment));
      last = moment.time;
      if (moment.act == Act::kPause || moment.act == Act::kResume) paused = !paused;
      if (moment.act == Act::kBlock || moment.act == Act::kUnblock) blocked = !blocked;
      if (paused || blocked) continue;
      ASSERT_EQ(TimesOf(cut), TimesOf(whole));
    }
  }
}

}  // namespace
}  // namespace plumbline::onboarding::testing
