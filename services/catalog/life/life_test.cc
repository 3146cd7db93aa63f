// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/life.h"

#include <functional>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/catalog/resource/timestamp.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {
namespace {

using v1::Process;
using v1::Retirement;

absl::Time Day(int day) { return absl::FromUnixSeconds(1'700'000'000) + absl::Hours(24 * day); }

Process HeadWith(int64_t latest) {
  Process head;
  head.set_name("workspaces/acme/processes/deal-desk");
  head.set_latest_revision(latest);
  return head;
}

void Retire(Process& head, int64_t revision, Retirement::Kind kind) {
  ChangeLife(head, revision).mutable_retirement()->set_kind(kind);
}

void SetPeriod(Process& head, int64_t revision, std::optional<int> from, std::optional<int> until) {
  v1::RevisionLife& life = ChangeLife(head, revision);
  if (from.has_value()) *life.mutable_effective_from() = ToTimestamp(Day(*from));
  if (until.has_value()) *life.mutable_effective_until() = ToTimestamp(Day(*until));
}

TEST(LifeTest, LivesAreKeptInOrderAndCountTheirChanges) {
  Process head = HeadWith(9);
  for (const int64_t revision : {5, 2, 9, 2, 7, 5, 2}) ChangeLife(head, revision);
  std::string lives;
  for (const v1::RevisionLife& life : head.revision_lives())
    absl::StrAppend(&lives, life.revision(), ":", life.version(), " ");
  EXPECT_EQ(lives, "2:3 5:2 7:1 9:1 ");
  EXPECT_EQ(FindLife(head, 7)->revision(), 7);
  EXPECT_EQ(FindLife(head, 6), nullptr);
  EXPECT_EQ(FindLife(head, 10), nullptr);
}

TEST(LifeTest, OfProcessAndRevisionTheFurtherStateHolds) {
  struct Row {
    std::string name;
    Retirement::Kind process, revision;
    Process::State state;
  };
  const auto kNone = Retirement::KIND_UNSPECIFIED;
  const auto kDeprecated = Retirement::KIND_DEPRECATED;
  const auto kArchived = Retirement::KIND_ARCHIVED;
  for (const Row& row :
       std::vector<Row>{{"neither", kNone, kNone, Process::STATE_PUBLISHED},
                        {"process deprecated", kDeprecated, kNone, Process::STATE_DEPRECATED},
                        {"process archived", kArchived, kNone, Process::STATE_ARCHIVED},
                        {"revision deprecated", kNone, kDeprecated, Process::STATE_DEPRECATED},
                        {"revision archived", kNone, kArchived, Process::STATE_ARCHIVED},
                        {"revision further", kDeprecated, kArchived, Process::STATE_ARCHIVED},
                        {"process further", kArchived, kDeprecated, Process::STATE_ARCHIVED}}) {
    Process head = HeadWith(2);
    if (row.process != kNone) head.mutable_retirement()->set_kind(row.process);
    if (row.revision != kNone) Retire(head, 1, row.revision);
    EXPECT_EQ(StateOf(head, 1), row.state) << row.name;
    Process answered;
    answered.set_revision(1);
    answered.set_state(Process::STATE_PUBLISHED);
    AddLife(head, &answered);
    EXPECT_EQ(answered.state(), row.state) << row.name;
    EXPECT_EQ(answered.has_retirement(), row.state != Process::STATE_PUBLISHED) << row.name;
  }
}

TEST(LifeTest, PeriodsAreHalfOpen) {
  Process head = HeadWith(2);
  SetPeriod(head, 2, 10, 20);
  const auto chosen = [&](absl::Time at) { return ChooseRevision(head, at).revision; };
  EXPECT_EQ(chosen(Day(10) - absl::Microseconds(1)), 1);
  EXPECT_EQ(chosen(Day(10)), 2);
  EXPECT_EQ(chosen(Day(20) - absl::Microseconds(1)), 2);
  EXPECT_EQ(chosen(Day(20)), 1);
}

TEST(LifeTest, SaysWhyNothingCanBeChosen) {
  struct Row {
    std::string name;
    std::function<void(Process&)> prepare;
    std::string reason;
    std::string effective_from;
  };
  for (const Row& row : std::vector<Row>{
           {"never published", [](Process& h) { h.set_latest_revision(0); }, "RESOURCE_NOT_FOUND",
            ""},
           {"not yet",
            [](Process& h) {
              SetPeriod(h, 1, 30, {});
              SetPeriod(h, 2, 20, {});
            },
            "REVISION_NOT_EFFECTIVE", "2023-12-04T22:13:20Z"},
           {"no longer",
            [](Process& h) {
              SetPeriod(h, 1, {}, 3);
              SetPeriod(h, 2, {}, 5);
            },
            "REVISION_NOT_EFFECTIVE", ""},
           {"archived, the other not yet",
            [](Process& h) {
              Retire(h, 1, Retirement::KIND_ARCHIVED);
              SetPeriod(h, 2, 20, {});
            },
            "REVISION_NOT_EFFECTIVE", "2023-12-04T22:13:20Z"},
           {"the next one is archived",
            [](Process& h) {
              SetPeriod(h, 1, 30, {});
              SetPeriod(h, 2, 20, {});
              Retire(h, 2, Retirement::KIND_ARCHIVED);
            },
            "REVISION_NOT_EFFECTIVE", "2023-12-14T22:13:20Z"},
           {"all archived",
            [](Process& h) {
              Retire(h, 1, Retirement::KIND_ARCHIVED);
              Retire(h, 2, Retirement::KIND_ARCHIVED);
            },
            "PROCESS_RETIRED", ""},
           {"the process is archived",
            [](Process& h) { h.mutable_retirement()->set_kind(Retirement::KIND_ARCHIVED); },
            "PROCESS_RETIRED", ""}}) {
    Process head = HeadWith(2);
    row.prepare(head);
    EXPECT_EQ(ChooseRevision(head, Day(10)).revision, 0) << row.name;
    const absl::Status status = NothingToChoose(head, Day(10));
    EXPECT_EQ(ReasonText(status), row.reason) << row.name;
    EXPECT_EQ(base::MetadataOf(status, "effective_from"), row.effective_from) << row.name;
  }
}

// The definition in CatalogService.SetEffectivePeriod, word by word.
Choice SlowChoice(const Process& head, absl::Time at) {
  Choice best;
  for (const Process::State state : {Process::STATE_DEPRECATED, Process::STATE_PUBLISHED}) {
    for (int64_t revision = 1; revision <= head.latest_revision(); ++revision) {
      bool effective = true;
      for (const v1::RevisionLife& life : head.revision_lives()) {
        if (life.revision() != revision) continue;
        if (life.has_effective_from() && FromTimestamp(life.effective_from()) > at)
          effective = false;
        if (life.has_effective_until() && FromTimestamp(life.effective_until()) <= at)
          effective = false;
      }
      if (effective && StateOf(head, revision) == state) best = {revision, state};
    }
  }
  return best;
}

TEST(LifeTest, ChoosesAsTheDefinitionSays) {
  std::mt19937 random(7);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  int published = 0, deprecated = 0, none = 0;
  for (int round = 0; round < 20'000; ++round) {
    Process head = HeadWith(below(7));
    if (below(6) == 0)
      head.mutable_retirement()->set_kind(static_cast<Retirement::Kind>(1 + below(2)));
    for (int64_t revision = 1; revision <= head.latest_revision(); ++revision) {
      if (below(2) == 0) Retire(head, revision, static_cast<Retirement::Kind>(1 + below(2)));
      if (below(2) == 0) {
        const int from = below(20);
        SetPeriod(head, revision, below(2) == 0 ? std::optional<int>(from) : std::nullopt,
                  below(2) == 0 ? std::optional<int>(from + 1 + below(10)) : std::nullopt);
      }
    }
    const absl::Time at = Day(below(30));
    const Choice fast = ChooseRevision(head, at);
    const Choice slow = SlowChoice(head, at);
    ASSERT_EQ(fast.revision, slow.revision) << head.ShortDebugString();
    ASSERT_EQ(fast.state, slow.state) << head.ShortDebugString();
    (fast.revision == 0 ? none : fast.state == Process::STATE_PUBLISHED ? published : deprecated)++;
  }
  EXPECT_GT(published, 1000);
  EXPECT_GT(deprecated, 1000);
  EXPECT_GT(none, 1000);
}

// Any head with up to `most` revisions, whose periods are bounded by days 0 to 30.
Process AnyHead(std::mt19937& random, int most) {
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  Process head = HeadWith(below(most + 1));
  if (below(8) == 0)
    head.mutable_retirement()->set_kind(static_cast<Retirement::Kind>(1 + below(2)));
  for (int64_t revision = 1; revision <= head.latest_revision(); ++revision) {
    if (below(4) == 0) Retire(head, revision, static_cast<Retirement::Kind>(1 + below(2)));
    if (below(2) == 0) {
      const int from = below(20);
      SetPeriod(head, revision, below(2) == 0 ? std::optional<int>(from) : std::nullopt,
                below(2) == 0 ? std::optional<int>(from + 1 + below(10)) : std::nullopt);
    }
  }
  if (head.latest_revision() > 0 && below(3) == 0) {
    v1::Tag* tag = head.add_tags();
    tag->set_tag("stable");
    tag->set_revision(1 + below(static_cast<int>(head.latest_revision())));
  }
  return head;
}

// Day by day.
TEST(LifeTest, InUseIsWhatIsChosenOnSomeDayOrHasATag) {
  std::mt19937 random(11);
  int old_ones = 0;
  for (int round = 0; round < 5'000; ++round) {
    const Process head = AnyHead(random, 6);
    const int from = static_cast<int>(random() % 31);
    std::set<int64_t> expected;
    int changes = 0;
    for (int day = from; day <= 31; ++day) {
      const Choice chosen = ChooseRevision(head, Day(day));
      expected.insert(chosen.revision);
      if (day > from && chosen != ChooseRevision(head, Day(day - 1))) ++changes;
    }
    for (const v1::Tag& tag : head.tags()) {
      if (StateOf(head, tag.revision()) != Process::STATE_ARCHIVED) expected.insert(tag.revision());
    }
    expected.erase(0);
    const std::vector<int64_t> in_use = RevisionsInUse(head, Day(from));
    ASSERT_EQ(in_use, std::vector<int64_t>(expected.begin(), expected.end()))
        << head.ShortDebugString();
    const std::vector<ChoiceFrom> choices = ChoicesFrom(head, Day(from));
    ASSERT_EQ(choices.size(), changes + 1u) << head.ShortDebugString();
    for (const ChoiceFrom& choice : choices)
      ASSERT_EQ(choice.choice, ChooseRevision(head, choice.from));
    old_ones += in_use.size() > 1;
  }
  EXPECT_GT(old_ones, 500);
}

// Against the plain definition at every bound.
TEST(LifeTest, ThousandsOfPeriodsGiveWhatIsChosenAtEachTime) {
  std::mt19937 random(12);
  const auto below = [&](int n) { return static_cast<int>(random() % n); };
  Process head = HeadWith(3'000);
  for (int64_t revision = 1; revision <= head.latest_revision(); ++revision) {
    if (below(20) == 0) continue;
    if (below(3) == 0) Retire(head, revision, static_cast<Retirement::Kind>(1 + below(2)));
    // Later ones are shorter, so that earlier ones show beside them.
    const int from = below(10'000);
    const int days = 1 + below(static_cast<int>(1 + 20'000 / revision));
    SetPeriod(head, revision, from, from + days);
  }
  SetPeriod(head, 3'000, 5'000, 5'001);
  for (int revision = 1; revision < 3'000; ++revision) {
    if (FindLife(head, revision) == nullptr) Retire(head, revision, Retirement::KIND_ARCHIVED);
  }
  std::set<absl::Time> bounds = {Day(0)};
  for (const v1::RevisionLife& life : head.revision_lives()) {
    if (life.has_effective_from()) bounds.insert(FromTimestamp(life.effective_from()));
    if (life.has_effective_until()) bounds.insert(FromTimestamp(life.effective_until()));
  }
  std::vector<ChoiceFrom> expected;
  for (const absl::Time bound : bounds) {
    const Choice choice = ChooseRevision(head, bound);
    if (expected.empty() || choice != expected.back().choice) expected.push_back({bound, choice});
  }
  EXPECT_GT(expected.size(), 1'000u);
  const std::vector<ChoiceFrom> choices = ChoicesFrom(head, Day(0));
  ASSERT_EQ(choices.size(), expected.size());
  for (size_t i = 0; i < choices.size(); ++i) {
    ASSERT_EQ(choices[i].from, expected[i].from) << i;
    ASSERT_EQ(choices[i].choice, expected[i].choice) << i;
  }
}

TEST(LifeTest, LeavesNoneIsToldDayByDay) {
  std::mt19937 random(13);
  int told = 0;
  for (int round = 0; round < 5'000; ++round) {
    const Process before = AnyHead(random, 4);
    if (before.latest_revision() == 0) continue;
    const int64_t revision = 1 + static_cast<int64_t>(random() % before.latest_revision());
    Process after = before;
    SetPeriod(after, revision, {}, static_cast<int>(random() % 31));
    const int from = static_cast<int>(random() % 31);
    bool expected = false;
    for (int day = from; day <= 31; ++day) {
      const Choice was = ChooseRevision(before, Day(day)), is = ChooseRevision(after, Day(day));
      if (was.revision != revision) continue;
      expected = expected || is.revision == 0 ||
                 (was.state == Process::STATE_PUBLISHED && is.state != Process::STATE_PUBLISHED);
    }
    ASSERT_EQ(LeavesNone(before, after, revision, Day(from)), expected)
        << before.ShortDebugString() << " / " << after.ShortDebugString();
    told += expected;
  }
  EXPECT_GT(told, 500);
}

TEST(LifeTest, AnEtagForEveryLifeOfARevision) {
  Process head = HeadWith(2);
  EXPECT_FALSE(LifeOf(head, 1).has_value());
  EXPECT_FALSE(LifeOf(head).has_value());
  ChangeLife(head, 1);
  const std::string first = LifeOf(head, 1)->etag();
  ChangeLife(head, 1);
  EXPECT_NE(LifeOf(head, 1)->etag(), first);
  ChangeLife(head, 2);
  EXPECT_NE(LifeOf(head, 2)->etag(), first) << "and of every revision";
  EXPECT_TRUE(LifeOf(head).has_value());
}

}  // namespace
}  // namespace plumbline::catalog
