// SPDX-License-Identifier: Apache-2.0
//
// What cascades are simulated from, of sums that are kept, is that of the whole log, to the last
// digit.
#include "services/analytics/live/live_cascade.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/live/growing_log.h"

namespace plumbline::analytics {
namespace {

using cascade::Axis;
using cascade::Experience;

std::string Exactly(double value) { return absl::StrFormat("%.17g ", value); }

// Its pools by what is drawn of them.
std::string Drawn(const cascade::Pool& pool) {
  std::string text = absl::StrCat("\npool ", pool.size(), ":");
  if (pool.empty()) return text;
  statistics::Generator random(7);
  for (int i = 0; i < 20; ++i) {
    bool anew = false;
    const auto part = static_cast<cascade::Pool::Part>(i % 3);
    const cascade::Spent& one =
        i % 2 == 0 ? pool.Draw(&random) : pool.DrawLonger(part, i * kMinute, &random, &anew);
    absl::StrAppend(&text, " ", one.delay, "/", one.queue, "/", one.service, anew ? "!" : "");
  }
  return text;
}

std::string Exactly(const Experience& all) {
  std::string text =
      absl::StrCat(Exactly(all.stretch), Exactly(all.mean_gap), Exactly(all.mean_duration), "gaps");
  for (const int64_t gap : all.gaps) absl::StrAppend(&text, " ", gap);
  for (const bool known : all.starts_known) absl::StrAppend(&text, " ", known);
  for (size_t s = 0; s < all.stations.names.size(); ++s)
    absl::StrAppend(&text, "\n", all.stations.names[s], " ", all.stations.servers[s]);
  for (const uint32_t station : all.stations.of_activity) absl::StrAppend(&text, " ", station);
  for (const cascade::Run& run : all.runs.runs)
    absl::StrAppend(&text, "\nrun ", run.begin, " ", run.end, " ", run.duration, " ", run.day_one);
  for (const cascade::RunStep& step : all.runs.steps)
    absl::StrAppend(&text, "\nstep ", step.activity, step.skipped ? " skipped " : " ",
                    step.spent.delay, " ", step.spent.queue, " ", step.spent.service, " ",
                    step.planned, " ", step.before_begin, " ", step.before_end);
  for (const uint32_t before : all.runs.before) absl::StrAppend(&text, " ", before);
  for (const cascade::Pool& pool : all.pools) text += Drawn(pool);
  for (const cascade::OpenWork& open : all.open) {
    absl::StrAppend(&text, "\nopen ", open.begin, " ", open.day_one, " ", open.last_end, " ",
                    open.state);
    for (const cascade::At& at : open.at)
      absl::StrAppend(&text, " at ", at.activity, " ", at.came, " ", at.start, " ", at.planned);
    for (const uint32_t done : open.done) absl::StrAppend(&text, " ", done);
  }
  absl::StrAppend(&text, "\n", all.states.rare_count);
  for (const cascade::State& state : all.states.states) {
    for (const cascade::Place& place : state.places)
      absl::StrAppend(&text, " ", place.run, ".", place.from);
    for (const auto& [done, count] : state.done) absl::StrAppend(&text, " ", done, "x", count);
  }
  return text;
}

std::string Exactly(const LogSnapshot& log, const cascade::Needs& needs,
                    const absl::StatusOr<Experience>& learned) {
  std::string text;
  for (const cascade::Need& need : needs) {
    absl::StrAppend(&text, "'", need.role, "'");
    for (const std::string& utility : need.utilities) absl::StrAppend(&text, " ", utility);
  }
  if (!learned.ok()) return text + std::string(learned.status().message());
  text += Exactly(*learned);
  for (const cascade::OpenWork& open : learned->open)
    absl::StrAppend(&text, "\n", log.cases[open.case_number]);
  return text;
}

struct Asked {
  TimeBetween between;
  cascade::LearnOptions options;
  std::vector<cascade::AskedNeed> needs;
  int64_t later = 0;  // it begins so long after the last event
};

Question Ask(const Asked& asked) {
  return {[=] { return std::make_unique<LiveCascade>(asked.between, std::vector<std::string>()); },
          [=](LiveSums& sums, const LiveWhole& whole) {
            auto& kept = static_cast<LiveCascade&>(sums);
            const Axis axis(asked.between, whole.last_time + asked.later);
            const cascade::Needs needs = kept.NeedsOf(whole, asked.needs);
            auto learned = kept.Learn(whole, needs, axis, asked.options, Go);
            if (!learned.ok()) return Exactly(whole.names, needs, learned.status());
            return Exactly(*learned->log, needs, std::move(learned->experience));
          },
          [=](const std::shared_ptr<const LogSnapshot>& log) {
            const Axis axis(asked.between, log->LastTime() + asked.later);
            const auto needs = cascade::ReadNeeds(*log, asked.needs, Go);
            return Exactly(*log, *needs, cascade::Learn(*log, {}, *needs, axis, asked.options, Go));
          }};
}

// Open for 300 minutes of each 1,000.
int64_t OpenUntil(int64_t time) {
  constexpr int64_t kRound = 1'000 * kMinute, kOpen = 300 * kMinute;
  return time / kRound * kOpen + std::min(time % kRound, kOpen);
}
int64_t OpenBetween(int64_t from, int64_t to) { return OpenUntil(to) - OpenUntil(from); }

std::vector<Asked> Questions() {
  return {{},
          {.options = {.by_role = true}, .later = 77 * kMinute},
          {.options = {.servers = {{"step 1", 1}, {"step 2", 2}}},
           .needs = {{"step 0", "role 9", {"tool 9"}}, {"none", "", {}}}},
          {.between = OpenBetween},
          {.between = OpenBetween, .options = {.by_role = true, .servers = {{"role 1", 3}}}}};
}

TEST(LiveCascade, IsThatOfTheWholeLog) {
  int told = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    Growing growing(seed);
    std::vector<Question> questions;
    for (const Asked& asked : Questions()) questions.push_back(Ask(asked));
    std::vector<std::unique_ptr<LiveQuestion>> live;
    for (const Question& question : questions) {
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(growing.followed), Go);
      if (!made.ok()) continue;  // of a log that marks no ends
      (*made)->Follow();
      live.push_back(*std::move(made));
    }
    if (seed % 3 == 0) {
      EXPECT_TRUE(live.empty());
      continue;
    }
    ASSERT_EQ(live.size(), questions.size());
    for (int step = 0; step < 8; ++step) {
      growing.Append(growing.log.Rows(1 + growing.log.Roll(40)));
      for (size_t i = 0; i < live.size(); ++i) {
        ASSERT_TRUE(live[i]->Update(growing.followed));
        for (int again = 0; again < 1 + step % 2; ++again)
          ASSERT_NO_FATAL_FAILURE(ExpectSame(*live[i], questions[i], growing))
              << "seed " << seed << " step " << step << " question " << i;
        EXPECT_GT(live[i]->memory_bytes(), 0);
        ++told;
      }
      if (growing.log.Roll(3) != 0) continue;
      growing.followed.Snapshot();
      for (const auto& one : live) one->Folded();
    }
  }
  EXPECT_GT(told, 500);
}

