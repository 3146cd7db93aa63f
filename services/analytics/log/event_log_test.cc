// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

// What a row of a snapshot says, all in text and numbers of its own.
struct Seen {
  std::string case_id, activity, transition, resource;
  int64_t time, start;
  std::vector<std::pair<std::string, AttributeValue>> attributes;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> Read(const LogSnapshot& log) {
  std::vector<Seen> rows;
  for (size_t c = 0; c < log.case_count(); ++c) {
    for (uint32_t row = log.case_begin[c]; row < log.case_begin[c + 1]; ++row) {
      const uint32_t resource = log.ResourceOf(row), transition = log.TransitionOf(row);
      rows.push_back({std::string(log.cases[c]),
                      log.activities[log.activity[row]],
                      transition == kNoText ? "" : log.transitions[transition],
                      resource == kNoText ? "" : log.resources[resource],
                      log.time[row],
                      log.start.empty() ? kNoTime : log.start[row],
                      {}});
    }
  }
  for (const EventAttribute& a : log.attributes) {
    rows[a.row].attributes.emplace_back(log.attribute_keys[a.key], a.value);
  }
  return rows;
}

// The definition, directly: sort rows of text.
std::vector<Seen> Sorted(const std::vector<TestRow>& rows) {
  std::vector<Seen> sorted;
  for (const TestRow& row : rows) {
    sorted.push_back({row.case_id, row.activity, absl::AsciiStrToLower(row.transition),
                      row.resource, row.time, row.start, row.attributes});
  }
  const auto begin = [](const Seen& row) { return row.start == kNoTime ? row.time : row.start; };
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Seen& a, const Seen& b) {
    return std::tuple(a.case_id, begin(a), a.time) < std::tuple(b.case_id, begin(b), b.time);
  });
  return sorted;
}

TEST(EventLogTest, EmptyLog) {
  EventLogBuilder builder;
  const auto log = builder.Snapshot();
  ASSERT_NE(log, nullptr);
  EXPECT_TRUE(log->empty());
  EXPECT_EQ(log->case_begin, std::vector<uint32_t>{0});
  EXPECT_EQ(log->FirstTime(), kNoTime);
  builder.Append(EventBatch());
  EXPECT_EQ(builder.Snapshot(), log);
}

TEST(EventLogTest, SnapshotStaysAsItWas) {
  EventLogBuilder builder;
  builder.Append(MakeBatch(std::vector<TestRow>{{"b", "y", 2}, {"b", "z", 1}}));
  const auto first = builder.Snapshot();
  EXPECT_EQ(builder.Snapshot(), first);
  builder.Append(MakeBatch(std::vector<TestRow>{{"a", "x", 5}, {"b", "a", 1}}));
  const auto second = builder.Snapshot();
  EXPECT_EQ(first->activities, (std::vector<std::string>{"y", "z"}));
  EXPECT_EQ(second->activities, (std::vector<std::string>{"a", "x", "y", "z"}));
  EXPECT_EQ(first->size(), 2u);
  EXPECT_EQ(Read(*second), Sorted({{"b", "y", 2}, {"b", "z", 1}, {"a", "x", 5}, {"b", "a", 1}}));
  EXPECT_EQ(second->FirstTime(), 1);
  EXPECT_EQ(second->LastTime(), 5);
}

TEST(EventLogTest, TextsThatNoRowUsesStayOut) {
  EventBatch batch = MakeBatch(std::vector<TestRow>{{"a", "x", 1}});
  batch.cases.Intern("unused");
  batch.activities.Intern("unused");
  EventLogBuilder builder;
  builder.Append(batch);
  EXPECT_EQ(builder.Snapshot()->case_count(), 1u);
  EXPECT_EQ(builder.Snapshot()->activities.size(), 1u);
}

TEST(EventLogTest, CaseIdsOrderAsByteStrings) {
  std::vector<TestRow> rows;
  for (const std::string id : {"case-10", "case-9", "case-", "case-\xC3\xA4", "case-1", "Case-1",
                               "case-100000000002", "case-100000000001"}) {
    rows.push_back({id, "x", 1});
  }
  rows.push_back({std::string("case-\0", 6), "x", 1});
  EXPECT_EQ(Read(*MakeLog(rows)), Sorted(rows));
}

TEST(EventLogTest, WideColumns) {
  for (const size_t kinds : {255u, 256u, 300u, 70'000u}) {
    std::vector<TestRow> rows;
    for (size_t i = 0; i < kinds; ++i) {
      const std::string name = absl::StrCat("n", i);
      rows.push_back(
          {absl::StrCat("c", i % 7), name, static_cast<int64_t>(i), name, kNoTime, name});
    }
    EXPECT_EQ(Read(*MakeLog(rows)), Sorted(rows)) << kinds;
  }
}

TEST(EventLogTest, TakesAtMost32BytesAnEvent) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 100'000; ++i) {
    rows.push_back({absl::StrCat("case ", i / 10), absl::StrCat("activity ", i % 30), i, "complete",
                    i, absl::StrCat("resource ", i % 1000)});
  }
  EXPECT_LE(MakeLog(rows)->memory_bytes() / rows.size(), 32u);
}

std::vector<TestRow> RandomRows(std::mt19937& random, int count, bool starts) {
  const auto pick = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  std::vector<TestRow> rows;
  for (int i = 0; i < count; ++i) {
    TestRow row{absl::StrCat("c", pick(12)), absl::StrCat("a", pick(5)), pick(20) - 5};
    if (pick(2)) row.transition = pick(2) ? "Complete" : "START";
    if (pick(3)) row.resource = absl::StrCat("r", pick(4));
    if (starts && pick(4)) row.start = row.time - pick(6);
    for (int a = pick(3); a > 0; --a) {
      row.attributes.emplace_back(absl::StrCat("k", pick(3)), AttributeValue(int64_t{i}));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// However the rows are cut into batches and snapshots, the log is what sorting all of them at once
// gives.
TEST(EventLogTest, RandomLogsEqualTheDefinition) {
  std::mt19937 random(20'120'930);
  for (int round = 0; round < 300; ++round) {
    EventLogBuilder builder;
    std::vector<TestRow> all;
    for (int batch = 0; batch < 6; ++batch) {
      const bool starts = round % 3 == 0 || (round % 3 == 1 && batch >= 3);
      const auto rows = RandomRows(random, static_cast<int>(random() % 40), starts);
      builder.Append(MakeBatch(rows));
      all.insert(all.end(), rows.begin(), rows.end());
      if (random() % 2) {
        ASSERT_EQ(Read(*builder.Snapshot()), Sorted(all)) << round;
      }
    }
    const auto log = builder.Snapshot();
    ASSERT_EQ(Read(*log), Sorted(all)) << round;
    ASSERT_TRUE(std::is_sorted(log->activities.begin(), log->activities.end()));
    ASSERT_EQ(log->case_begin.back(), all.size());
  }
}

// Some cases as a log of their own, with names.
LogSnapshot Named(const LogSnapshot& part, const std::vector<uint32_t>& numbers,
                  const EventLogBuilder& builder) {
  LogSnapshot named = part;
  named.cases = TextList();
  for (const uint32_t number : numbers) named.cases.push_back(builder.CaseName(number));
  named.activities = builder.ActivitiesFrom(0);
  return named;
}

TEST(EventLogTest, CasesAreThoseOfTheLog) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    EventLogBuilder builder;
    std::vector<TestRow> all;
    for (int batch = 0; batch < 3; ++batch) {
      const auto rows = RandomRows(random, static_cast<int>(random() % 40), round % 2 == 0);
      builder.Append(MakeBatch(rows));
      all.insert(all.end(), rows.begin(), rows.end());
      if (batch == 0) builder.Snapshot();
    }
    std::vector<uint32_t> numbers;
    for (uint32_t c = 0; c < builder.case_count(); ++c) {
      if (random() % 2) numbers.push_back(c);
    }
    std::vector<Seen> expected;
    for (const uint32_t number : numbers) {
      for (const Seen& row : Sorted(all)) {
        if (row.case_id == builder.CaseName(number)) expected.push_back(row);
      }
    }
    const auto pending = builder.Cases(numbers, builder.pending());
    EXPECT_EQ(Read(Named(*pending, numbers, builder)), expected) << round;
    // Of a snapshot likewise, by its places.
    const auto log = builder.Snapshot();
    std::vector<uint32_t> places;
    numbers.clear();
    expected.clear();
    for (uint32_t place = 0; place < log->case_count(); place += 1 + random() % 2) {
      places.push_back(place);
      numbers.push_back(builder.CaseNumbers()[place]);
      for (const Seen& row : Sorted(all)) {
        if (row.case_id == log->cases[place]) expected.push_back(row);
      }
    }
    const auto part = CasesAt({*log, builder.ActivityNumbers()}, places);
    EXPECT_EQ(Read(Named(*part, numbers, builder)), expected) << round;
    // They name the resources that they have, and no others.
    std::set<std::string> resources;
    for (const Seen& row : expected) {
      if (!row.resource.empty()) resources.insert(row.resource);
    }
    EXPECT_EQ(std::set<std::string>(part->resources.begin(), part->resources.end()), resources);
    EXPECT_EQ(part->resources.size(), resources.size());
  }
}

}  // namespace
}  // namespace plumbline::analytics