// More cases than are learned from, of which many end at one time, some last for long, and some go
// on after they had ended.
class ManyCases {
 public:
  explicit ManyCases(unsigned seed) : random_(seed) {}

  std::vector<TestRow> Rows(int cases) {
    std::vector<TestRow> rows;
    for (int i = 0; i < cases; ++i, ++next_) {
      // Names are not in the order in which cases come.
      const std::string id = absl::StrCat("case ", (next_ * 7'919) % 1'000'003);
      int64_t time = kBegin + next_ / 3 * kMinute;
      for (int s = 0; s < 3; ++s) {
        const int64_t wait = Roll(40) == 0 ? 3'000 : Roll(12);
        const int64_t start = time + wait * kMinute;
        time = start + (1 + Roll(4)) * kMinute;
        TestRow row{id, absl::StrCat("step ", Roll(10) == 0 ? 0 : s), time};
        if (Roll(8) != 0) row.start = start;
        if (s == 1) row.attributes.emplace_back("role", absl::StrCat("role ", Roll(3)));
        const bool ends = s == 2 && Roll(200) != 0;
        if (ends) row.attributes.emplace_back("case_finished", true);
        rows.push_back(std::move(row));
      }
      if (Roll(300) == 0)
        rows.push_back({absl::StrCat("case ", (Roll(next_ + 1) * 7'919) % 1'000'003), "step 1",
                        time, "", time - 2 * kMinute});
    }
    return rows;
  }
  int Roll(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

 private:
  std::mt19937 random_;
  int next_ = 0;
};

TEST(LiveCascade, LooksAtTheLatestCasesAsTheWholeLogDoes) {
  for (const unsigned seed : {1u, 2u}) {
    ManyCases many(seed);
    EventLogBuilder followed, anew;
    const auto append = [&](int cases) {
      const EventBatch batch = MakeBatch(many.Rows(cases));
      followed.Append(batch);
      anew.Append(batch);
    };
    append(13'000);
    for (const Asked& asked :
         {Asked{}, Asked{.options = {.by_role = true}}, Asked{.between = OpenBetween}}) {
      const Question question = Ask(asked);
      auto made = LiveQuestion::Make(question.make(), SnapshotOf(followed), Go);
      ASSERT_TRUE(made.ok()) << made.status();
      (*made)->Follow();
      for (int step = 0; step < 3; ++step) {
        append(step == 1 ? 700 : 40);
        ASSERT_TRUE((*made)->Update(followed));
        std::string kept;
        const auto answered = (*made)->Answer(
            followed,
            [&](LiveSums& sums, const LiveWhole& whole) {
              kept = question.kept(sums, whole);
              return absl::OkStatus();
            },
            Go);
        ASSERT_TRUE(answered.ok() && *answered);
        ASSERT_TRUE(kept == question.cold(anew.Snapshot())) << "seed " << seed << " step " << step;
      }
      followed.Snapshot();
    }
  }
}

// Many old cases have one row each, the latest have 30. Of those that ended at one time not all
// names are put in order.
TEST(LiveCascade, CountsTheRowsAndNamesOfTheLatestCases) {
  constexpr int kLatest = 10'500, kRows = 30;
  std::vector<TestRow> rows;
  const auto add = [&](const std::string& id, int count, int64_t end) {
    for (int r = 0; r < count; ++r) {
      rows.push_back({id, absl::StrCat("step ", r % 3), end - count + 1 + r});
      if (r + 1 == count) rows.back().attributes.emplace_back("case_finished", true);
    }
  };
  for (int c = 0; c < 20'000; ++c) add(absl::StrCat("old ", c), 1, kBegin + c);
  for (int c = 0; c < kLatest; ++c)
    add(absl::StrCat("new ", (c * 7'919) % 1'000'003), c < 10'000 ? 3 : kRows, kBegin + kMinute);
  EventLogBuilder followed;
  followed.Append(MakeBatch(rows));
  auto made =
      LiveQuestion::Make(std::make_unique<LiveCascade>(TimeBetween(), std::vector<std::string>()),
                         SnapshotOf(followed), Go);
  ASSERT_TRUE(made.ok()) << made.status();
  (*made)->Follow();
  int64_t bytes = 0, read = 0, named = 0;
  const auto answer = [&](LiveSums& sums, const LiveWhole& whole) {
    bytes = sums.answer_bytes();
    const auto name = [&](uint32_t number) {
      ++named;
      return whole.case_name(number);
    };
    const auto cases = [&](std::vector<uint32_t> numbers) {
      LiveCases part = whole.cases(std::move(numbers));
      read = static_cast<int64_t>(part.log->size());
      return part;
    };
    const LiveWhole counted{whole.names,
                            whole.rank,
                            name,
                            cases,
                            whole.first_time,
                            whole.last_time,
                            whole.case_count,
                            whole.open_case_count,
                            whole.marks_ends};
    auto& kept = static_cast<LiveCascade&>(sums);
    const auto learned =
        kept.Learn(counted, kept.NeedsOf(whole, {}), Axis({}, whole.last_time), {}, Go);
    return learned.status();
  };
  const auto answered = (*made)->Answer(followed, answer, Go);
  ASSERT_TRUE(answered.ok() && *answered) << answered.status();
  EXPECT_GE(read, 3 * 10'000);
  EXPECT_GE(bytes, 240 * read);
  EXPECT_GE(bytes, 240 * (500 * kRows + 9'500 * 3)) << "those with many rows may be among them";
  EXPECT_LE(named, 12 * kLatest) << "to sort them takes more than twice as many";
}

// Whoever is at work is so in blocks as one by one.
TEST(LiveAtWork, IsThatOfAllStretches) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto roll = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    const int kinds = 1 + roll(seed % 4 == 0 ? 40 : 3), span = 200 + roll(20'000);
    std::vector<BusyChanges> kept(static_cast<size_t>(kinds));
    const int64_t from = ChangeAt(span / 5, false);
    std::vector<cascade::WorkStep> all;
    AtWorkQuestion question{.from = from, .servers = roll(3) == 0 ? 1 + roll(5) : 0};
    for (int i = 0; i < 3'000; ++i) {
      const int64_t begin = roll(span), end = begin + 1 + roll(roll(9) == 0 ? span : 9);
      const bool beside = roll(20) == 0;
      if (!beside) kept[static_cast<size_t>(roll(kinds))].Change({begin, end}, 1);
      all.emplace_back(begin, 1);
      all.emplace_back(end, -1);
      for (const int64_t change : {ChangeAt(begin, true), ChangeAt(end, false)})
        if (beside || change <= from) question.other.push_back(change);
    }
    std::sort(all.begin(), all.end());
    std::sort(question.other.begin(), question.other.end());
    for (BusyChanges& one : kept) {
      one.Fold();
      question.kept.push_back(&one);
    }
    std::vector<simulation::Stretch> asked;
    for (int i = 0; i < 1 + roll(30); ++i) {
      const int64_t begin = roll(span);
      asked.push_back({begin, begin + 1 + roll(span / 20)});
    }
    Wanted wanted(span / 5, span, asked.size());
    for (const simulation::Stretch& one : asked) wanted.Add(one);
    wanted.Sum();
    question.wanted = &wanted;
    const cascade::AtWork found = FindAtWork(question, Go).value();
    cascade::AtWork expected{.steps = all};
    int64_t there = 0;
    for (const auto& [time, change] : all) expected.most = std::max(expected.most, there += change);
    if (question.servers == 0) {
      ASSERT_EQ(found.most, expected.most) << seed;
    }
    cascade::Stations one{.names = {"a"}, .of_activity = {0}, .servers = {question.servers}};
    cascade::Stations other = one;
    cascade::SetServers({found}, &one);
    cascade::SetServers({expected}, &other);
    for (const auto& [begin, end] : asked)
      ASSERT_EQ(one.idle[0].OpenBetween(begin, end), other.idle[0].OpenBetween(begin, end))
          << "seed " << seed << " from " << begin << " to " << end;
  }
}

// A list is looked at where it begins a block and where it ends one, not at each of the others'.
TEST(LiveAtWork, LooksAtListsOnlyWhereTheyChange) {
  constexpr int64_t kLists = 2'000;
  std::vector<BusyChanges> kept(kLists);
  AtWorkQuestion question{.from = ChangeAt(-1, false)};
  for (int64_t i = 0; i < kLists; ++i) {
    BusyChanges& one = kept[static_cast<size_t>(i)];
    if (i % 2 == 0) one.Change({10 * i, 10 * i + 15}, 1);  // every other one is empty
    one.Fold();
    question.kept.push_back(&one);
  }
  Wanted wanted(0, 10 * kLists, 1);
  wanted.Add({0, 10 * kLists});
  wanted.Sum();
  question.wanted = &wanted;
  int asked = 0;
  const auto count = [&] {
    ++asked;
    return absl::OkStatus();
  };
  const auto found = FindAtWork(question, count);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->most, 1);
  EXPECT_EQ(found->steps.size(), kLists);
  EXPECT_LE(asked, 4) << "4,096 of them at once";
  const auto gone = [] { return absl::CancelledError("gone"); };
  EXPECT_EQ(FindAtWork(question, gone).status().code(), absl::StatusCode::kCancelled);
}

TEST(LiveAtWork, TakesRoomForWhatIsWanted) {
  EXPECT_EQ(Wanted(0, 1'000, 0).memory_bytes(), 0);
  EXPECT_FALSE(Wanted(0, 1'000, 0).Any(0, 1'000));
  for (const size_t stretches : {1, 2, 3, 500, 100'000})
    EXPECT_LE(Wanted(0, 1'000, stretches).memory_bytes(), stretches * Wanted::kBytesOfAStretch);
}

}  // namespace
}  // namespace plumbline::analytics
